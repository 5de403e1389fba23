"""The languages that clients are written in."""

from __future__ import annotations

from collections.abc import Callable

from azmlinfsrv.clients.csharp import csharp_client
from azmlinfsrv.clients.curl import curl_client
from azmlinfsrv.clients.description import Service
from azmlinfsrv.clients.python import python_client
from azmlinfsrv.clients.typescript import typescript_client

CLIENTS: dict[str, Callable[[Service], str]] = {
    "python": python_client,
    "typescript": typescript_client,
    "csharp": csharp_client,
    "curl": curl_client,
}

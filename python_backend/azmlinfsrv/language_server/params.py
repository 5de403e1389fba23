"""The parameters of our own requests, which nothing has checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def member(params: Any, *path: str) -> Any:
    """Return a member of an object of the client's; None if it is not there."""
    for name in path:
        params = params.get(name) if isinstance(params, Mapping) else None
    return params


def document_uri(params: Any) -> str:
    """Return the address of the document that a request is about; empty if it names none."""
    uri = member(params, "textDocument", "uri")
    return uri if isinstance(uri, str) else ""

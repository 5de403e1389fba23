"""Why the server answered as it did."""

from __future__ import annotations

from typing import Any

from azmlinfsrv.language_server.server import AzureMLServer

METHOD = "azmlinfsrv/explainAnswer"


def explain_answer(ls: AzureMLServer, params: Any) -> dict[str, object] | None:
    """Support the request for an answer's cause; None for whatever is no online entry script."""
    return None

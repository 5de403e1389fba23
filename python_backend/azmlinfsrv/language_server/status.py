"""What an editor can show of a document at a glance."""

from __future__ import annotations

import platform
import sys
from typing import Any

from azmlinfsrv.language_server.documents import Document
from azmlinfsrv.language_server.server import AzureMLServer

METHOD = "azmlinfsrv/status"


def status(ls: AzureMLServer, uri: str) -> dict[str, object]:
    """Return what is known of a document."""
    document = ls.document(uri)
    known: dict[str, object] = {
        "uri": uri,
        "isEntryScript": False,
        "kind": None,
        "modelDir": None,
        "modelDirSource": None,
        "findings": 0,
        "pythonVersion": platform.python_version(),
        "python": sys.executable,
    }
    if document is None or not document.is_python:
        return known
    checked = ls.check(document)
    if checked.is_entry_script and checked.script is not None:
        folder = checked.model_folder
        known |= {
            "isEntryScript": True,
            "kind": checked.script.kind.name.lower(),
            "modelDir": folder.path if folder else None,
            "modelDirSource": folder.source if folder else None,
        }
    if ls.checker.wants_findings(document):
        known["findings"] = len(checked.findings)
    return known


def answer_status(ls: AzureMLServer, params: Any) -> dict[str, object]:
    """Support the request for a document's status."""
    return status(ls, str(params.get("uri", "")) if isinstance(params, dict) else "")


def tell_status(ls: AzureMLServer, document: Document) -> None:
    """Send a document's status to a client that shows it, if it is another one than before."""
    if not ls.client.status:
        return
    known = status(ls, document.uri)
    if ls.told_statuses.get(document.uri) != known:
        ls.told_statuses[document.uri] = known
        ls.protocol.notify(METHOD, known)


def forget_status(ls: AzureMLServer, uri: str) -> None:
    """Send the status of a document that is opened again, whatever it is."""
    ls.told_statuses.pop(uri, None)

"""A request that the script in the editor can answer."""

from __future__ import annotations

from typing import Any

from azmlinfsrv.analysis.facts.script_kind import ScriptKind
from azmlinfsrv.analysis.samples.sample_request import sample_request
from azmlinfsrv.language_server.params import document_uri
from azmlinfsrv.language_server.server import AzureMLServer

METHOD = "azmlinfsrv/sampleRequest"


def answer_sample_request(ls: AzureMLServer, params: Any) -> dict[str, object] | None:
    """Support the request for a sample; None for whatever is no online entry script."""
    checked = ls.checked(document_uri(params))
    script = checked.script if checked is not None else None
    if script is None or script.kind is not ScriptKind.ONLINE:
        return None
    return sample_request(script).as_json()

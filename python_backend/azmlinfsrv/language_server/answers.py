"""Why the server answered as it did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lsprotocol import types

from azmlinfsrv.analysis.answers.exchange import (
    Exchange,
    Explanation,
    GivenAnswer,
    SentRequest,
)
from azmlinfsrv.analysis.answers.explain import explain
from azmlinfsrv.analysis.findings import Position, Range
from azmlinfsrv.language_server.checker import Checked
from azmlinfsrv.language_server.params import document_uri, member
from azmlinfsrv.language_server.server import AzureMLServer
from azmlinfsrv.language_server.text_edits import workspace_edit
from azmlinfsrv.language_server.uris import uri_of

METHOD = "azmlinfsrv/explainAnswer"


def explain_answer(ls: AzureMLServer, params: Any) -> dict[str, object] | None:
    """Support the request for an answer's cause.

    None for whatever is no entry script, and for an answer that is no failure.
    """
    checked = ls.checked(document_uri(params))
    answer = _answer(member(params, "answer"))
    if checked is None or checked.script is None or not checked.is_entry_script or answer is None:
        return None
    request = _request(member(params, "request"))
    found = explain(Exchange(checked.script, checked.findings, request, answer))
    if found is None:
        return None
    return {
        "message": found.message,
        "location": _location(ls, checked, found),
        "code": found.finding.code if found.finding else None,
        "fix": _fix(ls, checked, found),
    }


def _answer(given: Any) -> GivenAnswer | None:
    status, body = member(given, "status"), member(given, "body")
    headers = member(given, "headers")
    if not isinstance(status, int):
        return None
    return GivenAnswer(
        status,
        body if isinstance(body, str) else "",
        {str(name).lower(): str(value) for name, value in headers.items()}
        if isinstance(headers, Mapping)
        else {},
    )


def _request(given: Any) -> SentRequest:
    kind, body = member(given, "contentType"), member(given, "body")
    return SentRequest(
        str(member(given, "method") or "POST"),
        kind if isinstance(kind, str) else None,
        body if isinstance(body, str) else None,
    )


def _location(ls: AzureMLServer, checked: Checked, found: Explanation) -> types.Location | None:
    if found.elsewhere is not None:
        file, line = found.elsewhere
        uri = uri_of(file)
        document = ls.document(uri)
        if document is None:
            return None
        text = document.source.line(line) if line < len(document.source.lines) else ""
        range_ = Range(Position(line, len(text) - len(text.lstrip())), Position(line, len(text)))
        return types.Location(uri, document.positions.range_to_client(range_))
    if found.range is None:
        return None
    range_to_client = checked.document.positions.range_to_client
    return types.Location(checked.document.uri, range_to_client(found.range))


def _fix(ls: AzureMLServer, checked: Checked, found: Explanation) -> dict[str, object] | None:
    fix = next(iter(found.finding.fixes), None) if found.finding else None
    if fix is None:
        return None
    edits = [
        types.TextEdit(checked.document.positions.range_to_client(edit.range), edit.text)
        for edit in fix.edits
    ]
    return {"title": fix.title, "edit": workspace_edit(checked.document, edits, ls.client)}

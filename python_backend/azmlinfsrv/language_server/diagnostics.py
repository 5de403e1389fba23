"""Findings as the client wants them."""

from __future__ import annotations

import zlib
from hashlib import blake2b

from lsprotocol import types

from azmlinfsrv.analysis.findings import Finding, Fix, Severity, Tag
from azmlinfsrv.analysis.rule import DOCS_URL
from azmlinfsrv.language_server.checker import Checked
from azmlinfsrv.language_server.client import Client
from azmlinfsrv.language_server.documents import Document

SOURCE = "Azure ML"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFORMATION: types.DiagnosticSeverity.Information,
}
_TAGS = {
    Tag.UNNECESSARY: types.DiagnosticTag.Unnecessary,
    Tag.DEPRECATED: types.DiagnosticTag.Deprecated,
}
_MEMORY = "diagnostics"


def diagnostics_of(checked: Checked, client: Client) -> tuple[list[types.Diagnostic], str]:
    """Return the diagnostics of a document, and an id that is the same for the same ones."""
    memory = checked.document.memory
    known = memory.get(_MEMORY)
    if isinstance(known, tuple) and known[0] is checked:
        return known[1], known[2]
    items = [_diagnostic(finding, checked.document, client) for finding in checked.findings]
    content = repr([_content(item) for item in items]).encode("utf-8", "backslashreplace")
    digest = blake2b(content, digest_size=12).hexdigest()
    memory[_MEMORY] = (checked, items, digest)
    return items, digest


def _diagnostic(finding: Finding, document: Document, client: Client) -> types.Diagnostic:
    positions = document.positions
    href = types.CodeDescription(f"{DOCS_URL}/{finding.code}.md")
    related = [
        types.DiagnosticRelatedInformation(
            types.Location(document.uri, positions.range_to_client(each.range)), each.message
        )
        for each in finding.related
    ]
    tags = [_TAGS[tag] for tag in finding.tags if _TAGS[tag].value in client.tags]
    data = {"fixes": [_fix_data(fix, document) for fix in finding.fixes]}
    return types.Diagnostic(
        range=positions.range_to_client(finding.range),
        message=finding.message,
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        code_description=href if client.links_codes else None,
        source=SOURCE,
        tags=tags or None,
        related_information=(related or None) if client.shows_related else None,
        data=data if client.keeps_data and finding.fixes else None,
    )


def _content(item: types.Diagnostic) -> tuple[object, ...]:
    """Return everything that makes one diagnostic differ from another."""
    related = [
        (each.location.uri, _plain(each.location.range), each.message)
        for each in item.related_information or ()
    ]
    return _plain(item.range), item.message, item.severity, item.code, item.tags, related, item.data


def _fix_data(fix: Fix, document: Document) -> dict[str, object]:
    edits = [
        {"range": _plain(document.positions.range_to_client(edit.range)), "text": edit.text}
        for edit in fix.edits
    ]
    lines = [(edit.range.start.line, edit.range.end.line) for edit in fix.edits]
    return {
        "title": fix.title,
        "safe": fix.is_safe,
        "edits": edits,
        "check": lines_check(document, lines),
    }


def lines_check(document: Document, lines: list[tuple[int, int]]) -> int:
    """Return a number that tells whether the lines that a fix changes are still the same."""
    text = [document.source.lines[first : last + 1] for first, last in lines]
    return zlib.crc32(repr(text).encode("utf-8", "backslashreplace"))


def _plain(range_: types.Range) -> list[int]:
    start, end = range_.start, range_.end
    return [start.line, start.character, end.line, end.character]

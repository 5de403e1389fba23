"""What the server will do with what is under the mouse."""

from __future__ import annotations

import re

from lsprotocol import types

from azmlinfsrv.analysis.findings import Position, Range
from azmlinfsrv.analysis.model_folder import MODEL_VARIABLE
from azmlinfsrv.analysis.rules import RULES
from azmlinfsrv.language_server.checker import Checked
from azmlinfsrv.language_server.explanations import (
    explain_decorator,
    explain_function,
    explain_model_folder,
)
from azmlinfsrv.language_server.places import contains, decorator_at, entry_functions, name_range
from azmlinfsrv.language_server.server import AzureMLServer

_SUPPRESSION = re.compile(r"#\s*(?:noqa\s*:|azmlinfsrv:\s*ignore)", re.IGNORECASE)
_CODE = re.compile(r"\bAML\d+\b", re.IGNORECASE)


def hover(ls: AzureMLServer, params: types.HoverParams) -> types.Hover | None:
    """Support hovers."""
    checked = ls.checked(params.text_document.uri)
    if checked is None or checked.script is None:
        return None
    positions = checked.document.positions
    found = _explanation(checked, positions.from_client(params.position))
    if found is None:
        return None
    text, range_ = found
    is_markdown = ls.client.markdown_hover
    kind = types.MarkupKind.Markdown if is_markdown else types.MarkupKind.PlainText
    content = types.MarkupContent(kind, text if is_markdown else plain(text))
    return types.Hover(content, positions.range_to_client(range_))


def plain(markdown: str) -> str:
    """Return Markdown of ours as text."""
    text = re.sub(r"^```.*\n?", "", markdown, flags=re.MULTILINE)
    text = re.sub(r"^#+ ", "", text, flags=re.MULTILINE)
    return re.sub(r"\*\*|`", "", text).strip()


def _explanation(checked: Checked, position: Position) -> tuple[str, Range] | None:
    script = checked.script
    if script is None:
        return None
    line = script.source.line(position.line)
    if suppression := _SUPPRESSION.search(line):
        for found in _CODE.finditer(line, suppression.start()):
            page = _page(found.group().upper())
            if page and found.start() <= position.column <= found.end():
                return page, _on_line(position.line, found)
    for found in re.finditer(rf"\b{MODEL_VARIABLE}\b", line):
        if found.start() <= position.column <= found.end():
            return explain_model_folder(checked.model_folder), _on_line(position.line, found)
    if not checked.is_entry_script:
        return None
    decorated = decorator_at(script, position)
    if decorated is not None:
        function, decorator = decorated
        text = explain_decorator(function, decorator)
        node = decorator.call.func if decorator.call is not None else decorator.node
        return (text, script.source.range_of(node)) if text else None
    for function in entry_functions(script):
        range_ = name_range(script, function)
        if function.definition is not None and contains(range_, position):
            return explain_function(script, function), range_
    return None


def _page(code: str) -> str | None:
    rule = next((rule for rule in RULES if rule.code == code), None)
    return f"# {rule.name} ({rule.code})\n\n{rule.page}" if rule is not None else None


def _on_line(line: int, found: re.Match[str]) -> Range:
    return Range(Position(line, found.start()), Position(line, found.end()))

"""What mends a diagnostic, or silences it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lsprotocol import types

from azmlinfsrv.analysis.findings import Edit
from azmlinfsrv.language_server.checker import Checked
from azmlinfsrv.language_server.client import Client
from azmlinfsrv.language_server.diagnostics import SOURCE, lines_check
from azmlinfsrv.language_server.documents import Document
from azmlinfsrv.language_server.fix_all import can_fix, fix_all_edits
from azmlinfsrv.language_server.server import AzureMLServer
from azmlinfsrv.language_server.suppression_edits import edit_for_file, edit_for_line
from azmlinfsrv.language_server.text_edits import workspace_edit

QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.azmlinfsrv"
OPTIONS = types.CodeActionOptions(code_action_kinds=[QUICK_FIX, FIX_ALL], resolve_provider=True)
# Each is analysed anew to see whether a comment works.
_MAX_SILENCED = 10


def code_actions(ls: AzureMLServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Support code actions."""
    document = ls.documents.get(params.text_document.uri)
    if document is None or not document.is_python or not ls.client.literal_actions:
        return []
    diagnostics = [each for each in params.context.diagnostics if each.source == SOURCE]
    actions: list[types.CodeAction] = []
    if _is_wanted(QUICK_FIX, params.context.only):
        for diagnostic in diagnostics:
            actions += _fixes(document, diagnostic, ls.client)
        actions += _silencing_actions(ls.check(document), diagnostics, ls.client)
    if _is_wanted(FIX_ALL, params.context.only) and ls.checker.wants_findings(document):
        checked = ls.check(document)
        if can_fix(checked):
            actions.append(_fix_all(checked, ls.client))
    return actions


def resolve_code_action(ls: AzureMLServer, action: types.CodeAction) -> types.CodeAction:
    """Support the edits of code actions that were given without."""
    uri = action.data.get("uri") if isinstance(action.data, dict) else None
    document = ls.documents.get(uri) if isinstance(uri, str) else None
    if document is not None and action.edit is None:
        edits = fix_all_edits(ls.check(document))
        action.edit = workspace_edit(document, edits, ls.client)
    return action


def _is_wanted(kind: str, only: Any) -> bool:
    if only is None:
        return True
    names = [str(getattr(each, "value", each)) for each in only]
    return any(name == "" or kind == name or kind.startswith(f"{name}.") for name in names)


def _fixes(
    document: Document, diagnostic: types.Diagnostic, client: Client
) -> Iterator[types.CodeAction]:
    """Yield the fixes that the diagnostic carries."""
    data = diagnostic.data
    fixes = data.get("fixes") if isinstance(data, dict) else None
    for number, fix in enumerate(fixes if isinstance(fixes, list) else []):
        edits = _read_edits(document, fix)
        if edits is None:
            continue
        yield types.CodeAction(
            title=f"{SOURCE} ({diagnostic.code}): {fix['title']}",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[diagnostic],
            is_preferred=(number == 0 and fix["safe"] is True) if client.marks_preferred else None,
            edit=workspace_edit(document, edits, client),
        )


def _read_edits(document: Document, fix: Any) -> list[types.TextEdit] | None:
    """Return a fix's edits; None if the lines that it changes are no longer the same."""
    try:
        edits = []
        lines = []
        for edit in fix["edits"]:
            first, start, last, end = edit["range"]
            range_ = types.Range(types.Position(first, start), types.Position(last, end))
            edits.append(types.TextEdit(range_, str(edit["text"])))
            lines.append((first, last))
        is_current = fix["check"] == lines_check(document, lines)
    except (KeyError, TypeError, ValueError):
        # The client's own copy of our data may have come from anywhere.
        return None
    return edits if is_current else None


def _silencing_actions(
    checked: Checked, diagnostics: list[types.Diagnostic], client: Client
) -> Iterator[types.CodeAction]:
    for diagnostic in diagnostics[:_MAX_SILENCED]:
        code = str(diagnostic.code)
        lines = (diagnostic.range.start.line, diagnostic.range.end.line)
        edits = (
            (f"Disable {code} for this line", edit_for_line(checked, code, lines)),
            (f"Disable {code} for this file", edit_for_file(checked, code)),
        )
        for title, edit in edits:
            if edit is not None:
                yield types.CodeAction(
                    title=f"{SOURCE}: {title}",
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=[diagnostic],
                    edit=_edit_of(checked, edit, client),
                )


def _edit_of(checked: Checked, edit: Edit, client: Client) -> types.WorkspaceEdit:
    range_ = checked.document.positions.range_to_client(edit.range)
    return workspace_edit(checked.document, [types.TextEdit(range_, edit.text)], client)


def _fix_all(checked: Checked, client: Client) -> types.CodeAction:
    action = types.CodeAction(title=f"{SOURCE}: Fix all safe problems", kind=FIX_ALL)
    if client.resolves_edits:
        action.data = {"uri": checked.document.uri}
    else:
        action.edit = workspace_edit(checked.document, fix_all_edits(checked), client)
    return action

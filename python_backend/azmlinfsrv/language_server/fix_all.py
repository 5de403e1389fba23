"""Everything that can be mended without anyone looking at it."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types

from azmlinfsrv.analysis.findings import Edit, Finding
from azmlinfsrv.analysis.source import apply_edits
from azmlinfsrv.language_server.checker import Checked, run_analysis
from azmlinfsrv.language_server.text_edits import difference

_MAX_ROUNDS = 10


def fix_all_edits(checked: Checked) -> list[types.TextEdit]:
    """Return edits that apply every safe fix, those that become possible by others as well."""
    document = checked.document
    mark = document.text[: document.text.startswith("\ufeff")]
    first = safe_edits(checked.findings)
    text = document.text.removeprefix(mark)
    edits, rounds = first, 0
    while edits and rounds < _MAX_ROUNDS:
        text = apply_edits(text, [(edit.range, edit.text) for edit in edits])
        analysis = run_analysis(text, document.path, checked.context, checked.selection)
        edits, rounds = safe_edits(analysis.findings), rounds + 1
    if rounds <= 1:
        return [
            types.TextEdit(document.positions.range_to_client(edit.range), edit.text)
            for edit in first
        ]
    return difference(document, mark + text)


def safe_edits(findings: Iterable[Finding]) -> list[Edit]:
    """Return the edits of the safe fixes, without those that get in another's way."""
    chosen: list[Edit] = []
    for finding in findings:
        fix = next((fix for fix in finding.fixes if fix.is_safe), None)
        if fix is None:
            continue
        # Two rules may want the same edit, of an import for example.
        new = [edit for edit in fix.edits if edit not in chosen]
        if not any(_overlap(edit, other) for edit in new for other in chosen):
            chosen += new
    return sorted(chosen, key=lambda edit: edit.range)


def _overlap(one: Edit, other: Edit) -> bool:
    if one.range.start == other.range.start:
        return True
    first, second = sorted((one, other), key=lambda edit: edit.range)
    return second.range.start < first.range.end

"""Apply what mends findings to a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.analysis.analyse import Analysis, analyse
from azmlinfsrv.analysis.findings import Edit, Finding, Fix, Position
from azmlinfsrv.analysis.script import Context
from azmlinfsrv.analysis.selection import EVERYTHING, Selection
from azmlinfsrv.analysis.source import Source, apply_edits
from azmlinfsrv.analysis.tolerant_parse import parse

_MAX_ROUNDS = 10
_BOM = "\ufeff"


@dataclass(frozen=True)
class Fixed:
    """A text after its safe fixes.

    Attributes:
        text: the text; the one that was given if there was nothing to mend.
        count: how many fixes have been applied.
        analysis: what is to be said of the new text.

    """

    text: str
    count: int
    analysis: Analysis


def safe_fix(finding: Finding) -> Fix | None:
    """Return the fix that may be applied without asking."""
    return next((fix for fix in finding.fixes if fix.is_safe and fix.edits), None)


def apply_safe_fixes(
    text: str, path: Path, context: Context | None = None, selection: Selection = EVERYTHING
) -> Fixed:
    """Return the text with all safe fixes applied, again and again until nothing changes.

    A fix that overlaps another waits for the next round; there are ten at most. One that would
    turn a text that parses into one that does not is left out.

    Args:
        text: the script's text.
        path: where it is.
        context: what is known besides the text.
        selection: the rules whose fixes are wanted.

    """
    bom, text = (_BOM, text[1:]) if text.startswith(_BOM) else ("", text)
    analysis = analyse(text, path, context, selection)
    count = 0
    for _ in range(_MAX_ROUNDS):
        new, applied = _apply_round(text, analysis.findings)
        if new == text:
            break
        text, count = new, count + applied
        analysis = analyse(text, path, context, selection)
    return Fixed(bom + text, count, analysis)


def _apply_round(text: str, findings: Iterable[Finding]) -> tuple[str, int]:
    fixes = [fix for finding in findings if (fix := safe_fix(finding))]
    chosen = _without_overlaps(fixes)
    if not chosen:
        return text, 0
    new = _apply(text, chosen)
    if _parses(new) or not _parses(text):
        return new, len(chosen)
    # One of them is at fault; the others are still good.
    kept: list[Fix] = []
    for fix in chosen:
        if _parses(_apply(text, [*kept, fix])):
            kept.append(fix)
    return _apply(text, kept), len(kept)


def _without_overlaps(fixes: Sequence[Fix]) -> list[Fix]:
    chosen: list[Fix] = []
    taken: list[Edit] = []
    for fix in fixes:
        if not any(_overlap(edit, other) for edit in fix.edits for other in taken):
            chosen.append(fix)
            taken += fix.edits
    return chosen


def _overlap(one: Edit, other: Edit) -> bool:
    """Return whether the order of two edits matters: also when both begin at one place."""
    first, second = sorted((one.range, other.range))
    start: Position = second.start
    return first.start == start or first.end > start


def _apply(text: str, fixes: Iterable[Fix]) -> str:
    return apply_edits(text, [(edit.range, edit.text) for fix in fixes for edit in fix.edits])


def _parses(text: str) -> bool:
    return parse(Source(text).lines).problem is None

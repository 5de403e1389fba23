"""Text in, findings out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.analysis.facts.script_kind import ScriptKind
from azmlinfsrv.analysis.findings import Finding, Position, Range
from azmlinfsrv.analysis.rules import RULES, file_not_analysed
from azmlinfsrv.analysis.script import Context, Script
from azmlinfsrv.analysis.selection import EVERYTHING, Selection
from azmlinfsrv.analysis.suppressions import Suppressions

MAX_CHARACTERS = 1_000_000
"""A longer script is not analysed: nobody writes one by hand."""


@dataclass(frozen=True)
class Analysis:
    """What the analysis says of one text; without a script if the text is too long."""

    script: Script | None
    findings: tuple[Finding, ...]


def analyse(
    text: str,
    path: Path,
    context: Context | None = None,
    selection: Selection = EVERYTHING,
    before: Script | None = None,
) -> Analysis:
    """Return the facts and the findings of a script.

    Nothing of it is executed or imported. Files are looked at only below the model folder.

    Args:
        text: the script's text, which may be half typed.
        path: where it is, or would be once it is saved.
        context: what is known besides the text.
        selection: the rules to apply.
        before: the same script before an edit: what has not changed is not looked at again.

    """
    if len(text) > MAX_CHARACTERS:
        return Analysis(None, _too_large(selection))
    script = Script(text, path, context or Context(), before)
    if script.kind is ScriptKind.NONE:
        return Analysis(script, ())
    is_batch = script.kind is ScriptKind.BATCH
    found = [
        finding
        for rule in RULES
        if selection.includes(rule.code)
        and (rule.in_batch or not is_batch)
        and (script.is_whole or not rule.needs_whole_text)
        for finding in rule.findings(script)
    ]
    return Analysis(script, tuple(_in_order(Suppressions(script.source).filter(found))))


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(set(findings), key=lambda finding: (finding.range, finding.code, finding.message))


def _too_large(selection: Selection) -> tuple[Finding, ...]:
    rule = file_not_analysed.check
    if not selection.includes(rule.code):
        return ()
    start = Position(0, 0)
    message = "This file is larger than 1 MB and is not analysed."
    return (Finding(rule.code, rule.name, rule.severity, message, Range(start, start)),)

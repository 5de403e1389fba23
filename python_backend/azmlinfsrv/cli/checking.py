"""Check one file: read it, analyse it, mend it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from azmlinfsrv.analysis.analyse import Analysis, analyse
from azmlinfsrv.analysis.facts.script_kind import ScriptKind
from azmlinfsrv.analysis.findings import Finding
from azmlinfsrv.analysis.fixing import apply_safe_fixes
from azmlinfsrv.analysis.rule import Rule
from azmlinfsrv.analysis.rules import file_not_analysed, syntax_error
from azmlinfsrv.analysis.script import Script
from azmlinfsrv.analysis.script_file import ScriptFileError, ScriptText, decode_script
from azmlinfsrv.analysis.selection import Selection
from azmlinfsrv.analysis.source import Source
from azmlinfsrv.cli.report import CheckedFile
from azmlinfsrv.cli.targets import Target


@dataclass(frozen=True)
class Wanted:
    """What to look for; what is None stands in the project's table."""

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    strict: bool = False

    def selection(self, target: Target) -> Selection:
        """Return the rules that a file is held to."""
        configuration = target.project.configuration
        select = configuration.select if self.select is None else self.select
        ignore = configuration.ignore if self.ignore is None else self.ignore
        return Selection(select, ignore)

    def is_strict(self, target: Target) -> bool:
        """Return whether warnings count."""
        return self.strict or target.project.configuration.strict


@dataclass(frozen=True)
class Mended:
    """A text before and after its safe fixes."""

    original: ScriptText
    fixed: ScriptText
    count: int


@dataclass(frozen=True)
class Checked:
    """A file that has been looked at.

    Attributes:
        file: what was found.
        script: its facts; None if it could not be analysed.
        mended: its text with the fixes, to which the findings belong; None without any.

    """

    file: CheckedFile
    script: Script | None = None
    mended: Mended | None = None


def check(target: Target, data: bytes, wanted: Wanted, *, fix: bool = False) -> Checked | None:
    """Return what is found in a file; None if it is no entry script.

    Args:
        target: the file.
        data: its bytes.
        wanted: what to look for.
        fix: whether to apply the safe fixes to its text; nothing is written.

    """
    if not target.may_be_entry_script(data):
        return None
    is_strict = wanted.is_strict(target)
    selection = wanted.selection(target)
    try:
        script = decode_script(data)
    except ScriptFileError as error:
        text = data.decode("utf-8", "replace").replace("\0", " ")
        if not target.is_named and not _is_entry_script(analyse(text, target.path), target):
            return None
        source = Source(text)
        found = _finding(syntax_error.check, error.message, source, error.line, selection)
        return Checked(CheckedFile(target.path, source, found, is_strict))
    context = target.project.context(target.path)
    context = replace(context, is_named=context.is_named or target.is_named)
    mended = None
    try:
        if fix:
            outcome = apply_safe_fixes(script.text, target.path, context, selection)
            analysis = outcome.analysis
            if outcome.count:
                mended = Mended(script, script.with_text(outcome.text), outcome.count)
        else:
            analysis = analyse(script.text, target.path, context, selection)
    except RecursionError:
        source = Source(script.text)
        message = "This file is nested too deeply and is not analysed."
        found = _finding(file_not_analysed.check, message, source, 0, selection)
        return Checked(CheckedFile(target.path, source, found, is_strict))
    if not _is_entry_script(analysis, target):
        return None
    source = analysis.script.source if analysis.script else Source(script.text)
    file = CheckedFile(target.path, source, analysis.findings, is_strict)
    return Checked(file, analysis.script, mended)


def _is_entry_script(analysis: Analysis, target: Target) -> bool:
    if analysis.script is None:
        # Too long to tell.
        return target.is_named
    return analysis.script.kind is not ScriptKind.NONE


def _finding(
    rule: Rule, message: str, source: Source, line: int, selection: Selection
) -> tuple[Finding, ...]:
    if not selection.includes(rule.code):
        return ()
    return (Finding(rule.code, rule.name, rule.severity, message, source.line_range(line)),)

"""Comments that silence a rule, put where they work."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from azmlinfsrv.analysis.analyse import Analysis
from azmlinfsrv.analysis.findings import Edit, Position, Range
from azmlinfsrv.analysis.source import Source, apply_edits
from azmlinfsrv.language_server.checker import Checked, run_analysis

_IGNORE = re.compile(r"#\s*azmlinfsrv:\s*ignore\[\s*[A-Z]+\d[^\]]*(?=\])")
_IGNORE_FILE = re.compile(r"^\s*#\s*azmlinfsrv:\s*ignore-file\[\s*[A-Z]+\d[^\]]*(?=\])")
# A comment must not push these away from the first two lines, where alone they work.
_PREAMBLE = re.compile(r"^#!|^[ \t\f]*#.*?coding[:=]")


def edit_for_line(checked: Checked, code: str, lines: tuple[int, int]) -> Edit | None:
    """Return the edit that silences a rule for a finding on these lines; None if none does."""
    if checked.script is None:
        return None
    source = checked.script.source
    candidates = (_line_edit(source, number, code) for number in sorted(set(lines)))
    return next((edit for edit in candidates if _silences(checked, code, lines, edit)), None)


def edit_for_file(checked: Checked, code: str) -> Edit | None:
    """Return the edit that silences a rule for the whole file."""
    if checked.script is None:
        return None
    source = checked.script.source
    for number, line in enumerate(source.lines):
        if found := _IGNORE_FILE.search(line):
            return _insert(number, found.end(), f", {code}")
    first = 0
    while first < 2 and _PREAMBLE.search(source.line(first)):
        first += 1
    if first == len(source.lines):
        text = f"{source.newline}# azmlinfsrv: ignore-file[{code}]"
        return _insert(first - 1, len(source.lines[-1]), text)
    return _insert(first, 0, f"# azmlinfsrv: ignore-file[{code}]{source.newline}")


def _line_edit(source: Source, number: int, code: str) -> Edit:
    line = source.line(number)
    if found := _IGNORE.search(line):
        return _insert(number, found.end(), f", {code}")
    end = len(line.rstrip())
    return Edit(
        Range(Position(number, end), Position(number, len(line))),
        f"{'  ' if end else ''}# azmlinfsrv: ignore[{code}]",
    )


def _insert(line: int, column: int, text: str) -> Edit:
    place = Position(line, column)
    return Edit(Range(place, place), text)


def _silences(checked: Checked, code: str, lines: tuple[int, int], edit: Edit) -> bool:
    """Return whether the finding goes, and nothing else: a string is no place for a comment."""
    document = checked.document
    text = apply_edits(document.text.removeprefix("\ufeff"), [(edit.range, edit.text)])
    analysis = run_analysis(text, document.path, checked.context, checked.selection)
    is_there = any(
        finding.code == code and (finding.range.start.line, finding.range.end.line) == lines
        for finding in analysis.findings
    )
    return not is_there and list(_shape(checked.analysis)) == list(_shape(analysis))


def _shape(analysis: Analysis) -> Iterator[object]:
    """Yield what two scripts have in common that differ by a comment."""
    if analysis.script is not None:
        yield analysis.script.parsed.masked
        for node in ast.walk(analysis.script.tree):
            yield type(node)
            if isinstance(node, ast.Constant):
                yield node.value

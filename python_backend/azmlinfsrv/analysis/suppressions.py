"""Comments that silence a rule: ``# noqa: AML201`` and ``# azmlinfsrv: ignore[AML201]``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from azmlinfsrv.analysis.findings import Finding
from azmlinfsrv.analysis.source import Source

_CODES = r"[A-Z]+\d+(?:[\s,]+[A-Z]+\d+)*"
_NOQA = re.compile(rf"#\s*noqa(?:\s*:\s*(?P<codes>{_CODES}))?", re.IGNORECASE)
_IGNORE = re.compile(rf"#\s*azmlinfsrv:\s*ignore(?!-)\s*(?:\[\s*(?P<codes>{_CODES})?\s*\])?")
_IGNORE_FILE = re.compile(
    rf"^\s*#\s*azmlinfsrv:\s*ignore-file\s*(?:\[\s*(?P<codes>{_CODES})\s*\])?"
)
_EVERY = "AML"


class Suppressions:
    """What the comments of a script silence."""

    def __init__(self, source: Source) -> None:
        self._by_line: dict[int, tuple[str, ...]] = {}
        self._in_file: tuple[str, ...] = ()
        for number, line in enumerate(source.lines):
            if "#" not in line:
                continue
            if whole := _IGNORE_FILE.search(line):
                self._in_file += _codes(whole)
            elif codes := tuple(_line_codes(line)):
                self._by_line[number] = codes

    def filter(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings that no comment silences: on their first or their last line."""
        return [finding for finding in findings if not self._silences(finding)]

    def _silences(self, finding: Finding) -> bool:
        lines = {finding.range.start.line, finding.range.end.line}
        codes = [*self._in_file, *(code for line in lines for code in self._by_line.get(line, ()))]
        return any(finding.code.startswith(code) for code in codes)


def _line_codes(line: str) -> Iterator[str]:
    for pattern in (_NOQA, _IGNORE):
        if found := pattern.search(line):
            yield from _codes(found)


def _codes(found: re.Match[str]) -> tuple[str, ...]:
    named = found.group("codes")
    return tuple(re.split(r"[\s,]+", named.upper())) if named else (_EVERY,)

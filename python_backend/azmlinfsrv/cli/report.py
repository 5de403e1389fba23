"""What a check has found, for the formats to print."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from azmlinfsrv.analysis.findings import Finding, Severity
from azmlinfsrv.analysis.source import Source

CLEAN, FOUND, COULD_NOT_RUN = 0, 1, 2


@dataclass(frozen=True)
class CheckedFile:
    """An entry script, or a module of its that failed when it was run.

    Attributes:
        path: where it is, absolute; where it would be for standard input.
        source: its text.
        findings: in the order of the text.
        is_strict: whether warnings count as errors.
        is_entry_script: whether it is counted as one.

    """

    path: Path
    source: Source
    findings: tuple[Finding, ...] = ()
    is_strict: bool = False
    is_entry_script: bool = True

    @property
    def shown(self) -> str:
        """The path as people want to read it: from the working directory, if it is below it."""
        return relative_to(Path.cwd(), self.path)

    @property
    def has_failed(self) -> bool:
        """Whether a finding is a reason for status 1."""
        failing = (Severity.ERROR, Severity.WARNING) if self.is_strict else (Severity.ERROR,)
        return any(finding.severity in failing for finding in self.findings)


@dataclass(frozen=True)
class Trouble:
    """A path that could not be checked, and why."""

    path: str
    message: str


@dataclass
class Report:
    """The outcome of a check.

    Attributes:
        files: the entry scripts, in the order they were found.
        troubles: what could not be checked.
        fixed: how many mistakes have been mended in files.
        notes: further sentences for people.

    """

    files: list[CheckedFile] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    fixed: int = 0
    notes: list[str] = field(default_factory=list)

    def findings(self) -> Iterator[tuple[CheckedFile, Finding]]:
        """Yield each finding with its file."""
        for file in self.files:
            for finding in file.findings:
                yield file, finding

    def status(self, *, exit_zero: bool = False) -> int:
        """Return the exit status."""
        if self.troubles:
            return COULD_NOT_RUN
        return FOUND if not exit_zero and any(file.has_failed for file in self.files) else CLEAN

    @property
    def summary(self) -> str:
        """One line that says how it went."""
        scripts = [file for file in self.files if file.is_entry_script]
        mended = f"Fixed {_count(self.fixed, 'mistake')}. " if self.fixed else ""
        found = [finding for _, finding in self.findings()]
        if not found:
            if scripts:
                return f"{mended}Found nothing in {_count(len(scripts), 'entry script')}."
            return "No entry script was found: a file that defines init() and run()."
        # Only here, for it brings all the rules: commands that check nothing do without.
        from azmlinfsrv.analysis.fixing import safe_fix

        by_severity = Counter(finding.severity for finding in found)
        counts = [
            _count(by_severity[severity], *words)
            for severity, words in _WORDS.items()
            if by_severity[severity]
        ]
        concerned = sum(1 for file in scripts if file.findings)
        whole = _count(len(scripts), "entry script")
        where = whole if concerned == len(scripts) else f"{concerned} of {whole}"
        told = f"{mended}Found {_and(counts)} in {where}"
        fixable = sum(1 for finding in found if safe_fix(finding))
        return f"{told}; {fixable} can be fixed with --fix." if fixable else f"{told}."

    @property
    def summary_of_diff(self) -> str:
        """One line that says what --fix would do."""
        if not self.fixed:
            return "There is nothing that --fix would change."
        return f"--fix would mend {_count(self.fixed, 'mistake')}."


_WORDS = {
    Severity.ERROR: ("error",),
    Severity.WARNING: ("warning",),
    Severity.INFORMATION: ("piece of advice", "pieces of advice"),
}


def relative_to(folder: Path, path: Path) -> str:
    """Return a path as it is called in a folder; absolute if it is not below it."""
    absolute = os.path.normpath(path)
    try:
        return str(Path(absolute).relative_to(folder))
    except ValueError:
        return absolute


def _count(number: int, one: str, several: str | None = None) -> str:
    return f"{number} {one if number == 1 else several or one + 's'}"


def _and(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)

"""Try scripts in the real server, and report what fails as findings."""

from __future__ import annotations

import argparse
import contextlib
import http.client
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from azmlinfsrv.analysis.facts.script_kind import ScriptKind
from azmlinfsrv.analysis.findings import Finding, Range, Severity
from azmlinfsrv.analysis.rule import Rule
from azmlinfsrv.analysis.script import Script
from azmlinfsrv.analysis.script_file import ScriptFileError, decode_script, read_script
from azmlinfsrv.analysis.selection import Selection
from azmlinfsrv.analysis.source import Source
from azmlinfsrv.analysis.suppressions import Suppressions
from azmlinfsrv.cli.checking import Checked
from azmlinfsrv.cli.further_rules import ANSWER_NOT_JSON, REQUEST_FAILED, START_FAILED
from azmlinfsrv.cli.report import CheckedFile, Report, Trouble
from azmlinfsrv.cli.targets import Target
from azmlinfsrv.cli.trial.samples import (
    Sample,
    ask,
    failure_of,
    not_json,
    read_samples,
    schema_sample,
)
from azmlinfsrv.cli.trial.server import ServerProcess
from azmlinfsrv.server.child import Failure, Start

_NO_SAMPLE = (
    "{}: the server started; no request was tried. Name one with --request FILE, or describe the"
    " input with @input_schema."
)


@dataclass(frozen=True)
class _Failed:
    """A failure, and the rule that it comes under."""

    rule: Rule
    failure: Failure


class Trial:
    """Starts one script after another.

    Args:
        samples: the requests to post to each; none: the example of its schema.
        compat: "published", or None.
        seconds: how long a start, and each request, may take.
        report: takes the findings.

    """

    def __init__(
        self, samples: list[Sample], compat: str | None, seconds: float, report: Report
    ) -> None:
        self._samples = samples
        self._compat = compat
        self._seconds = seconds
        self._report = report

    @classmethod
    def from_options(cls, options: argparse.Namespace, report: Report) -> Trial | None:
        """Return the trial that options ask for; None if a request cannot be read."""
        try:
            samples = read_samples(options.request)
        except OSError as error:
            report.troubles.append(
                Trouble(str(error.filename), f"cannot be read: {error.strerror}.")
            )
            return None
        return cls(samples, options.compat, options.timeout, report)

    def run(self, target: Target, checked: Checked, selection: Selection) -> None:
        """Try a script whose text has just been checked."""
        script, shown = checked.script, checked.file.shown
        if script is None or script.parsed.problem is not None:
            # It cannot start, and that has been said.
            return
        if script.kind is ScriptKind.BATCH:
            self._report.notes.append(f"{shown}: a batch script, which this server does not run.")
            return
        model = script.context.model_folder
        start = Start(
            target.path,
            target.project.root,
            model.path if model else None,
            target.project.environment(target.path),
            self._compat,
        )
        with _ended_by_signals(), ServerProcess(start) as server:
            failures = list(self._try(server, script, shown))
        for failed in failures:
            self._add(failed, checked.file.path, script, selection)

    def _try(self, server: ServerProcess, script: Script, shown: str) -> Iterator[_Failed]:
        outcome = server.wait_until_ready(self._seconds)
        if isinstance(outcome, Failure):
            yield _Failed(START_FAILED, outcome)
            return
        samples = self._samples
        if not samples:
            example = schema_sample(outcome, self._seconds)
            samples = [example] if example else []
        if not samples:
            self._report.notes.append(_NO_SAMPLE.format(shown))
            return
        answered = 0
        for sample in samples:
            failed = self._post(server, outcome, sample, script)
            if failed is None:
                answered += 1
                continue
            yield failed
            if server.has_ended():
                break
        names = ", ".join(sample.name for sample in samples)
        self._report.notes.append(
            f"{shown}: the server started; {answered} of {len(samples)} requests were answered as"
            f" they should be ({names})."
        )

    def _post(
        self, server: ServerProcess, url: str, sample: Sample, script: Script
    ) -> _Failed | None:
        try:
            answer = ask(url, "POST", "/score", self._seconds, sample)
        except TimeoutError:
            message = f"{sample.name}: no answer after {self._seconds:g} s. More time: --timeout."
            return _Failed(REQUEST_FAILED, server.interrupt(message))
        except (OSError, http.client.HTTPException) as error:
            ended = server.has_ended()
            why = f"the server ended {ended}" if ended else f"no answer: {error}"
            return _Failed(REQUEST_FAILED, Failure(f"{sample.name}: {why}"))
        failure = failure_of(answer)
        if failure is not None:
            message = f"{sample.name} is answered with {failure.message}"
            return _Failed(REQUEST_FAILED, replace(failure, message=message))
        is_raw = script.run is not None and script.run.is_raw
        wrong = None if is_raw else not_json(answer)
        if wrong is None:
            return None
        message = f"{sample.name} is answered with a body that is not JSON: {wrong}"
        return _Failed(ANSWER_NOT_JSON, Failure(message))

    def _add(self, failed: _Failed, path: Path, script: Script, selection: Selection) -> None:
        """Add a failure to the file that raised, unless it says there what is known."""
        if not selection.includes(failed.rule.code):
            return
        failure = failed.failure
        file = self._file(failure.file or path)
        if failure.line is not None and file is not None:
            where = file.source.line_range(failure.line - 1)
        else:
            file, where = self._file(path), _run_range(script)
        assert file is not None  # noqa: S101 - the script itself has been read
        finding = Finding(
            failed.rule.code, failed.rule.name, Severity.ERROR, failure.message, where
        )
        if _is_known(finding, file) or not Suppressions(file.source).filter([finding]):
            return
        findings = tuple(sorted({*file.findings, finding}, key=lambda each: each.range))
        mended = replace(file, findings=findings)
        files = self._report.files
        files[:] = [mended if each.path == file.path else each for each in files]
        if mended not in files:
            files.append(mended)

    def _file(self, path: Path) -> CheckedFile | None:
        """Return what is reported of a file so far; None if it cannot be read."""
        known = next((file for file in self._report.files if file.path == path), None)
        if known is not None:
            return known
        try:
            source = Source(decode_script(read_script(path)).text)
        except (OSError, ScriptFileError):
            return None
        return CheckedFile(path, source, is_entry_script=False)


def _is_known(finding: Finding, file: CheckedFile) -> bool:
    """Return whether the text alone has told that this line fails."""
    return any(
        each.severity is Severity.ERROR
        and each.range.start.line <= finding.range.start.line <= each.range.end.line
        and not each.code.startswith("AML9")
        for each in file.findings
    )


def _run_range(script: Script) -> Range:
    definition = script.run.definition if script.run else None
    return script.source.name_range(definition) if definition else script.source.line_range(0)


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a signal that ends this program end the server first."""

    def leave(number: int, _frame: object) -> None:
        sys.exit(128 + number)

    signals = [signal.SIGTERM]
    if sys.platform != "win32":
        signals.append(signal.SIGHUP)
    before = [(number, signal.signal(number, leave)) for number in signals]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)

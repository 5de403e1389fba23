"""``azmlinfsrv check PATH…``: find mistakes in entry scripts."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from azmlinfsrv.analysis.configuration import Configuration, ConfigurationError
from azmlinfsrv.analysis.script_file import read_script
from azmlinfsrv.cli.catalogue import unknown_code
from azmlinfsrv.cli.check_options import parse_options
from azmlinfsrv.cli.checking import Checked, Mended, Wanted, check
from azmlinfsrv.cli.mending import difference, print_bytes, write_fixed
from azmlinfsrv.cli.output import guarded_output
from azmlinfsrv.cli.report import CLEAN, COULD_NOT_RUN, FOUND, Report, Trouble, relative_to
from azmlinfsrv.cli.targets import STANDARD_INPUT, Target, Targets
from azmlinfsrv.cli.terminal import Paint, wants_colour

_UNNAMED = "score.py"


def main(arguments: Sequence[str]) -> int:
    """Check; returns the exit status."""
    options = parse_options(arguments)
    with guarded_output():
        try:
            return _Check(options).run()
        except ConfigurationError as error:
            print(f"azmlinfsrv check: {error}", file=sys.stderr)
            return COULD_NOT_RUN
        except KeyboardInterrupt:
            print("azmlinfsrv check: interrupted.", file=sys.stderr)
            return 130
    return COULD_NOT_RUN


class _Check:
    """One check, as its options ask for it."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._report = Report()
        self._targets = Targets(options.model_dir, self._trouble)
        self._wanted = Wanted(options.select, options.ignore, options.strict)
        self._diffs: list[str] = []
        self._known: set[Path | None] = {None}

    def run(self) -> int:
        options, report = self._options, self._report
        if options.paths == [STANDARD_INPUT]:
            self._check_input()
        else:
            self._check_paths()
        for trouble in report.troubles:
            print(f"azmlinfsrv check: {trouble.path} {trouble.message}", file=sys.stderr)
        if not options.diff:
            self._print_findings()
            return report.status(exit_zero=options.exit_zero)
        print("".join(self._diffs), end="")
        print(self._report.summary_of_diff, file=sys.stderr)
        if report.troubles:
            return COULD_NOT_RUN
        return FOUND if self._diffs and not options.exit_zero else CLEAN

    def _check_paths(self) -> None:
        trial = None
        if self._options.run:
            # Starting servers takes libraries that a check of the text does without.
            from azmlinfsrv.cli.trial.trial import Trial

            trial = Trial.from_options(self._options, self._report)
        for target in self._targets.find(self._options.paths):
            checked = self._check_file(target)
            if trial and checked:
                trial.run(target, checked, self._wanted.selection(target))

    def _check_input(self) -> None:
        name = self._options.stdin_filename or _UNNAMED
        target = self._targets.named(Path(name).absolute())
        data = sys.stdin.buffer.read() if sys.stdin else b""
        checked = self._check_data(target, data)
        if self._options.fix:
            # Whoever pipes a script through gets one back in any case.
            print_bytes(checked.mended.fixed.data if checked and checked.mended else data)

    def _check_file(self, target: Target) -> Checked | None:
        try:
            data = read_script(target.path)
        except OSError as error:
            is_dangling = target.path.is_symlink() and not target.path.exists()
            if target.is_named or not is_dangling:
                self._trouble(Trouble(_shown(target), f"cannot be read: {error.strerror}."))
            return None
        return self._check_data(target, data)

    def _check_data(self, target: Target, data: bytes) -> Checked | None:
        self._know(target.project.configuration)
        checked = self._check(target, data, fix=self._options.fix or self._options.diff)
        if checked and checked.mended and not self._mend(target, checked.mended):
            checked = self._check(target, data, fix=False)
        if checked:
            self._report.files.append(checked.file)
        return checked

    def _check(self, target: Target, data: bytes, *, fix: bool) -> Checked | None:
        try:
            return check(target, data, self._wanted, fix=fix)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not hide the other files
            what = f"{type(error).__name__}: {error}"
            message = f"could not be checked, by a fault of azmlinfsrv: {what}"
            self._trouble(Trouble(_shown(target), message))
            return None

    def _mend(self, target: Target, mended: Mended) -> bool:
        """Write or show a mended text; returns whether that went well."""
        trouble = None
        if self._options.diff:
            paint = Paint(is_on=wants_colour(sys.stdout))
            self._diffs.append(difference(target, mended, paint))
        elif self._options.paths != [STANDARD_INPUT]:
            trouble = write_fixed(target, mended.fixed)
        if trouble:
            self._trouble(trouble)
            return False
        self._report.fixed += mended.count
        return True

    def _know(self, configuration: Configuration) -> None:
        """Refuse a project's table with codes that no rule has, the first time that it is met."""
        if configuration.file not in self._known:
            self._known.add(configuration.file)
            for key in ("select", "ignore"):
                if wrong := unknown_code(getattr(configuration, key)):
                    raise ConfigurationError(f"{configuration.file}: {key}: {wrong}")

    def _trouble(self, trouble: Trouble) -> None:
        self._report.troubles.append(trouble)

    def _print_findings(self) -> None:
        options, report = self._options, self._report
        is_text = options.format == "text"
        stream = sys.stderr if options.fix and options.paths == [STANDARD_INPUT] else sys.stdout
        file = options.output_file
        text = render(report, options.format, Paint(is_on=not file and wants_colour(stream)))
        if file:
            try:
                Path(file).write_text(text, encoding="utf-8", errors="backslashreplace")
            except OSError as error:
                trouble = Trouble(file, f"cannot be written: {error.strerror}.")
                self._trouble(trouble)
                print(f"azmlinfsrv check: {trouble.path} {trouble.message}", file=sys.stderr)
        else:
            print(text, end="", file=stream)
        aside = stream if is_text and not file else sys.stderr
        if aside is sys.stderr and not (is_text and not file):
            print("\n".join([*report.notes, report.summary]), file=sys.stderr)
        if options.statistics:
            print("\n".join(_statistics(report)), file=aside)


def render(report: Report, name: str, paint: Paint) -> str:
    """Return the findings in a format, whose module alone is imported."""
    if name == "text":
        from azmlinfsrv.cli.formats import text

        return text.render(report, paint)
    module = importlib.import_module(f"azmlinfsrv.cli.formats.{name}")
    return str(module.render(report))


def _statistics(report: Report) -> Iterator[str]:
    """Yield how often each rule has found something, the most frequent first."""
    counts = Counter(
        (finding.code, finding.rule, finding.severity.value) for _, finding in report.findings()
    )
    width = max((len(str(count)) for count in counts.values()), default=1)
    for (code, name, severity), count in sorted(
        counts.items(), key=lambda item: (-item[1], item[0])
    ):
        yield f"{count:>{width}}  {code}  {name}  {severity}"


def _shown(target: Target) -> str:
    return relative_to(Path.cwd(), target.path)

"""Findings for people: the place, the message, and the line with the mistake underlined."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from azmlinfsrv.analysis.findings import Finding, Range, Severity
from azmlinfsrv.cli.report import CheckedFile, Report
from azmlinfsrv.cli.terminal import Paint, plain, width

_LONGEST_LINE = 160
_BEFORE_MARK = 60


def render(report: Report, paint: Paint) -> str:
    """Return the whole text, the summary last."""
    blocks = ["\n".join(_block(file, finding, paint)) for file, finding in report.findings()]
    lines = "".join(f"{block}\n\n" for block in blocks)
    notes = "".join(f"{note}\n" for note in report.notes)
    return f"{lines}{notes}{report.summary}\n"


def _block(file: CheckedFile, finding: Finding, paint: Paint) -> Iterator[str]:
    colour = {
        Severity.ERROR: paint.red,
        Severity.WARNING: paint.yellow,
        Severity.INFORMATION: paint.blue,
    }[finding.severity]
    message = plain(finding.message.replace("\n", " "))
    yield f"{_place(file, finding.range, paint)}: {colour(finding.code)} {message}"
    numbers = [finding.range.start.line, *(each.range.start.line for each in finding.related)]
    margin = len(str(max(numbers) + 1))
    yield from _excerpt(file, finding.range, margin, lambda width: colour("^" * width), paint)
    for related in finding.related:
        told = plain(related.message.replace("\n", " "))
        yield f"{_place(file, related.range, paint)}: {told}"
        yield from _excerpt(
            file, related.range, margin, lambda width: paint.blue("-" * width), paint
        )


def _place(file: CheckedFile, where: Range, paint: Paint) -> str:
    path = paint.bold(plain(file.shown))
    return f"{path}:{where.start.line + 1}:{where.start.column + 1}"


def _excerpt(
    file: CheckedFile, where: Range, margin: int, marks: Callable[[int], str], paint: Paint
) -> Iterator[str]:
    """Yield the first line of a range, and marks below it."""
    line = file.source.line(where.start.line).rstrip()
    if not line:
        return
    start = min(where.start.column, len(line))
    end = where.end.column if where.end.line == where.start.line else len(line)
    end = max(min(end, len(line)), start)
    before, marked, after = line[:start], line[start:end], line[end:]
    if len(line) > _LONGEST_LINE:
        before = f"…{before[-_BEFORE_MARK:]}" if len(before) > _BEFORE_MARK else before
        marked, after = marked[:_LONGEST_LINE], ""
    before, marked, after = plain(before), plain(marked), plain(after)
    number = paint.dim(f"{where.start.line + 1:>{margin}} |")
    yield f"{number} {before}{marked}{after}"
    indent = paint.dim(f"{'':>{margin}} |")
    yield f"{indent} {' ' * width(before)}{marks(max(width(marked), 1))}"

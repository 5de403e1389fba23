"""A profile as text for a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from azmlinfsrv.cli.profiling.figures import PERCENTILES, Level, Profile
from azmlinfsrv.cli.profiling.notes import notes_on
from azmlinfsrv.cli.profiling.recommend import TIMES, Recommendation
from azmlinfsrv.cli.report import relative_to
from azmlinfsrv.cli.terminal import Paint, plain

UNKNOWN = "\N{EN DASH}"
_GB, _MB = 1e9, 1e6
_CHART_WIDTH = 48
_LEFT = 12
# What lies between the percentiles of the chart, without and with characters for it.
_BANDS = ((50.0, "█", "#"), (90.0, "▓", "="), (99.0, "▒", "-"), (99.9, "░", "."))


def milliseconds(value: float | None) -> str:
    """Return a time with three digits that count."""
    if value is None:
        return UNKNOWN
    digits = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{digits}f}"


def rate(value: float) -> str:
    """Return a number of requests a second."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def memory(value: int | None) -> str:
    """Return a size of memory."""
    if value is None:
        return UNKNOWN
    return f"{value / _GB:.2f} GB" if value >= _GB else f"{value / _MB:.0f} MB"


def table_of(profile: Profile) -> tuple[Sequence[str], list[Sequence[str]]]:
    """Return the headings and the rows of the figures, for every kind of report."""
    headings: tuple[str, ...] = ("connections", "requests/s", "success", "mean ms")
    headings += tuple(f"p{percent:g}" for percent in PERCENTILES)
    headings += ("CPU cores", "memory", "peak")
    return headings, [_row(level) for level in profile.levels]


def _row(level: Level) -> Sequence[str]:
    cores = UNKNOWN if level.cores is None else f"{level.cores:.2f}"
    name = f"{level.concurrency}" if level.is_complete else f"{level.concurrency} (cut short)"
    # Rounded down: 100 % is only what it says.
    success = f"{math.floor(level.success_rate * 10) / 10:g} %"
    latencies = [milliseconds(level.percentiles_ms.get(percent)) for percent in PERCENTILES]
    sizes = (memory(level.memory_bytes), memory(level.peak_bytes))
    return (
        name,
        rate(level.per_second),
        success,
        milliseconds(level.mean_ms),
        *latencies,
        cores,
        *sizes,
    )


def lines_of(
    profile: Profile, recommendation: Recommendation | None, paint: Paint, *, is_plain: bool
) -> Iterator[str]:
    """Yield the lines of a report; ``is_plain`` is for a terminal that shows ASCII only."""
    for line in _lines(profile, recommendation, paint, is_plain=is_plain):
        yield _in_ascii(line) if is_plain else line


def _lines(
    profile: Profile, recommendation: Recommendation | None, paint: Paint, *, is_plain: bool
) -> Iterator[str]:
    yield from _head(profile, paint)
    if profile.error:
        yield f"{paint.red('Stopped early')}: {plain(profile.error)}"
    elif profile.failure:
        yield f"{paint.red('Requests failed')}, the first one with {plain(profile.failure)}"
    if profile.is_interrupted:
        yield paint.yellow("Interrupted: these are the figures until then.")
    if profile.levels:
        yield ""
        headings, rows = table_of(profile)
        yield from _table(headings, rows, paint)
    if any(level.succeeded for level in profile.levels):
        yield ""
        yield from _chart(profile.levels, paint, is_plain=is_plain)
        yield from _parts(profile, paint)
    if recommendation:
        yield ""
        yield from _recommended(recommendation, paint)
    if profile.levels:
        yield ""
        yield from (f"{paint.bold('Note:')} {note}" for note in notes_on(profile))


def _head(profile: Profile, paint: Paint) -> Iterator[str]:
    from pathlib import Path

    machine = profile.machine
    script = relative_to(Path.cwd(), Path(profile.script))
    workers = f"{profile.workers} worker{'s' if profile.workers > 1 else ''}"
    yield f"{paint.bold(plain(script))} with {workers}, ready after {profile.init_seconds:.2f} s"
    first = profile.samples[:1]
    more = f" and {len(profile.samples) - 1} more" if len(profile.samples) > 1 else ""
    if first:
        yield f"Requests: {plain(first[0])}{more}"
    yield paint.dim(f"{machine.system}, {machine.cores} cores, Python {machine.python}")


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]], paint: Paint) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    yield paint.bold("  ".join(map(str.rjust, headings, widths)))
    for row in rows:
        yield "  ".join(map(str.rjust, row, widths))


def _chart(levels: Sequence[Level], paint: Paint, *, is_plain: bool) -> Iterator[str]:
    """Yield a bar for each level, on a scale on which ten times as long is as far everywhere."""
    shown = [level for level in levels if level.percentiles_ms]
    low = min(level.percentiles_ms[50.0] for level in shown) / 2
    high = max(level.percentiles_ms[99.9] for level in shown)
    legend = ", ".join(
        f"{ascii_sign if is_plain else sign} to p{percent:g}"
        for percent, sign, ascii_sign in _BANDS
    )
    yield paint.bold("Latency in ms, logarithmic scale: ") + legend
    for level in shown:
        bar = ""
        for percent, sign, ascii_sign in _BANDS:
            at = _position(level.percentiles_ms[percent], low, high)
            bar += (ascii_sign if is_plain else sign) * (at - len(bar))
        ends = f" {milliseconds(level.percentiles_ms[99.9])}"
        yield f"{level.concurrency:>{_LEFT - 1}} {bar}{ends}"
    yield paint.dim(" " * _LEFT + _scale(low, high))


def _position(value: float, low: float, high: float) -> int:
    if high <= low:
        return 1
    share = math.log(value / low) / math.log(high / low)
    return max(1, min(_CHART_WIDTH, round(share * _CHART_WIDTH)))


def _scale(low: float, high: float) -> str:
    """Return round numbers below the places where they are."""
    line = ""
    for exponent in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1):
        for digit in (1, 2, 5):
            value = digit * 10.0**exponent
            if low <= value <= high:
                at = _position(value, low, high) - 1
                if at >= len(line) + (1 if line else 0):
                    line = line.ljust(at) + f"{value:g}"
    return line


def _parts(profile: Profile, paint: Paint) -> Iterator[str]:
    measured = [level for level in profile.levels if level.parts and level.mean_ms]
    if not measured:
        return
    level = min(measured, key=lambda each: each.concurrency)
    yield ""
    connections = f"{level.concurrency} connection{'s' if level.concurrency > 1 else ''}"
    yield paint.bold(f"Time per part, mean of a request with {connections}:")
    for name, value, share, told in parts_rows(level):
        yield f"  {name:<7} {milliseconds(value):>7} ms  {share * 100:>3.0f} %  {told}"


def parts_rows(level: Level) -> list[tuple[str, float, float, str]]:
    """Return the name, milliseconds, share and meaning of each part of a level's requests."""
    parts, mean = level.parts, level.mean_ms
    assert parts is not None  # noqa: S101 - asked only for levels that have them
    assert mean is not None  # noqa: S101
    rest = max(0.0, mean - parts.total)
    rows = (
        ("parse", parts.parse, "the body to the arguments of run()"),
        ("run", parts.run, "run() with the conversions of its schema"),
        ("encode", parts.encode, "its result to the answer's body"),
        ("rest", rest, "HTTP, waiting for a turn, and the load itself"),
    )
    return [(name, value, value / mean, told) for name, value, told in rows]


def _recommended(found: Recommendation, paint: Paint) -> Iterator[str]:
    source = "--target_rps" if found.is_target_given else "as measured; another: --target_rps"
    yield paint.bold(f"Recommendation for {rate(found.target_rps)} requests/s ({source}):")
    for step in found.steps:
        yield f"  {paint.bold(step.what)}: {step.result}"
        yield f"    = {step.formula}"
        if step.numbers:
            yield f"    = {step.numbers}"
    for warning in found.warnings:
        yield f"  {paint.yellow('Caution:')} {warning}"


def _in_ascii(line: str) -> str:
    for sign, other in ((UNKNOWN, "-"), (TIMES, "x"), ("…", "...")):
        line = line.replace(sign, other)
    return line

"""Where the shapes of the report's charts go. The template draws them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from azmlinfsrv.cli.profiling.figures import Level
from azmlinfsrv.cli.profiling.text import milliseconds, rate

WIDTH = 640
_LEFT, _RIGHT = 120, 90
_ROW = 34
# Each band is thinner than the one before: they differ in shape, not only in colour.
_BANDS = ((50.0, 22), (90.0, 16), (99.0, 9), (99.9, 3))


@dataclass(frozen=True)
class Shape:
    """A rectangle, with what it stands for."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str


@dataclass(frozen=True)
class Label:
    """A text; ``anchor`` is SVG's."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True)
class Chart:
    """A chart, with a text that says the same for those who do not see it."""

    height: float
    description: str
    shapes: tuple[Shape, ...]
    labels: tuple[Label, ...]
    lines: tuple[float, ...] = ()
    width: float = WIDTH


def latency_chart(levels: Sequence[Level]) -> Chart | None:
    """Return a bar for each level, on a scale on which ten times as long is as far everywhere."""
    shown = [level for level in levels if level.percentiles_ms]
    if not shown:
        return None
    low = min(level.percentiles_ms[50.0] for level in shown) / 2
    high = max(level.percentiles_ms[99.9] for level in shown) * 1.01

    def place(value: float) -> float:
        share = math.log(value / low) / math.log(high / low)
        return _LEFT + share * (WIDTH - _LEFT - _RIGHT)

    shapes, labels, told = [], [], []
    for row, level in enumerate(shown):
        middle = row * _ROW + _ROW / 2
        begin = float(_LEFT)
        for percent, height in _BANDS:
            value = level.percentiles_ms[percent]
            title = f"p{percent:g} with {_connections(level)}: {milliseconds(value)} ms"
            end = place(value)
            kind = f"p{percent:g}".replace(".", "")
            width = max(end - begin, 0)
            shapes.append(Shape(begin, middle - height / 2, width, height, kind, title))
            begin = end
        labels.append(Label(_LEFT - 8, middle + 4, _connections(level), "end"))
        slowest = f"{milliseconds(level.percentiles_ms[99.9])} ms"
        labels.append(Label(begin + 6, middle + 4, slowest))
        told.append(
            f"{_connections(level)}: median {milliseconds(level.percentiles_ms[50.0])} ms,"
            f" p99 {milliseconds(level.percentiles_ms[99.0])} ms"
        )
    bottom = len(shown) * _ROW
    ticks = list(_ticks(low, high))
    labels += [Label(place(value), bottom + 18, f"{value:g}", "middle") for value in ticks]
    lines = tuple(place(value) for value in ticks)
    return Chart(bottom + 26, "; ".join(told), tuple(shapes), tuple(labels), lines)


def throughput_chart(levels: Sequence[Level]) -> Chart | None:
    """Return a bar of requests a second for each level."""
    highest = max((level.per_second for level in levels), default=0.0)
    if not highest:
        return None
    shapes, labels = [], []
    for row, level in enumerate(levels):
        middle = row * _ROW + _ROW / 2
        width = level.per_second / highest * (WIDTH - _LEFT - _RIGHT)
        text = f"{rate(level.per_second)}/s"
        title = f"{text} with {_connections(level)}"
        shapes.append(Shape(_LEFT, middle - 9, width, 18, "p50", title))
        labels.append(Label(_LEFT - 8, middle + 4, _connections(level), "end"))
        labels.append(Label(_LEFT + width + 6, middle + 4, text))
    description = "; ".join(shape.title for shape in shapes)
    return Chart(len(levels) * _ROW, description, tuple(shapes), tuple(labels))


def parts_chart(rows: Sequence[tuple[str, float, float, str]]) -> Chart:
    """Return one bar that is divided into the parts of a request."""
    shapes, labels = [], []
    begin, whole = 0.0, sum(share for _, _, share, _ in rows) or 1.0
    for kind, (name, value, share, _) in zip(("p50", "p90", "p99", "p999"), rows, strict=True):
        width = share / whole * WIDTH
        title = f"{name}: {milliseconds(value)} ms, {share * 100:.0f} %"
        shapes.append(Shape(begin, 0, width, 26, kind, title))
        if width > len(name) * 8:
            labels.append(Label(begin + width / 2, 44, name, "middle"))
        begin += width
    return Chart(50, "; ".join(shape.title for shape in shapes), tuple(shapes), tuple(labels))


def _connections(level: Level) -> str:
    return f"{level.concurrency} connection{'s' if level.concurrency > 1 else ''}"


def _ticks(low: float, high: float) -> list[float]:
    """Return the round numbers of a scale, few enough to be read."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    digits = (1, 2, 5) if math.log10(high / low) < 3 else (1,)
    values = [digit * 10.0**exponent for exponent in decades for digit in digits]
    return [value for value in values if low < value < high]

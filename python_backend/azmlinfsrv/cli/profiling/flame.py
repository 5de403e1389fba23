"""A flame graph as SVG: no script, each frame told by a tooltip."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azmlinfsrv.cli.profiling.charts import Chart, Label, Shape
from azmlinfsrv.cli.profiling.template import render

_WIDTH = 1000.0
_ROW = 20
_LETTER = 7.2
_THINNEST = 0.6
_KINDS = ("p50", "p90", "p99")


def flame_chart(found: dict[str, Any]) -> Chart:
    """Return the chart of what was sampled: callers above, what they call below them."""
    run = found["run"]
    if len(run["children"]) == 1:
        # An undecorated run() is the only frame below the one that stands for all calls.
        run = {**run["children"][0], "ms": run["ms"]}
    whole = run["ms"] or 1.0
    frames = list(_frames(run, 0.0, 0, _WIDTH / whole))
    shapes, labels = [], []
    for node, x, depth, width in frames:
        share = node["ms"] / whole
        where = f" ({node['where']})" if node["where"] else ""
        title = f"{node['name']}{where}: {node['ms']:.0f} ms, {share * 100:.1f} %"
        # Neighbours differ, so that it is seen where one ends.
        kind = _KINDS[hash_of(node["name"]) % len(_KINDS)]
        shapes.append(Shape(x, depth * _ROW, width, _ROW - 1, kind, title))
        fitting = int((width - 6) / _LETTER)
        if fitting > 2:
            name = node["name"]
            text = name if len(name) <= fitting else name[: fitting - 1] + "…"
            labels.append(Label(x + 4, depth * _ROW + 14, text))
    depth = max((depth for _, _, depth, _ in frames), default=0) + 1
    hottest = sorted(run["children"], key=lambda node: -node["ms"])[:3]
    told = ", ".join(f"{node['name']} {node['ms'] / whole * 100:.0f} %" for node in hottest)
    description = f"Time in run() over {found['requests']} requests: {told or 'nothing sampled'}"
    return Chart(depth * _ROW, description, tuple(shapes), tuple(labels), width=_WIDTH)


def flame_graph(found: dict[str, Any]) -> str:
    """Return a whole SVG document."""
    return render("flame.svg.jinja", chart=flame_chart(found), requests=found["requests"])


def hash_of(name: str) -> int:
    """Return the same number for the same name in every run, which hash() does not."""
    return sum(name.encode())


def _frames(
    node: dict[str, Any], x: float, depth: int, scale: float
) -> Iterator[tuple[dict[str, Any], float, int, float]]:
    width = node["ms"] * scale
    if width < _THINNEST:
        return
    yield node, round(x, 2), depth, round(width, 2)
    for child in node["children"]:
        yield from _frames(child, x, depth + 1, scale)
        x += child["ms"] * scale

"""The report as a page."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from azmlinfsrv.cli.profiling.flame import flame_graph
from azmlinfsrv.cli.profiling.page import page_of
from azmlinfsrv.cli.profiling.recommend import recommend

from .profiles import LEVEL, PROFILE

EVIL = "<script>alert(1)</script>"
VOID = {"meta"}
FLAME: dict[str, Any] = {
    "requests": 7,
    "run": {
        "name": "run()",
        "where": "",
        "ms": 100.0,
        "children": [
            {"name": EVIL, "where": "a&b.py:1", "ms": 60.0, "children": []},
            {"name": "other", "where": "c.py:2", "ms": 30.0, "children": []},
        ],
    },
}


class Balance(HTMLParser):
    """Notes what is opened and not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.seen.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page(**changes: Any) -> str:
    profile = replace(PROFILE, **changes)
    return page_of(profile, recommend(profile), FLAME)


def test_the_page_is_whole_and_its_charts_can_be_read_aloud() -> None:
    shown = page()
    balance = Balance()
    balance.feed(shown)
    assert balance.open == []
    assert {"table", "caption", "svg", "main", "h1"} <= balance.seen
    assert 'aria-label="1 connection: median 90.0 ms, p99 150 ms"' in shown
    assert '<th scope="col">p99.9</th>' in shown


def test_nothing_that_a_script_or_an_answer_is_called_becomes_a_part_of_the_page() -> None:
    shown = page(script=f"/x/{EVIL}.py", failure=EVIL, samples=(EVIL,))
    assert "<script" not in shown
    assert shown.count("&lt;script&gt;") >= 4
    assert "<script" not in flame_graph(FLAME)


def test_the_page_allows_its_own_style_and_nothing_else() -> None:
    shown = page()
    style = re.search(r"<style>(.*?)</style>", shown, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'"
    assert f'http-equiv="Content-Security-Policy" content="{policy}"' in shown
    assert " style=" not in shown
    assert "@import" not in style[1]
    assert "url(" not in style[1]


def test_a_profile_without_figures_says_why() -> None:
    shown = page(levels=(), error="The first request failed. status 400: no", failure="x")
    assert "Stopped early:" in shown
    assert "The first request failed. status 400: no" in shown
    assert "Recommendation" not in shown


def test_levels_of_which_nothing_succeeded_are_shown_without_a_bar() -> None:
    failed = replace(LEVEL, concurrency=2, succeeded=0, mean_ms=None, percentiles_ms={}, parts=None)
    shown = page(levels=(LEVEL, failed), failure="status 500")
    assert "Requests failed," in shown
    assert "<td>0 %</td>" in shown

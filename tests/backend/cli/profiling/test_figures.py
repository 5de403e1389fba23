"""The figures mean what they are called."""

from __future__ import annotations

from array import array
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azmlinfsrv.cli.profiling.figures import level_of, parts_of, percentile
from azmlinfsrv.cli.profiling.generator import Burst
from azmlinfsrv.cli.profiling.notes import notes_on

from .profiles import LEVEL, PROFILE, level

THOUSAND = list(range(1, 1001))


@pytest.mark.parametrize(
    ("percent", "expected"), [(50, 500), (90, 900), (95, 950), (99, 990), (99.9, 999), (100, 1000)]
)
def test_a_percentile_is_the_value_that_so_many_do_not_exceed(
    percent: float, expected: int
) -> None:
    assert percentile(THOUSAND, percent) == expected


def test_of_few_requests_the_rarest_percentile_is_the_slowest_one() -> None:
    assert percentile([5, 7, 9], 99.9) == 9
    assert percentile([5], 50) == 5


@given(st.lists(st.integers(0, 10**12), min_size=1), st.sampled_from([50, 90, 95, 99, 99.9]))
def test_a_percentile_is_never_a_latency_that_nobody_had(values: list[int], percent: float) -> None:
    values.sort()
    found = percentile(values, percent)
    assert found in values
    not_above = sum(1 for value in values if value <= found)
    assert not_above * 1000 >= len(values) * round(percent * 10)


def test_failed_requests_count_for_the_success_rate_and_not_for_the_latency() -> None:
    burst = Burst(latencies=array("q", [2_000_000, 4_000_000, 6_000_000]), failures=1, seconds=2.0)
    measured = level_of(1, burst, cpu_seconds=1.0, after=None)
    assert measured.requests == 4
    assert measured.success_rate == 75
    assert measured.mean_ms == 4
    assert measured.per_second == 1.5
    assert measured.cores == 0.5


def test_the_servers_own_times_are_found_among_other_headers() -> None:
    head = (
        b"HTTP/1.1 200 OK\r\nx-ms-run-fn-exec-ms: 20.1\r\n"
        b"Server-Timing: parse;dur=0.5, run;dur=20.0, encode;dur=1.5\r\n"
    )
    parts = parts_of([head, head.replace(b"dur=20.0", b"dur=30.0"), b"HTTP/1.1 200 OK\r\n"])
    assert parts is not None
    assert (parts.parse, parts.run, parts.encode) == (0.5, 25.0, 1.5)
    assert parts_of([b"HTTP/1.1 200 OK\r\n"]) is None


def test_an_hour_of_small_requests_does_not_fill_the_memory() -> None:
    burst = Burst()
    for number in range(500_000):
        burst.latencies.append(number)
        burst.keep(b"%d" % number)
    assert 50_000 <= len(burst.heads) <= 100_000
    # Evenly: neither the first nor the last count for more.
    assert 0.45 < sum(map(int, burst.heads)) / len(burst.heads) / 500_000 < 0.55


def test_more_connections_that_only_wait_longer_do_not_speak_for_the_server() -> None:
    levels = (level(1, 50), level(2, 98), level(4, 100), level(8, 101))
    best = replace(PROFILE, levels=levels).best
    assert best is not None
    assert best.concurrency == 2


def test_it_is_told_when_the_load_was_the_bottleneck() -> None:
    assert not any("bottleneck" in note for note in notes_on(PROFILE))
    busy = replace(LEVEL, own_cpu_seconds=9.5)
    (told,) = [n for n in notes_on(replace(PROFILE, levels=(busy,))) if "bottleneck" in n]
    assert "With 1 connections the load was the bottleneck: it kept a core busy for 95%" in told


def test_it_is_told_when_other_programs_had_the_machine() -> None:
    disturbed = replace(LEVEL, other_cores=1.5)
    notes = notes_on(replace(PROFILE, levels=(disturbed,)))
    assert any("Other programs kept up to 1.5 of 4 cores busy" in note for note in notes)

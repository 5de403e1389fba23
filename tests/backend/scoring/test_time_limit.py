"""A run() that takes too long is interrupted, whatever it does and wherever it runs."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

import pytest

from azmlinfsrv.scoring.time_limit import TimeLimit, TimeLimitError

LIMIT = 0.2


def sleep() -> None:
    time.sleep(5)


def wait() -> None:
    threading.Event().wait(5)


def loop() -> None:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        pass


def swallow() -> str:
    with contextlib.suppress(BaseException):
        time.sleep(5)
    return "as if nothing had happened"


def call(function: Callable[[], object]) -> float:
    """Return after how many seconds the call was interrupted."""
    started = time.monotonic()
    with pytest.raises(TimeLimitError):
        TimeLimit(LIMIT).call(function, {})
    return time.monotonic() - started


@pytest.mark.parametrize("function", [sleep, wait, loop, swallow])
def test_the_main_thread_is_interrupted_in_time_even_in_a_system_call(
    function: Callable[[], object],
) -> None:
    assert LIMIT <= call(function) < 2


def test_another_thread_is_interrupted_between_two_steps() -> None:
    seconds: list[float] = []
    thread = threading.Thread(target=lambda: seconds.append(call(loop)))
    thread.start()
    thread.join(10)
    assert seconds
    assert seconds[0] < 2


def test_a_call_in_time_is_left_alone_and_so_is_what_follows() -> None:
    limit = TimeLimit(LIMIT)
    assert limit.call(lambda value: value * 2, {"value": 21}) == 42
    time.sleep(LIMIT * 2)
    assert limit.call(lambda: "again", {}) == "again"


def test_each_call_has_the_whole_limit() -> None:
    limit = TimeLimit(LIMIT)
    for _ in range(3):
        limit.call(lambda: time.sleep(LIMIT * 0.6), {})


def test_without_a_limit_nothing_is_watched() -> None:
    before = threading.active_count()
    assert TimeLimit(0).call(lambda: 1, {}) == 1
    assert threading.active_count() == before


def test_an_error_of_the_call_comes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        TimeLimit(LIMIT).call(lambda: 1 / 0, {})

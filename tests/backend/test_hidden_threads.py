"""Threads that the debugger must leave alone."""

from __future__ import annotations

import threading

import pytest

from azmlinfsrv.threads import HiddenExecutor


def _fail() -> None:
    raise ValueError("no")


def test_what_is_answered_beside_the_script_is_not_paused_with_it() -> None:
    executor = HiddenExecutor(2, "aside")
    meeting = threading.Barrier(2)

    def meet() -> threading.Thread:
        meeting.wait(10)
        return threading.current_thread()

    # Both threads are there at once, and no third.
    calls = [executor.submit(meet) for _ in range(4)]
    threads = {call.result(10) for call in calls}
    assert sorted(thread.name for thread in threads) == ["aside 1", "aside 2"]
    assert all(vars(thread)["is_pydev_daemon_thread"] for thread in threads)
    executor.shutdown()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_a_call_that_fails_costs_its_caller_and_not_the_thread() -> None:
    executor = HiddenExecutor(1, "aside")
    with pytest.raises(ValueError, match="no"):
        executor.submit(_fail).result(10)
    assert executor.submit(int, "2", base=10).result(10) == 2
    executor.shutdown()

"""A worker gets quick mini batches ahead, and that blames, loses and holds up nothing."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from azmlinfsrv.batch.mini_batch import Kind, MiniBatch
from azmlinfsrv.batch.work import Attempts, Work
from azmlinfsrv.batch.worker_process import WorkerProcess

from .running import write

SCRIPT = """
    import ctypes, os, time

    def init():
        pass

    def run(mini_batch):
        [name] = mini_batch
        if name == "slow":
            time.sleep(0.7)
        if name == "crash":
            os._exit(9)
        if name == "hang":
            # As an extension module does that never lets another thread in.
            ctypes.PyDLL(None).sleep(60)
        return [name]
"""


class Pending:
    """Mini batches of one file each, and whether they were asked for ahead."""

    def __init__(self, *names: str) -> None:
        self._left = deque(MiniBatch(i, i, 1, files=(name,)) for i, name in enumerate(names))
        self.asked: list[bool] = []

    def take(self, is_ahead: bool) -> MiniBatch | None:
        self.asked.append(is_ahead)
        return self._left.popleft() if self._left else None


@contextmanager
def worker(folder: Path, *, retries: int = 0, timeout: float = 30) -> Iterator[WorkerProcess]:
    write(folder, SCRIPT)
    work = Work(folder / "batch_score.py", Kind.FILES, folder)
    process = WorkerProcess(work, Attempts(retries, timeout))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.stop()


def test_the_next_mini_batch_is_there_before_a_quick_one_is_done(tmp_path: Path) -> None:
    pending = Pending("a", "b", "c")
    with worker(tmp_path) as process:
        texts = [outcome.text for outcome in process.outcomes(pending.take)]
    assert texts == ["a\n", "b\n", "c\n"]
    # "c" while "b" was being scored; then twice to hear that there are no more.
    assert pending.asked == [False, False, True, True, False]


def test_nothing_waits_behind_a_slow_mini_batch_which_another_worker_could_begin(
    tmp_path: Path,
) -> None:
    pending = Pending("slow", "b")
    with worker(tmp_path) as process:
        outcomes = process.outcomes(pending.take)
        assert next(outcomes).text == "slow\n"
        assert next(outcomes).text == "b\n"
    assert pending.asked == [False, False]


def test_a_crash_is_counted_for_its_mini_batch_and_not_for_the_one_that_waits(
    tmp_path: Path,
) -> None:
    pending = Pending("a", "b", "crash", "c", "d")
    with worker(tmp_path, retries=1) as process:
        outcomes = {each.index: each for each in process.outcomes(pending.take)}
    assert [outcomes[index].text for index in (0, 1, 3, 4)] == ["a\n", "b\n", "c\n", "d\n"]
    assert [outcomes[index].tries for index in range(5)] == [1, 1, 2, 1, 1]
    assert "the worker ended with status 9" in (outcomes[2].error or "")


def test_a_script_that_never_lets_go_is_killed_in_time_whatever_waits(tmp_path: Path) -> None:
    # More than any pipe holds.
    pending = Pending("a", "hang", "x" * 1_000_000, "b")
    with worker(tmp_path, timeout=1) as process:
        begin = time.monotonic()
        outcomes = {each.index: each for each in process.outcomes(pending.take)}
    assert time.monotonic() - begin < 20
    assert "longer than 1 s (--timeout)" in (outcomes[1].error or "")
    assert [outcomes[index].error for index in (0, 2, 3)] == [None, None, None]

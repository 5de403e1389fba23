"""Worker processes of this machine, each fed by a thread of ours."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from azmlinfsrv.batch.errors import ScriptFailedError
from azmlinfsrv.batch.mini_batch import MiniBatch, Outcome
from azmlinfsrv.batch.work import Attempts, Work
from azmlinfsrv.batch.worker_process import WorkerProcess

# Windows delivers no Ctrl+C to a wait without end.
_POLL_SECONDS = 0.5


class LocalEngine:
    """So many processes at a time; the next mini batch goes to whoever is free.

    Args:
        work: the script, and how it is called.
        attempts: how long and how often a mini batch is tried.
        concurrency: how many processes.
        program: how azmlinfsrv is started.
        show: gets each line that the script prints; see ``WorkerProcess``.

    """

    def __init__(
        self,
        work: Work,
        attempts: Attempts,
        concurrency: int,
        program: Sequence[str] | None,
        show: Callable[[bytes], None] | None = None,
    ) -> None:
        self._workers = [
            WorkerProcess(work, attempts, program, show=show) for _ in range(concurrency)
        ]
        self._threads: list[threading.Thread] = []
        self._results: queue.SimpleQueue[Outcome | ScriptFailedError | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._pending: deque[MiniBatch] = deque()

    def __enter__(self) -> LocalEngine:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.kill()
        for thread in self._threads:
            thread.join()

    def outcomes(self, mini_batches: Sequence[MiniBatch]) -> Iterator[Outcome]:
        """Yield what comes of each, in any order.

        Raises:
            ScriptFailedError: the script cannot be loaded, or its ``init()`` fails.

        """
        self._pending.extend(mini_batches)
        for worker in self._workers[: len(mini_batches)]:
            thread = threading.Thread(target=self._feed, args=[worker], daemon=True)
            self._threads.append(thread)
            thread.start()
        running = len(self._threads)
        while running:
            try:
                result = self._results.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                continue
            if isinstance(result, ScriptFailedError):
                raise result
            if result is None:
                running -= 1
            else:
                yield result

    def _feed(self, worker: WorkerProcess) -> None:
        try:
            worker.start()
            for outcome in worker.outcomes(self._take):
                self._results.put(outcome)
            worker.stop()
        except ScriptFailedError as error:
            self._results.put(error)
        except Exception as error:  # noqa: BLE001 - nobody else would hear of it
            self._results.put(ScriptFailedError(f"{type(error).__name__}: {error}"))
        self._results.put(None)

    def _take(self, is_ahead: bool) -> MiniBatch | None:
        with self._lock:
            least = len(self._threads) if is_ahead else 1
            return self._pending.popleft() if len(self._pending) >= least else None

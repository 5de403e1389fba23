"""The gunicorn master: forks workers, replaces them, and lets new code take over."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterable
from types import FrameType
from typing import Any

from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer

from azmlinfsrv.debugging.debuggee import is_being_debugged
from azmlinfsrv.scoring import EntryScriptError
from azmlinfsrv.server.gunicorn_front.scoring_worker import ScoringWorker
from azmlinfsrv.server.gunicorn_front.worker_loads import WorkerLoads
from azmlinfsrv.server.lifecycle import BOOT_FAILURE, RELOAD_FAILED, report, report_failure
from azmlinfsrv.server.log import logger
from azmlinfsrv.server.terminal import Terminal

# Workers that go and those that come are there together for a while.
_SPARE_ROWS = 16
_RELOAD_POLL_SECONDS = 0.01
# For the stack of a worker that hangs.
_LAST_WORDS_SECONDS = 0.2


class Master(Arbiter):  # type: ignore[misc]
    """gunicorn's arbiter with other answers to what happens to workers.

    A worker that dies before it serves ends the server: the next one would die, too. On SIGHUP
    new workers load the script anew, and only when they serve are the old ones told to go; if the
    new code cannot be served, the old ones stay.
    """

    def __init__(self, app: Any) -> None:
        self.loads = WorkerLoads(app.cfg.workers * 2 + _SPARE_ROWS)
        self._is_reload_due = False
        # The age of the youngest worker that runs the old code, while new code is being loaded.
        self._last_old_age: int | None = None
        # Told to go, and not to be counted any more.
        self._leaving: dict[int, ScoringWorker] = {}
        self._is_stopping = False
        self._terminal = Terminal()
        super().__init__(app)

    def signal(self, sig: int, frame: FrameType | None) -> None:
        """Queue a signal; a second stop is meant more urgently."""
        if self._is_stopping and sig == signal.SIGTERM:
            sig = signal.SIGQUIT
        super().signal(sig, frame)

    def stop(self, graceful: bool = True) -> None:
        """Stop the workers, those that are about to go anyway included."""
        self._is_stopping = True
        self.WORKERS.update(self._leaving)
        super().stop(graceful)

    @property
    def is_reloading(self) -> bool:
        """Whether a worker that is forked now loads new code, while the old code serves."""
        return self._last_old_age is not None

    def request_reload(self) -> None:
        """Load the script anew, as SIGHUP does. Called in any thread."""
        self._is_reload_due = True
        self.wakeup()

    def handle_hup(self) -> None:
        """Load the script anew, as soon as there is room for new workers."""
        if self._terminal.has_gone:
            self.handle_term()
        if self.cfg.preload_app:
            logger.warning("WORKER_PRELOAD has loaded the script in the master: restart instead.")
        else:
            self._is_reload_due = True

    def _ignore(self) -> None:
        logger.warning("This signal has no meaning here.")

    handle_ttin = handle_ttou = handle_usr2 = _ignore

    def wait_for_signals(self, timeout: float = 1.0) -> list[int]:
        """Wait, while new code is being loaded only for a moment."""
        signals: list[int] = super().wait_for_signals(
            _RELOAD_POLL_SECONDS if self.is_reloading else timeout
        )
        return signals

    def murder_workers(self) -> None:
        """End workers whose event loop hangs: code in C has held Python's lock for too long.

        Not in ``init()``, which may take its time, and not while somebody looks at them in a
        debugger. SIGABRT has the worker's stack written; it cannot do more without the lock.
        """
        if not self.timeout or is_being_debugged():
            return
        for pid, worker in list(self.WORKERS.items()):
            silence = time.monotonic() - worker.tmp.last_update()
            if silence <= self.timeout or not self._serves(worker):
                continue
            logger.critical(
                "WORKER TIMEOUT (pid:%s): run() has held Python's lock for %.0f s, the worker is "
                "replaced",
                pid,
                silence,
            )
            self.kill_worker(pid, signal.SIGABRT)
            time.sleep(_LAST_WORDS_SECONDS)
            self.kill_worker(pid, signal.SIGKILL)

    def manage_workers(self) -> None:
        """Have as many workers as there should be, and let new ones take over."""
        if self._is_reload_due:
            self._begin_reload()
        if not self.is_reloading:
            super().manage_workers()
        elif all(map(self._serves, self._new_workers().values())):
            old = self.WORKERS.keys() - self._new_workers().keys()
            for pid in old:
                self.loads.set_retired(self.WORKERS[pid].row)
            self._dismiss(old, signal.SIGTERM)
            self._last_old_age = None
            logger.info("The script has been loaded anew.")
            report("reloaded")

    def _begin_reload(self) -> None:
        if self.is_reloading:
            # The code has changed again before it was there.
            self._give_up_reload()
        if self.loads.free_rows() < self.num_workers:
            # Workers that were told to go are still at their last requests.
            return
        self._is_reload_due = False
        self._last_old_age = self.worker_age
        logger.info("Loading the script anew …")
        for _ in range(self.num_workers):
            self.spawn_worker()

    def _new_workers(self) -> dict[int, ScoringWorker]:
        last_old = self._last_old_age
        return {
            pid: worker
            for pid, worker in self.WORKERS.items()
            if last_old is not None and worker.age > last_old
        }

    def _give_up_reload(self) -> None:
        # Nobody waits for them: a worker that does not serve yet accepts nothing.
        self._dismiss(self._new_workers().keys(), signal.SIGKILL)
        self._last_old_age = None

    def _dismiss(self, pids: Iterable[int], sig: int) -> None:
        for pid in list(pids):
            self._leaving[pid] = self.WORKERS[pid]
            self.kill_worker(pid, sig)
            self.WORKERS.pop(pid, None)

    def _serves(self, worker: ScoringWorker) -> bool:
        return self.loads.has_booted(worker.row)

    def reap_workers(self) -> None:
        """Take note of workers that have ended."""
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    return
                leaving = self._leaving.pop(pid, None)
                worker = self.WORKERS.pop(pid, None)
                if gone := leaving or worker:
                    gone.tmp.close()
                    has_served = self._serves(gone)
                    self.loads.release(gone.row)
                    # A server that is being stopped has closed its listeners.
                    if not leaving and self.LISTENERS:
                        self._note_end(gone, os.waitstatus_to_exitcode(status), has_served)

    def _note_end(self, worker: ScoringWorker, code: int, has_served: bool) -> None:
        how = f"was ended by {_signal_name(-code)}" if code < 0 else f"ended with status {code}"
        if has_served:
            if code:
                logger.error("Worker (pid:%s) %s.", worker.pid, how)
            return
        failure = EntryScriptError(
            f"The worker process {how} while it loaded the entry script or ran init(): "
            "the script, or a library that it uses, crashed or ended the process."
        )
        is_told = code == BOOT_FAILURE
        if self._last_old_age is not None and worker.age > self._last_old_age:
            self._keep_old_code(None if is_told else failure)
            return
        if not is_told:
            logger.error("%s", failure)
            report_failure(failure)
        raise HaltServer("Worker failed to boot.", BOOT_FAILURE)

    def _keep_old_code(self, failure: EntryScriptError | None) -> None:
        """Give up a reload; without a ``failure`` the worker has told it."""
        if failure:
            logger.error("%s", failure)
            report_failure(failure, event=RELOAD_FAILED)
        self._give_up_reload()
        logger.error("The new code cannot be served: the old code goes on.")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

"""A limit on how long a call may take, wherever Python can interrupt it."""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from types import FrameType

from azmlinfsrv.threads import start_hidden_thread

_SIGNAL = getattr(signal, "SIGALRM", None)


class TimeLimitError(BaseException):
    """The limit has passed. Not an Exception: ``except Exception`` in the script is no way out.

    ``stack`` is where the call was at the limit, even if it went on regardless.
    """

    stack: traceback.StackSummary | None = None


def _never() -> bool:
    return False


class TimeLimit:
    """Interrupts calls that take longer than ``seconds``; 0 is no limit.

    One watching thread serves all calls. It is not woken for a call: it sleeps until the earliest
    time at which a call that has begun meanwhile could be overdue. A call in the main thread is
    interrupted by a signal, which ends blocking system calls, too; one in another thread, and any
    on Windows, between two steps of Python code. Code in C that does neither is not interrupted,
    and is found out when it returns.

    Args:
        seconds: the limit.
        is_suspended: whether time does not count just now: somebody looks at the call in a
            debugger. A call that would be overdue then gets the whole limit anew.

    """

    def __init__(self, seconds: float, is_suspended: Callable[[], bool] = _never) -> None:
        self.seconds = seconds
        self.is_suspended = is_suspended
        self._lock = threading.Lock()
        self._running: dict[int, _Call] = {}
        self._has_signalled = False
        self._watcher: threading.Thread | None = None
        self._is_started = False

    def call(self, function: Callable[..., object], arguments: Mapping[str, object]) -> object:
        """Return ``function(**arguments)``.

        Raises:
            TimeLimitError: the call took too long, even if it swallowed the interruption.

        """
        if not self.seconds:
            return function(**arguments)
        if not self._is_started:
            self._start()
        thread = threading.get_ident()
        call = self._running[thread] = _Call(time.monotonic() + self.seconds)
        is_overdue = False
        try:
            try:
                result = function(**arguments)
            finally:
                is_overdue = self._finish(thread)
        except TimeLimitError as error:
            # It may have come as the call returned.
            self._running.pop(thread, None)
            error.stack = call.stack
            raise
        except BaseException:
            if is_overdue:
                raise call.overdue() from None
            raise
        if is_overdue:
            raise call.overdue()
        return result

    def _finish(self, thread: int) -> bool:
        """Watch the call no longer; return whether it has been interrupted."""
        if self._running.pop(thread, None) is not None:
            return False
        # Wait until the watcher has done so, and take back what is still under way.
        with self._lock:
            self._has_signalled = False
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), None)
        return True

    def _start(self) -> None:
        """Start the watcher, and let the main thread be interrupted by a signal; each once."""
        is_main = threading.current_thread() is threading.main_thread()
        if _SIGNAL and is_main:
            signal.signal(_SIGNAL, self._on_signal)
        with self._lock:
            self._is_started = is_main or not _SIGNAL
            if self._watcher is None:
                self._watcher = start_hidden_thread("time limit", self._watch)

    def _watch(self) -> None:
        while True:
            now = time.monotonic()
            calls = list(self._running.items())
            for thread, call in calls:
                if call.deadline > now:
                    continue
                if self.is_suspended():
                    call.deadline = now + self.seconds
                else:
                    self._interrupt(thread, call)
            waits = [call.deadline - now for _, call in calls if call.deadline > now]
            time.sleep(min(waits, default=self.seconds))

    def _interrupt(self, thread: int, call: _Call) -> None:
        with self._lock:
            if self._running.get(thread) is not call:
                return
            del self._running[thread]
            if frame := sys._current_frames().get(thread):
                call.stack = traceback.extract_stack(frame)
            is_main = thread == threading.main_thread().ident
            if _SIGNAL and is_main and signal.getsignal(_SIGNAL) == self._on_signal:
                self._has_signalled = True
                signal.pthread_kill(thread, _SIGNAL)
            else:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(thread), ctypes.py_object(TimeLimitError)
                )

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._has_signalled:
            self._has_signalled = False
            raise TimeLimitError


class _Call:
    """A call that runs. Each is an object of its own, so that none is taken for the next."""

    __slots__ = ("deadline", "stack")

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.stack: traceback.StackSummary | None = None

    def overdue(self) -> TimeLimitError:
        """Return the error for a call that did not mind its interruption."""
        error = TimeLimitError()
        error.stack = self.stack
        return error

"""Threads of ours beside the user's, and processes that the user's code forks."""

from __future__ import annotations

import functools
import os
import queue
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, TypeVar

_Result = TypeVar("_Result")


def start_hidden_thread(
    name: str, target: Callable[..., object], *arguments: object
) -> threading.Thread:
    """Start a daemon thread that the debugger leaves alone, and return it.

    It neither stops when the script does, nor appears in the call stack: probes are answered while
    the script is paused at a breakpoint.
    """
    thread = threading.Thread(target=target, args=arguments, name=name, daemon=True)
    # pydevd's own marks. Asking debugpy would import it, which costs a third of a second.
    thread.pydev_do_not_trace = True  # type: ignore[attr-defined]
    thread.is_pydev_daemon_thread = True  # type: ignore[attr-defined]
    thread.start()
    return thread


class HiddenExecutor(Executor):
    """Does calls in hidden threads, started as they are needed.

    The ones of a ``ThreadPoolExecutor`` would be paused with the script, from Python 3.12 on even
    though none of its code runs in them.
    """

    def __init__(self, threads: int, name: str) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._unstarted = [f"{name} {number}" for number in range(threads, 0, -1)]
        self._lock = threading.Lock()

    def submit(
        self, function: Callable[..., _Result], /, *arguments: Any, **options: Any
    ) -> Future[_Result]:
        """Have a function called in one of the threads."""
        future: Future[_Result] = Future()
        call = functools.partial(function, *arguments, **options)
        self._calls.put(functools.partial(_fulfil, future, call))
        with self._lock:
            if self._unstarted:
                start_hidden_thread(self._unstarted.pop(), self._work)
        return future

    def shutdown(self, wait: bool = False, *, cancel_futures: bool = False) -> None:
        """Let the threads end when everything is done; nobody waits for them."""
        del wait, cancel_futures
        self._calls.put(None)

    def _work(self) -> None:
        while call := self._calls.get():
            call()
        # For the other threads.
        self._calls.put(None)


def _fulfil(future: Future[_Result], call: Callable[[], _Result]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = call()
    except BaseException as error:  # noqa: BLE001 - it is for whoever asks for the result
        future.set_exception(error)
    else:
        future.set_result(result)


def leave_signals_to_children() -> None:
    """Let processes that ``run()`` forks end on signals as any other process does.

    They would inherit the handlers by which this process ends in good order, and on its wake-up
    socket even tell it to.
    """
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=_hold_signals,
            after_in_parent=_release_signals,
            after_in_child=_reset_signals,
        )


_ENDING = ("SIGTERM", "SIGINT", "SIGQUIT", "SIGABRT", "SIGHUP")
_masks = threading.local()


def _hold_signals() -> None:
    """Let a signal that comes at once wait until the child knows what to do with it."""
    numbers = [getattr(signal, name) for name in _ENDING]
    _masks.before = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)


def _release_signals() -> None:
    signal.pthread_sigmask(signal.SIG_SETMASK, _masks.before)


def _reset_signals() -> None:
    signal.set_wakeup_fd(-1)
    for name in _ENDING:
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _release_signals()

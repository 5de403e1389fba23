"""Threads of ours beside the user's."""

from __future__ import annotations

import threading
from collections.abc import Callable


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

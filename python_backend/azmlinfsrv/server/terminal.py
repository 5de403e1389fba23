"""The terminal that a server was started in, and whether it is still there."""

from __future__ import annotations

import os
import signal


class Terminal:
    """Tells a terminal that was closed from a SIGHUP that asks for new code.

    Both arrive as the same signal. Made when the server starts; a server that was started with
    ``nohup``, or without a terminal, is never told that its terminal is gone.
    """

    def __init__(self) -> None:
        is_spared = hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        self._was_there = not is_spared and _is_there()

    @property
    def has_gone(self) -> bool:
        """Whether the terminal has been closed."""
        return self._was_there and not _is_there()


def _is_there() -> bool:
    try:
        # The system's name for the terminal of whoever asks.
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except (OSError, AttributeError):
        return False
    return True

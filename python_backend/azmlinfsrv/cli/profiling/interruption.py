"""Ctrl+C, and a request to end: what was measured so far is still told."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class Interruption:
    """Whether the user wants the profile to end.

    While requests are sent, the first signal only asks for the end, so that the figures stay
    whole. At any other time, and the second time, it raises KeyboardInterrupt.

    Attributes:
        number: the signal that came; None as long as none did.

    """

    def __init__(self) -> None:
        self.number: int | None = None
        self._is_patient = False
        self._is_deaf = False

    @contextmanager
    def handled(self) -> Iterator[None]:
        """Take the signals within."""
        numbers = [signal.SIGINT, signal.SIGTERM]
        if sys.platform != "win32":
            numbers.append(signal.SIGHUP)
        before = [(number, signal.signal(number, self._on_signal)) for number in numbers]
        try:
            yield
        finally:
            for number, handler in before:
                signal.signal(number, handler)

    @contextmanager
    def patient(self) -> Iterator[None]:
        """Only take note of a signal within."""
        self._is_patient = True
        try:
            yield
        finally:
            self._is_patient = False

    @contextmanager
    def deaf(self) -> Iterator[None]:
        """Let nothing interrupt what cleans up."""
        self._is_deaf = True
        try:
            yield
        finally:
            self._is_deaf = False

    def is_asked(self) -> bool:
        """Return whether a signal has come."""
        return self.number is not None

    def _on_signal(self, number: int, _frame: object) -> None:
        is_first = self.number is None
        self.number = self.number or number
        if not (self._is_deaf or (self._is_patient and is_first)):
            raise KeyboardInterrupt

    @property
    def status(self) -> int:
        """The exit status by which a shell knows the signal."""
        return 128 + (self.number or signal.SIGINT)

"""The bytes of a request on their way to the container."""

from __future__ import annotations

from azmlinfsrv.server.gateway.receiver import Copied

MOST_HELD_BYTES = 65536
"""As much as is held of a request before its client has to wait."""


class Outgoing:
    """Holds what cannot be sent yet, and, while it is little, what has been sent.

    A connection that has been kept may turn out to be closed; then all of it is sent again.
    """

    def __init__(self) -> None:
        self._unsent: list[bytes] = []
        self._unsent_bytes = 0
        self._sent: list[bytes] | None = []
        self._sent_bytes = 0
        self._copy: Copied | None = None

    @property
    def is_full(self) -> bool:
        """Whether as much is held as may be."""
        return self._unsent_bytes > MOST_HELD_BYTES

    @property
    def can_be_repeated(self) -> bool:
        """Whether all that has been sent is still there."""
        return self._sent is not None

    def begin(self, head: bytes) -> None:
        """Put the head before what has come of the body by now."""
        self._unsent.insert(0, head)
        self._unsent_bytes += len(head)

    def add(self, data: bytes) -> None:
        """Hold a part of the body, in the form in which it is sent."""
        self._unsent.append(data)
        self._unsent_bytes += len(data)
        if self._copy:
            self._copy.take_body(data)

    def copy_to(self, copy: Copied) -> None:
        """Have somebody else get the body, too. Called before anything has been taken."""
        self._copy = copy
        for part in self._unsent[1:]:
            copy.take_body(part)

    def take(self) -> bytes:
        """Return what is to be sent now."""
        data = self._unsent[0] if len(self._unsent) == 1 else b"".join(self._unsent)
        self._unsent, self._unsent_bytes = [], 0
        if self._sent is not None:
            self._sent_bytes += len(data)
            self._sent = None if self._sent_bytes > MOST_HELD_BYTES else [*self._sent, data]
        return data

    def repeat(self) -> None:
        """Send everything again."""
        assert self._sent is not None  # noqa: S101
        self._unsent = self._sent + self._unsent
        self._unsent_bytes += self._sent_bytes
        self._sent, self._sent_bytes = [], 0

    def clear(self) -> None:
        """Hold nothing any more."""
        self._unsent, self._unsent_bytes, self._sent = [], 0, None

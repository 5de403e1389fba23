"""Who an exchange deals with, beside the container."""

from __future__ import annotations

from typing import Protocol


class Receiver(Protocol):
    """Who has sent the request, and gets the answer."""

    is_http_1_0: bool

    @property
    def will_close(self) -> bool:
        """Whether the connection ends with this answer."""

    @property
    def is_slow(self) -> bool:
        """Whether more has been written than has left."""

    def write(self, data: bytes) -> None:
        """Send a part of the answer."""

    def pause(self) -> None:
        """Read no more of the request for now."""

    def resume(self) -> None:
        """Go on reading."""

    def answered(self, *, must_close: bool) -> None:
        """Take note that the answer has been written."""

    def abort(self) -> None:
        """Cut the connection, so that nothing looks complete."""


class Copied(Protocol):
    """A copy of a request."""

    def take_body(self, chunk: bytes) -> None:
        """Keep a part of the body."""

    def send(self) -> None:
        """Send it off."""

    def give_up(self) -> None:
        """Send nothing."""

"""An HTTP answer, apart from any HTTP library."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

Headers = list[tuple[str, str]]

HTML = ("Content-Type", "text/html; charset=utf-8")
JSON = ("Content-Type", "application/json")


@dataclass(slots=True)
class Reply:
    """An HTTP answer.

    ``headers`` holds no Content-Length: the front knows how it sends. A ``body`` that is an
    iterator is sent as it comes, in the thread that scores. ``length`` is that of the body that a
    HEAD request does not get.
    """

    status: int
    headers: Headers
    body: bytes | Iterator[bytes]
    length: int | None = None

    @property
    def content_length(self) -> int | None:
        """The value of Content-Length; None for a stream."""
        if self.length is not None:
            return self.length
        return len(self.body) if isinstance(self.body, bytes) else None


def error_reply(status: int, message: str, *headers: tuple[str, str]) -> Reply:
    """Return the JSON by which the server reports an error."""
    return Reply(status, [JSON, *headers], json.dumps({"message": message}).encode())

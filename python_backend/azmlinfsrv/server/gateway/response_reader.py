"""Reads the answers of our own servers off a connection, as they come.

Requests, which anybody may send, are read by gunicorn's parser. It has none for answers, and the
standard library's blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

RawHeaders = list[tuple[bytes, bytes]]

_LONGEST_HEAD = 65536
_LONGEST_LINE = 4096
_BODILESS = (b"204", b"304")


class BadResponseError(Exception):
    """What came is no answer of HTTP/1.1."""


@dataclass(frozen=True)
class ResponseHead:
    """The beginning of an answer.

    Attributes:
        status: such as 200.
        reason: the words after it.
        headers: as they were sent.
        length: of the body; None if only its end tells.

    """

    status: int
    reason: bytes
    headers: RawHeaders
    length: int | None


class ResponseReader:
    """Takes the bytes of one answer after the other.

    Attributes:
        head: the beginning, as soon as it is there.
        is_complete: whether the end is there.
        can_be_reused: whether another answer may follow.
        has_begun: whether anything of it has come.

    """

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Expect another answer."""
        self._buffer = bytearray()
        self._left = 0
        self._is_chunked = False
        self._until_close = False
        self._in_trailers = False
        self._skips_line_end = False
        self.head: ResponseHead | None = None
        self.is_complete = False
        self.can_be_reused = True
        self.has_begun = False

    def feed(self, data: bytes) -> list[bytes]:
        """Take what has come; returns the parts of the body in it.

        Raises:
            BadResponseError: it is no answer, or goes on after its end.

        """
        self.has_begun = True
        if self.head is not None and not self._is_chunked:
            return self._plain(data)
        self._buffer += data
        if self.head is None and not self._read_head():
            return []
        if self._is_chunked:
            return self._chunks()
        rest = bytes(self._buffer)
        self._buffer.clear()
        return self._plain(rest)

    def end(self) -> None:
        """Take note that the server has closed the connection.

        Raises:
            BadResponseError: before the end of the answer.

        """
        self.can_be_reused = False
        if self._until_close:
            self.is_complete = True
        elif not self.is_complete:
            raise BadResponseError("The connection was closed within an answer.")

    def _read_head(self) -> bool:
        while True:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self._buffer) > _LONGEST_HEAD:
                    raise BadResponseError("The headers are too long.")
                return False
            text = bytes(self._buffer[:end])
            del self._buffer[: end + 4]
            self._take_head(text.split(b"\r\n"))
            if self.head is not None:
                return True

    def _take_head(self, lines: list[bytes]) -> None:
        version, _, rest = lines[0].partition(b" ")
        code, _, reason = rest.partition(b" ")
        if not version.startswith(b"HTTP/1.") or len(code) != 3 or not code.isdigit():
            raise BadResponseError("It does not begin as an answer.")
        if code.startswith(b"1"):
            # Only announces the answer.
            return
        headers: RawHeaders = []
        for line in lines[1:]:
            name, colon, value = line.partition(b":")
            if not colon:
                raise BadResponseError("A header has no colon.")
            headers.append((name, value.strip()))
        self._take_framing(code, headers, is_old=version != b"HTTP/1.1")
        length = None if self._is_chunked or self._until_close else self._left
        self.head = ResponseHead(int(code), reason, headers, length)

    def _take_framing(self, code: bytes, headers: RawHeaders, *, is_old: bool) -> None:
        named = {name.lower(): value.lower() for name, value in headers}
        connection = named.get(b"connection", b"")
        self.can_be_reused = b"close" not in connection and not is_old
        if code in _BODILESS:
            self.is_complete = True
        elif b"transfer-encoding" in named:
            if named[b"transfer-encoding"] != b"chunked":
                raise BadResponseError("The transfer encoding is unknown.")
            self._is_chunked = True
        elif b"content-length" in named:
            if not named[b"content-length"].isdigit():
                raise BadResponseError("The length of the body is no number.")
            self._left = int(named[b"content-length"])
            self.is_complete = not self._left
        else:
            self._until_close = True
            self.can_be_reused = False

    def _plain(self, data: bytes) -> list[bytes]:
        if not data:
            return []
        if self._until_close:
            return [data]
        if len(data) > self._left:
            raise BadResponseError("It goes on after its end.")
        self._left -= len(data)
        self.is_complete = not self._left
        return [data]

    def _chunks(self) -> list[bytes]:
        parts = []
        while self._buffer and not self.is_complete:
            if self._left:
                part = bytes(self._buffer[: self._left])
                del self._buffer[: len(part)]
                self._left -= len(part)
                self._skips_line_end = not self._left
                parts.append(part)
                continue
            line = self._line()
            if line is None:
                return parts
            self._take_line(line)
        if self.is_complete and self._buffer:
            raise BadResponseError("It goes on after its end.")
        return parts

    def _line(self) -> bytes | None:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            if len(self._buffer) > _LONGEST_LINE:
                raise BadResponseError("A line of the body's framing is too long.")
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line

    def _take_line(self, line: bytes) -> None:
        if self._in_trailers:
            # Trailers are not passed on.
            self.is_complete = not line
            return
        if self._skips_line_end:
            if line:
                raise BadResponseError("A chunk is longer than it says.")
            self._skips_line_end = False
            return
        try:
            self._left = int(line.partition(b";")[0].strip(), 16)
        except ValueError:
            raise BadResponseError("The length of a chunk is no number.") from None
        if self._left < 0:
            raise BadResponseError("The length of a chunk is negative.")
        self._in_trailers = not self._left

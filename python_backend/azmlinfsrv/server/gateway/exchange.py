"""One request through a gateway, and its answer back, as they come: nothing is held for long."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from email.utils import formatdate
from http import HTTPStatus
from typing import Protocol

from azmlinfsrv.server.gateway.answers import MODEL_ERROR, Answer, status_line, unreachable
from azmlinfsrv.server.gateway.headers import (
    DEPLOYMENT,
    ERROR_REASON,
    ERROR_STATUS,
    SESSION,
    response_headers,
    written,
)
from azmlinfsrv.server.gateway.request import Request
from azmlinfsrv.server.gateway.response_reader import RawHeaders, ResponseHead
from azmlinfsrv.server.gateway.routes import Backend
from azmlinfsrv.server.gateway.rules import Rules
from azmlinfsrv.server.gateway.slots import Waiting
from azmlinfsrv.server.gateway.upstream import Upstream
from azmlinfsrv.server.log import logger

MOST_HELD_BYTES = 65536
_RETRY_SECONDS = 1.0
_BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


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


class Exchange:
    """A request on its way.

    Args:
        loop: where everything happens.
        rules: of the kind of endpoint.
        receiver: gets the answer.
        request: its head.
        most_bytes: as much as a body may have, in both directions; 0 for no limit.

    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        rules: Rules,
        receiver: Receiver,
        request: Request,
        most_bytes: int = 0,
    ) -> None:
        self._loop = loop
        self._rules = rules
        self._receiver = receiver
        self._request = request
        self._most_bytes = most_bytes
        self._backend: Backend | None = None
        self._waiting: Waiting | None = None
        self._has_place = False
        self._connecting: asyncio.Task[None] | None = None
        self._upstream: Upstream | None = None
        self._unsent: list[bytes] = []
        self._unsent_bytes = 0
        # All that has been sent, while it is little: a connection may turn out to be closed.
        self._sent: list[bytes] | None = []
        self._sent_bytes = 0
        self._body_bytes = 0
        self._answer_bytes = 0
        self._has_body = False
        self._is_paused = False
        self._is_chunked = False
        self._ends_connection = False
        self._has_head = False
        self._timer: asyncio.TimerHandle | None = None
        self._due = math.inf
        self._copy: Copied | None = None
        self.is_done = False

    def copy_to(self, copy: Copied) -> None:
        """Have somebody else get a copy of the request, when it is complete.

        Called after ``enter``, before anything is sent.
        """
        self._copy = copy
        for part in self._unsent[1:]:
            copy.take_body(part)
        self._send_copy()

    def take_whole(self, parts: Sequence[bytes]) -> None:
        """Take a body in the form in which it is sent, to its end."""
        for part in parts:
            self._hold(part)
        self._has_body = True

    def enter(self, backend: Backend) -> None:
        """Send the request to a deployment, as soon as it has a place for it."""
        self._backend = backend
        target = backend.target
        if target.problem is not None or backend.pool is None:
            status = HTTPStatus.SERVICE_UNAVAILABLE
            message = target.problem or f"The deployment {target.name} does not listen."
            is_missing = target.is_missing
            answer = unreachable(self._rules, message, status)
            self.refuse(Answer(status, message) if is_missing else answer)
            return
        authorization = target.authorization() if target.authorization else None
        # What has come of the body by now follows it.
        early, self._unsent = self._unsent, []
        self._hold(self._request.head(authorization))
        self._unsent += early
        if self._request.is_probe:
            self._connect()
        elif backend.slots.take():
            self._go()
        else:
            self._waiting = Waiting(self._go_on, self._give_up)
            if not backend.slots.wait(self._waiting):
                self._give_up()

    def take_body(self, chunk: bytes) -> None:
        """Take a part of the request's body."""
        self._body_bytes += len(chunk)
        if self.is_done or not chunk:
            return
        if self._most_bytes and self._body_bytes > self._most_bytes:
            self.refuse(too_large(self._most_bytes))
            return
        if self._request.length is None:
            chunk = b"%x\r\n%b\r\n" % (len(chunk), chunk)
        self._hold(bytes(chunk))

    def end_body(self) -> None:
        """Take note that the request is complete."""
        self._has_body = True
        if not self.is_done:
            if self._request.length is None:
                self._hold(b"0\r\n\r\n")
            self._begin_to_count()
            self._send_copy()

    def flush(self) -> None:
        """Send what can be sent."""
        if self._upstream is None:
            if self._unsent_bytes > MOST_HELD_BYTES:
                self._pause()
            return
        if self._unsent:
            data = b"".join(self._unsent) if len(self._unsent) > 1 else self._unsent[0]
            self._unsent, self._unsent_bytes = [], 0
            self._upstream.send(data)

    def cancel(self) -> None:
        """Let go of everything: the client has gone."""
        if not self.is_done:
            self._end()

    def slow_down(self) -> None:
        """Read less: the client takes the answer more slowly than it comes."""
        if self._upstream:
            self._upstream.pause()

    def speed_up(self) -> None:
        """Go on."""
        if self._upstream:
            self._upstream.resume()

    def refuse(self, answer: Answer) -> None:
        """Answer in place of the container."""
        request = self._request
        logger.warning(
            *("%s %s %d: %s", request.method, request.target, answer.status, answer.message),
            extra={"request_id": dict(request.ids).get(b"x-request-id", b"").decode("latin-1")},
        )
        self._end()
        headers = [*answer.content_headers, *request.ids]
        headers.append((b"date", formatdate(usegmt=True).encode()))
        if self._rules.server:
            headers.append((b"server", self._rules.server.encode()))
        headers += self._names()
        body = answer.body
        headers.append((b"content-length", b"%d" % len(body)))
        must_close = not self._has_body and request.has_body
        if must_close or self._receiver.will_close:
            headers.append((b"connection", b"close"))
        if request.method == "HEAD":
            body = b""
        self._receiver.write(status_line(answer.status) + written(headers) + b"\r\n" + body)
        self._receiver.answered(must_close=must_close)

    def took(self, head: ResponseHead | None, parts: list[bytes], *, is_complete: bool) -> None:
        """Pass on what has come of the answer."""
        out: list[bytes] = []
        if head is not None:
            if self._loop.time() > self._due and not self._receiver.is_slow:
                # The container has the same limit, and tells it a moment later.
                self._time_out()
                return
            if self._most_bytes and (head.length or 0) > self._most_bytes:
                self._refuse_answer()
                return
            self._has_head = True
            out.append(self._head(head))
        for part in parts:
            self._answer_bytes += len(part)
            out += (b"%x\r\n" % len(part), part, b"\r\n") if self._is_chunked else (part,)
        if self._most_bytes and self._answer_bytes > self._most_bytes:
            self._cut()
            return
        if is_complete and self._is_chunked:
            out.append(b"0\r\n\r\n")
        if out:
            self._receiver.write(b"".join(out))
        if is_complete:
            self._complete()

    def lost(self, reason: str, *, was_unread: bool) -> None:
        """Do without (the rest of) an answer."""
        upstream, self._upstream = self._upstream, None
        if self._has_head:
            self._cut()
        elif was_unread and upstream and upstream.is_reused and self._sent is not None:
            # It was closed while nobody used it; the server has not seen the request.
            self._unsent, self._unsent_bytes = self._sent, self._sent_bytes
            self._sent = []
            self._connect(anew=True)
        else:
            message = f"The server of the deployment gave no answer. {reason}"
            self.refuse(unreachable(self._rules, message, HTTPStatus.BAD_GATEWAY))

    def pause_sending(self) -> None:
        """Let the client wait."""
        self._pause()

    def resume_sending(self) -> None:
        """Let the client go on."""
        self._resume()

    def _hold(self, data: bytes) -> None:
        self._unsent.append(data)
        self._unsent_bytes += len(data)
        if self._copy:
            self._copy.take_body(data)
        if self._sent is not None:
            self._sent_bytes += len(data)
            if self._sent_bytes > MOST_HELD_BYTES:
                self._sent = None
            elif self._upstream is not None:
                self._sent.append(data)

    def _send_copy(self) -> None:
        if self._copy and self._has_body:
            # Not at once: the request itself goes first.
            self._loop.call_soon(self._copy.send)
            self._copy = None

    def _go_on(self) -> None:
        self._go()
        self.flush()

    def _go(self) -> None:
        self._waiting = None
        self._has_place = True
        self._begin_to_count()
        self._connect()

    def _connect(self, *, anew: bool = False) -> None:
        assert self._backend is not None  # noqa: S101
        pool = self._backend.pool
        if pool is None:
            self.lost("It has been taken away.", was_unread=False)
            return
        length = self._request.length
        # What cannot be sent twice goes over a connection that cannot be closed already.
        is_small = length is not None and length < MOST_HELD_BYTES // 2
        upstream = pool.take() if is_small and not anew else None
        if upstream:
            self._attach(upstream)
        else:
            self._connecting = self._loop.create_task(self._open())

    async def _open(self) -> None:
        assert self._backend is not None  # noqa: S101
        pool = self._backend.pool
        try:
            if pool is None:
                raise ConnectionError("It has been taken away.")
            upstream = await pool.connect()
        except OSError as error:
            self._connecting = None
            name = self._backend.target.name
            message = f"The deployment {name} cannot be reached: {error.strerror or error}."
            status = HTTPStatus.SERVICE_UNAVAILABLE
            self.refuse(unreachable(self._rules, message, status))
            return
        self._connecting = None
        if self.is_done:
            upstream.abort()
            return
        self._attach(upstream)
        self.flush()
        self._resume()

    def _attach(self, upstream: Upstream) -> None:
        self._upstream = upstream
        if self._sent is not None:
            self._sent = list(self._unsent)
        upstream.begin(self)

    def _begin_to_count(self) -> None:
        """Begin with the time limit, when the request is complete and has its place."""
        is_due = self._has_body and (self._has_place or self._request.is_probe)
        if is_due and self._timer is None and not self.is_done and self._backend:
            self._due = self._loop.time() + self._backend.target.timeout
            self._timer = self._loop.call_at(self._due, self._time_out)

    def _time_out(self) -> None:
        assert self._backend is not None  # noqa: S101
        if self._receiver.is_slow:
            # It is the client that takes long. That has a limit of its own.
            self._timer = self._loop.call_later(_RETRY_SECONDS, self._time_out)
        elif self._has_head:
            self._cut()
        else:
            limit = self._backend.target.timeout * 1000
            message = (
                f"The request took longer than {limit:.0f} ms, which is the limit of "
                f"{self._backend.target.name} (request_timeout_ms)."
            )
            self.refuse(Answer(self._rules.timed_out, message))

    def _give_up(self) -> None:
        assert self._backend is not None  # noqa: S101
        self._waiting = None
        target, limit = self._backend.target, self._backend.slots.limit
        self.refuse(
            Answer(
                self._rules.full,
                f"The deployment {target.name} has {limit} requests already, as many as it may "
                "(max_concurrent_requests_per_instance). Send it again later.",
            )
        )

    def _head(self, head: ResponseHead) -> bytes:
        status = self._rules.seen_status(head.status)
        server = self._rules.server.encode() if self._rules.server else None
        headers = response_headers(head.headers, server)
        if server:
            headers.append((b"server", server))
        if status == HTTPStatus.FAILED_DEPENDENCY != head.status:
            headers.append((ERROR_STATUS, b"%d" % head.status))
            headers.append((ERROR_REASON, MODEL_ERROR))
        headers += self._names()
        if status not in _BODILESS:
            if head.length is not None:
                headers.append((b"content-length", b"%d" % head.length))
            elif self._receiver.is_http_1_0:
                self._ends_connection = True
            else:
                self._is_chunked = True
                headers.append((b"transfer-encoding", b"chunked"))
        if self._ends_connection or self._receiver.will_close or not self._has_body:
            headers.append((b"connection", b"close"))
        reason = head.reason if status == head.status else None
        return status_line(status, reason) + written(headers) + b"\r\n"

    def _names(self) -> RawHeaders:
        if self._backend is None:
            return []
        name = self._backend.target.name.encode()
        return [(DEPLOYMENT, name), (SESSION, name)]

    def _refuse_answer(self) -> None:
        status, most = HTTPStatus.FAILED_DEPENDENCY, self._most_bytes
        self.refuse(Answer(status, f"The answer is larger than {most} bytes, which is the limit."))

    def _complete(self) -> None:
        upstream, self._upstream = self._upstream, None
        if upstream:
            upstream.finish(was_sent=self._has_body)
        self._end()
        self._receiver.answered(must_close=self._ends_connection or not self._has_body)

    def _cut(self) -> None:
        """Break off an answer whose head has left."""
        self._end()
        self._receiver.abort()

    def _end(self) -> None:
        self.is_done = True
        self._unsent, self._sent = [], None
        if self._timer:
            self._timer.cancel()
        if self._connecting:
            self._connecting.cancel()
            self._connecting = None
        upstream, self._upstream = self._upstream, None
        if upstream:
            upstream.abort()
        self._resume()
        if self._copy:
            self._copy.give_up()
            self._copy = None
        if self._backend is None:
            return
        if self._waiting:
            self._backend.slots.leave(self._waiting)
            self._waiting = None
        if self._has_place:
            self._has_place = False
            self._backend.slots.release()

    def _pause(self) -> None:
        if not self._is_paused:
            self._is_paused = True
            self._receiver.pause()

    def _resume(self) -> None:
        if self._is_paused:
            self._is_paused = False
            self._receiver.resume()


def too_large(most_bytes: int) -> Answer:
    """Return the answer to a request whose body is too large."""
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return Answer(status, f"The body is larger than {most_bytes} bytes, which is the limit.")

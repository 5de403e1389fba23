"""One request through a gateway, and its answer back, as they come: nothing is held for long."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from azmlinfsrv.server.gateway.answers import Answer, full, timed_out, too_large, unreachable
from azmlinfsrv.server.gateway.line import Line
from azmlinfsrv.server.gateway.outgoing import Outgoing
from azmlinfsrv.server.gateway.passing import Passing, names_of
from azmlinfsrv.server.gateway.receiver import Copied, Receiver
from azmlinfsrv.server.gateway.request import Request
from azmlinfsrv.server.gateway.response_reader import ResponseHead
from azmlinfsrv.server.gateway.routes import Backend
from azmlinfsrv.server.gateway.rules import Rules
from azmlinfsrv.server.gateway.slots import Waiting
from azmlinfsrv.server.log import logger

_RETRY_SECONDS = 1.0


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
        self._outgoing = Outgoing()
        self._line = Line(loop, self, self._outgoing, request.length)
        self._body_bytes = 0
        self._answer_bytes = 0
        self._has_body = False
        self._is_paused = False
        self._passing: Passing | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._due = math.inf
        self._copy: Copied | None = None
        self.is_done = False

    def copy_to(self, copy: Copied) -> None:
        """Have somebody else get a copy of the request, when it is complete.

        Called after ``enter``, before anything is sent.
        """
        self._copy = copy
        self._outgoing.copy_to(copy)
        self._send_copy()

    def take_whole(self, parts: Sequence[bytes]) -> None:
        """Take a body in the form in which it is sent, to its end."""
        for part in parts:
            self._outgoing.add(part)
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
        self._outgoing.begin(self._request.head(authorization))
        if self._request.is_probe:
            self._line.connect(backend.pool)
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
        self._outgoing.add(bytes(chunk))

    def end_body(self) -> None:
        """Take note that the request is complete."""
        self._has_body = True
        if not self.is_done:
            if self._request.length is None:
                self._outgoing.add(b"0\r\n\r\n")
            self._begin_to_count()
            self._send_copy()

    def flush(self) -> None:
        """Send what can be sent."""
        if not self._line.flush() and self._outgoing.is_full:
            self.pause_sending()

    def cancel(self) -> None:
        """Let go of everything: the client has gone."""
        if not self.is_done:
            self._end()

    def slow_down(self) -> None:
        """Read less: the client takes the answer more slowly than it comes."""
        self._line.pause()

    def speed_up(self) -> None:
        """Go on."""
        self._line.resume()

    def refuse(self, answer: Answer) -> None:
        """Answer in place of the container."""
        request = self._request
        logger.warning(
            *("%s %s %d: %s", request.method, request.target, answer.status, answer.message),
            extra={"request_id": dict(request.ids).get(b"x-request-id", b"").decode("latin-1")},
        )
        self._end()
        more = list(request.ids)
        if self._rules.server:
            more.append((b"server", self._rules.server.encode()))
        if self._backend:
            more += names_of(self._backend.target.name)
        must_close = not self._has_body and request.has_body
        closes = must_close or self._receiver.will_close
        has_body = request.method != "HEAD"
        self._receiver.write(answer.written(more, closes=closes, has_body=has_body))
        self._receiver.answered(must_close=must_close)

    def took(self, head: ResponseHead | None, parts: list[bytes], *, is_complete: bool) -> None:
        """Pass on what has come of the answer."""
        out: list[bytes] = []
        if head is not None:
            if not self._accepts(head):
                return
            assert self._backend is not None  # noqa: S101
            is_old, name = self._receiver.is_http_1_0, self._backend.target.name
            # A probe is to tell what it is told, whoever sends it.
            rules = replace(self._rules, seen_status=int) if self._request.is_probe else self._rules
            self._passing = Passing(head, rules, name, is_old=is_old)
            closes = self._receiver.will_close or not self._has_body
            out.append(self._passing.head(closes=closes))
        assert self._passing is not None  # noqa: S101 - the head comes first
        self._answer_bytes += sum(map(len, parts))
        if self._most_bytes and self._answer_bytes > self._most_bytes:
            self._cut()
            return
        out += self._passing.body(parts, is_complete=is_complete)
        if out:
            self._receiver.write(b"".join(out))
        if is_complete:
            self._complete()

    def _accepts(self, head: ResponseHead) -> bool:
        if self._loop.time() > self._due and not self._receiver.is_slow:
            # The container has the same limit, and tells it a moment later.
            self._time_out()
            return False
        most = self._most_bytes
        if most and (head.length or 0) > most:
            message = f"The answer is larger than {most} bytes, which is the limit."
            self.refuse(Answer(HTTPStatus.FAILED_DEPENDENCY, message))
            return False
        return True

    def lost(self, reason: str, *, was_unread: bool) -> None:
        """Do without (the rest of) an answer."""
        if self._passing:
            self._cut()
        elif not self._line.try_again(was_unread=was_unread):
            message = f"The server of the deployment gave no answer. {reason}"
            self.refuse(unreachable(self._rules, message, HTTPStatus.BAD_GATEWAY))

    def connected(self) -> None:
        """Send what has been waiting."""
        self.flush()
        self.resume_sending()

    def unreachable(self, reason: str) -> None:
        """Do without an answer: nobody takes the request."""
        assert self._backend is not None  # noqa: S101
        message = f"The deployment {self._backend.target.name} cannot be reached: {reason}."
        self.refuse(unreachable(self._rules, message, HTTPStatus.SERVICE_UNAVAILABLE))

    def pause_sending(self) -> None:
        """Let the client wait."""
        if not self._is_paused:
            self._is_paused = True
            self._receiver.pause()

    def resume_sending(self) -> None:
        """Let the client go on."""
        if self._is_paused:
            self._is_paused = False
            self._receiver.resume()

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
        assert self._backend is not None  # noqa: S101
        if pool := self._backend.pool:
            self._line.connect(pool)
        else:
            self.unreachable("its service has been taken away")

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
        elif self._passing:
            self._cut()
        else:
            self.refuse(timed_out(self._rules, self._backend.target))

    def _give_up(self) -> None:
        assert self._backend is not None  # noqa: S101
        self._waiting = None
        self.refuse(full(self._rules, self._backend.target, self._backend.slots.limit))

    def _complete(self) -> None:
        self._line.finish(was_sent=self._has_body)
        self._end()
        ends = self._passing is not None and self._passing.ends_connection
        self._receiver.answered(must_close=ends or not self._has_body)

    def _cut(self) -> None:
        """Break off an answer whose head has left."""
        self._end()
        self._receiver.abort()

    def _end(self) -> None:
        self.is_done = True
        self._outgoing.clear()
        if self._timer:
            self._timer.cancel()
        self._line.close()
        self.resume_sending()
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

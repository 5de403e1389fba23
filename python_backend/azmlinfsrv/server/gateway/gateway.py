"""The gateway itself: who may come in, where each request goes, and how it all ends."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from azmlinfsrv.server.gateway.answers import Answer, too_large
from azmlinfsrv.server.gateway.client import Client
from azmlinfsrv.server.gateway.exchange import Exchange
from azmlinfsrv.server.gateway.mirror import Copies
from azmlinfsrv.server.gateway.receiver import Receiver
from azmlinfsrv.server.gateway.request import Request
from azmlinfsrv.server.gateway.routes import HEADER, NoRouteError, Routes
from azmlinfsrv.server.gateway.rules import Rules
from azmlinfsrv.server.gateway.slots import Rate
from azmlinfsrv.server.gateway.table import Table

_METHODS = frozenset({"GET", "POST"})
_SWEEP_SECONDS = 5
_POLL_SECONDS = 0.02


class Refusal(Protocol):
    """Why a request may not be served."""

    @property
    def status(self) -> HTTPStatus:
        """Such as 401."""

    @property
    def message(self) -> str:
        """Why."""

    @property
    def challenge(self) -> str | None:
        """The header ``WWW-Authenticate``."""


@dataclass(frozen=True)
class Limits:
    """What an endpoint allows beside what each deployment does.

    Attributes:
        requests_per_second: 0 for no limit.
        most_bytes: of a body; 0 for no limit.

    """

    requests_per_second: int = 0
    most_bytes: int = 0


class Gateway:
    """Passes requests on to the deployments of an endpoint, by the rules of its kind.

    Everything happens in one event loop.

    Args:
        rules: of the kind of endpoint.
        table: the deployments.
        limits: of the endpoint.
        check: returns why a request with these headers may not be served; None when all may.

    Attributes:
        loop: the event loop.
        is_stopping: whether no further request is wanted.

    """

    def __init__(
        self,
        rules: Rules,
        table: Table,
        limits: Limits,
        check: Callable[[dict[str, str]], Refusal | None] | None = None,
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self.is_stopping = False
        self._rules = rules
        self._limits = limits
        self._check = check
        self._routes = Routes(self.loop, rules, table)
        self._rate = Rate(limits.requests_per_second)
        self._clients: set[Client] = set()
        self._copies = Copies(self.loop, rules)

    def update(self, table: Table) -> None:
        """Use another table from now on."""
        self._routes.update(table)

    async def serve(self, listener: socket.socket, until: asyncio.Event, seconds: float) -> None:
        """Take connections until an event; requests on their way then have some time left."""
        server = await self.loop.create_server(lambda: Client(self), sock=listener)
        sweeping = self.loop.create_task(self._sweep())
        try:
            await until.wait()
        finally:
            sweeping.cancel()
            self.is_stopping = True
            server.close()
            await self._drain(seconds)

    def opened(self, client: Client) -> Answer | None:
        """Take note of a connection; returns why it cannot be served."""
        self._clients.add(client)
        most = self._rules.most_connections
        if len(self._clients) <= most:
            return None
        return Answer(self._rules.full, f"The endpoint has {most} connections already.")

    def closed(self, client: Client) -> None:
        """Forget a connection."""
        self._clients.discard(client)

    def begin(self, request: Request, receiver: Receiver) -> Exchange:
        """Return the exchange of a request whose head has been read."""
        most = self._limits.most_bytes
        return Exchange(self.loop, self._rules, receiver, request, most)

    def route(self, exchange: Exchange, request: Request) -> None:
        """Send a request on its way, or refuse it."""
        if answer := self._refusal(request):
            exchange.refuse(answer)
            return
        try:
            if name := request.values.get(HEADER):
                backend, copied_to = self._routes.named(name.strip()), None
            else:
                backend, copied_to = self._routes.next()
        except NoRouteError as error:
            exchange.refuse(Answer(HTTPStatus.NOT_FOUND, str(error)))
            return
        exchange.enter(backend)
        if copied_to and self._rules.mirrors and not request.is_probe and not exchange.is_done:
            exchange.copy_to(self._copies.begin(copied_to, request))

    def _refusal(self, request: Request) -> Answer | None:
        if request.method not in _METHODS:
            message = f"An endpoint takes GET and POST, not {request.method}."
            return Answer(HTTPStatus.METHOD_NOT_ALLOWED, message, ((b"allow", b"GET, POST"),))
        if request.is_probe:
            return None
        if self._check and (refusal := self._check(dict(request.values))):
            challenge = (refusal.challenge or "Bearer").encode("latin-1")
            headers = ((b"www-authenticate", challenge),)
            return Answer(refusal.status, refusal.message, headers)
        most = self._limits.most_bytes
        if most and (request.length or 0) > most:
            return too_large(most)
        if not self._rate.admits():
            limit = self._limits.requests_per_second
            message = f"The endpoint takes {limit} requests a second. Send it again later."
            return Answer(self._rules.full, message)
        return None

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            for client in list(self._clients):
                client.sweep()
            self._routes.sweep()

    async def _drain(self, seconds: float) -> None:
        end = self.loop.time() + seconds
        for client in list(self._clients):
            if client.is_idle:
                client.close()
        while self._clients and self.loop.time() < end:
            await asyncio.sleep(_POLL_SECONDS)
        for client in list(self._clients):
            client.abort()
        self._copies.cancel()
        self._routes.close()
        # What has been aborted is told so in the next round of the loop.
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(0)

"""The table in use: the places and the connections of each deployment, and whose turn it is."""

from __future__ import annotations

import asyncio

from azmlinfsrv.server.gateway.rules import Rules
from azmlinfsrv.server.gateway.slots import Slots
from azmlinfsrv.server.gateway.table import Portion, Shares, Table, Target
from azmlinfsrv.server.gateway.upstream import Pool

HEADER = "azureml-model-deployment"


class NoRouteError(Exception):
    """Nobody is there for a request; the message says why."""


class Backend:
    """A deployment.

    Args:
        loop: where everything happens.
        rules: of the kind of endpoint.
        target: who it is.

    """

    def __init__(self, loop: asyncio.AbstractEventLoop, rules: Rules, target: Target) -> None:
        self._loop = loop
        self._rules = rules
        self.slots = Slots(loop)
        self.pool: Pool | None = None
        self.target = target
        self.update(target)

    def update(self, target: Target) -> None:
        """Take over what has changed; requests that are on their way go on."""
        self.target = target
        wait = self._rules.queue_seconds
        if wait and target.queue_seconds is not None:
            wait = target.queue_seconds
        self.slots.limit = target.at_once * self._rules.slots_per_request
        self.slots.seconds = wait
        if self.pool and self.pool.port != target.port:
            self.close()
        if self.pool is None and target.port is not None:
            self.pool = Pool(self._loop, target.port)
        self.slots.admit()

    def close(self) -> None:
        """Close what is open."""
        if self.pool:
            self.pool.close()
        self.pool = None


class Routes:
    """Tells which deployment a request goes to.

    Args:
        loop: where everything happens.
        rules: of the kind of endpoint.
        table: the deployments.

    """

    def __init__(self, loop: asyncio.AbstractEventLoop, rules: Rules, table: Table) -> None:
        self._loop = loop
        self._rules = rules
        self._backends: dict[str, Backend] = {}
        self._table = Table({}, {})
        self._shares = Shares({})
        self._portion = Portion(0)
        self.update(table)

    def update(self, table: Table) -> None:
        """Use another table from now on."""
        before, self._table = self._table, table
        for name in set(self._backends) - set(table.targets):
            self._backends.pop(name).close()
        for name, target in table.targets.items():
            if backend := self._backends.get(name):
                backend.update(target)
            else:
                self._backends[name] = Backend(self._loop, self._rules, target)
        if table.traffic != before.traffic:
            self._shares = Shares(table.traffic)
        if table.mirror != before.mirror:
            self._portion = Portion(table.mirror[1] if table.mirror else 0)

    def named(self, name: str) -> Backend:
        """Return the deployment that a request asks for.

        Raises:
            NoRouteError: there is none of this name.

        """
        backend = self._backends.get(name)
        if backend is None:
            known = ", ".join(self._backends) or "none"
            raise NoRouteError(
                f"There is no deployment {name[:64]!r}, which the header {HEADER} asks for. "
                f"Deployments here: {known}."
            )
        return backend

    def next(self) -> tuple[Backend, Backend | None]:
        """Return whose turn it is, and who gets a copy.

        Raises:
            NoRouteError: nobody has a share of the traffic.

        """
        name = self._shares.next()
        if name is None:
            reason = "The endpoint has no deployment with positive weight."
            raise NoRouteError(f"{reason} {self._table.missing}".strip())
        backend = self._backends.get(name)
        if backend is None:
            raise NoRouteError(f"The deployment {name}, which has a share, is not known.")
        if self._table.mirror and self._portion.takes_next():
            return backend, self._backends.get(self._table.mirror[0])
        return backend, None

    def sweep(self) -> None:
        """Close connections that nobody uses."""
        for backend in self._backends.values():
            if backend.pool:
                backend.pool.sweep()

    def close(self) -> None:
        """Close everything."""
        for backend in self._backends.values():
            backend.close()

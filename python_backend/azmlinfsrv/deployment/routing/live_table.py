"""The table of a gateway, made from the services that there are, and made anew when they change."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from azmlinfsrv.deployment.formats.problems import DeploymentFileError
from azmlinfsrv.deployment.plan import Route
from azmlinfsrv.deployment.routing.endpoint_file import (
    EndpointPlan,
    Overrides,
    read_endpoint_plan,
)
from azmlinfsrv.deployment.services.folder import ServiceFolder, all_services
from azmlinfsrv.server.auth.keys_file import KeysFileError, read_keys
from azmlinfsrv.server.auth.tokens import Token, issue
from azmlinfsrv.server.gateway.table import Table, Target

_TOKEN_SECONDS = 3600


class LiveTable:
    """Follows an endpoint file and the services of its endpoint.

    Args:
        file: the endpoint file.
        overrides: what the command line says in its place.
        on_problem: is told in a sentence when the file cannot be used any more; the table from
            before then goes on.

    Attributes:
        plan: the endpoint as it is in use.

    Raises:
        DeploymentFileError: the file cannot be used to begin with.

    """

    def __init__(self, file: Path, overrides: Overrides, on_problem: Callable[[str], None]) -> None:
        self._file = file
        self._overrides = overrides
        self._on_problem = on_problem
        self._stamp: tuple[object, ...] = ()
        self._file_stamp = _stamp_of(file)
        self.plan = read_endpoint_plan(file, overrides)

    def read_if_changed(self) -> Table | None:
        """Return the table anew; None if nothing has changed since the last time."""
        services = all_services()
        file_stamp = _stamp_of(self._file)
        stamp = (file_stamp, *(service.stamp() for service in services))
        if stamp == self._stamp:
            return None
        if file_stamp != self._file_stamp:
            self._file_stamp = file_stamp
            self._read_file()
        self._stamp = stamp
        return self._table(services)

    def _read_file(self) -> None:
        try:
            self.plan = read_endpoint_plan(self._file, self._overrides)
        except DeploymentFileError as error:
            self._on_problem(f"{error}\nThe gateway goes on with what the file said before.")

    def _table(self, services: list[ServiceFolder]) -> Table:
        plan = self.plan
        targets: dict[str, Target] = {}
        for service in services:
            if target := target_of(service, plan.name):
                targets[target.name] = target
        for name in (*plan.traffic, *plan.mirrored):
            targets.setdefault(name, missing_target(name, plan))
        mirror = next(((name, share) for name, share in plan.mirrored.items() if share), None)
        return Table(targets, plan.traffic, mirror, _advice(plan, targets))


def target_of(service: ServiceFolder, endpoint: str) -> Target | None:
    """Return the target that a service is for an endpoint; None if it stands behind another."""
    definition = service.definition() or service.next_definition()
    route = definition.plan.route if definition else None
    if definition is None or route is None or route.endpoint != endpoint:
        return None
    status = service.status()
    problem = None
    if status.is_final or status.port is None:
        problem = f"The service {service.name} is {status.state}. {status.message or ''}".strip()
    authorization = None
    if definition.plan.auth != "none":
        authorization = _Authorization(service.keys_file, definition.plan.auth)
    return _target(route, status.port, problem, authorization)


def missing_target(name: str, plan: EndpointPlan) -> Target:
    """Return the target for a deployment that has a share and no service."""
    message = (
        f"No service of this machine is the deployment {name} of {plan.name}. "
        "`azmlinfsrv deploy --file DEPLOYMENT.yml --endpoint ENDPOINT.yml` makes it."
    )
    return Target(name, None, message, is_missing=True)


def _target(
    route: Route, port: int | None, problem: str | None, authorization: _Authorization | None
) -> Target:
    return Target(
        route.deployment,
        None if problem else port,
        problem,
        timeout=route.timeout_ms / 1000,
        at_once=route.at_once,
        queue_seconds=None if route.queue_ms is None else route.queue_ms / 1000,
        authorization=authorization,
    )


def _advice(plan: EndpointPlan, targets: dict[str, Target]) -> str:
    name = next(iter(targets), None)
    if name is None:
        return f"No deployment of {plan.name} is a service of this machine yet."
    return f"Give one in the endpoint file, `traffic: {{{name}: 100}}`, or --traffic {name}=100."


def _stamp_of(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


class _Authorization:
    """Makes the header that a service wants to see. Args: file: with its keys; mode: key or token.

    Clients prove themselves to the gateway, whose keys are those of the endpoint.
    """

    def __init__(self, file: Path, mode: str) -> None:
        self._file = file
        self._mode = mode
        self._value: str | None = None
        self._token: Token | None = None

    def __call__(self) -> str | None:
        """Return the header's value; None if there are no keys."""
        if self._mode == "key":
            return self._key()
        if self._token is None or self._token.refresh_by < time.time():
            try:
                self._token = issue(read_keys(self._file).token_secret, _TOKEN_SECONDS)
            except KeysFileError:
                return None
        return f"Bearer {self._token.text}"

    def _key(self) -> str | None:
        if self._value is None:
            try:
                self._value = f"Bearer {read_keys(self._file).primary}"
            except KeysFileError:
                return None
        return self._value

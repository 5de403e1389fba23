"""Our server, behind both fronts, keeps every promise of the case files."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator

import pytest

from .case_file import FRONTS, Case, read_all
from .harness import CaseRun
from .server import Running

SERVERS = {f"{front}-{server.id}": (front, server) for server in read_all() for front in FRONTS}


AS_PUBLISHED = ["--compat", "published"]


def _parameters(*, mercies: bool = False) -> Iterator[object]:
    for name, (front, server) in SERVERS.items():
        for case in server.cases:
            if front in server.fronts and front in case.fronts and (case.mercy or not mercies):
                group = pytest.mark.xdist_group(name)
                yield pytest.param(name, case, id=f"{name}-{case.name}", marks=group)


class _Current:
    """The server that runs, until a case names another one; the cases come server by server.

    A parametrized fixture would be made anew for every case.
    """

    def __init__(self) -> None:
        self._key: tuple[str, ...] = ()
        self._running: Running | None = None

    def get(self, name: str, *options: str) -> Running:
        key = (name, *options)
        if self._running is None or key != self._key:
            self.end()
            front, server = SERVERS[name]
            command = [sys.executable, "-m", "azmlinfsrv", "--server", front, *options]
            self._key, self._running = key, Running(command, server)
        return self._running

    def end(self) -> None:
        if self._running:
            self._running.end()
        self._running = None


@pytest.fixture(scope="session")
def current() -> Iterator[_Current]:
    servers = _Current()
    yield servers
    servers.end()


@pytest.mark.parametrize(("name", "case"), list(_parameters()))
def test_case(current: _Current, name: str, case: Case) -> None:
    needs = SERVERS[name][1].needs
    if missing := [module for module in needs if importlib.util.find_spec(module) is None]:
        pytest.skip(f"not installed: {', '.join(missing)}")
    _check(CaseRun(current.get(name), case, published=False))


@pytest.mark.parametrize(("name", "case"), list(_parameters(mercies=True)))
def test_a_mercy_ends_with_compat_published(current: _Current, name: str, case: Case) -> None:
    _check(CaseRun(current.get(name, *AS_PUBLISHED), case, published=True))


def _check(run: CaseRun) -> None:
    if complaints := run.complaints():
        pytest.fail("\n".join(complaints), pytrace=False)

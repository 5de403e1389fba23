"""Our server, behind both fronts, keeps every promise of the case files."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator

import pytest

from .case_file import FRONTS, Case, read_all
from .harness import CaseRun
from .server import Running


def _parameters() -> Iterator[object]:
    for front in FRONTS:
        for server in read_all():
            start = (front, server)  # one object: pytest compares parameters by identity
            for case in server.cases:
                if front in server.fronts and front in case.fronts:
                    yield pytest.param(
                        start,
                        case,
                        id=f"{front}-{server.id}-{case.name}",
                        marks=pytest.mark.xdist_group(f"{front}-{server.id}"),
                    )


@pytest.fixture(scope="session")
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    """Start a server for the cases that share it; pytest ends it after the last of them."""
    front, server = request.param
    if missing := [name for name in server.needs if importlib.util.find_spec(name) is None]:
        pytest.skip(f"not installed: {', '.join(missing)}")
    started = Running([sys.executable, "-m", "azmlinfsrv", "--server", front], server)
    yield started
    started.end()


@pytest.mark.parametrize(("running", "case"), list(_parameters()), indirect=["running"])
def test_case(running: Running, case: Case) -> None:
    complaints = CaseRun(running, case, published=False).complaints()
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)

"""What an endpoint file, and the options in its place, say about requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.deployment.formats.online_endpoint import (
    MAX_MIRRORED,
    check_shares,
    read_endpoint,
)
from azmlinfsrv.deployment.formats.problems import DeploymentFileError, Place, Report
from azmlinfsrv.deployment.plan import AuthMode

TRAFFIC, MIRROR = "traffic", "mirror_traffic"
_ALL = 100


@dataclass(frozen=True)
class Overrides:
    """What the command line says in place of the file; None where it says nothing."""

    traffic: Mapping[str, int] | None = None
    mirrored: Mapping[str, int] | None = None


@dataclass(frozen=True)
class EndpointPlan:
    """An endpoint as it is to answer on this machine.

    Attributes:
        name: the endpoint's.
        kind: ``managed`` or ``kubernetes``.
        auth: what a request has to bring.
        traffic: per cent of the requests by deployment.
        mirrored: the deployment that gets copies, if one does, and per cent.

    """

    name: str
    kind: str
    auth: AuthMode
    traffic: Mapping[str, int]
    mirrored: Mapping[str, int]


def read_endpoint_plan(file: Path, overrides: Overrides) -> EndpointPlan:
    """Return what an endpoint file says.

    Raises:
        DeploymentFileError: with every problem of it, by file, line and key.

    """
    report = Report()
    endpoint = read_endpoint(file, report)
    if endpoint is None or report.problems:
        raise DeploymentFileError(report.problems)
    traffic = endpoint.traffic if overrides.traffic is None else overrides.traffic
    mirrored = endpoint.mirrored if overrides.mirrored is None else overrides.mirrored
    if overrides != Overrides():

        def place_of(key: str) -> Place:
            name = key.partition(".")[0]
            given = overrides.traffic if name == TRAFFIC else overrides.mirrored
            return endpoint.section.at(key) if given is None else Place(None, key=f"--{name}")

        check_shares(traffic, mirrored, place_of, report)
    if report.problems:
        raise DeploymentFileError(report.problems)
    kind = "kubernetes" if endpoint.is_kubernetes else "managed"
    return EndpointPlan(endpoint.name or "", kind, endpoint.auth, traffic, mirrored)


def read_shares(option: str, words: Sequence[str] | None) -> dict[str, int] | None:
    """Return what an option such as ``--traffic blue=90 green=10`` says; None without words.

    Args:
        option: TRAFFIC or MIRROR.
        words: after the option, each with one or several pairs.

    Raises:
        DeploymentFileError: they say nothing, or what cannot be.

    """
    if words is None:
        return None
    report = Report()
    place = Place(None, key=f"--{option}")
    most = MAX_MIRRORED if option == MIRROR else _ALL
    shares: dict[str, int] = {}
    for pair in " ".join(words).replace(",", " ").split():
        name, equals, share = pair.partition("=")
        if not (name and equals and share.isdecimal() and int(share) <= most):
            report.problem(
                place,
                f'"{pair}" is no share. Allowed: a deployment, = and a whole number from 0 to '
                f"{most}, such as blue=10.",
            )
        elif name in shares:
            report.problem(place, f"`{name}` is named twice.")
        else:
            shares[name] = int(share)
    if report.problems:
        raise DeploymentFileError(report.problems)
    return shares

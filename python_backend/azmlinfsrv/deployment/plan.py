"""What a deployment asks for, whichever files it was described in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

AuthMode = Literal["none", "key", "token"]


@dataclass(frozen=True)
class Dependencies:
    """The packages that the environment of a deployment names.

    Attributes:
        file: where they are named, for messages; None if the deployment names none.
        python: the version of Python, such as ``3.10``; None if it names none, or a range.
        python_range: the range of versions, such as ``>=3.8,<3.12``; None if it names none.
        pip: lines of a requirements file, in the order of the file: requirements, and options such
            as ``--extra-index-url``. Files that they name are read in; paths are absolute.
        conda: requirements of conda other than Python and pip.

    """

    file: Path | None = None
    python: str | None = None
    python_range: str | None = None
    pip: tuple[str, ...] = ()
    conda: tuple[str, ...] = ()


@dataclass(frozen=True)
class Probe:
    """When a service counts as ready, or as dead. All times in seconds."""

    initial_delay: int = 10
    period: int = 10
    timeout: int = 2
    success_threshold: int = 1
    failure_threshold: int = 30


@dataclass(frozen=True)
class Route:
    """What an endpoint sends to a deployment.

    Attributes:
        endpoint: the endpoint's name.
        deployment: the deployment's.
        timeout_ms: how long an answer may take.
        at_once: how many requests all of its instances are sent at once.
        queue_ms: how long one more waits; None as the kind of endpoint has it.

    """

    endpoint: str
    deployment: str
    timeout_ms: int
    at_once: int = 1
    queue_ms: int | None = None


@dataclass(frozen=True)
class DeploymentPlan:
    """A service as it is to run on this machine. Every path is absolute.

    Attributes:
        name: the service's name.
        entry_script: the script.
        source_folder: the folder that is shipped with it, and that it runs in.
        models: what ``--model`` takes: ``name:version``, ``name@latest``, or a file or folder.
        environment: the variables that the deployment sets.
        port: where it listens; None for a free port.
        worker_count: processes.
        scoring_timeout_ms: how long a request may take; None for the server's own limit.
        auth: what a request has to bring.
        primary_key: a key that the file gives, in place of one that is made.
        secondary_key: likewise.
        app_insights: whether telemetry is asked for.
        liveness: when a running service counts as dead.
        readiness: when a started service counts as ready.
        dependencies: what its environment has to hold.
        route: its place behind an endpoint; None without one.
        description: what its owner says of it.
        tags: likewise; those of the deployment come before those of its endpoint.
        properties: likewise.
        files: where it is described, for messages.
        notes: what of these files has no effect on this machine, in sentences.

    """

    name: str
    entry_script: Path
    source_folder: Path
    models: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int | None = None
    worker_count: int = 1
    scoring_timeout_ms: int | None = None
    auth: AuthMode = "none"
    primary_key: str | None = field(default=None, repr=False)
    secondary_key: str | None = field(default=None, repr=False)
    app_insights: bool = False
    liveness: Probe = Probe()
    readiness: Probe = Probe()
    dependencies: Dependencies = Dependencies()
    route: Route | None = None
    description: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()

"""What ``azmlinfsrv profile --json`` has measured, as far as a deployment is derived from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from azmlinfsrv.deployment.formats.document import Node, problem_of
from azmlinfsrv.deployment.formats.json_document import read_json
from azmlinfsrv.deployment.formats.problems import DeploymentFileError, Report
from azmlinfsrv.deployment.formats.values import Number, Value, Whole, read_value

_ABOVE_ZERO = Number(above=0)


@dataclass(frozen=True)
class Figures:
    """The figures of a profile.

    Attributes:
        file: its name, for comments.
        script: the name of the script that was measured; None if it is not told.
        state: how it ended: Succeeded, Failed or Canceled.
        cpu: cores of an instance.
        memory_gb: of an instance; None where unknown.
        p99_ms: 99 of 100 requests were answered within.
        workers: WORKER_COUNT; None in a profile of Azure's own profiler.
        instances: how many; likewise.
        process_seconds: how long a request keeps a worker; likewise.
        target_rps: the requests a second that workers and instances are for; likewise.
        init_seconds: how long ``init()`` took; likewise.

    """

    file: str
    script: str | None
    state: str
    cpu: float
    memory_gb: float | None
    p99_ms: float | None
    workers: int | None = None
    instances: int | None = None
    process_seconds: float | None = None
    target_rps: float | None = None
    init_seconds: float | None = None


def read_figures(file: Path) -> Figures:
    """Return the figures of a profile.

    Raises:
        DeploymentFileError: the file cannot be read, is no profile, or has measured nothing.

    """
    root = read_json(file, "profile")
    if root.kind != "mapping" or _at(root, "recommendedCpu") is None:
        raise problem_of(
            file,
            "This is no profile: it has no recommendedCpu. `azmlinfsrv profile … --json FILE` "
            "writes one.",
        )
    if _is_null(root, "recommendedCpu"):
        raise problem_of(
            file,
            "The profile recommends nothing, since no request succeeded in it. Profile again with "
            "requests that the script can answer.",
        )
    report = Report()

    def number(path: str, kind: Value) -> float | None:
        node = _at(root, path)
        if node is None or node.is_null:
            return None
        found = read_value(kind, node, report)
        return found if isinstance(found, int | float) and math.isfinite(found) else None

    def whole(path: str) -> int | None:
        found = number(path, Whole(1, 10_000))
        return None if found is None else int(found)

    recommendation = "azmlinfsrv.recommendation"
    figures = Figures(
        file=file.name,
        script=_script(root),
        state=_text(root, "state") or "Succeeded",
        cpu=number("recommendedCpu", _ABOVE_ZERO) or 1.0,
        memory_gb=number("recommendedMemoryInGB", _ABOVE_ZERO),
        p99_ms=number("latencyPercentile99InMs", _ABOVE_ZERO),
        workers=whole(f"{recommendation}.workers"),
        instances=whole(f"{recommendation}.instances"),
        process_seconds=number(f"{recommendation}.process_seconds", _ABOVE_ZERO),
        target_rps=number(f"{recommendation}.target_rps", _ABOVE_ZERO),
        init_seconds=number("azmlinfsrv.initSeconds", Number(0)),
    )
    if report.problems:
        raise DeploymentFileError(report.problems)
    return figures


def _at(root: Node, path: str) -> Node | None:
    found: Node | None = root
    for step in path.split("."):
        pairs = found.pairs if found is not None else []
        found = next((value for key, value in pairs if key.text == step), None)
    return found


def _is_null(root: Node, path: str) -> bool:
    node = _at(root, path)
    return node is not None and node.is_null


def _text(root: Node, path: str) -> str | None:
    node = _at(root, path)
    return node.text if node is not None and isinstance(node.value, str) else None


def _script(root: Node) -> str | None:
    name = _text(root, "name")
    if name is None:
        return None
    # It may have been measured on another system.
    return (PureWindowsPath(name) if "\\" in name else PurePosixPath(name)).name

"""What follows from measured figures: limits, probes and numbers, each with its reason."""

from __future__ import annotations

import math
from dataclasses import dataclass

from azmlinfsrv.deployment.export.figures import Figures
from azmlinfsrv.deployment.formats.online_deployment import DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS
from azmlinfsrv.deployment.plan import Probe

_TIMEOUT_FACTOR, _TIMEOUT_STEP_MS = 10, 500
_DELAY_FACTOR = 2
_PROBE = Probe()
_MOST_SECONDS = 3600


@dataclass(frozen=True)
class Derived:
    """A number and how it comes about."""

    value: int
    reason: str


def workers(figures: Figures) -> Derived | None:
    """Return how many workers an instance has."""
    if figures.workers is None:
        return None
    return Derived(
        figures.workers,
        f"{_of(figures)}: as many workers as keep up with {_target(figures)} when each request "
        f"keeps one busy for {_seconds(figures)}, as far as they fit into one instance.",
    )


def instances(figures: Figures) -> Derived | None:
    """Return how many instances there are."""
    if figures.instances is None:
        return None
    formula = "ceil(requests a second * seconds of a request / 0.7 / workers)"
    return Derived(
        figures.instances,
        f"{_of(figures)}: {formula} = ceil({figures.target_rps or 0:.4g} * "
        f"{figures.process_seconds or 0:.3g} / 0.7 / {figures.workers or 1}).",
    )


def timeout_ms(figures: Figures, kind: str = "managed") -> Derived | None:
    """Return how long a request may take, its waiting included."""
    if figures.p99_ms is None:
        return None
    steps = math.ceil(round(figures.p99_ms * _TIMEOUT_FACTOR / _TIMEOUT_STEP_MS, 6))
    value = min(max(steps * _TIMEOUT_STEP_MS, DEFAULT_TIMEOUT_MS), MAX_TIMEOUT_MS[kind])
    return Derived(
        value,
        f"{_of(figures)}: {_TIMEOUT_FACTOR} times the 99th percentile, {figures.p99_ms:.4g} ms; at "
        f"least Azure's own {DEFAULT_TIMEOUT_MS}, at most its {MAX_TIMEOUT_MS[kind]}.",
    )


def initial_delay(figures: Figures) -> Derived | None:
    """Return after how many seconds the first probe comes."""
    if figures.init_seconds is None:
        return None
    value = math.ceil(round(figures.init_seconds * _DELAY_FACTOR, 6))
    return Derived(
        min(max(value, _PROBE.initial_delay), _MOST_SECONDS),
        f"{_of(figures)}: twice the {figures.init_seconds:.3g} s that init() took, at least "
        f"{_PROBE.initial_delay}.",
    )


def probe_timeout(figures: Figures) -> Derived | None:
    """Return how many seconds a probe waits for its answer."""
    if figures.p99_ms is None:
        return None
    value = math.ceil(round(figures.p99_ms / 1000, 6)) + 1
    return Derived(
        min(max(value, _PROBE.timeout), _MOST_SECONDS),
        f"{_of(figures)}: the published server answers a probe between two requests, and 99 of 100 "
        f"take up to {figures.p99_ms:.4g} ms.",
    )


def _of(figures: Figures) -> str:
    return f"From {figures.file}"


def _target(figures: Figures) -> str:
    return f"{figures.target_rps:.4g} requests a second" if figures.target_rps else "the load"


def _seconds(figures: Figures) -> str:
    return f"{figures.process_seconds:.3g} s" if figures.process_seconds else "its time"

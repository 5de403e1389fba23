"""Profiles with known figures."""

from __future__ import annotations

from dataclasses import replace

from azmlinfsrv.cli.profiling.figures import PERCENTILES, Level, Machine, Parts, Profile
from azmlinfsrv.cli.profiling.usage import Usage

GB = 1_000_000_000

LEVEL = Level(
    concurrency=1,
    requests=100,
    succeeded=100,
    seconds=10.0,
    mean_ms=100.0,
    percentiles_ms=dict(zip(PERCENTILES, (90.0, 120.0, 130.0, 150.0, 200.0), strict=True)),
    parts=Parts(1.0, 80.0, 2.0),
    cpu_seconds=5.0,
    memory_bytes=GB,
    peak_bytes=GB + GB // 10,
    own_cpu_seconds=0.5,
)

PROFILE = Profile(
    script="/project/score.py",
    model_dir=None,
    samples=("sample.json",),
    created="2026-01-02T03:04:05+00:00",
    workers=1,
    init_seconds=0.5,
    levels=(LEVEL,),
    idle=Usage(1.0, GB, GB, GB // 10),
    machine=Machine(4, "Linux x86_64", "3.12.1"),
)


def level(concurrency: int, per_second: float, mean_ms: float = 100.0) -> Level:
    requests = round(per_second * LEVEL.seconds)
    return replace(
        LEVEL, concurrency=concurrency, requests=requests, succeeded=requests, mean_ms=mean_ms
    )

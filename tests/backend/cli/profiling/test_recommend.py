"""The recommendation is the arithmetic that it shows."""

from __future__ import annotations

from dataclasses import replace

from azmlinfsrv.cli.profiling.figures import Profile
from azmlinfsrv.cli.profiling.recommend import Recommendation, recommend

from .profiles import GB, LEVEL, PROFILE


def recommended(profile: Profile) -> Recommendation:
    found = recommend(profile)
    assert found is not None
    return found


def test_instances_follow_the_published_formula() -> None:
    # A request takes 0.1 s and keeps 0.5 cores busy: 7 workers have room in 3.5 cores.
    found = recommended(replace(PROFILE, target_rps=100.0))
    assert found.process_seconds == 0.1
    assert found.workers == 7
    # ceil(100 x 0.1 / 0.7 / 7) = ceil(2.04)
    assert found.instances == 3
    numbers = {step.what: step.numbers for step in found.steps}
    assert numbers["instances"] == "ceil(100 \N{MULTIPLICATION SIGN} 0.1 / 0.7 / 7)"
    # 7 workers x 0.05 s of a processor / 0.1 s
    assert found.cpu == 3.5


def test_a_whole_number_is_not_rounded_up_to_the_next() -> None:
    # 7 x 0.1 / 0.7 is 1 and a little more in floating point.
    assert recommended(replace(PROFILE, target_rps=7.0)).workers == 1


def test_memory_is_the_first_process_and_each_worker_at_its_peak_with_headroom() -> None:
    found = recommended(replace(PROFILE, target_rps=14.0))
    assert found.workers == 2
    # 1.2 x (0.1 + 2 x 1.0) GB
    assert found.memory_gb == 2.6


def test_a_model_that_fills_an_instance_gets_an_instance_for_each_worker() -> None:
    large = replace(LEVEL, peak_bytes=10 * GB)
    found = recommended(replace(PROFILE, levels=(large,), target_rps=14.0))
    assert (found.workers, found.instances) == (1, 2)
    assert found.memory_gb == 12.0
    assert found.warnings == ()


def test_a_worker_that_needs_more_than_the_largest_instance_is_told_of() -> None:
    large = replace(LEVEL, peak_bytes=20 * GB, cpu_seconds=90.0)
    found = recommended(replace(PROFILE, levels=(large,), target_rps=1.0))
    assert (found.cpu, found.memory_gb) == (3.5, 15.0)
    assert any("One worker needs 24.0 GB" in warning for warning in found.warnings)
    assert any("keeps 9.0 cores busy" in warning for warning in found.warnings)


def test_the_bounds_of_the_published_profiler_hold_for_a_tiny_script() -> None:
    tiny = replace(LEVEL, cpu_seconds=0.01, peak_bytes=GB // 100)
    idle = replace(PROFILE.idle, first_bytes=0) if PROFILE.idle else None
    found = recommended(replace(PROFILE, levels=(tiny,), idle=idle, target_rps=1.0))
    assert (found.workers, found.cpu, found.memory_gb) == (1, 0.1, 0.1)


def test_a_request_that_waited_for_others_does_not_count_as_slow() -> None:
    queued = replace(LEVEL, concurrency=8, mean_ms=800.0)
    found = recommended(replace(PROFILE, levels=(queued,), target_rps=10.0))
    # One worker answered 10 a second.
    assert found.process_seconds == 0.1
    assert found.steps[0].formula == "workers / requests a second with 8 connections"
    assert found.steps[0].numbers == "1 / 10"


def test_a_level_that_was_disturbed_does_not_make_requests_slow() -> None:
    disturbed = replace(LEVEL, mean_ms=500.0, requests=20, succeeded=20)
    busy = replace(LEVEL, concurrency=4, mean_ms=400.0)
    found = recommended(replace(PROFILE, levels=(disturbed, busy), target_rps=10.0))
    assert found.process_seconds == 0.1


def test_without_a_target_it_is_for_what_was_measured() -> None:
    found = recommended(PROFILE)
    assert (found.target_rps, found.is_target_given) == (10.0, False)


def test_where_the_system_tells_nothing_it_is_said_that_a_core_is_assumed() -> None:
    unknown = replace(LEVEL, cpu_seconds=None, memory_bytes=None, peak_bytes=None)
    found = recommended(replace(PROFILE, levels=(unknown,), idle=None, target_rps=7.0))
    assert (found.cpu, found.memory_gb, found.cores_per_request) == (1.0, None, None)
    assert "unknown on this system" in found.steps[3].numbers


def test_without_an_answer_nothing_is_recommended() -> None:
    assert recommend(replace(PROFILE, levels=())) is None
    assert recommend(replace(PROFILE, levels=(replace(LEVEL, succeeded=0),))) is None

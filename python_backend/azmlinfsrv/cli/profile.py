"""``azmlinfsrv profile``: how fast a script answers, and what a deployment of it needs."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from azmlinfsrv.analysis.configuration import ConfigurationError
from azmlinfsrv.cli.output import guarded_output
from azmlinfsrv.cli.profiling.bodies import SampleError, read_bodies
from azmlinfsrv.cli.profiling.figures import Profile
from azmlinfsrv.cli.profiling.flame_run import MISSING, can_sample, sample_run
from azmlinfsrv.cli.profiling.interruption import Interruption
from azmlinfsrv.cli.profiling.measure import Measurement
from azmlinfsrv.cli.profiling.options import parse_options
from azmlinfsrv.cli.profiling.plan import CannotMeasureError, Plan
from azmlinfsrv.cli.profiling.progress import Progress, can_show
from azmlinfsrv.cli.profiling.published import published_result
from azmlinfsrv.cli.profiling.recommend import TIMES, Recommendation, recommend
from azmlinfsrv.cli.profiling.text import UNKNOWN, lines_of
from azmlinfsrv.cli.targets import Targets
from azmlinfsrv.cli.terminal import Paint, wants_colour

MEASURED, COULD_NOT_RUN, REQUESTS_FAILED = 0, 2, 3
_STANDARD_OUTPUT = "-"


def main(arguments: Sequence[str]) -> int:
    """Measure and report; returns the exit status."""
    options = parse_options(arguments)
    interruption = Interruption()
    progress = Progress.on_standard_error(options.progress)
    with guarded_output():
        try:
            with interruption.handled():
                return _profile(options, interruption, progress)
        except KeyboardInterrupt:
            return interruption.status
        except (CannotMeasureError, SampleError, ConfigurationError) as error:
            print(f"azmlinfsrv profile: {error}", file=sys.stderr)
            return COULD_NOT_RUN
        except BrokenPipeError:
            raise
        except OSError as error:
            print(f"azmlinfsrv profile: {error.filename}: {error.strerror}", file=sys.stderr)
            return COULD_NOT_RUN
        finally:
            progress.done()
    # Whoever closes the other end of the pipe has read enough.
    return MEASURED


def _profile(options: argparse.Namespace, interruption: Interruption, progress: Progress) -> int:
    plan = _plan(options)
    if options.flame_graph and not can_sample():
        # Before the measurement: nobody wants to hear that after a minute.
        raise CannotMeasureError(MISSING)
    for file in (options.json, options.html, options.flame_graph):
        if file and file != _STANDARD_OUTPUT and not Path(file).absolute().parent.is_dir():
            raise CannotMeasureError(f"{file} cannot be written: there is no such folder.")
    measurement = Measurement(plan, interruption, progress)
    profile = measurement.run()
    recommendation = recommend(profile)
    flame = None
    if options.flame_graph and profile.succeeded and not interruption.is_asked():
        flame = sample_run(plan, measurement.bodies, interruption, progress)
    progress.done()
    if flame is not None:
        from azmlinfsrv.cli.profiling.flame import flame_graph

        Path(options.flame_graph).write_text(flame_graph(flame), encoding="utf-8")
    if options.html:
        from azmlinfsrv.cli.profiling.page import page_of

        page = page_of(profile, recommendation, flame)
        Path(options.html).write_text(page, encoding="utf-8")
    _report(options, profile, recommendation)
    if interruption.is_asked():
        return interruption.status
    is_fine = profile.requests and profile.succeeded == profile.requests and not profile.error
    return MEASURED if is_fine else REQUESTS_FAILED


def _plan(options: argparse.Namespace) -> Plan:
    script = Path(options.entry_script).absolute()
    if not script.is_file():
        what = "is no file" if script.exists() else "does not exist"
        raise CannotMeasureError(f"{options.entry_script} {what}.")
    model_dir = options.model_dir
    if model_dir is not None:
        folder = Path(model_dir).expanduser().absolute()
        if not folder.is_dir():
            raise CannotMeasureError(f"--model_dir: {model_dir} is no folder.")
        model_dir = str(folder)
    target = Targets(model_dir, print).named(script)
    model = target.project.context(script).model_folder
    return Plan(
        script=script,
        folder=target.project.root,
        model_dir=model.path if model else None,
        environment=target.project.environment(script),
        bodies=tuple(read_bodies(options.request, options.content_type)),
        seconds=options.duration,
        levels=options.concurrency,
        workers=options.worker_count,
        timeout=options.timeout,
        target_rps=options.target_rps,
    )


def _report(
    options: argparse.Namespace, profile: Profile, recommendation: Recommendation | None
) -> None:
    if options.json:
        text = json.dumps(published_result(profile, recommendation), indent=2)
        if options.json == _STANDARD_OUTPUT:
            print(text)
            return
        Path(options.json).write_text(text + "\n", encoding="utf-8")
    paint = Paint(is_on=wants_colour(sys.stdout))
    is_plain = not can_show(sys.stdout, "█▓▒░" + UNKNOWN + TIMES)
    for line in lines_of(profile, recommendation, paint, is_plain=is_plain):
        print(line)
    written = [file for file in (options.json, options.html, options.flame_graph) if file]
    if written:
        print("\nWritten: " + ", ".join(written))

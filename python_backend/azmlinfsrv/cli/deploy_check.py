"""``azmlinfsrv deploy --check``: read the files of a deployment and start nothing.

The options that name the files belong to ``deploy`` itself, and are declared here.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from azmlinfsrv.deployment.dependencies import DependencyError, Difference, compare
from azmlinfsrv.deployment.formats import (
    DeploymentFileError,
    Place,
    Problem,
    plan_from_v1,
    plan_from_v2,
)
from azmlinfsrv.deployment.plan import DeploymentPlan
from azmlinfsrv.registry.errors import RegistryError
from azmlinfsrv.registry.registry import Registry

REFUSED = 1
NOT_FOUND = 2


class FileOptionError(Exception):
    """The options do not name the files of one deployment."""


def add_file_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options that say what to deploy."""
    first = parser.add_argument_group("files of Azure ML's first version")
    first.add_argument("--ic", metavar="FILE", help="inferenceconfig.json")
    first.add_argument("--dc", metavar="FILE", help="deploymentconfig.json (default: a free port)")
    second = parser.add_argument_group("files of Azure ML's second version")
    second.add_argument("--file", metavar="FILE", help="the YAML of an online deployment")
    second.add_argument("--endpoint", metavar="FILE", help="the YAML of its endpoint")
    parser.add_argument(
        "-m",
        "--model",
        metavar="MODEL",
        action="append",
        default=[],
        help="name:version, name@latest, or a file or folder; may be repeated",
    )
    parser.add_argument("-n", "--name", metavar="NAME", help="the service's name")


def plan_of(options: argparse.Namespace) -> DeploymentPlan:
    """Return what the files that the options name ask for.

    Raises:
        FileOptionError: the options contradict one another.
        DeploymentFileError: the files are not right.

    """
    if bool(options.ic) == bool(options.file):
        raise FileOptionError(
            "name either --ic inferenceconfig.json (first version of Azure ML) or --file "
            "deployment.yml (second version)."
        )
    if options.ic:
        if options.endpoint:
            raise FileOptionError("--endpoint goes with --file; --ic has no endpoint file.")
        if not options.name:
            raise FileOptionError("--ic names no service. Give it a name: --name NAME.")
        compute = Path(options.dc) if options.dc else None
        return plan_from_v1(Path(options.ic), compute, options.model, options.name)
    if options.dc:
        raise FileOptionError("--dc goes with --ic; --file has no deploymentconfig.json.")
    endpoint = Path(options.endpoint) if options.endpoint else None
    plan = plan_from_v2(Path(options.file), endpoint, options.model)
    return replace(plan, name=options.name) if options.name else plan


def check_files(options: argparse.Namespace) -> int:
    """Print what a deployment asks for, or what is wrong with its files.

    Args:
        options: those of ``add_file_options``; ``json``, whether programs read it; and ``python``,
            the interpreter that is to run the script, None for this one.

    Returns:
        0; 1 if the files are not right; 2 if one is not there, or the options contradict.

    """
    try:
        plan = plan_of(options)
        _require_models(plan)
    except FileOptionError as error:
        print(f"azmlinfsrv deploy: {error}", file=sys.stderr)
        return NOT_FOUND
    except DeploymentFileError as error:
        return tell_problems(error, as_json=options.json)
    interpreter = Path(getattr(options, "python", None) or sys.executable)
    try:
        differences = compare(plan.dependencies, interpreter)
    except DependencyError as error:
        print(f"azmlinfsrv deploy: {error}", file=sys.stderr)
        return REFUSED
    if options.json:
        print(json.dumps(_as_json(plan, interpreter, differences)))
    else:
        print("\n".join(_as_text(plan, interpreter, differences)))
    return 0


def tell_problems(error: DeploymentFileError, *, as_json: bool = False) -> int:
    """Print what is wrong with the files; returns 1, or 2 if one of them is not there."""
    if as_json:
        print(json.dumps({"problems": [_problem(problem) for problem in error.problems]}))
    else:
        print("azmlinfsrv deploy: this cannot be deployed.", file=sys.stderr)
        for problem in error.problems:
            print(problem, file=sys.stderr)
    is_missing = any(_is_missing(problem.place) for problem in error.problems)
    return NOT_FOUND if is_missing else REFUSED


def difference_lines(
    plan: DeploymentPlan, interpreter: Path, differences: Sequence[Difference]
) -> list[str]:
    """Return for people in what an interpreter differs from what a deployment wants."""
    if not differences:
        return []
    lines = [f"{interpreter} differs from {plan.dependencies.file}:"]
    return lines + [f"  {difference}" for difference in differences]


def _require_models(plan: DeploymentPlan) -> None:
    problems = []
    for model in plan.models:
        if Path(model).is_absolute():
            continue
        try:
            Registry().resolve(model)
        except RegistryError as error:
            problems.append(Problem(Place(None, key=f"model {model}"), str(error)))
    if problems:
        raise DeploymentFileError(problems)


def _is_missing(place: Place) -> bool:
    return place.file is not None and place.line is None and not place.file.exists()


def _problem(problem: Problem) -> dict[str, object]:
    place = problem.place
    return {
        "file": str(place.file) if place.file is not None else None,
        "line": place.line,
        "column": place.column,
        "key": place.key,
        "message": problem.message,
    }


def _as_json(
    plan: DeploymentPlan, interpreter: Path, differences: Sequence[Difference]
) -> dict[str, object]:
    dependencies = plan.dependencies
    return {
        "problems": [],
        "plan": {
            "name": plan.name,
            "entry_script": str(plan.entry_script),
            "source_folder": str(plan.source_folder),
            "models": plan.models,
            # Their values may be secrets, and this ends in the logs of pipelines.
            "environment": sorted(plan.environment),
            "port": plan.port,
            "worker_count": plan.worker_count,
            "scoring_timeout_ms": plan.scoring_timeout_ms,
            "auth": plan.auth,
            "app_insights": plan.app_insights,
            "liveness": asdict(plan.liveness),
            "readiness": asdict(plan.readiness),
            "dependencies": {
                **asdict(dependencies),
                "file": str(dependencies.file) if dependencies.file else None,
            },
            "files": [str(file) for file in plan.files],
        },
        "notes": plan.notes,
        "interpreter": str(interpreter),
        "differences": [asdict(difference) for difference in differences],
    }


_LINES: dict[str, Callable[[DeploymentPlan], str]] = {
    "service": lambda plan: plan.name,
    "entry script": lambda plan: str(plan.entry_script),
    "models": lambda plan: ", ".join(plan.models) or "none",
    "variables": lambda plan: ", ".join(sorted(plan.environment)) or "none",
    "port": lambda plan: str(plan.port or "a free one"),
    "workers": lambda plan: str(plan.worker_count),
    "time limit": lambda plan: (
        f"{plan.scoring_timeout_ms} ms" if plan.scoring_timeout_ms else "the server's own"
    ),
    "a request brings": lambda plan: {"none": "nothing", "key": "a key", "token": "a token"}[
        plan.auth
    ],
}


def _as_text(
    plan: DeploymentPlan, interpreter: Path, differences: Sequence[Difference]
) -> list[str]:
    width = max(map(len, _LINES)) + 2
    lines = [f"{label:<{width}}{show(plan)}" for label, show in _LINES.items()]
    if plan.notes:
        lines += ["", "Without effect on this machine, or worth knowing:"]
        lines += [f"  {note}" for note in plan.notes]
    if differences:
        lines += ["", *difference_lines(plan, interpreter, differences)]
    elif plan.dependencies.file is not None:
        lines += ["", f"{interpreter} has what {plan.dependencies.file} names."]
    return lines

"""``azmlinfsrv deploy --check``: read the files of a deployment and start nothing.

The options that name the files belong to ``deploy`` itself, and are declared here.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from azmlinfsrv.cli.service_commands.telling import shortened
from azmlinfsrv.deployment.dependencies import left_out
from azmlinfsrv.deployment.formats import DeploymentFileError, Place, Problem
from azmlinfsrv.deployment.plan import DeploymentPlan
from azmlinfsrv.deployment.services.folder import check_name

if TYPE_CHECKING:
    from azmlinfsrv.deployment.dependencies.compare import Difference

REFUSED = 1
NOT_FOUND = 2


class FileOptionError(Exception):
    """The options do not name the files of one deployment."""


def add_file_options(parser: argparse.ArgumentParser, *, has_name: bool = False) -> None:
    """Declare the options that say what to deploy.

    Args:
        parser: gets them.
        has_name: whether the service is named already, and ``--name`` would be a second name.

    """
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
    if not has_name:
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
        from azmlinfsrv.deployment.formats import plan_from_v1

        return plan_from_v1(Path(options.ic), compute, options.model, options.name)
    if options.dc:
        raise FileOptionError("--dc goes with --ic; --file has no deploymentconfig.json.")
    endpoint = Path(options.endpoint) if options.endpoint else None
    from azmlinfsrv.deployment.formats import plan_from_v2

    plan = plan_from_v2(Path(options.file), endpoint, options.model)
    return replace(plan, name=options.name) if options.name else plan


def check_files(options: argparse.Namespace) -> int:
    """Print what a deployment asks for, or what is wrong with its files.

    Args:
        options: those of ``add_file_options``; ``json``, whether programs read it; ``python``, the
            interpreter that is to run the script, None for this one; ``create_env``, whether it
            gets an environment of its own; and ``auth``, in place of what the files say.

    Returns:
        0; 1 if the files are not right; 2 if one is not there.

    Raises:
        FileOptionError: the options contradict one another.
        ServiceNameError: no service can be called so.
        DependencyError: the interpreter cannot be asked what it has.

    """
    try:
        plan = plan_of(options)
        check_name(plan.name)
        _require_models(plan)
    except DeploymentFileError as error:
        return tell_problems(error, as_json=options.json)
    if getattr(options, "auth", None):
        plan = replace(plan, auth=options.auth)
    from azmlinfsrv.deployment.dependencies.compare import compare

    interpreter = Path(getattr(options, "python", None) or sys.executable)
    makes_environment = getattr(options, "create_env", False)
    differences = [] if makes_environment else compare(plan.dependencies, interpreter)
    if options.json:
        told = _as_json(plan, interpreter, differences)
        print(json.dumps({**told, "azure": azure_commands(options)}))
    else:
        print("\n".join(_plan_lines(plan)))
        if makes_environment:
            print("\n--create_env makes an environment for it.", left_out(plan.dependencies))
        elif differences:
            print("", *difference_lines(plan, interpreter, differences), sep="\n")
        elif plan.dependencies.file is not None:
            print(f"\n{interpreter} has what {plan.dependencies.file} names.")
        print("", *_azure_lines(options), sep="\n")
    return 0


def tell_problems(
    error: DeploymentFileError, command: str = "deploy", *, as_json: bool = False
) -> int:
    """Print what is wrong with the files; returns 1, or 2 if one of them is not there."""
    if as_json:
        print(json.dumps({"problems": [_problem(problem) for problem in error.problems]}))
    else:
        refused = "used" if command == "gateway" else "deployed"
        print(f"azmlinfsrv {command}: this cannot be {refused}.", file=sys.stderr)
        for problem in error.problems:
            print(shortened(problem), file=sys.stderr)
    is_missing = any(_is_missing(problem.place) for problem in error.problems)
    return NOT_FOUND if is_missing else REFUSED


def azure_commands(options: argparse.Namespace) -> list[str]:
    """Return the commands that deploy the same files in Azure; none for those of version 1."""
    named = {"online-endpoint": options.endpoint, "online-deployment": options.file}
    return [
        shlex.join(["az", "ml", kind, "create", "--file", file])
        for kind, file in named.items()
        if file
    ]


def difference_lines(
    plan: DeploymentPlan, interpreter: Path, differences: Sequence[Difference]
) -> list[str]:
    """Return for people in what an interpreter differs from what a deployment wants."""
    if not differences:
        return []
    lines = [f"{interpreter} differs from {plan.dependencies.file}:"]
    return lines + [f"  {difference}" for difference in differences]


def _require_models(plan: DeploymentPlan) -> None:
    from azmlinfsrv.registry import Registry, RegistryError

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


def _azure_lines(options: argparse.Namespace) -> list[str]:
    commands = azure_commands(options)
    if commands:
        return ["In Azure:", *(f"  {command}" for command in commands)]
    return [
        "In Azure: `az ml model deploy` of the first version has ended. `azmlinfsrv export "
        "azure-ml --ic … --dc … -o DIR` makes a deployment of the second version of these files."
    ]


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
    from azmlinfsrv.deployment.formats.requirements import without_credentials

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
                "pip": [without_credentials(line) for line in dependencies.pip],
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


def _plan_lines(plan: DeploymentPlan) -> list[str]:
    width = max(map(len, _LINES)) + 2
    lines = [f"{label:<{width}}{show(plan)}" for label, show in _LINES.items()]
    if plan.notes:
        lines += ["", "Without effect on this machine, or worth knowing:"]
        lines += [f"  {note}" for note in plan.notes]
    return lines

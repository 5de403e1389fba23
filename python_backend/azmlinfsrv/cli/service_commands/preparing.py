"""From a plan to something that can be started: models, interpreter, packages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from azmlinfsrv.cli.deploy_check import difference_lines
from azmlinfsrv.cli.service_commands.plan_options import Sources
from azmlinfsrv.deployment.dependencies import DependencyError, create_environment, left_out
from azmlinfsrv.deployment.dependencies.creation import interpreter_of, is_finished
from azmlinfsrv.deployment.plan import Dependencies, DeploymentPlan
from azmlinfsrv.deployment.services.definition import Definition
from azmlinfsrv.deployment.services.folder import ServiceError, check_name, environments_folder
from azmlinfsrv.deployment.services.interpreter import find_interpreter, program_for
from azmlinfsrv.deployment.services.models import model_dir_of

Tell = Callable[[str], object]
_SHOWN_LINES = 20


def prepare(plan: DeploymentPlan, sources: Sources, tell: Tell) -> Definition:
    """Return what is to be started; an environment is made if one is asked for.

    Raises:
        ServiceError, DependencyError: it cannot be.

    """
    check_name(plan.name)
    model_dir = model_dir_of(plan.models)
    python = _interpreter(plan, sources, tell)
    return Definition(
        plan, program_for(python), model_dir, source=asdict(replace(sources, name=plan.name))
    )


def tell_differences(plan: DeploymentPlan, python: str, tell: Tell) -> None:
    """Say in what an interpreter differs from what a plan wants; that it cannot be asked, too."""
    if plan.dependencies == Dependencies(plan.dependencies.file):
        return
    from azmlinfsrv.deployment.dependencies.compare import compare

    try:
        found = compare(plan.dependencies, Path(python))
    except DependencyError as error:
        tell(str(error))
        return
    lines = difference_lines(plan, Path(python), found)
    for line in lines[:_SHOWN_LINES]:
        tell(line)
    if len(lines) > _SHOWN_LINES:
        tell(f"  and {len(lines) - _SHOWN_LINES} more: azmlinfsrv deploy --check lists all.")
    if lines:
        tell("--create-env makes an environment that has its packages, --python names another.")


def _interpreter(plan: DeploymentPlan, sources: Sources, tell: Tell) -> str:
    if not sources.create_env:
        return find_interpreter(sources.python)
    if not plan.dependencies.pip:
        raise ServiceError(
            "--create-env: the deployment names no packages of pip to make an environment of."
        )
    base = find_interpreter(sources.python) if sources.python else None
    wanted = json.dumps([plan.dependencies.pip, plan.dependencies.python, base])
    identity = hashlib.sha256(wanted.encode()).hexdigest()[:12]
    folder = environments_folder(plan.name) / identity
    if is_finished(folder):
        return str(interpreter_of(folder))
    tell(f"Making an environment from {plan.dependencies.file or 'the deployment'} …")
    if missing := left_out(plan.dependencies):
        tell(missing)
    return str(create_environment(plan.dependencies, folder, python=Path(base) if base else None))

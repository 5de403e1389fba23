"""From a plan to something that can be started: models, interpreter, packages."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from azmlinfsrv.cli.service_commands.plan_options import Sources
from azmlinfsrv.deployment.plan import Dependencies, DeploymentPlan
from azmlinfsrv.deployment.services.definition import Definition
from azmlinfsrv.deployment.services.folder import ServiceError, check_name, environments_folder
from azmlinfsrv.deployment.services.interpreter import find_interpreter, program_for
from azmlinfsrv.deployment.services.models import model_dir_of

if TYPE_CHECKING:
    from azmlinfsrv.deployment.dependencies import Difference

Tell = Callable[[str], object]
_SHOWN_DIFFERENCES = 20


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


def differences(plan: DeploymentPlan, python: str) -> list[Difference]:
    """Return in what an interpreter differs from what a plan wants.

    Raises:
        DependencyError: it cannot be asked.

    """
    if not names_packages(plan):
        return []
    from azmlinfsrv.deployment.dependencies import compare

    return compare(plan.dependencies, Path(python))


def names_packages(plan: DeploymentPlan) -> bool:
    """Return whether a plan says anything about what is to be installed."""
    return plan.dependencies != Dependencies(plan.dependencies.file)


def tell_differences(plan: DeploymentPlan, python: str, tell: Tell) -> None:
    """Say in what an interpreter differs from what a plan wants; that it cannot be asked, too."""
    if not names_packages(plan):
        return
    from azmlinfsrv.deployment.dependencies import DependencyError

    try:
        found = differences(plan, python)
    except DependencyError as error:
        tell(str(error))
        return
    if not found:
        return
    tell(f"{python} differs from {plan.dependencies.file or 'what the deployment names'}:")
    for each in found[:_SHOWN_DIFFERENCES]:
        tell(f"  {each}")
    if len(found) > _SHOWN_DIFFERENCES:
        tell(f"  and {len(found) - _SHOWN_DIFFERENCES} more.")
    tell("--create-env makes an environment that has its packages, --python names another.")


def _interpreter(plan: DeploymentPlan, sources: Sources, tell: Tell) -> str:
    if not sources.create_env:
        return find_interpreter(sources.python)
    from azmlinfsrv.deployment.dependencies import create_environment

    if not plan.dependencies.pip:
        raise ServiceError(
            "--create-env: the deployment names no packages of pip to make an environment of."
        )
    base = find_interpreter(sources.python) if sources.python else None
    wanted = json.dumps([plan.dependencies.pip, plan.dependencies.python, base])
    identity = hashlib.sha256(wanted.encode()).hexdigest()[:12]
    folder = environments_folder(plan.name) / identity
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if python.exists() and not (folder / "azmlinfsrv-unfinished").exists():
        return str(python)
    tell(f"Making an environment from {plan.dependencies.file or 'the deployment'} …")
    return str(create_environment(plan.dependencies, folder, python=Path(base) if base else None))

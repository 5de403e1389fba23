"""The options that describe a deployment, and the plan that they make."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from azmlinfsrv.cli.deploy_check import add_file_options, plan_of
from azmlinfsrv.deployment.plan import AuthMode, DeploymentPlan
from azmlinfsrv.deployment.services.folder import ServiceError

DEFAULT_SECONDS = 600.0
_FILES = ("ic", "dc", "file", "endpoint")


@dataclass(frozen=True)
class Sources:
    """What a deployment is made from. Kept with the service, so that it can be read again.

    Attributes:
        ic: ``inferenceconfig.json``.
        dc: ``deploymentconfig.json``.
        file: a v2 deployment.
        endpoint: its endpoint.
        models: registered models, or paths.
        name: the service's name; None as the files say.
        auth: in place of what the files say.
        python: the interpreter that is named.
        create_env: whether an environment is made from the deployment's packages.

    """

    ic: str | None = None
    dc: str | None = None
    file: str | None = None
    endpoint: str | None = None
    models: tuple[str, ...] = ()
    name: str | None = None
    auth: AuthMode | None = None
    python: str | None = None
    create_env: bool = False

    @classmethod
    def from_options(cls, options: argparse.Namespace) -> Sources:
        """Return what the command line names."""
        files = {key: _absolute(getattr(options, key)) for key in _FILES}
        models = tuple(_absolute_if_there(model) for model in options.model or ())
        return cls(
            **files,
            models=models,
            name=getattr(options, "name", None),
            auth=options.auth,
            python=options.python,
            create_env=options.create_env,
        )

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Sources:
        """Return what a service was deployed from.

        Raises:
            TypeError: another version has kept it.

        """
        return cls(**{**document, "models": tuple(document.get("models", ()))})

    def changed_by(self, other: Sources) -> Sources:
        """Return these with what the other names; its files replace all of these."""
        changes = {key: value for key, value in vars(other).items() if value and key not in _FILES}
        if any(getattr(other, key) for key in _FILES):
            changes |= {key: getattr(other, key) for key in _FILES}
        return replace(self, **changes)

    def plan(self) -> DeploymentPlan:
        """Return the plan that the files make.

        Raises:
            FileOptionError: they are not those of one deployment.
            DeploymentFileError: they are not right.

        """
        named = {key: getattr(self, key) for key in (*_FILES, "name")}
        plan = plan_of(argparse.Namespace(**named, model=list(self.models)))
        return replace(plan, auth=self.auth) if self.auth else plan


def add_plan_options(parser: argparse.ArgumentParser, *, has_name: bool = False) -> None:
    """Declare the options; those of a service that is there have no name among them."""
    add_file_options(parser, has_name=has_name)
    parser.add_argument(
        "--auth",
        choices=("key", "token", "none"),
        help="what a request has to bring (default: as the endpoint's file says, or nothing)",
    )
    parser.add_argument(
        "--python",
        metavar="PYTHON",
        help="the interpreter, or virtual environment, that runs it (default: this one)",
    )
    parser.add_argument(
        "--create_env",
        action="store_true",
        help="make a virtual environment from the pip part of the deployment's packages",
    )
    add_timeout_option(parser)


def add_timeout_option(parser: argparse.ArgumentParser) -> None:
    """Declare how long to wait."""
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=DEFAULT_SECONDS,
        metavar="SECONDS",
        help=f"how long to wait until it is Healthy (default: {DEFAULT_SECONDS:g})",
    )


def stored_sources(source: Mapping[str, Any] | None, name: str) -> Sources:
    """Return what a service was deployed from.

    Raises:
        ServiceError: that is not known.

    """
    try:
        return Sources.from_json(source or {})
    except TypeError:
        raise ServiceError(
            f"What the service {name} was deployed from was kept by another version. Name its "
            "files again."
        ) from None


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise ValueError
    return seconds


def _absolute(path: str | None) -> str | None:
    return str(Path(path).absolute()) if path else None


def _absolute_if_there(model: str) -> str:
    try:
        return str(Path(model).absolute()) if Path(model).exists() else model
    except (OSError, ValueError):
        return model

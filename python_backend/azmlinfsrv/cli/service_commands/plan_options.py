"""The options that describe a deployment, and the plan that they make."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from azmlinfsrv.deployment.plan import DeploymentPlan
from azmlinfsrv.deployment.services.folder import ServiceError

DEFAULT_SECONDS = 600.0
_FILES = ("ic", "dc", "file", "endpoint")


class UsageError(Exception):
    """Options that cannot be used together."""


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
    auth: str | None = None
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
            name=options.name,
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
            DeploymentFileError: the files are not right.
            ServiceError, UsageError: something is missing.

        """
        # Not before it is needed: it takes a while.
        from azmlinfsrv.deployment.formats import plan_from_v1, plan_from_v2

        if self.ic:
            if self.file or self.endpoint:
                raise UsageError("--ic and --file describe deployments of different versions.")
            if not self.name:
                raise UsageError("--ic needs --name, the service's name.")
            dc = Path(self.dc) if self.dc else None
            plan = plan_from_v1(Path(self.ic), dc, self.models, self.name)
        elif self.file:
            if self.dc:
                raise UsageError("--dc belongs to --ic.")
            endpoint = Path(self.endpoint) if self.endpoint else None
            plan = plan_from_v2(Path(self.file), endpoint, self.models)
        else:
            raise UsageError("name the deployment: --ic inferenceconfig.json or --file FILE.yml.")
        plan = replace(plan, name=self.name) if self.name else plan
        return replace(plan, auth=self.auth) if self.auth else plan  # type: ignore[arg-type]


def add_plan_options(parser: argparse.ArgumentParser, *, has_name: bool) -> None:
    """Declare the options."""
    v1 = parser.add_argument_group("a deployment of version 1")
    v1.add_argument("--ic", metavar="FILE", help="inferenceconfig.json")
    v1.add_argument("--dc", metavar="FILE", help="deploymentconfig.json, for computeType local")
    v2 = parser.add_argument_group("a deployment of version 2")
    v2.add_argument("-f", "--file", metavar="FILE", help="the YAML of a managed online deployment")
    v2.add_argument("--endpoint", metavar="FILE", help="the YAML of its endpoint")
    parser.add_argument(
        "-m",
        "--model",
        action="append",
        metavar="MODEL",
        help="NAME:VERSION or NAME@latest of `azmlinfsrv models`, or a file or folder; may be "
        "given several times",
    )
    if has_name:
        parser.add_argument("-n", "--name", metavar="NAME", help="the service's name")
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

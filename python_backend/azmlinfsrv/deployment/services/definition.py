"""What a service runs: the plan, and what it was turned into on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from azmlinfsrv.deployment.plan import Dependencies, DeploymentPlan, Probe, Route

DEFAULT_RESTARTS = 5


@dataclass(frozen=True)
class Definition:
    """A plan with everything that is needed to start it.

    Attributes:
        plan: the deployment, without its keys: those are in a file of their own.
        program: how azmlinfsrv is started, an interpreter and what follows it.
        model_dir: what AZUREML_MODEL_DIR names; None if there are no models.
        restarts: how often in a row a server that has crashed is started again.
        source: the options that the deployment was made from, for ``services update``.
        generation: counts deployment and updates, from 1.
        deployed: when, in ISO 8601 and UTC.

    """

    plan: DeploymentPlan
    program: tuple[str, ...]
    model_dir: str | None = None
    restarts: int = DEFAULT_RESTARTS
    source: Mapping[str, Any] | None = None
    generation: int = 1
    deployed: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it for a file, without keys."""
        plan = asdict(replace(self.plan, primary_key=None, secondary_key=None))
        document = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**document, "plan": _plain(plan), "program": list(self.program)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Definition:
        """Return what ``to_json`` has written.

        Raises:
            KeyError, TypeError: another version has written it.

        """
        plan = dict(document["plan"])
        dependencies = dict(plan["dependencies"])
        file = dependencies["file"]
        dependencies.update(
            file=Path(file) if file else None,
            pip=tuple(dependencies["pip"]),
            conda=tuple(dependencies["conda"]),
        )
        plan.update(
            entry_script=Path(plan["entry_script"]),
            source_folder=Path(plan["source_folder"]),
            models=tuple(plan["models"]),
            liveness=Probe(**plan["liveness"]),
            readiness=Probe(**plan["readiness"]),
            dependencies=Dependencies(**dependencies),
            route=Route(**plan["route"]) if plan.get("route") else None,
            files=tuple(map(Path, plan["files"])),
            notes=tuple(plan["notes"]),
        )
        rest = {**document, "plan": DeploymentPlan(**plan), "program": tuple(document["program"])}
        return cls(**rest)


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value

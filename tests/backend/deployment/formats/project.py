"""A project with the published files, and what reading it says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from azmlinfsrv.deployment.formats import (
    DeploymentFileError,
    Problem,
    plan_from_v1,
    plan_from_v2,
)
from azmlinfsrv.deployment.plan import DeploymentPlan

MANAGED: dict[str, Any] = {
    "name": "blue",
    "endpoint_name": "diabetes",
    "model": {"path": "model/model.pkl"},
    "code_configuration": {"code": "src", "scoring_script": "score.py"},
    "environment": {"image": "mcr.microsoft.com/azureml/minimal-py312-inference:latest"},
    "instance_type": "Standard_DS3_v2",
    "instance_count": 1,
}
KUBERNETES = {
    **{key: MANAGED[key] for key in MANAGED if not key.startswith("instance_")},
    "type": "kubernetes",
}
INFERENCE: dict[str, Any] = {"entryScript": "score.py", "sourceDirectory": "src"}


class Project:
    """A folder with a script, a model, and whatever files a test writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("src/score.py", "def init(): ...\ndef run(data): return data\n")
        self.write("model/model.pkl", "a model")

    def write(self, name: str, content: str | bytes | Mapping[str, Any]) -> Path:
        """Write a file: a mapping as JSON or YAML, by the file's name."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Mapping):
            as_text = json.dumps if file.suffix == ".json" else yaml.safe_dump
            content = str(as_text(dict(content), **_KEEP[file.suffix]))
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def v2(
        self,
        deployment: str | bytes | Mapping[str, Any],
        endpoint: str | Mapping[str, Any] | None = None,
        models: Sequence[str] = (),
    ) -> DeploymentPlan:
        """Return the plan of an online deployment."""
        endpoint_file = self.write("endpoint.yml", endpoint) if endpoint is not None else None
        return plan_from_v2(self.write("deployment.yml", deployment), endpoint_file, models)

    def v1(
        self,
        inference: str | bytes | Mapping[str, Any],
        compute: str | Mapping[str, Any] | None = None,
        models: Sequence[str] = (),
    ) -> DeploymentPlan:
        """Return the plan of the first version's files."""
        compute_file = self.write("deploymentconfig.json", compute) if compute is not None else None
        return plan_from_v1(
            self.write("inferenceconfig.json", inference), compute_file, models, "service"
        )

    def v2_problems(self, *arguments: Any, **named: Any) -> list[str]:
        """Return what is wrong with an online deployment, as ``file:line: message``."""
        return self._told(self.v2, arguments, named)

    def v1_problems(self, *arguments: Any, **named: Any) -> list[str]:
        """Return what is wrong with files of the first version."""
        return self._told(self.v1, arguments, named)

    def _told(self, read: Any, arguments: Sequence[Any], named: Mapping[str, Any]) -> list[str]:
        try:
            plan = read(*arguments, **named)
        except DeploymentFileError as error:
            return [self._short(problem) for problem in error.problems]
        raise AssertionError(f"nothing is found to be wrong: {plan}")

    def _short(self, problem: Problem) -> str:
        return str(problem).replace(f"{self.folder}/", "").replace(str(self.folder), "")


_KEEP: dict[str, dict[str, Any]] = {
    ".json": {"indent": 1},
    ".yml": {"sort_keys": False},
    ".yaml": {"sort_keys": False},
}


def having(base: Mapping[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return a document with a value at a path of keys; None takes it away."""
    changed: dict[str, Any] = json.loads(json.dumps(base))
    *sections, name = path.split(".")
    inner = changed
    for section in sections:
        inner = inner.setdefault(section, {})
    if value is None:
        del inner[name]
    else:
        inner[name] = value
    return changed

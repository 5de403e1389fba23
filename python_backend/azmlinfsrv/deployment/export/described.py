"""What is handed over, whatever describes it: a script, a deployment file, a service."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from azmlinfsrv.analysis.model_folder import ModelFolderRequest, find_model_folder
from azmlinfsrv.deployment.export.names import checked_name, endpoint_name
from azmlinfsrv.deployment.export.yaml_text import Noted, tree_of
from azmlinfsrv.deployment.formats.deployment_checks import keys_of
from azmlinfsrv.deployment.formats.document import Node
from azmlinfsrv.deployment.formats.locations import find_file
from azmlinfsrv.deployment.formats.online_deployment import KUBERNETES
from azmlinfsrv.deployment.formats.problems import Place, Report
from azmlinfsrv.deployment.formats.yaml_document import read_yaml
from azmlinfsrv.deployment.packaging.errors import NotFoundError
from azmlinfsrv.deployment.plan import AuthMode, DeploymentPlan, Probe

Kind = Literal["managed", "kubernetes"]
_AUTH_MODES: dict[AuthMode, str] = {"none": "key", "key": "key", "token": "aml_token"}
FIRST_DEPLOYMENT = "blue"
ALWAYS_A_KEY = "An endpoint always asks for a key or a token: endpoint.yml has `auth_mode: key`."


@dataclass(frozen=True)
class Unconverted:
    """A key that has no counterpart in what is written, and what to do instead."""

    place: Place
    advice: str

    def __str__(self) -> str:
        return f"{self.place}: `{self.place.key}`: {self.advice}"


@dataclass(frozen=True)
class Described:
    """A deployment to hand over.

    Attributes:
        plan: what runs; its models are those to hand over.
        kind: which of Azure's endpoints it is for.
        endpoint: the content of endpoint.yml, for ``yaml_text``.
        deployment: the content of deployment.yml, likewise; what is staged comes into it later.
        variables: its environment variables, as they are written.
        heeds_ignore_files: whether .amlignore or .gitignore of the source folder count.
        models_may_be_elsewhere: whether models that are not registered here are left as named.
        traffic: what was the endpoint's traffic: deployments with their shares.
        mirrored: what was its mirror_traffic.
        unconverted: keys without a counterpart.
        notes: what the user should know, in sentences.

    """

    plan: DeploymentPlan
    kind: Kind
    endpoint: dict[str, Any]
    deployment: dict[str, Any]
    variables: Mapping[str, str]
    heeds_ignore_files: bool = True
    models_may_be_elsewhere: bool = False
    traffic: Mapping[str, int] = field(default_factory=dict)
    mirrored: Mapping[str, int] = field(default_factory=dict)
    unconverted: tuple[Unconverted, ...] = ()
    notes: tuple[str, ...] = ()


def schema(of: Literal["Endpoint", "Deployment"], kind: Kind) -> str:
    """Return the address of the published schema of a file."""
    return f"https://azuremlschemas.azureedge.net/latest/{kind}Online{of}.schema.json"


def from_plan(
    plan: DeploymentPlan,
    kind: Kind = "managed",
    *,
    endpoint: str | None = None,
    deployment: str | None = None,
) -> Described:
    """Return the hand-over of a plan: of a service, or of a script without further files.

    Args:
        plan: what runs.
        kind: which of Azure's endpoints it is for.
        endpoint: the endpoint's name; by default made of the plan's.
        deployment: the deployment's name; by default ``blue``.

    Raises:
        ExportError: a name cannot be one.

    """
    named, notes = endpoint_name(endpoint, plan.name)
    told = checked_name("--deployment_name", deployment or FIRST_DEPLOYMENT)
    if plan.auth == "none":
        notes += (ALWAYS_A_KEY,)
    workers = {"WORKER_COUNT": str(plan.worker_count)} if plan.worker_count > 1 else {}
    document: dict[str, Any] = {
        "$schema": schema("Deployment", kind),
        "name": told,
        "endpoint_name": named,
        "type": kind if kind == "kubernetes" else None,
    }
    if plan.scoring_timeout_ms is not None:
        document["request_settings"] = {"request_timeout_ms": plan.scoring_timeout_ms}
    for name, probe in (("liveness_probe", plan.liveness), ("readiness_probe", plan.readiness)):
        if probe != Probe():
            document[name] = dict(vars(probe))
    if plan.app_insights:
        document["app_insights_enabled"] = True
    return Described(
        plan,
        kind,
        {
            "$schema": schema("Endpoint", kind),
            "name": Noted(named, "It has to be the only one of its name in the region."),
            "auth_mode": _AUTH_MODES[plan.auth],
        },
        document,
        {**workers, **plan.environment},
        notes=(*notes, *plan.notes),
    )


def plan_of_script(script: Path, source: Path | None, models: Sequence[str]) -> DeploymentPlan:
    """Return the plan of a script alone.

    Args:
        script: the entry script.
        source: the folder to ship; None for the script's.
        models: what ``--model`` names; none: the folder that F5 uses.

    Raises:
        NotFoundError: there is no such script.

    """
    script = script.absolute()
    if not script.is_file():
        what = "is a folder" if script.is_dir() else "is not there"
        raise NotFoundError(f"the entry script {script} {what}.")
    folder = (source or script.parent).absolute()
    named, notes = [str(Path(each).absolute()) if _is_path(each) else each for each in models], []
    if not named and (found := find_model_folder(ModelFolderRequest(script, folder))):
        named.append(str(found.path))
        notes.append(f"The model is {Path(found.path).name} ({found.source}).")
    # Without its folder a name is left only at the root of a disk.
    name = re.sub(r"[^A-Za-z0-9]+", "-", folder.name).strip("-") or "endpoint"
    return DeploymentPlan(name, script, folder, models=tuple(named), notes=tuple(notes))


def from_v2(
    plan: DeploymentPlan,
    file: Path,
    endpoint: Path | None,
    names: tuple[str | None, str | None] = (None, None),
) -> Described:
    """Return the hand-over of a deployment file: all of its keys, in its order.

    Args:
        plan: what the files ask for; they have been checked.
        file: the YAML of the deployment.
        endpoint: that of its endpoint; None to write one with a key.
        names: other names for the endpoint and the deployment.

    """
    root = read_yaml(file, "deployment file")
    kind: Kind = "kubernetes" if keys_of(root) is KUBERNETES else "managed"
    document = tree_of(root)
    _inline_environment(file, document)
    described = from_plan(
        plan,
        kind,
        endpoint=names[0] or document["endpoint_name"],
        deployment=names[1] or document["name"],
    )
    own = dict(described.endpoint)
    traffic: dict[str, int] = {}
    mirrored: dict[str, int] = {}
    if endpoint is not None:
        own = {"$schema": own["$schema"], **tree_of(read_yaml(endpoint, "endpoint file"))}
        own["name"] = described.endpoint["name"]
        renamed = {document["name"]: described.deployment["name"]}
        traffic, mirrored = (
            _shares(own.pop(key, None), renamed) for key in ("traffic", "mirror_traffic")
        )
    document["name"] = described.deployment["name"]
    document["endpoint_name"] = described.deployment["endpoint_name"]
    notes = tuple(note for note in described.notes if endpoint is None or note != ALWAYS_A_KEY)
    return replace(
        described,
        endpoint=own,
        deployment={"$schema": schema("Deployment", kind), **document},
        variables=_variables(root),
        models_may_be_elsewhere=True,
        traffic=traffic,
        mirrored=mirrored,
        notes=notes,
    )


def with_other_models(described: Described) -> Described:
    """Return a hand-over whose plan has other models than its file, which have to be here."""
    document = {name: value for name, value in described.deployment.items() if name != "model"}
    return replace(described, deployment=document, models_may_be_elsewhere=False)


def _inline_environment(file: Path, document: dict[str, Any]) -> None:
    named = document.get("environment")
    if isinstance(named, str) and named.startswith("file:"):
        at = Place(file, key="environment")
        found = find_file(file.parent, named, at, Report())
        if found is not None:
            document["environment"] = tree_of(read_yaml(found, "environment file"))


def _variables(root: Node) -> dict[str, str]:
    node = next((value for key, value in root.pairs if key.text == "environment_variables"), None)
    pairs = node.pairs if node is not None else []
    return {key.text: "" if value.is_null else value.text for key, value in pairs}


def _shares(found: Any, renamed: Mapping[str, str]) -> dict[str, int]:
    shares = found if isinstance(found, dict) else {}
    return {
        renamed.get(name, name): int(str(getattr(share, "text", share)))
        for name, share in shares.items()
    }


def _is_path(model: str) -> bool:
    # "" would be the working directory.
    return bool(model) and Path(model).exists()

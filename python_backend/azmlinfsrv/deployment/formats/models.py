"""Which models a deployment names: in the registry of this machine, or as files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from azmlinfsrv.deployment.formats.keys import Section
from azmlinfsrv.deployment.formats.locations import find_any, is_remote
from azmlinfsrv.deployment.formats.problems import Place, Report

REFERENCE = re.compile(
    r"(?:azureml:)?(?P<name>[A-Za-z0-9][\w.-]{0,254})(?P<which>:[\w.-]+|@latest)"
)


def models_named(models: Sequence[str], report: Report) -> tuple[str, ...]:
    """Return what the command line names: references as they are, paths absolute."""
    place = Place(Path("--model"))
    named = []
    for model in models:
        path = _existing(model)
        if path is not None:
            named.append(path)
        elif found := REFERENCE.fullmatch(model):
            named.append(found["name"] + found["which"])
        else:
            report.problem(
                place,
                f"{model!r} is neither a file or folder that is there nor a registered model. "
                "Write name:version, name@latest, or a path.",
            )
    return tuple(named)


def model_of(file: Path, deployment: Section, report: Report) -> tuple[str, ...]:
    """Return what a deployment file names as its model; nothing if it names none."""
    place = deployment.at("model")
    reference = deployment.get("model", str)
    if reference is not None:
        found = REFERENCE.fullmatch(reference)
        if found and reference.startswith("azureml:"):
            return (found["name"] + found["which"],)
        report.problem(place, _explain(reference, found is not None))
    model = deployment.get("model", Section)
    path = model.get("path", str) if model else None
    if model is None or path is None:
        return ()
    found_path = find_any(file.parent, path, model.at("path"), report)
    return (str(found_path),) if found_path else ()


def _existing(model: str) -> str | None:
    try:
        path = Path(model)
        return str(path.absolute()) if model and path.exists() else None
    except (OSError, ValueError):
        return None


def _explain(reference: str, is_bare: bool) -> str:
    if is_bare:
        return f'`model` is "{reference}"; a registered model is written azureml:{reference}.'
    if is_remote(reference):
        return (
            f'`model` is "{reference}", which the registry of this machine does not know: it knows '
            "azureml:name:version and azureml:name@latest. Name the model with --model."
        )
    return (
        f'`model` is "{reference}"; it takes azureml:name:version, azureml:name@latest, or a '
        "mapping with a path."
    )

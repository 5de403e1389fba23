"""Which models a deployment names: in the registry of this machine, or as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from azmlinfsrv.deployment.formats.locations import find_any
from azmlinfsrv.deployment.formats.problems import Place, Report
from azmlinfsrv.deployment.formats.section import Section
from azmlinfsrv.deployment.formats.values import shortened
from azmlinfsrv.registry.errors import RegistryError
from azmlinfsrv.registry.references import read_reference

_PREFIX = "azureml:"


def models_named(models: Sequence[str], report: Report) -> tuple[str, ...]:
    """Return what the command line names: references in their short form, paths absolute."""
    place = Place(None, key="--model")
    named = []
    for model in models:
        if (path := _existing(model)) is not None:
            named.append(path)
            continue
        try:
            named.append(_reference(model))
        except RegistryError as error:
            reason = f"{error} There is no such file or folder, either."
            report.problem(place, _in_the_cloud(model) if is_remote_url(model) else reason)
    return tuple(named)


def model_of(
    file: Path, deployment: Section, report: Report, *, is_replaced: bool = False
) -> tuple[str, ...]:
    """Return what a deployment file names as its model; nothing if it names none.

    Args:
        file: the file.
        deployment: what was read from it.
        report: is told when the model is none that is here.
        is_replaced: whether another model is used, so that this one need not be here.

    """
    place = deployment.at("model")
    text = deployment.get("model", str)
    if text is not None:
        return () if is_replaced and is_remote_url(text) else _referenced(text, place, report)
    model = deployment.get("model", Section)
    path = model.get("path", str) if model is not None else None
    if model is None or path is None or is_replaced:
        return ()
    found = find_any(file.parent, path, model.at("path"), report)
    return (str(found),) if found is not None else ()


def is_remote_url(text: str) -> bool:
    """Whether a model is named by its place in the cloud."""
    return "://" in text or text.startswith("azureml:/")


def _referenced(text: str, place: Place, report: Report) -> tuple[str, ...]:
    if is_remote_url(text):
        report.problem(place, f"`model`: {_in_the_cloud(text)}")
        return ()
    try:
        reference = _reference(text)
    except RegistryError as error:
        report.problem(place, f"`model`: {error}")
        return ()
    if not text.startswith(_PREFIX):
        report.problem(
            place,
            f'`model` is "{shortened(text)}". A registered model is written azureml:{reference}; '
            "a file or folder is a mapping: `path: …`.",
        )
    elif ":" not in text.removeprefix(_PREFIX) and "@" not in text:
        report.problem(place, f'`model` is "{shortened(text)}", which needs a version, or @latest.')
    return (reference,)


def _reference(text: str) -> str:
    reference = read_reference(text)
    version = "@latest" if reference.version is None else f":{reference.version}"
    return f"{reference.name}{version}"


def _existing(model: str) -> str | None:
    try:
        path = Path(model)
        return str(path.absolute()) if model and path.exists() else None
    except (OSError, ValueError):
        return None


def _in_the_cloud(text: str) -> str:
    return (
        f"{shortened(text)} is in the cloud, and the registry of this machine does not know it. "
        "Download it, `azmlinfsrv models register` it, and name it with --model."
    )

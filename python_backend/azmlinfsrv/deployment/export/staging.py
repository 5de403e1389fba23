"""What is copied beside the written files: code, models, a build context, requests."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from azmlinfsrv.analysis.facts.script_kind import ScriptKind
from azmlinfsrv.analysis.samples.sample_request import sample_request
from azmlinfsrv.analysis.script import Context, Script
from azmlinfsrv.analysis.script_file import decode_script, read_script
from azmlinfsrv.deployment.export.described import Described
from azmlinfsrv.deployment.export.errors import ExportError
from azmlinfsrv.deployment.packaging import NotFoundError, PackagedModel, model_from_path
from azmlinfsrv.deployment.packaging.contents import SAMPLES
from azmlinfsrv.deployment.packaging.models import check_models
from azmlinfsrv.deployment.packaging.source_files import IGNORE_FILES, Collection, LeftOut, collect
from azmlinfsrv.registry import NoSuchModelError, Registry

CODE, MODEL, REQUESTS, BUILD = "code", "model", "requests", "environment"
_LARGEST_REQUEST = 20_000_000
_LARGEST_LIST = 5_000_000
_PACKAGE_LISTS = ("*requirements*", "*conda*.y*ml", "*environment*.y*ml", "pip.conf", "pip.ini")
_PASSWORD = re.compile(rb"://[^/\s@]+@")


@dataclass
class Staged:
    """Files to write, by their names with slashes, and what is told of them.

    Attributes:
        copies: what is copied, and from where.
        texts: what is made.
        left_out: what of the source folder and of models is not handed over.
        requests: names of sample requests, with the type of their bodies.
        notes: what the user should know, in sentences.

    """

    copies: dict[str, Path] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    requests: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, below: str, found: Collection) -> None:
        """Take a folder's files."""
        self.copies |= {f"{below}/{file.name}": file.path for file in found.files}
        self.left_out += [LeftOut(f"{below}/{each.name}", each.reason) for each in found.left_out]


@dataclass(frozen=True)
class HandedModel:
    """The model of a deployment as its file names it.

    Attributes:
        value: what ``model:`` takes; None without a model.
        registered: what ``az ml model create`` registers first: name, version, path.

    """

    value: Any = None
    registered: tuple[str, str, str] | None = None


def found_models(described: Described) -> tuple[PackagedModel, ...]:
    """Return the models that are here.

    Raises:
        NoSuchModelError, NotFoundError: one is not, and may not be elsewhere.

    """
    found = []
    for reference in described.plan.models:
        if not reference:
            raise NotFoundError("-m names no model: give name:version, name@latest, or a path.")
        if Path(reference).is_absolute() or not (":" in reference or "@" in reference):
            found.append(model_from_path(Path(reference)))
            continue
        try:
            model = Registry().resolve(reference)
        except NoSuchModelError:
            if described.models_may_be_elsewhere and len(described.plan.models) == 1:
                return ()
            raise
        found.append(
            PackagedModel(model.name, str(model.version), model.folder, is_registered=True)
        )
    check_models(found)
    return tuple(found)


def stage_models(
    described: Described, models: Sequence[PackagedModel], staged: Staged
) -> HandedModel:
    """Copy the models, and return how the deployment names them."""
    document = described.deployment.get("model")
    if not models:
        if isinstance(document, str) and described.plan.models:
            staged.notes.append(
                f"The model {document} is not registered on this machine; it has to be in the "
                "workspace."
            )
            return HandedModel(document)
        return HandedModel()
    if len(models) > 1:
        return _several(models, staged)
    (model,) = models
    folder = MODEL if _is_single(model) else f"{MODEL}/{model.name}"
    staged.add(folder, model.collect())
    path = _top_entry(folder, staged)
    if path == folder:
        staged.notes.append(
            f"The model is a folder with several files. Azure keeps its name: they lie in "
            f"AZUREML_MODEL_DIR/{model.name}/ there, and in AZUREML_MODEL_DIR here. The script has "
            "to look in both, or name one file as the model: -m FILE."
        )
    if model.is_registered:
        return HandedModel(
            f"azureml:{model.name}:{model.version}", (model.name, model.version, path)
        )
    more = document if isinstance(document, dict) else {}
    return HandedModel({**more, "path": path})


def _several(models: Sequence[PackagedModel], staged: Staged) -> HandedModel:
    for model in models:
        staged.add(f"models/{model.folder}", model.collect())
    names = ", ".join(f"{model.name}:{model.version}" for model in models)
    staged.notes.append(
        f"A deployment of Azure's second version takes one model: {names} are in one folder, "
        "models/, whose name Azure keeps. The script finds them in "
        "AZUREML_MODEL_DIR/models/NAME/VERSION there, and in AZUREML_MODEL_DIR/NAME/VERSION here."
    )
    return HandedModel({"path": "models"})


def _is_single(model: PackagedModel) -> bool:
    tops = {file.name.split("/")[0] for file in model.collect().files}
    return len(tops) == 1


def _top_entry(folder: str, staged: Staged) -> str:
    tops = {
        name[len(folder) + 1 :].split("/")[0]
        for name in staged.copies
        if name.startswith(f"{folder}/")
    }
    return f"{folder}/{tops.pop()}" if len(tops) == 1 else folder


def stage_code(described: Described, staged: Staged) -> Collection:
    """Copy the source folder, without what is left out of packages, too.

    The files that describe the deployment are not among it: they may have keys and passwords, and
    others take their place.
    """
    replaced = {file.resolve() for file in described.plan.files}
    found = collect(described.plan.source_folder, heeds_ignore_files=described.heeds_ignore_files)
    kept, left_out = [], list(found.left_out)
    for file in found.files:
        if file.name in IGNORE_FILES:
            # Azure would heed it, also where the first version of Azure ML did not.
            left_out.append(LeftOut(file.name, "says what is left out, which has been done"))
        elif file.path.resolve() in replaced:
            left_out.append(LeftOut(file.name, "the files written here take its place"))
        elif _has_password(file.path):
            left_out.append(LeftOut(file.name, "has what may be a secret"))
        else:
            kept.append(file)
    staged.add(CODE, Collection(tuple(kept), tuple(left_out)))
    return Collection(tuple(kept), tuple(left_out))


def _has_password(path: Path) -> bool:
    """Whether a list of packages, which no script needs, has an index with a password."""
    if not any(fnmatchcase(path.name.lower(), pattern) for pattern in _PACKAGE_LISTS):
        return False
    with path.open("rb") as file:
        return bool(_PASSWORD.search(file.read(_LARGEST_LIST)))


def stage_build(described: Described, staged: Staged) -> None:
    """Copy the build context that a deployment file names in place of an image."""
    environment = described.deployment.get("environment")
    build = environment.get("build") if isinstance(environment, dict) else None
    if isinstance(build, dict) and described.plan.files and isinstance(build.get("path"), str):
        folder = (described.plan.files[0].parent / build["path"].removeprefix("file:")).resolve()
        staged.add(BUILD, collect(folder, heeds_ignore_files=True))
        build["path"] = BUILD


def stage_requests(
    described: Described, source: Collection, given: Sequence[Path], staged: Staged
) -> None:
    """Copy the requests that are named; else one beside the script, else make one.

    Raises:
        ExportError: one cannot be read.

    """
    for path in given:
        name = f"{REQUESTS}/{path.name}"
        if not path.is_file():
            raise NotFoundError(f"--request: {path} is not there.")
        if name in staged.requests:
            raise ExportError(f"--request: two files are called {path.name}; rename one.")
        if path.stat().st_size > _LARGEST_REQUEST:
            raise ExportError(f"--request: {path} is larger than 20 MB, too large for a sample.")
        staged.copies[name] = path
        staged.requests[name] = _type_of(path)
    if given:
        return
    beside = next((file for file in source.files if file.name in SAMPLES), None)
    if beside is not None:
        staged.copies[f"{REQUESTS}/{beside.name}"] = beside.path
        staged.requests[f"{REQUESTS}/{beside.name}"] = "application/json"
        return
    script = _script(described.plan.entry_script)
    sample = sample_request(script) if script and script.kind is ScriptKind.ONLINE else None
    if sample is None or sample.body is None:
        staged.notes.append("There is no sample request: --request FILE names one.")
        return
    name = f"{REQUESTS}/sample-request.json"
    staged.texts[name] = sample.body.encode()
    staged.requests[name] = sample.content_type
    if sample.source == "empty":
        staged.notes.append(
            f"{name} is the emptiest that the server takes, for nothing tells what the script "
            "reads: --request FILE names a better one."
        )


def _script(path: Path) -> Script | None:
    try:
        return Script(decode_script(read_script(path)).text, path, Context())
    except (OSError, ValueError):
        return None


def _type_of(path: Path) -> str:
    types: Mapping[str, str] = {".json": "application/json", ".txt": "text/plain"}
    return types.get(path.suffix.lower(), "application/octet-stream")

"""Which framework a model belongs to, told from its first bytes. Nothing is loaded or unpickled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.no_code.file_kinds import FileKind, read_kind
from azmlinfsrv.no_code.frameworks import MLFLOW, ONNX, SKLEARN, TENSORFLOW, Framework

_MLMODEL = "MLmodel"
_SAVED_MODEL = ("saved_model.pb", "saved_model.pbtxt")
_PICKLES = frozenset({".pkl", ".pickle", ".joblib", ".dill", ".pt", ".pth"})
_MOST_ENTRIES = 2_000
_LISTED = 6
_FRAMEWORKS = {FileKind.PICKLE: SKLEARN, FileKind.COMPRESSED: SKLEARN, FileKind.ONNX: ONNX}
_SUPPORTED = (
    "It can be a pickle or joblib file of scikit-learn, an ONNX file, the folder of a TensorFlow"
    " SavedModel or that of an MLflow model; --framework says which if the file does not."
)
_INSTEAD = {
    FileKind.EMPTY: "it is empty",
    FileKind.UNREADABLE: "it is no file that this user can read",
    FileKind.LFS_POINTER: "it is a Git LFS pointer, not the model: `git lfs pull` fetches it",
    FileKind.HDF5: (
        "it is an HDF5 file, as older versions of Keras write; in Python,"
        " keras.models.load_model(…).export(FOLDER) makes a SavedModel of it"
    ),
    FileKind.ZIP: (
        "it is a zip archive, as PyTorch (.pt) and Keras (.keras) write; torch.onnx.export() makes"
        " an ONNX file of the first, .export(FOLDER) a SavedModel of the second"
    ),
}


class ModelError(Exception):
    """The model cannot be served without code; the message says why and what can be done.

    ``is_missing`` tells whether there is no such file.
    """

    def __init__(self, message: str, *, is_missing: bool = False) -> None:
        super().__init__(message)
        self.is_missing = is_missing


@dataclass(frozen=True)
class Model:
    """A model that can be served.

    Attributes:
        path: its file or folder, absolute.
        folder: what AZUREML_MODEL_DIR names.
        framework: what loads it.
        runs_code: why loading it can run any code, a clause; None if it cannot.

    """

    path: Path
    folder: Path
    framework: Framework
    runs_code: str | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The path from the model folder to the model."""
        return self.path.relative_to(self.folder).parts


def recognise(
    path: Path, framework: Framework | None = None, model_dir: Path | None = None
) -> Model:
    """Return the model that a path names.

    Args:
        path: a file, the folder that is a model, or one that holds a model and nothing like it.
        framework: what the user says it belongs to; the content then matters no more.
        model_dir: the folder that AZUREML_MODEL_DIR is to name; by default the one that the model
            lies in.

    Raises:
        ModelError: there is none, it is of no kind that can be served, or there are several.

    """
    path = path.absolute()
    if not path.exists():
        raise ModelError(f"{path} does not exist.", is_missing=True)
    is_file_wanted = framework is None or not framework.is_folder
    if path.is_dir() and is_file_wanted and not _is_model_folder(path):
        model_dir = model_dir or path
        path = _only_model_in(path, framework)
    framework = framework or _framework_of(path)
    if framework.is_folder and not path.is_dir():
        raise ModelError(f"{path} is a file; a model of {framework.title} is a folder.")
    if path.is_dir() and not framework.is_folder:
        raise ModelError(f"{path} is a folder; a model of {framework.title} is a file.")
    folder = model_dir or path.parent
    return Model(path, folder, framework, _why_it_runs_code(path, framework))


def _only_model_in(folder: Path, framework: Framework | None) -> Path:
    entries = _entries(folder)
    found = [entry for entry in entries if _is_candidate(entry)] or (entries if framework else [])
    if len(found) == 1:
        return found[0]
    if found:
        raise ModelError(f"{folder} holds {_listed(found)}. Name one of them with --model.")
    held = _listed(entries) if entries else "nothing"
    raise ModelError(f"{folder} holds {held}, and no model that can be served. {_SUPPORTED}")


def _is_model_folder(path: Path) -> bool:
    return (path / _MLMODEL).is_file() or any((path / name).is_file() for name in _SAVED_MODEL)


def _is_candidate(entry: Path) -> bool:
    return _is_model_folder(entry) if entry.is_dir() else read_kind(entry) in _FRAMEWORKS


def _framework_of(path: Path) -> Framework:
    if path.is_dir():
        return MLFLOW if (path / _MLMODEL).is_file() else TENSORFLOW
    if path.name == _MLMODEL or path.name in _SAVED_MODEL:
        raise ModelError(f"{path} is one file of a model. Name its folder: {path.parent}")
    kind = read_kind(path)
    if framework := _FRAMEWORKS.get(kind):
        return framework
    why = _INSTEAD.get(kind)
    if why is None:
        raise ModelError(f"{path} is no model that can be served. {_SUPPORTED}")
    raise ModelError(f"{path} cannot be served: {why}.")


def _why_it_runs_code(path: Path, framework: Framework) -> str | None:
    if framework is SKLEARN:
        return f"{path.name} is a pickle"
    if framework is not MLFLOW:
        return None
    if (path / "code").is_dir():
        return f"{path.name} brings code of its own"
    pickles = (entry for entry in _entries(path, deep=True) if entry.suffix in _PICKLES)
    pickle = next(pickles, None)
    return f"{path.name} holds a pickle, {pickle.relative_to(path)}" if pickle else None


def _entries(folder: Path, *, deep: bool = False) -> list[Path]:
    """Return what a folder holds, hidden entries aside, in the order of names."""
    found: list[Path] = []
    try:
        for entry in folder.rglob("*") if deep else folder.iterdir():
            if not entry.name.startswith("."):
                found.append(entry)
            if len(found) == _MOST_ENTRIES:
                break
    except OSError as error:
        raise ModelError(f"{error.filename} cannot be read: {error.strerror}.") from error
    return sorted(found)


def _listed(entries: list[Path]) -> str:
    names = [entry.name for entry in entries]
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more

"""Files compared with what was registered."""

from __future__ import annotations

from pathlib import Path

from azmlinfsrv.registry.copying import copy_file
from azmlinfsrv.registry.errors import DamagedModelError
from azmlinfsrv.registry.hashes import hash_of, hash_of_text, read_hashes
from azmlinfsrv.registry.model import RegisteredModel

_LISTED = 10


def verify(model: RegisteredModel) -> None:
    """Compare a model's files; see ``Registry.verify``."""
    hashes = recorded_hashes(model)
    present = {
        path.relative_to(model.folder).as_posix()
        for path in model.folder.rglob("*")
        if not path.is_dir()
    }
    told = [f"{name} is missing" for name in sorted(set(hashes) - present)]
    told += [f"{name} was added" for name in sorted(present - set(hashes))]
    told += [
        f"{name} was changed"
        for name in sorted(present & set(hashes))
        if _hash_or_none(model.folder / name) != hashes[name]
    ]
    if told:
        rest = f", and {len(told) - _LISTED} more" if len(told) > _LISTED else ""
        raise DamagedModelError(
            f"{model.reference} in {model.folder} is not what was registered: "
            f"{', '.join(told[:_LISTED])}{rest}. Register it again."
        )


def copy_out(model: RegisteredModel, target: Path) -> None:
    """Copy a model's files; see ``Registry.copy_out``."""
    hashes = recorded_hashes(model)
    for folder in sorted(path for path in model.folder.rglob("*") if path.is_dir()):
        (target / folder.relative_to(model.folder)).mkdir(parents=True, exist_ok=True)
    for name, expected in hashes.items():
        digest, _ = copy_file(model.folder / name, target / name)
        if digest != expected:
            raise DamagedModelError(
                f"{model.folder / name} is not what was registered as {model.reference}. "
                "Register it again."
            )


def recorded_hashes(model: RegisteredModel) -> dict[str, str]:
    """Return the hashes of a model's files by name, as they were when it was registered.

    Raises:
        DamagedModelError: the list is not there, or is not the one that the record speaks of.

    """
    hashes = read_hashes(model.hashes_file)
    if hash_of_text(model.hashes_file.read_bytes()) != model.sha256:
        raise DamagedModelError(
            f"{model.hashes_file} was changed after {model.reference} was registered. "
            "Register it again."
        )
    return hashes


def _hash_or_none(file: Path) -> str | None:
    try:
        return hash_of(file)
    except OSError:
        return None

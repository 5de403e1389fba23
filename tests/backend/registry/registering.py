"""A small model in a registry, which most tests want."""

from __future__ import annotations

from pathlib import Path

from azmlinfsrv.registry import ModelDescription, RegisteredModel, Registration, Registry
from azmlinfsrv.registry.references import Reference


def register(
    registry: Registry,
    name: str,
    content: str = "weights",
    *,
    version: int | None = None,
    overwrite: bool = False,
    about: ModelDescription | None = None,
) -> RegisteredModel:
    """Register a file ``model.pkl`` of that content."""
    folder = registry.root.parent / "outputs"
    folder.mkdir(exist_ok=True)
    file = folder / "model.pkl"
    file.write_text(content, encoding="utf-8")
    wanted = Registration(name, file, about or ModelDescription(), version, overwrite)
    return registry.register(wanted)


def reference_to(model: RegisteredModel) -> Reference:
    """Return what ``delete`` takes."""
    return Reference(model.name, model.version)


def everything_in(folder: Path) -> set[str]:
    """Return the files below a folder but the locks, which stay."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[:2] != (".registry", "locks")
    }

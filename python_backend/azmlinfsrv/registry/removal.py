"""A version deleted: gone in one step, its number never given again."""

from __future__ import annotations

from pathlib import Path

from azmlinfsrv.registry.errors import NoSuchModelError, write_error
from azmlinfsrv.registry.model import RegisteredModel
from azmlinfsrv.registry.model_folder import forget_folders_with
from azmlinfsrv.registry.versions import remember_last_version, remove_records_without_files
from azmlinfsrv.registry.work_folder import locked, stage


def remove(root: Path, model: RegisteredModel) -> None:
    """Delete a version; see ``Registry.delete``."""
    with stage(root) as own:
        try:
            with locked(root, model.name.casefold()):
                remember_last_version(root, model.name)
                model.folder.rename(own / "deleted")
                remove_records_without_files(model.folder.parent)
                if not any(model.folder.parent.iterdir()):
                    model.folder.parent.rmdir()
        except FileNotFoundError as error:
            raise NoSuchModelError(f"{model.reference} has been deleted meanwhile.") from error
        except OSError as error:
            raise write_error(model.folder.parent, error) from error
        forget_folders_with(root, model)

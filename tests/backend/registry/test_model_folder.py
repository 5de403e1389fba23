"""What AZUREML_MODEL_DIR names for one model and for several."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from azmlinfsrv.registry import NoSuchModelError, Registry, model_folder

from .registering import reference_to, register


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "registry")


def _files(folder: Path) -> list[str]:
    return sorted(
        str((Path(parent) / name).relative_to(folder))
        for parent, _, names in os.walk(folder)
        for name in names
    )


def test_one_model_is_its_own_folder(registry: Registry) -> None:
    register(registry, "iris")
    register(registry, "iris")
    assert model_folder(["iris"], registry.root) == registry.root / "iris" / "2"
    assert model_folder(["iris", "iris:2"], registry.root) == registry.root / "iris" / "2"


def test_several_models_have_a_folder_with_these_alone(registry: Registry) -> None:
    for name in ("iris", "iris", "mnist", "other"):
        register(registry, name, name)
    folder = model_folder(["mnist", "iris:1"], registry.root)
    # As a script walks it: behind links to folders it would find nothing.
    assert _files(folder) == ["iris/1/model.pkl", "mnist/1/model.pkl"]
    assert (folder / "mnist/1/model.pkl").samefile(registry.root / "mnist/1/model.pkl")
    assert model_folder(["iris:1", "mnist:1"], registry.root) == folder


def test_a_replaced_version_is_not_served_from_its_old_folder(registry: Registry) -> None:
    register(registry, "a", "one")
    register(registry, "b", "one")
    before = model_folder(["a", "b"], registry.root)
    register(registry, "a", "two", version=1, overwrite=True)
    assert not before.exists()
    folder = model_folder(["a", "b"], registry.root)
    assert folder != before
    assert (folder / "a/1/model.pkl").read_text() == "two"


def test_a_deleted_model_takes_no_space_in_the_folders_of_others(registry: Registry) -> None:
    register(registry, "a")
    model = register(registry, "b")
    folder = model_folder(["a", "b"], registry.root)
    registry.delete(reference_to(model))
    assert not folder.exists()
    with pytest.raises(NoSuchModelError):
        model_folder(["a", "b"], registry.root)


def test_no_model_is_refused(registry: Registry) -> None:
    with pytest.raises(NoSuchModelError):
        model_folder([], registry.root)

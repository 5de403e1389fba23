"""Models that are registered, found again, replaced and deleted."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from azmlinfsrv.registry import (
    DamagedModelError,
    ModelDescription,
    ModelExistsError,
    NoSuchModelError,
    Registration,
    Registry,
    RegistryError,
)
from azmlinfsrv.registry.references import read_reference

from .registering import everything_in, reference_to, register


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "registry")


def test_a_registered_file_lies_where_azureml_model_dir_expects_it(registry: Registry) -> None:
    model = register(registry, "iris")
    assert model.folder == registry.root / "iris" / "1"
    assert everything_in(registry.root) == {"iris/1/model.pkl", "iris/1.json", "iris/1.sha256"}
    assert (model.folder / "model.pkl").read_text() == "weights"


def test_a_registered_folder_keeps_its_files_and_empty_folders(
    registry: Registry, tmp_path: Path
) -> None:
    for name in ("variables/data-0", "saved_model.pb", ".hidden"):
        (tmp_path / "mnist" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "mnist" / name).write_text(name)
    (tmp_path / "mnist" / "assets").mkdir()
    model = registry.register(Registration("mnist", tmp_path / "mnist"))
    found = {path.relative_to(model.folder).as_posix() for path in model.folder.rglob("*")}
    assert found == {"variables", "variables/data-0", "saved_model.pb", ".hidden", "assets"}
    assert (model.file_count, model.size) == (3, len("variables/data-0saved_model.pb.hidden"))


def test_versions_count_up_and_the_newest_is_found_by_its_name(registry: Registry) -> None:
    about = ModelDescription("of flowers", {"area": "iris"}, {"k": "v"}, "scikit-learn", "1.5")
    for content in ("one", "two"):
        register(registry, "iris", content, about=about)
    register(registry, "a")
    for reference in ("iris", "iris@latest", "iris:2", "azureml:iris:2", "azureml:iris@latest"):
        model = registry.resolve(reference)
        assert (model.version, model.about) == (2, about)
        assert (model.folder / "model.pkl").read_text() == "two"
    models, damaged = registry.models()
    assert [model.reference for model in models] == ["a:1", "iris:2", "iris:1"]
    assert damaged == []


def test_version_10_is_newer_than_version_9(registry: Registry) -> None:
    register(registry, "iris", version=9)
    assert register(registry, "iris").version == 10
    assert registry.resolve("iris").version == 10


@pytest.mark.parametrize(
    "name", ["", "-a", ".a", "a b", "a/b", "../a", "ü", "a" * 256, "a\n", "a:1"]
)
def test_a_name_that_azure_would_refuse_is_refused(registry: Registry, name: str) -> None:
    with pytest.raises(RegistryError, match="no name for a model"):
        register(registry, name)
    assert not registry.root.exists()


def test_the_longest_name_works(registry: Registry) -> None:
    name = "a" * 255
    registry.delete(reference_to(register(registry, name)))
    assert register(registry, name).version == 2


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("iris:0", "names no version"),
        ("iris:1.0", "names no version"),
        ("iris:", "names no version"),
        ("iris:../1", "names no version"),
        ("iris@newest", "only label is iris@latest"),
        ("", "no name for a model"),
        ("iris:7", r"has no version 7 in .* It has 1\."),
        ("irsi", "Is iris meant"),
        ("mnist", "There is iris"),
    ],
)
def test_a_reference_that_leads_nowhere_tells_what_there_is(
    registry: Registry, reference: str, told: str
) -> None:
    register(registry, "iris")
    with pytest.raises(RegistryError, match=told):
        registry.resolve(reference)


def test_a_version_is_replaced_only_when_that_is_asked_for(registry: Registry) -> None:
    register(registry, "iris", "one")
    with pytest.raises(ModelExistsError, match="registered already"):
        register(registry, "iris", "two", version=1)
    assert (registry.resolve("iris:1").folder / "model.pkl").read_text() == "one"
    register(registry, "iris", "two", version=1, overwrite=True)
    model = registry.resolve("iris:1")
    assert (model.folder / "model.pkl").read_text() == "two"
    registry.verify(model)
    assert everything_in(registry.root) == {"iris/1/model.pkl", "iris/1.json", "iris/1.sha256"}


def test_a_deleted_number_never_comes_to_mean_another_model(registry: Registry) -> None:
    register(registry, "iris")
    registry.delete(reference_to(register(registry, "iris")))
    assert register(registry, "iris").version == 3
    for reference in ("iris:1", "iris:3"):
        registry.delete(read_reference(reference))
    assert not (registry.root / "iris").exists()
    with pytest.raises(NoSuchModelError):
        registry.resolve("iris")
    assert register(registry, "iris").version == 4


def test_a_model_deleted_twice_is_told(registry: Registry) -> None:
    model = register(registry, "iris")
    registry.delete(reference_to(model))
    with pytest.raises(NoSuchModelError, match="not registered"):
        registry.delete(reference_to(model))


def test_names_that_differ_by_capitals_only_are_refused(registry: Registry) -> None:
    register(registry, "iris")
    with pytest.raises(RegistryError, match="by capitals only"):
        register(registry, "Iris")


def test_a_folder_that_somebody_put_there_is_neither_a_model_nor_overwritten(
    registry: Registry,
) -> None:
    (registry.root / "iris" / "5").mkdir(parents=True)
    (registry.root / "iris" / "5" / "mine").write_text("mine")
    assert registry.names() == []
    assert register(registry, "iris").version == 6
    assert (registry.root / "iris" / "5" / "mine").read_text() == "mine"


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda folder: (folder / "model.pkl").write_text("other"), "model.pkl was changed"),
        (lambda folder: (folder / "model.pkl").unlink(), "model.pkl is missing"),
        (lambda folder: (folder / "more").write_text(""), "more was added"),
        (lambda folder: folder.with_name("1.sha256").write_text(""), "1.sha256 was changed"),
        (lambda folder: folder.with_name("1.sha256").unlink(), "1.sha256 cannot be read"),
        (lambda folder: folder.with_name("1.sha256").write_text("x  y\n"), "line 1: no hash"),
    ],
)
def test_files_that_are_not_those_registered_are_found(
    registry: Registry, harm: object, told: str
) -> None:
    model = register(registry, "iris")
    registry.verify(model)
    assert callable(harm)
    harm(model.folder)
    with pytest.raises(DamagedModelError, match=told):
        registry.verify(model)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"name": "iris"}', '{"name": "iris", "version": 2}', "[" * 100_000, "\xff"],
)
def test_one_damaged_record_does_not_hide_the_others(registry: Registry, text: str) -> None:
    damaged = register(registry, "iris")
    register(registry, "iris")
    damaged.record_file.write_bytes(text.encode("latin-1"))
    models, told = registry.models()
    assert [model.reference for model in models] == ["iris:2"]
    assert len(told) == 1
    assert str(damaged.record_file) in told[0]
    with pytest.raises(DamagedModelError):
        registry.resolve("iris:1")


def test_sha256sum_checks_the_hashes_whatever_the_files_are_called(
    registry: Registry, tmp_path: Path
) -> None:
    source = tmp_path / "odd"
    source.mkdir()
    for name in (b"plain", b"two  spaces", b"new\nline", b"back\\slash", b"not-utf8-\xff"):
        Path(os.fsdecode(bytes(source) + b"/" + name)).write_bytes(name)
    model = registry.register(Registration("odd", source))
    registry.verify(model)
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", str(model.hashes_file)],
        cwd=model.folder,
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert checked.returncode == 0, checked

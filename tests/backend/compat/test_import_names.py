"""The import names of Azure ML resolve without its packages, and step aside where they should."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest


def run_python(source: str, folder: Path, *, with_package: dict[str, str] | None = None) -> str:
    """Run code in a Python of its own, beside packages made of the given files."""
    for name, text in (with_package or {}).items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    code = "from azmlinfsrv import compat\ncompat.install()\n" + textwrap.dedent(source)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "line",
    [
        "from azureml.contrib.services.aml_request import AMLRequest, rawhttp",
        "from azureml.contrib.services.aml_response import AMLResponse",
        "from azureml_inference_server_http.api.aml_request import AMLRequest, rawhttp",
        "from azureml_inference_server_http.api.aml_response import AMLResponse",
        "import azureml.contrib.services.aml_request",
        "from azureml.core.model import Model",
        "from azureml.core import Model",
    ],
)
def test_a_script_that_imports_azure_ml_needs_none_of_its_packages(
    line: str, tmp_path: Path
) -> None:
    run_python(line, tmp_path)


def test_both_spellings_are_one_class_so_isinstance_holds(tmp_path: Path) -> None:
    source = """
        from azureml.contrib.services.aml_response import AMLResponse as One
        from azureml_inference_server_http.api.aml_response import AMLResponse as Other
        print(One is Other)
    """
    assert run_python(source, tmp_path) == "True"


def test_rawhttp_is_ours_even_beside_the_real_package(tmp_path: Path) -> None:
    real = {
        "azureml/__init__.py": "",
        "azureml/contrib/__init__.py": "",
        "azureml/contrib/services/__init__.py": "",
        "azureml/contrib/services/aml_request.py": "rawhttp = 'the real one'",
    }
    source = "from azureml.contrib.services.aml_request import rawhttp\nprint(callable(rawhttp))"
    assert run_python(source, tmp_path, with_package=real) == "True"


def test_a_real_azureml_core_is_preferred(tmp_path: Path) -> None:
    real = {
        "azureml/__init__.py": "",
        "azureml/core/__init__.py": "",
        "azureml/core/model.py": "Model = 'the real one'",
    }
    source = "from azureml.core.model import Model\nprint(Model)"
    assert run_python(source, tmp_path, with_package=real) == "the real one"


def test_importing_the_compatibility_names_costs_no_flask_until_one_is_used(tmp_path: Path) -> None:
    assert run_python("import sys; print('flask' in sys.modules)", tmp_path) == "False"


def model_path(monkeypatch: pytest.MonkeyPatch, model_dir: Path | None) -> Any:
    from azmlinfsrv.compat.model import Model

    if model_dir is None:
        monkeypatch.delenv("AZUREML_MODEL_DIR", raising=False)
    else:
        monkeypatch.setenv("AZUREML_MODEL_DIR", str(model_dir))
    return Model.get_model_path


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_of_several_models_the_newest_version_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in ("2", "9", "10"):
        touch(tmp_path / "mnist" / version / "model.pkl")
    touch(tmp_path / "other" / "1" / "a.bin")
    touch(tmp_path / "other" / "1" / "b.bin")
    find = model_path(monkeypatch, tmp_path)
    assert find("mnist") == str(tmp_path / "mnist" / "10" / "model.pkl")
    assert find("mnist", 2) == str(tmp_path / "mnist" / "2" / "model.pkl")
    assert find("other") == str(tmp_path / "other" / "1")


def test_the_folder_of_one_model_is_found_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = touch(tmp_path / "mnist" / "3" / "model.pkl")
    assert model_path(monkeypatch, file.parent)("mnist") == str(file)


def test_a_plain_folder_is_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = touch(tmp_path / "model" / "model.pkl")
    assert model_path(monkeypatch, file.parent)("whatever") == str(file)


def test_a_local_registry_below_the_working_directory_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path / "azureml-models" / "mnist" / "4" / "model.pkl")
    monkeypatch.chdir(tmp_path)
    found = model_path(monkeypatch, None)("mnist", version=4)
    assert Path(found) == Path("azureml-models", "mnist", "4", "model.pkl")


def test_a_model_that_is_not_there_is_told_with_those_that_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path / "mnist" / "1" / "model.pkl")
    find = model_path(monkeypatch, tmp_path)
    with pytest.raises(FileNotFoundError, match=r"holds mnist \(1\)"):
        find("mnst")
    with pytest.raises(FileNotFoundError, match="mnist, version 7, is not on this machine"):
        find("mnist", 7)

"""`--eject` writes a script that is fit for the cloud, and overwrites nothing by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from azmlinfsrv.cli import main
from azmlinfsrv.registry import Registry
from azmlinfsrv.registry.registration import Registration

from .models import mlflow, onnx, pickled, saved_model

SAMPLES = {
    "sklearn": {"data": [[0.5, 1], [2, 3]], "method": "predict"},
    "onnx": {"data": {"age": [[31]], "city": [["Oslo"]]}},
    "tensorflow": {"inputs": {"x": [[1.5, 2.5]]}, "signature_name": "serving_default"},
    "mlflow": {"input_data": [{"age": 3, "city": "Oslo"}], "params": {"top": 3}},
}
each_framework = pytest.mark.parametrize(
    ("make", "name", "framework"),
    [
        (pickled, "model.pkl", "sklearn"),
        (onnx, "model.onnx", "onnx"),
        (saved_model, "flowers", "tensorflow"),
        (mlflow, "mlflow_model", "mlflow"),
    ],
    ids=SAMPLES,
)


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AZUREML_MODEL_DIR", raising=False)
    (tmp_path / "model").mkdir()


def eject(*words: str) -> int:
    return main(["serve-model", "--eject", "score.py", *words])


@pytest.mark.parametrize("has_sample", [False, True], ids=["plain", "schema"])
@each_framework
def test_the_script_has_no_findings_and_needs_nothing_of_ours(
    make: Callable[[Path], Path],
    name: str,
    framework: str,
    has_sample: bool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make(tmp_path / "model" / name)
    sample = tmp_path / "sample.json"
    sample.write_text(json.dumps(SAMPLES[framework]))
    assert eject("--model", f"model/{name}", *(["--sample", "sample.json"] * has_sample)) == 0
    source = (tmp_path / "score.py").read_text(encoding="utf-8")
    assert f'os.path.join(os.getenv("AZUREML_MODEL_DIR"), "{name}")' in source
    assert "import azmlinfsrv" not in source
    assert "from azmlinfsrv" not in source
    assert ("@input_schema" in source) is has_sample
    capsys.readouterr()
    assert main(["check", "score.py", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


@each_framework
def test_the_sample_is_the_request_that_the_script_describes(
    make: Callable[[Path], Path],
    name: str,
    framework: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make(tmp_path / "model" / name)
    (tmp_path / "sample.json").write_text(json.dumps(SAMPLES[framework]))
    eject("--model", f"model/{name}", "--sample", "sample.json")
    capsys.readouterr()
    assert main(["sample", "score.py"]) == 0
    assert json.loads(capsys.readouterr().out) == SAMPLES[framework]


def test_the_same_model_gives_the_same_bytes(tmp_path: Path) -> None:
    pickled(tmp_path / "model" / "model.pkl")
    eject("--model", "model/model.pkl")
    first = (tmp_path / "score.py").read_bytes()
    assert eject("--model", "model", "--force") == 0
    assert (tmp_path / "score.py").read_bytes() == first
    assert b"\r" not in first


def test_a_file_that_is_there_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pickled(tmp_path / "model" / "model.pkl")
    (tmp_path / "score.py").write_text("mine")
    assert eject("--model", "model") == 1
    assert "--force overwrites it" in capsys.readouterr().err
    assert (tmp_path / "score.py").read_text() == "mine"
    assert eject("--model", "model", "--force") == 0
    assert (tmp_path / "score.py").read_text() != "mine"


def test_a_folder_gets_a_score_py(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pickled(tmp_path / "model" / "model.pkl")
    assert main(["serve-model", "--model", "model", "--eject", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "script": str(tmp_path / "score.py"),
        "framework": "sklearn",
        "modelDir": str(tmp_path / "model"),
        "hasSchema": False,
        "needs": ["scikit-learn", "joblib"],
    }
    assert (tmp_path / "score.py").is_file()


def test_a_script_that_cannot_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pickled(tmp_path / "model" / "model.pkl")
    assert main(["serve-model", "--model", "model", "--eject", "none/score.py"]) == 1
    assert "cannot be written: No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name",
    [
        'a"b.pkl',
        "a'''b\"\"\".pkl",
        "back\\slash.pkl",
        "new\nline.pkl",
        "{{ 7 * 7 }}.pkl",
        "größe 1.pkl",
    ],
)
def test_no_name_of_a_model_becomes_code(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pickled(tmp_path / "model" / name)
    assert eject("--model", "model") == 0
    source = (tmp_path / "score.py").read_text(encoding="utf-8")
    compile(source, "score.py", "exec")
    line = next(line for line in source.splitlines() if line.startswith("    path = "))
    module: dict[str, object] = {}
    monkeypatch.setenv("AZUREML_MODEL_DIR", "there")
    exec(f"import os\n{line.strip()}", module)
    assert module["path"] == str(Path("there", name))


def test_a_registered_model_is_found_by_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    registry = Registry(tmp_path / "registry")
    first = registry.register(Registration("clf", pickled(tmp_path / "one.pkl")))
    second = registry.register(Registration("clf", pickled(tmp_path / "two.pkl")))
    for reference, model in (("clf:1", first), ("clf@latest", second), ("clf", second)):
        words = ["--model", reference, "--registry", "registry", "--force", "--json"]
        assert eject(*words) == 0
        assert json.loads(capsys.readouterr().out)["modelDir"] == str(model.folder)
    assert '"two.pkl"' in (tmp_path / "score.py").read_text()
    assert eject("--model", "clf:7", "--registry", "registry", "--force") == 2
    assert "clf has no version 7" in capsys.readouterr().err

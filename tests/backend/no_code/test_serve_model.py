"""`azmlinfsrv serve-model`: what it refuses, and that it unpickles nothing itself."""

from __future__ import annotations

import importlib.util
import os
import pickle
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from azmlinfsrv.cli import main

from .models import mlflow, onnx, pickled, saved_model


class Trap:
    """Leaves a file where it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self._mark),)


def serve(*words: str) -> int:
    return main(["serve-model", *words])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--model_dir", "m"], "--model_dir follows from --model"),
        (["--entry-script=score.py"], "--entry_script follows from --model"),
        (["--config_file", "c.json"], "--config_file follows from --model"),
        (["--force"], "--force belongs to --eject"),
        (["--eject", "score.py", "--port", "80"], "leave --port out"),
        (["--framework", "keras"], "invalid choice: 'keras'"),
    ],
)
def test_options_that_do_not_go_together_are_usage_errors(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        serve("--model", str(pickled(tmp_path / "model.pkl")), *words)
    assert caught.value.code == 2
    assert told in capsys.readouterr().err


def test_the_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        serve("--help")
    assert caught.value.code == 0
    assert "azmlinfsrv serve-model --model outputs/model.pkl" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("none.pkl", "none.pkl does not exist."),
        ("./none", "none does not exist."),
        ("none", "No model is registered"),
        ("none:1", "No model is registered"),
    ],
)
def test_a_model_that_is_not_there_exits_2(
    model: str,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert serve("--model", model) == 2
    assert told in capsys.readouterr().err


def test_what_is_no_model_exits_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "model.pkl").write_text("version https://git-lfs.github.com/spec/v1\n")
    assert serve("--model", str(tmp_path / "model.pkl")) == 1
    assert "git lfs pull" in capsys.readouterr().err


def test_a_reference_that_is_none_exits_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert serve("--model", "none@first") == 1
    assert "The only label is none@latest" in capsys.readouterr().err


def test_a_sample_that_is_no_request_exits_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sample.json").write_text('{"x": 1}')
    model, sample = str(pickled(tmp_path / "m.pkl")), str(tmp_path / "sample.json")
    assert serve("--model", model, "--sample", sample) == 1
    assert "has the member 'x'. A request for a model of scikit-learn" in capsys.readouterr().err
    assert serve("--model", model, "--sample", "none.json") == 2


@pytest.mark.parametrize(
    ("make", "name", "module", "distribution"),
    [
        (pickled, "model.pkl", "sklearn", "scikit-learn"),
        (onnx, "model.onnx", "onnxruntime", "onnxruntime"),
        (saved_model, "flowers", "tensorflow", "tensorflow"),
        (mlflow, "mlflow_model", "mlflow", "mlflow-skinny"),
    ],
)
def test_a_missing_framework_is_told_with_the_command_for_this_python(
    make: Callable[[Path], Path],
    name: str,
    module: str,
    distribution: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if importlib.util.find_spec(module):
        pytest.skip(f"{module} is installed where the tests run")
    assert serve("--model", str(make(tmp_path / name))) == 1
    told = capsys.readouterr().err
    assert f'"{sys.executable}" -m pip install' in told
    assert f" {distribution}" in told


def test_nothing_but_the_worker_unpickles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = tmp_path / "unpickled"
    (tmp_path / "model").mkdir()
    model = pickled(tmp_path / "model" / "trap.pkl", Trap(mark))
    script = str(tmp_path / "score.py")
    assert serve("--model", str(model), "--eject", script) == 0
    assert "warning: trap.pkl is a pickle" in capsys.readouterr().err
    assert main(["check", script, "--model_dir", str(model.parent)]) == 0
    serve("--model", str(model), "--sample", "none.json")
    if importlib.util.find_spec("sklearn") is None:
        assert serve("--model", str(model)) == 1
    assert not mark.exists()
    # It would be seen.
    pickle.loads(model.read_bytes())
    assert mark.exists()

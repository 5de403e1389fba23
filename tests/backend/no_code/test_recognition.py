"""A model's framework is told from its first bytes; what cannot be served is told why."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import pickle
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from azmlinfsrv.no_code.frameworks import FRAMEWORKS, ONNX, SKLEARN, TENSORFLOW, find_framework
from azmlinfsrv.no_code.recognition import ModelError, recognise

from .models import mlflow, onnx, pickled, saved_model


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_of_each_protocol_is_scikit_learn(tmp_path: Path, protocol: int) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(pickle.dumps({"a": 1}, protocol))
    assert recognise(path).framework is SKLEARN


@pytest.mark.parametrize("name", ["model.pkl", "model.joblib"])
def test_an_object_in_a_text_pickle_is_scikit_learn(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(pickle.dumps(Path("x"), 0))
    assert recognise(path).framework is SKLEARN


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress, zlib.compress])
def test_what_joblib_compresses_is_scikit_learn(
    tmp_path: Path, compress: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "model.joblib"
    path.write_bytes(compress(pickle.dumps([1.5] * 100)))
    assert recognise(path).framework is SKLEARN


@pytest.mark.parametrize(
    ("make", "name", "framework"),
    [
        (pickled, "model.pkl", "sklearn"),
        (onnx, "model.onnx", "onnx"),
        (saved_model, "flowers", "tensorflow"),
        (mlflow, "mlflow_model", "mlflow"),
    ],
)
def test_a_model_is_known_by_itself_and_in_the_folder_that_it_was_registered_from(
    tmp_path: Path, make: Callable[[Path], Path], name: str, framework: str
) -> None:
    path = make(tmp_path / name)
    (tmp_path / ".hidden").write_text("")
    itself, found = recognise(path), recognise(tmp_path)
    assert itself == found
    assert found.framework is find_framework(framework)
    assert (found.folder, found.parts) == (tmp_path, (name,))


def test_a_model_in_the_model_folder_itself_has_no_further_path(tmp_path: Path) -> None:
    folder = saved_model(tmp_path / "flowers" / "1")
    assert recognise(folder, model_dir=folder).parts == ()


def test_the_mlflow_folder_of_a_tensorflow_model_is_mlflow(tmp_path: Path) -> None:
    path = mlflow(tmp_path / "both")
    saved_model(path / "data")
    (path / "saved_model.pb").write_bytes(b"\x08\x01")
    assert recognise(path).framework.name == "mlflow"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it is empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "git lfs pull"),
        (b"PK\x03\x04rest", "torch.onnx.export()"),
        (b"\x89HDF\r\n\x1a\n", "keras.models.load_model"),
        (b"import os\n", "--framework"),
    ],
)
def test_what_cannot_be_served_is_told_with_the_way_out(
    tmp_path: Path, content: bytes, told: str
) -> None:
    path = tmp_path / "model.pt"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.pt") as caught:
        recognise(path)
    assert told in str(caught.value)
    assert not caught.value.is_missing


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "model.pkl")
    with pytest.raises(ModelError, match="no file that this user can read"):
        recognise(tmp_path / "model.pkl")
    onnx(tmp_path / "model.onnx")
    assert recognise(tmp_path).framework is ONNX


def test_several_models_in_a_folder_are_listed(tmp_path: Path) -> None:
    pickled(tmp_path / "b.pkl")
    onnx(tmp_path / "a.onnx")
    (tmp_path / "readme.txt").write_text("x")
    with pytest.raises(ModelError, match=r"holds a\.onnx, b\.pkl\. Name one"):
        recognise(tmp_path)


def test_a_folder_without_a_model_is_told_with_what_it_holds(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds nothing, and no model"):
        recognise(tmp_path)
    (tmp_path / "readme.txt").write_text("x")
    with pytest.raises(ModelError, match=r"holds readme\.txt, and no model"):
        recognise(tmp_path)


def test_one_file_of_a_model_folder_leads_to_the_folder(tmp_path: Path) -> None:
    path = mlflow(tmp_path / "m")
    with pytest.raises(ModelError, match="Name its folder"):
        recognise(path / "MLmodel")


def test_no_such_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="does not exist") as caught:
        recognise(tmp_path / "model.pkl")
    assert caught.value.is_missing


def test_a_framework_that_is_named_needs_no_mark(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(b"what no one knows")
    assert recognise(path, ONNX).framework is ONNX
    assert recognise(tmp_path, SKLEARN).path == path


def test_a_framework_that_is_named_has_to_go_with_a_file_or_a_folder(tmp_path: Path) -> None:
    path = pickled(tmp_path / "model.pkl")
    with pytest.raises(ModelError, match="a model of TensorFlow is a folder"):
        recognise(path, TENSORFLOW)
    with pytest.raises(ModelError, match="a model of ONNX is a file"):
        recognise(saved_model(tmp_path / "m"), ONNX)


def test_only_what_can_run_code_is_said_to(tmp_path: Path) -> None:
    plain = mlflow(tmp_path / "plain")
    bundled = mlflow(tmp_path / "bundled")
    (bundled / "code").mkdir()
    holding = mlflow(tmp_path / "holding")
    (holding / "data").mkdir()
    pickled(holding / "data" / "model.pkl")
    assert recognise(plain).runs_code is None
    assert recognise(onnx(tmp_path / "m.onnx")).runs_code is None
    assert recognise(saved_model(tmp_path / "tf")).runs_code is None
    assert recognise(pickled(tmp_path / "m.pkl")).runs_code == "m.pkl is a pickle"
    assert "code of its own" in (recognise(bundled).runs_code or "")
    assert "model.pkl" in (recognise(holding).runs_code or "")


def test_every_framework_is_an_extra_of_the_distribution() -> None:
    project = (Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8")
    extras = project.partition("[project.optional-dependencies]")[2].partition("\n[")[0]
    for framework in FRAMEWORKS:
        line = next(line for line in extras.splitlines() if line.startswith(f"{framework.name} ="))
        for distribution in framework.distributions:
            # joblib, numpy and pandas may come with another of the line.
            assert f'"{distribution}' in line

"""Files and folders that look like models from outside. None of them is ever loaded."""

from __future__ import annotations

import pickle
from pathlib import Path


def pickled(path: Path, value: object = "no model") -> Path:
    path.write_bytes(pickle.dumps(value))
    return path


def onnx(path: Path) -> Path:
    # ir_version 8, then the producer's name.
    path.write_bytes(b"\x08\x08\x12\x04test")
    return path


def saved_model(path: Path) -> Path:
    (path / "variables").mkdir(parents=True)
    (path / "saved_model.pb").write_bytes(b"\x08\x01\x12\x00")
    return path


def mlflow(path: Path, requirements: str = "mlflow==3.17.2\n") -> Path:
    path.mkdir(parents=True)
    (path / "MLmodel").write_text("flavors:\n  python_function:\n    loader_module: mlflow.onnx\n")
    (path / "requirements.txt").write_text(requirements)
    return path

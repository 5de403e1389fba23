"""The frameworks whose models can be served without an entry script."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Framework:
    """One framework.

    Attributes:
        name: its name on the command line, which is that of the extra of this distribution, too.
        title: its name for people.
        modules: what its script imports, and the distribution of each.
        keys: the members of a request; the first stand for the data.
        data_keys: how many of them do; a request has one of these.
        is_folder: whether a model is a folder, not a file.

    """

    name: str
    title: str
    modules: tuple[tuple[str, str], ...]
    keys: tuple[str, ...]
    data_keys: int = 1
    is_folder: bool = False

    @property
    def template(self) -> str:
        """The template of its entry script."""
        return f"{self.name}.py.jinja"

    @property
    def distributions(self) -> tuple[str, ...]:
        """What pip installs."""
        return tuple(distribution for _, distribution in self.modules)

    def missing(self) -> list[str]:
        """Return the distributions that this interpreter lacks. Nothing is imported."""
        return [
            distribution
            for module, distribution in self.modules
            if importlib.util.find_spec(module) is None
        ]


SKLEARN = Framework(
    "sklearn",
    "scikit-learn",
    (("sklearn", "scikit-learn"), ("joblib", "joblib")),
    ("data", "method"),
)
ONNX = Framework("onnx", "ONNX", (("onnxruntime", "onnxruntime"), ("numpy", "numpy")), ("data",))
TENSORFLOW = Framework(
    "tensorflow",
    "TensorFlow",
    (("tensorflow", "tensorflow"),),
    ("instances", "inputs", "signature_name"),
    data_keys=2,
    is_folder=True,
)
MLFLOW = Framework(
    "mlflow",
    "MLflow",
    (("mlflow", "mlflow-skinny"), ("pandas", "pandas")),
    ("input_data", "params"),
    is_folder=True,
)

FRAMEWORKS = (SKLEARN, ONNX, TENSORFLOW, MLFLOW)


def find_framework(name: str) -> Framework:
    """Return the framework of a name from the command line."""
    return next(each for each in FRAMEWORKS if each.name == name)


def install_command(*words: str) -> str:
    """Return the pip command that installs into this interpreter."""
    return f'"{sys.executable}" -m pip install {" ".join(words)}'

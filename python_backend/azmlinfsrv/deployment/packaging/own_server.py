"""Dependencies that were written for the published server, as this server can have them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from packaging.requirements import Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from azmlinfsrv.deployment.dependencies.compare import as_pip
from azmlinfsrv.deployment.formats.requirements import bare_requirement
from azmlinfsrv.deployment.packaging.dependencies import NeededDependencies
from azmlinfsrv.deployment.packaging.server_wheel import REQUIREMENTS

# Packages that bring the published server, or are it.
_PUBLISHED_SERVER = {"azureml-defaults", "azureml-inference-server-http"}
_SCHEMA = "inference-schema"
# What conda and PyPI have under one name, from the same people. Any other name may be someone
# else's on PyPI.
_ON_PYPI_TOO = {
    *("azure-identity", "azure-storage-blob", "beautifulsoup4", "catboost"),
    *("category-encoders", "cloudpickle", "datasets", "dill", "fastapi", "fastparquet"),
    *("flask", "gensim", "h5py", "hdbscan", "hyperopt", "imbalanced-learn", "joblib"),
    *("keras", "lightgbm", "lxml", "matplotlib", "mlflow", "networkx", "nltk", "numba"),
    *("numpy", "onnx", "onnxruntime", "openpyxl", "optuna", "orjson", "pandas"),
    *("pillow", "plotly", "polars", "psutil", "pyarrow", "pydantic", "python-dateutil"),
    *("pytz", "pyyaml", "requests", "scikit-learn", "scipy", "seaborn", "setuptools"),
    *("shap", "simplejson", "spacy", "sqlalchemy", "statsmodels", "sympy"),
    *("tensorflow", "tokenizers", "tqdm", "transformers", "ujson", "umap-learn"),
    *("wheel", "xgboost"),
}
_CONDA = re.compile(r"(?:[\w./-]+::)?(?P<name>[\w.-]+)\s*(?P<version>[^\[]*)")


def for_own_server(needed: NeededDependencies) -> NeededDependencies:
    """Return dependencies for an image whose server is this one, and which has no conda.

    The published server's packages are left out, its old inference-schema gives way to the one
    that this server needs, and packages of conda come from PyPI where it has the same.
    """
    found = needed.dependencies
    lines: list[str] = []
    notes = list(needed.notes)
    for line in found.pip:
        name, kept = _for_own_server(line)
        lines += [kept] if kept else []
        if kept is None:
            notes.append(f"{name} is left out: this server takes the place of the published one.")
        elif kept != line:
            notes.append(f"{line} becomes {kept}, which this server needs.")
    from_pypi = {package: line for package in found.conda for line in _from_pypi(package)}
    if from_pypi:
        listed = ", ".join(from_pypi.values())
        notes.append(f"What {_named(needed)} wants from conda comes from PyPI: {listed}.")
    dependencies = replace(
        found,
        pip=(*lines, *from_pypi.values()),
        conda=tuple(package for package in found.conda if package not in from_pypi),
    )
    return NeededDependencies(dependencies, tuple(notes))


def _for_own_server(line: str) -> tuple[str, str | None]:
    """Return the name that a line asks for, and the line to ask for in its place, if any."""
    requirement = bare_requirement(line)
    name = canonicalize_name(requirement.name) if requirement else ""
    if requirement is None or name not in {*_PUBLISHED_SERVER, _SCHEMA}:
        return name, line
    if name in _PUBLISHED_SERVER:
        return name, None
    (own,) = (each for each in map(Requirement, REQUIREMENTS) if each.name == _SCHEMA)
    if _allows_any_of(requirement.specifier, own.specifier):
        return name, line
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    return name, f"{_SCHEMA}{extras}{own.specifier}"


def _allows_any_of(wanted: SpecifierSet, own: SpecifierSet) -> bool:
    """Return whether there may be a version for both: at the least the lowest of our own."""
    lowest = next(each.version for each in own if each.operator == ">=")
    exact = [each.version for each in wanted if each.operator == "=="]
    return all(own.contains(version) for version in exact) if exact else wanted.contains(lowest)


def _from_pypi(package: str) -> Iterator[str]:
    found = _CONDA.fullmatch(package)
    if found is None or canonicalize_name(found["name"]) not in _ON_PYPI_TOO:
        return
    try:
        version = str(SpecifierSet(as_pip(found["version"].strip())))
    except InvalidSpecifier:
        return
    yield f"{found['name']}{version}"


def _named(needed: NeededDependencies) -> str:
    file = needed.dependencies.file
    return file.name if file else "the deployment"

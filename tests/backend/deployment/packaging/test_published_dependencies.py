"""Dependencies that were written for the published server and its images."""

from __future__ import annotations

from pathlib import Path

import pytest

from azmlinfsrv.deployment.packaging.dependencies import NeededDependencies
from azmlinfsrv.deployment.packaging.own_server import for_own_server
from azmlinfsrv.deployment.plan import Dependencies

from .conftest import PackageCommand

# The packages of Azure ML's own sample deployment.
SAMPLE = """
name: model-env
channels:
  - conda-forge
dependencies:
  - python=3.10
  - numpy=1.23.5
  - pip=23.0.1
  - scikit-learn=1.2.2
  - scipy=1.10.1
  - pip:
    - azureml-defaults==1.53.0
    - inference-schema[numpy-support]==1.5.1
    - joblib==1.2.0
"""


def test_the_published_sample_needs_no_change(project: Path, run_package: PackageCommand) -> None:
    (project / "conda.yml").write_text(SAMPLE)
    outcome = run_package("--base_image", "python:3.10-slim")
    assert outcome.status == 0, outcome.err
    requirements = (project.parent / "package" / "requirements.txt").read_text()
    for line in ("numpy==1.23.5 ", "scikit-learn==1.2.2 ", "scipy==1.10.1 ", "joblib==1.2.0 "):
        assert f"\n{line}" in requirements
    assert "\ninference-schema==1.8" in requirements
    assert "azureml-defaults" not in requirements
    assert "azureml-defaults is left out" in outcome.out
    assert "comes from PyPI: numpy==1.23.5.*, scikit-learn==1.2.2.*, scipy" in outcome.out


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("azureml-inference-server-http", None),
        ("Azureml_Defaults>=1.50", None),
        ("inference-schema", "inference-schema"),
        ("inference-schema>=1.5", "inference-schema>=1.5"),
        ("inference-schema==1.8", "inference-schema==1.8"),
        (
            "inference-schema[pandas-support,numpy-support]==1.3.0",
            "inference-schema[numpy-support,pandas-support]<2,>=1.8",
        ),
        ("inference-schema<1.6", "inference-schema<2,>=1.8"),
        ("flask==2.2", "flask==2.2"),
        ("--extra-index-url https://a.example", "--extra-index-url https://a.example"),
    ],
)
def test_the_published_server_gives_way(line: str, becomes: str | None) -> None:
    adapted = for_own_server(NeededDependencies(Dependencies(pip=(line,))))
    assert adapted.dependencies.pip == ((becomes,) if becomes else ())
    assert len(adapted.notes) == (becomes != line)


@pytest.mark.parametrize(
    ("package", "line"),
    [
        ("numpy", "numpy"),
        ("numpy=1.26", "numpy==1.26.*"),
        ("numpy=1.26.4=py310hb13e2d6_0", "numpy==1.26.4.*"),
        ("conda-forge::pandas>=2,<3", "pandas<3,>=2"),
        ("pytorch=2.5", None),
        ("libgomp", None),
        ("numpy[version='>=1']", None),
    ],
)
def test_only_what_pypi_has_from_the_same_people_is_taken_from_there(
    package: str, line: str | None
) -> None:
    adapted = for_own_server(NeededDependencies(Dependencies(conda=(package,)))).dependencies
    assert (adapted.pip, adapted.conda) == (((line,), ()) if line else ((), (package,)))

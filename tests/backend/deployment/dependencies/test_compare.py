"""An interpreter is compared with what a deployment wants."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from azmlinfsrv.deployment.dependencies import DependencyError
from azmlinfsrv.deployment.dependencies.compare import Difference, compare, compare_with
from azmlinfsrv.deployment.dependencies.inquiry import Installed, ask
from azmlinfsrv.deployment.plan import Dependencies

INSTALLED = Installed(
    {"numpy": "1.26.4", "scikit-learn": "1.4.2", "odd": "not-a-version", "pre": "2.0rc1"},
    {"libgomp": "13.2.0", "numpy": "1.26.4"},
    {"python_full_version": "3.11.7", "python_version": "3.11", "sys_platform": "linux"},
)


def _pip(*lines: str) -> list[Difference]:
    return compare_with(Dependencies(pip=lines), INSTALLED)


def _conda(*packages: str) -> list[Difference]:
    return compare_with(Dependencies(conda=packages), INSTALLED)


@pytest.mark.parametrize(
    "line",
    [
        "numpy",
        "NumPy==1.26.*",
        "scikit_learn>=1.4,<1.5",
        "scikit-learn[extra]~=1.4.0 --hash=sha256:00",
        "numpy @ https://here.test/numpy.whl",
        'gone==1; python_version < "3.11"',
        'gone==1; sys_platform == "win32"',
        "pre>=1",
        "--extra-index-url https://index.test",
        "-c limits.txt",
        # This server stands in their place.
        "azureml-defaults==1.50",
        "azureml-inference-server-http",
        "inference-schema[numpy-support]",
    ],
)
def test_what_is_there_is_no_difference(line: str) -> None:
    assert _pip(line) == []


@pytest.mark.parametrize(
    ("line", "difference", "text"),
    [
        (
            "numpy==1.24.0",
            Difference("version", "numpy", "==1.24.0", "1.26.4"),
            "numpy is 1.26.4 (wanted: ==1.24.0)",
        ),
        (
            "Pandas>=2",
            Difference("missing", "Pandas", ">=2"),
            "Pandas is missing (wanted: >=2)",
        ),
        ("gone", Difference("missing", "gone", ""), "gone is missing (wanted: any version)"),
        ("odd>1", Difference("version", "odd", ">1", "not-a-version"), "odd is not-a-version"),
        ("/own.whl", Difference("unknown", "/own.whl", "/own.whl"), "/own.whl is not compared"),
    ],
)
def test_what_differs_is_told(line: str, difference: Difference, text: str) -> None:
    (found,) = _pip(line)
    assert found == difference
    assert str(found).startswith(text)


@pytest.mark.parametrize(
    "package",
    [
        "libgomp",
        "numpy=1.26",
        "numpy==1.26.4",
        "numpy=1.26.4=py311_0",
        "numpy 1.26.*",
        "numpy>=1,<2",
        "conda-forge::scikit-learn=1.4",
    ],
)
def test_packages_of_conda_are_found_on_either_side(package: str) -> None:
    assert _conda(package) == []


@pytest.mark.parametrize(
    ("package", "difference"),
    [
        ("numpy=1.2", Difference("version", "numpy", "=1.2", "1.26.4")),
        ("libgomp=12", Difference("version", "libgomp", "=12", "13.2.0")),
        ("cudatoolkit=11", Difference("missing", "cudatoolkit", "=11")),
        ("numpy=1.2|1.3", Difference("unknown", "numpy", "numpy=1.2|1.3", "1.26.4")),
    ],
)
def test_packages_of_conda_that_differ_are_told(package: str, difference: Difference) -> None:
    assert _conda(package) == [difference]


@pytest.mark.parametrize(
    ("dependencies", "wanted"),
    [
        (Dependencies(python="3.10"), "3.10"),
        (Dependencies(python="3.1"), "3.1"),
        (Dependencies(python="3.11.8"), "3.11.8"),
        (Dependencies(python_range=">=3.8,<3.11"), ">=3.8,<3.11"),
        (Dependencies(python="3"), None),
        (Dependencies(python="3.11"), None),
        (Dependencies(python_range=">=3.8"), None),
    ],
)
def test_another_python_is_told(dependencies: Dependencies, wanted: str | None) -> None:
    found = compare_with(dependencies, INSTALLED)
    assert found == ([Difference("python", "Python", wanted, "3.11.7")] if wanted else [])


def test_this_interpreter_tells_what_it_has(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # A module of the working directory is not taken for one of the library.
    (tmp_path / "json.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    installed = ask(Path(sys.executable))
    assert installed.python.startswith(f"{sys.version_info.major}.{sys.version_info.minor}.")
    differences = compare(Dependencies(pip=("pytest==1.0", "pluggy")), Path(sys.executable))
    assert [str(difference).split(" is ")[0] for difference in differences] == ["pytest"]


def test_packages_of_a_conda_environment_are_known(tmp_path: Path) -> None:
    """A virtual environment with the records that conda leaves is asked like one of conda."""
    import venv

    venv.create(tmp_path / "env", with_pip=False)
    records = tmp_path / "env" / "conda-meta"
    records.mkdir()
    (records / "libgomp-13.2.0-h807b86a_5.json").write_text("{}")
    (records / "history").write_text("")
    folder = "Scripts" if sys.platform == "win32" else "bin"
    interpreter = tmp_path / "env" / folder / "python"
    found = compare(Dependencies(conda=("libgomp=12", "libgcc-ng")), interpreter)
    assert found == [
        Difference("version", "libgomp", "=12", "13.2.0"),
        Difference("missing", "libgcc-ng", ""),
    ]


def test_nothing_wanted_asks_nobody(tmp_path: Path) -> None:
    assert compare(Dependencies(), tmp_path / "gone") == []


@pytest.mark.parametrize("kind", ["gone", "folder", "text", "failing", "silent"])
def test_what_is_no_python_is_told(tmp_path: Path, kind: str) -> None:
    interpreter = tmp_path / "python"
    if kind == "folder":
        interpreter.mkdir()
    elif kind != "gone":
        says = {"failing": "#!/bin/sh\necho broken >&2; exit 3\n", "silent": "#!/bin/sh\n"}
        interpreter.write_text(says.get(kind, "no program"))
        interpreter.chmod(0o700)
    with pytest.raises(DependencyError, match="cannot"):
        compare(Dependencies(python="3.10"), interpreter)

"""Which packages the image needs: what files say, or else what the code imports."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.utils import canonicalize_name

from azmlinfsrv.deployment.formats import DeploymentFileError, Place
from azmlinfsrv.deployment.formats.conda import read_conda_file
from azmlinfsrv.deployment.formats.problems import Report
from azmlinfsrv.deployment.formats.requirements import requirement_lines
from azmlinfsrv.deployment.packaging.source_files import Collection, ShippedFile
from azmlinfsrv.deployment.plan import Dependencies, DeploymentPlan

CONVENTIONAL_FILES = (
    *("conda.yml", "conda.yaml", "conda_env.yml", "environment.yml", "environment.yaml"),
    *("requirements.txt", "requirements.in"),
)
# Names that this server has for every script.
_OWN_MODULES = {"azureml", "azureml_inference_server_http", "azmlinfsrv"}


def read_dependencies(file: Path) -> Dependencies:
    """Return what a requirements file, or the YAML of a conda environment, names.

    Raises:
        DeploymentFileError: it is neither, or names what is not there.

    """
    report = Report()
    if file.suffix.lower() in (".yml", ".yaml"):
        found = read_conda_file(file, report)
    else:
        lines = tuple(requirement_lines(f"-r {file.absolute()}", Place(file), report))
        found = Dependencies(file, pip=lines)
    if report.problems:
        raise DeploymentFileError(report.problems)
    return found


def conventional_file(folders: Iterable[Path]) -> Path | None:
    """Return the first file with a usual name for dependencies."""
    candidates = (folder / name for folder in folders for name in CONVENTIONAL_FILES)
    return next((path for path in candidates if path.is_file()), None)


def imported_distributions(files: Iterable[ShippedFile]) -> tuple[list[str], list[str]]:
    """Return what code imports: installed distributions, and modules that are not installed.

    Modules of Python's own, of the code itself and of this server are not among them.
    """
    code = [file for file in files if file.name.endswith(".py")]
    own = {part.removesuffix(".py") for file in code for part in file.name.split("/")}
    modules = {name for file in code for name in _imported(file.path)}
    modules -= own | _OWN_MODULES | sys.stdlib_module_names
    known = packages_distributions()
    found = {canonicalize_name(each) for name in modules for each in known.get(name, ())}
    return sorted(found), sorted(modules - known.keys())


def _imported(path: Path) -> Iterator[str]:
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@dataclass(frozen=True)
class NeededDependencies:
    """What the image needs, and what the user should know of it."""

    dependencies: Dependencies
    notes: tuple[str, ...] = ()


def needed_dependencies(plan: DeploymentPlan, source: Collection) -> NeededDependencies:
    """Return the deployment's dependencies; where it names none, those of its folder's files.

    Raises:
        DeploymentFileError: such a file is not right.

    """
    if plan.dependencies.file is not None or plan.dependencies.pip or plan.dependencies.conda:
        return NeededDependencies(plan.dependencies)
    file = conventional_file(dict.fromkeys((plan.entry_script.parent, plan.source_folder)))
    if file is not None:
        return NeededDependencies(
            read_dependencies(file), (f"The packages are those of {file.name}.",)
        )
    found, unknown = imported_distributions(source.files)
    notes = [
        "No file names the packages that the script needs ("
        f"{', '.join(CONVENTIONAL_FILES[-2:])} or a conda file beside it): they are those that its "
        f"code imports, {', '.join(found) or 'none'}. A pickled model may need more: name them in "
        "a file, --requirements."
    ]
    if unknown:
        notes.append(
            f"The code imports {', '.join(unknown)}, which this Python does not have; the image "
            "will not have them either."
        )
    return NeededDependencies(Dependencies(pip=tuple(found)), tuple(notes))

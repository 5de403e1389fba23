"""A virtual environment with what a deployment wants from pip."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Literal

from azmlinfsrv.deployment.dependencies.errors import DependencyError
from azmlinfsrv.deployment.plan import Dependencies

Installer = Literal["uv", "pip"]

# Whoever is killed cannot clean up; the next one sees by it that the folder may go.
_UNFINISHED = "azmlinfsrv-unfinished"
_REQUIREMENTS = "requirements.txt"
_LINES_TOLD = 8
# What a killed one had started does not know of it, and goes on writing for a moment.
_ORPHAN_SECONDS = 5.0
_POLL_SECONDS = 0.05


def create_environment(
    dependencies: Dependencies,
    folder: Path,
    *,
    python: Path | None = None,
    installer: Installer | None = None,
    tell: Callable[[str], None] | None = None,
) -> Path:
    """Make a virtual environment with what a deployment wants from pip, and return its interpreter.

    What only conda has is left out, which ``left_out`` says.

    Args:
        dependencies: what it wants.
        folder: the environment's folder; it must not exist. It does not either when this fails.
        python: the Python that it is made from. By default one of the version that is wanted, if
            this machine has it, else the one that runs this.
        installer: by default uv, if it is installed, else pip.
        tell: is given each line that the installer prints.

    Raises:
        DependencyError: the folder is there, or the installer fails; with its last lines.

    """
    folder = folder.absolute()
    is_first = not folder.parent.exists()
    _make_room(folder)
    base = python or _python_of_version(dependencies.python) or Path(sys.executable)
    uv = None if installer == "pip" else _uv()
    if installer == "uv" and uv is None:
        raise DependencyError("uv is not installed.")
    try:
        with _ended_cleanly():
            _create(dependencies, folder, base, uv, tell)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        if is_first:
            with contextlib.suppress(OSError):
                folder.parent.rmdir()
        raise
    return interpreter_of(folder)


def left_out(dependencies: Dependencies) -> str:
    """Return for people what of the dependencies an environment does not get; empty if nothing."""
    if not dependencies.conda:
        return ""
    return (
        f"Left out, since pip does not install what {dependencies.file or 'the deployment'} wants "
        f"from conda: {', '.join(dependencies.conda)}. Where the script needs it, add it to the "
        "pip part, or name a conda environment with --python."
    )


def interpreter_of(folder: Path) -> Path:
    """Return the interpreter of a virtual environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def is_finished(folder: Path) -> bool:
    """Return whether there is such an environment that was made to its end."""
    return interpreter_of(folder).exists() and not (folder / _UNFINISHED).is_file()


def _make_room(folder: Path) -> None:
    is_unfinished = (folder / _UNFINISHED).is_file()
    end = time.monotonic() + _ORPHAN_SECONDS
    try:
        while not _is_made(folder, anew=is_unfinished):
            if not is_unfinished or time.monotonic() > end:
                raise DependencyError(
                    f"{folder} is there already. Name another folder, or delete it."
                )
            time.sleep(_POLL_SECONDS)
        (folder / _UNFINISHED).touch()
    except OSError as error:
        raise DependencyError(f"{folder} cannot be made: {error.strerror}.") from error


def _is_made(folder: Path, *, anew: bool) -> bool:
    if anew:
        shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return False
    return True


def _create(
    dependencies: Dependencies,
    folder: Path,
    base: Path,
    uv: Sequence[str] | None,
    tell: Callable[[str], None] | None,
) -> None:
    pip = None if uv or not dependencies.pip else _pip_for_others(base)
    # A pip of its own takes seconds, and some systems' Python cannot give it one.
    words = [] if dependencies.pip and not uv and pip is None else ["--without-pip"]
    _run([str(base), "-m", "venv", *words, str(folder)], "The environment cannot be made", tell)
    if dependencies.pip:
        requirements = folder / _REQUIREMENTS
        requirements.write_text("\n".join(dependencies.pip) + "\n", encoding="utf-8")
        interpreter = str(interpreter_of(folder))
        if uv:
            install = [*uv, "pip", "install", "--python", interpreter]
        else:
            start = [*pip, "--python", interpreter] if pip else [interpreter, "-m", "pip"]
            install = [*start, "install", "--disable-pip-version-check", "--no-input"]
        _run(
            [*install, "--requirement", str(requirements)],
            f"The packages of {dependencies.file or 'the deployment'} cannot be installed",
            tell,
        )
    (folder / _UNFINISHED).unlink()


def _run(command: Sequence[str], failure: str, tell: Callable[[str], None] | None) -> None:
    clean = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    last: list[str] = []
    try:
        process = subprocess.Popen(  # noqa: S603 - venv, pip and uv, with paths of our own
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env=clean,
        )
    except OSError as error:
        raise DependencyError(
            f"{failure}: {command[0]} does not run ({error.strerror})."
        ) from error
    with process:
        try:
            for line in process.stdout or ():
                last = [*last, line.rstrip()][-_LINES_TOLD:]
                if tell is not None:
                    tell(line.rstrip())
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        said = "\n".join(f"  {line}" for line in last if line)
        raise DependencyError(f"{failure} (status {process.returncode}):\n{said}")


def _uv() -> list[str] | None:
    found = shutil.which("uv")
    if found:
        return [found]
    return [sys.executable, "-m", "uv"] if importlib.util.find_spec("uv") else None


def _pip_for_others(base: Path) -> list[str] | None:
    """Return the pip of a Python, if it can install into another one."""
    command = [str(base), "-m", "pip"]
    try:
        told = subprocess.run(  # noqa: S603 - the interpreter that the user has chosen
            [*command, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(r"pip (\d+)\.(\d+)", told.stdout)
    return command if found and (int(found[1]), int(found[2])) >= (22, 3) else None


def _python_of_version(version: str | None) -> Path | None:
    """Return a Python of this machine that has a version, if it is not the one that runs this."""
    if version is None or not re.fullmatch(r"\d+\.\d+(\.\d+)?", version):
        return None
    major, minor = version.split(".")[:2]
    if sys.version_info[:2] == (int(major), int(minor)):
        return None
    found = shutil.which(f"python{major}.{minor}")
    return Path(found) if found else None


@contextlib.contextmanager
def _ended_cleanly() -> Iterator[None]:
    """Have SIGTERM raise within, unless it does so anyway, so that nothing half-done is left."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    is_default = signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    if not is_default or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

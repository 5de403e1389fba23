"""Which Python runs a service, and how azmlinfsrv is started in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import azmlinfsrv
from azmlinfsrv.deployment.services.folder import ServiceError, services_folder
from azmlinfsrv.own_command import own_command

_ASK_SECONDS = 30
_BOOTSTRAP = "bootstrap.py"


def find_interpreter(named: str | None) -> str:
    """Return the interpreter that is named, or else this one; links are not followed.

    Raises:
        ServiceError: there is none.

    """
    if named is None:
        return sys.executable
    path = Path(named).expanduser()
    if path.is_dir():
        # A virtual environment.
        path = path / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    found = shutil.which(path)
    if found is None:
        raise ServiceError(
            f"There is no interpreter {named}. --python takes a Python, or the folder of a virtual "
            "environment."
        )
    return os.path.abspath(found)  # noqa: PTH100 - resolve() would leave the environment


def program_for(python: str) -> tuple[str, ...]:
    """Return how azmlinfsrv is started in an interpreter.

    One that has not got it is lent this program's.

    Raises:
        ServiceError: it does not run.

    """
    own = tuple(own_command())
    if python == sys.executable:
        return own
    if Path(own[1]).name == _BOOTSTRAP:
        return (python, *own[1:])
    try:
        asked = subprocess.run(  # noqa: S603 - the interpreter that the user names
            [python, "-c", "import azmlinfsrv; print(azmlinfsrv.__version__)"],
            cwd=Path(python).parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_ASK_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = getattr(error, "strerror", None) or f"it says nothing for {_ASK_SECONDS} s"
        raise ServiceError(f"{python} does not run: {reason}.") from error
    if asked.stdout.strip() == azmlinfsrv.__version__:
        return (python, "-m", "azmlinfsrv")
    from azmlinfsrv.deployment.services.libraries import guest_program, place_libraries

    libraries = services_folder() / ".libraries" / azmlinfsrv.__version__
    try:
        place_libraries(libraries)
    except OSError as error:
        raise ServiceError(f"{libraries} cannot be filled: {error.strerror}.") from error
    return guest_program(python, libraries)

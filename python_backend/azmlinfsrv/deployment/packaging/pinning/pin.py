"""Pin requirements by the index, or by what is installed where no index can be asked."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from packaging.markers import default_environment
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from azmlinfsrv.deployment.packaging.errors import NotFoundError, PackagingError
from azmlinfsrv.deployment.packaging.pinning.own_hashes import with_own_hashes, without_hashes
from azmlinfsrv.deployment.packaging.pinning.tools import ToolError, pins_of_pip, pins_of_uv
from azmlinfsrv.deployment.packaging.pinning.wanted import Wanted

_LOCAL = re.compile(
    r"(?:\S+ @ (?P<url>file:\S+)|(?P<path>[./]\S+\.whl))(?P<hashes>.*)", re.IGNORECASE
)


@dataclass(frozen=True)
class Pins:
    """Requirements that are pinned.

    Attributes:
        lines: ``name==version`` each, with hashes behind it.
        wheels: files of the user's that have to lie beside them, in ``wheels/``.
        has_hashes: whether each line has hashes.
        notes: what the user should know of them, in sentences.

    """

    lines: tuple[str, ...]
    wheels: tuple[Path, ...] = ()
    has_hashes: bool = True
    notes: tuple[str, ...] = ()


def pin(wanted: Wanted) -> Pins:
    """Return requirements and all that they need, pinned.

    Raises:
        PackagingError: they contradict one another, or one of them cannot be pinned.

    """
    if not wanted.requirements:
        return Pins(())
    failed: list[ToolError] = []
    for ask in (pins_of_uv, pins_of_pip):
        try:
            lines = ask(wanted)
        except ToolError as error:
            if error.is_contradiction:
                raise PackagingError(
                    f"{error.tool} finds no versions for Python {wanted.target.python} that meet "
                    f"all requirements:\n{error.output}"
                ) from error
            failed.append(error)
            continue
        if lines is not None:
            lines = with_own_hashes(lines, wanted.requirements)
            return _with_local_wheels(lines, one_file_each=ask is pins_of_pip, wanted=wanted)
    return _installed_pins(wanted, failed)


def _with_local_wheels(lines: Iterable[str], *, one_file_each: bool, wanted: Wanted) -> Pins:
    kept, wheels = [], []
    for line in lines:
        found = _LOCAL.match(line)
        if found:
            path = Path(found["path"] or url2pathname(urlsplit(found["url"]).path))
            if path.suffix == ".whl":
                wheels.append(path)
                kept.append(f"./wheels/{path.name}{found['hashes']}")
                continue
        if found or " --hash=" not in line or line.startswith("-e"):
            raise PackagingError(
                f"{line.split(' --hash')[0]} comes from no index, so that nothing says which "
                "bytes it is. Build a wheel of it (pip wheel --no-deps), name that in the "
                "requirements, and it is shipped with them."
            )
        kept.append(line)
    notes = []
    if one_file_each:
        notes.append(
            f"The hashes are those of the files for {wanted.target.machine} alone, since pip tells "
            "no others. With uv (pip install uv) the image can be built for other processors, too."
        )
    return Pins(tuple(sorted(kept)), tuple(wheels), notes=tuple(notes))


def _installed_pins(wanted: Wanted, failed: list[ToolError]) -> Pins:
    """Return the versions that are installed here; there are no hashes of them."""
    why = (
        "; ".join(f"{error.tool}: {error.reason}" for error in failed)
        or "there is neither uv nor pip"
    )
    environment = _environment(wanted)
    asked = [_requirement(line) for line in wanted.requirements]
    pinned, missing = _closure(_names_for(asked, environment), wanted, environment)
    if missing:
        raise NotFoundError(
            f"the versions of {', '.join(sorted(missing))} are not known: no index can be asked "
            f"({why}), and this Python does not have them. Install uv or pip, or connect to an "
            "index."
        )
    return Pins(
        tuple(f"{name}=={wanted.installed[name]}" for name in sorted(pinned)),
        has_hashes=False,
        notes=(
            f"The requirements have the versions that are installed here, without hashes: no index "
            f"could be asked ({why}).",
        ),
    )


def _requirement(line: str) -> Requirement:
    try:
        return Requirement(without_hashes(line))
    except InvalidRequirement as error:
        raise PackagingError(
            f"{line} can only be pinned by asking an index: install uv, or connect to an index."
        ) from error


def _environment(wanted: Wanted) -> dict[str, str]:
    """Return what markers are compared with, in the image."""
    return {
        **{name: str(value) for name, value in default_environment().items()},
        "python_version": wanted.target.python,
        "python_full_version": f"{wanted.target.python}.0",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": wanted.target.machine,
        "os_name": "posix",
        "extra": "",
    }


def _names_for(needed: Iterable[Requirement], environment: dict[str, str]) -> list[str]:
    return [
        canonicalize_name(each.name)
        for each in needed
        if each.marker is None or each.marker.evaluate(environment)
    ]


def _closure(
    names: Iterable[str], wanted: Wanted, environment: dict[str, str]
) -> tuple[set[str], set[str]]:
    """Return the names and those of all that they need: what is installed, and what is not."""
    found: set[str] = set()
    missing: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found or name in missing:
            continue
        if name not in wanted.installed:
            missing.add(name)
            continue
        found.add(name)
        with contextlib.suppress(PackageNotFoundError):
            waiting += _names_for(map(Requirement, requires(name) or ()), environment)
    return found, missing

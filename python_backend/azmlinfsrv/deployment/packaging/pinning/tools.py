"""The programs that know the index: uv if there is one, otherwise pip."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from azmlinfsrv.deployment.packaging.pinning.own_hashes import without_hashes
from azmlinfsrv.deployment.packaging.pinning.wanted import Wanted

_PATIENCE_SECONDS = 900
_SHOWN_LINES = 12
# What both say when the requirements contradict one another, or name what is not there.
_CONTRADICTIONS = (
    "no solution found",
    "resolutionimpossible",
    "no matching distribution found",
    "unsatisfiable",
    "conflicting dependencies",
)
_UNREACHABLE = ("from versions: none", "connection", "failed to fetch", "error sending", "dns")


@dataclass(frozen=True)
class ToolError(Exception):
    """A program that gave no answer.

    Attributes:
        tool: its name.
        output: the last lines of what it said.
        is_contradiction: whether no index could mend it.

    """

    tool: str
    output: str
    is_contradiction: bool = False

    @property
    def reason(self) -> str:
        """The one line of it that tells most."""
        lines = self.output.splitlines() or ["it said nothing"]
        return next((line for line in lines if line.lower().startswith("error")), lines[-1])


def pins_of_uv(wanted: Wanted) -> list[str] | None:
    """Return lines ``name==version --hash=… …`` of all that is needed; None without uv.

    Raises:
        ToolError: uv gives no answer.

    """
    program = _uv()
    if program is None:
        return None
    # uv keeps to the versions that its output has already, wherever it can.
    output = wanted.folder / "requirements.txt"
    known = [f"{name}=={version}\n" for name, version in wanted.installed.items()]
    output.write_text("".join(known), encoding="utf-8")
    _run(
        "uv",
        [
            *(*program, "pip", "compile", "-", "--quiet", "--no-progress"),
            *("--no-header", "--no-annotate", "--generate-hashes"),
            *("--python", sys.executable, "--python-version", wanted.target.python),
            *("--python-platform", f"{wanted.target.machine}-manylinux_2_28"),
            *("--output-file", str(output)),
        ],
        wanted,
        text="".join(f"{without_hashes(line)}\n" for line in wanted.lines),
    )
    joined = output.read_text(encoding="utf-8").replace("\\\n", " ")
    return [" ".join(line.split()) for line in joined.splitlines() if line.strip()]


def _uv() -> list[str] | None:
    if found := shutil.which("uv"):
        return [found]
    return [sys.executable, "-m", "uv"] if importlib.util.find_spec("uv") else None


def pins_of_pip(wanted: Wanted) -> list[str] | None:
    """Return the same from pip, with the hash of the one file that it would install.

    What is installed here comes first; None without pip.

    Raises:
        ToolError: pip gives no answer.

    """
    if importlib.util.find_spec("pip") is None:
        return None
    asked = wanted.folder / "requirements.in"
    lines = [f"{without_hashes(line)}\n" for line in wanted.lines]
    asked.write_text("".join(lines), encoding="utf-8")
    kept = wanted.folder / "installed.txt"
    known = [f"{name}=={version}\n" for name, version in wanted.installed.items()]
    kept.write_text("".join(known), encoding="utf-8")
    if wanted.installed:
        try:
            return _pip_report(wanted, asked, "--constraint", str(kept))
        except ToolError as error:
            if not error.is_contradiction:
                raise
    return _pip_report(wanted, asked)


def _pip_report(wanted: Wanted, asked: Path, *further: str) -> list[str]:
    report = wanted.folder / "report.json"
    platforms = [f"manylinux_2_{glibc}_{wanted.target.machine}" for glibc in range(28, 16, -1)]
    platforms += [f"manylinux2014_{wanted.target.machine}", f"linux_{wanted.target.machine}"]
    _run(
        "pip",
        [
            *(sys.executable, "-m", "pip", "install", "--disable-pip-version-check"),
            *("--dry-run", "--ignore-installed", "--quiet", "--report", str(report)),
            *("--only-binary", ":all:", "--target", str(wanted.folder / "none")),
            *("--implementation", "cp", "--python-version", wanted.target.python),
            *(word for name in platforms for word in ("--platform", name)),
            *("--requirement", str(asked), *further),
        ],
        wanted,
    )
    lines = []
    for entry in json.loads(report.read_text(encoding="utf-8"))["install"]:
        name = canonicalize_name(entry["metadata"]["name"])
        archive = entry["download_info"].get("archive_info", {})
        digest = (archive.get("hash") or "").removeprefix("sha256=")
        digest = archive.get("hashes", {}).get("sha256") or digest
        source = f" @ {entry['download_info']['url']}" if entry["is_direct"] else ""
        version = source or f"=={entry['metadata']['version']}"
        lines.append(f"{name}{version}" + (f" --hash=sha256:{digest}" if digest else ""))
    return sorted(lines)


def _run(tool: str, words: list[str], wanted: Wanted, text: str = "") -> None:
    try:
        done = subprocess.run(  # noqa: S603 - the user's own tools
            words,
            cwd=wanted.folder,
            input=text,
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            timeout=_PATIENCE_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise ToolError(tool, f"no answer within {_PATIENCE_SECONDS} s") from error
    except OSError as error:
        raise ToolError(tool, str(error.strerror or error)) from error
    if done.returncode:
        said = done.stderr.strip() or done.stdout.strip()
        output = "\n".join(said.splitlines()[-_SHOWN_LINES:])
        contradicts = any(words in said.lower() for words in _CONTRADICTIONS)
        raise ToolError(tool, output, contradicts and not _is_unreachable(said))


def _is_unreachable(said: str) -> bool:
    """Return whether the index could not be asked; pip then knows of no version of anything."""
    lower = said.lower()
    return any(words in lower for words in _UNREACHABLE)

"""Run the command as a user does, and read what it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOUBLE = """
    import os

    def init():
        pass

    def run(mini_batch):
        return [f"{os.path.basename(name)} {2 * int(open(name).read())}" for name in mini_batch]
"""


@dataclass(frozen=True)
class Ran:
    """How a run ended."""

    status: int
    out: str
    err: str

    @property
    def summary(self) -> dict[str, Any]:
        members: dict[str, Any] = json.loads(self.out)
        return members


def command(folder: Path, *words: str, script: str = "batch_score.py") -> list[str]:
    named = ["--entry_script", str(folder / script)] if script else []
    return [sys.executable, "-m", "azmlinfsrv", "batch", *named, *words]


def environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("AZUREML_", "AML_"))}


def batch(folder: Path, *words: str, script: str = "batch_score.py", seconds: float = 60) -> Ran:
    """Run in the folder, with ``in/`` as input unless the words name another."""
    given = [] if "--input" in words else ["--input", "in"]
    done = subprocess.run(
        command(folder, *given, *words, script=script),
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=seconds,
        check=False,
    )
    return Ran(
        done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    )


def write_files(folder: Path, count: int) -> list[str]:
    """Write ``in/000.txt`` with 0 in it and so on; returns what DOUBLE makes of them."""
    (folder / "in").mkdir(exist_ok=True)
    for number in range(count):
        (folder / "in" / f"{number:03}.txt").write_text(str(number))
    return [f"{number:03}.txt {2 * number}" for number in range(count)]


def write(folder: Path, source: str, name: str = "batch_score.py") -> None:
    (folder / name).write_text(textwrap.dedent(source), encoding="utf-8")


def lines(folder: Path, name: str = "predictions.csv") -> list[str]:
    return (folder / name).read_text(encoding="utf-8").splitlines()


def wait_until(condition: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.01)


def is_alive(pids: Sequence[int]) -> list[int]:
    """Return those that still run; zombies do not."""
    alive = []
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            alive.append(pid)
    return alive


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())

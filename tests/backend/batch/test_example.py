"""The example of the guide does what the guide says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from .running import batch, environment, lines

ROOT = Path(__file__).parents[3]


def test_the_example_gives_what_the_guide_shows_and_passes_its_check(tmp_path: Path) -> None:
    folder = tmp_path / "batch"
    shutil.copytree(ROOT / "examples/batch", folder)
    ran = batch(folder, "--input", "reviews", "--mini_batch_size", "2")
    assert ran.status == 0, ran.err
    guide = (ROOT / "docs/batch.md").read_text(encoding="utf-8")
    shown = re.search(r"\$ cat predictions\.csv\n(.*?)```", guide, re.DOTALL)
    assert shown
    assert lines(folder) == shown.group(1).splitlines()
    check = [sys.executable, "-m", "azmlinfsrv", "check", "--strict", str(folder)]
    checked = subprocess.run(
        check, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert checked.returncode == 0, checked.stdout


def test_the_guide_names_every_option() -> None:
    guide = (ROOT / "docs/batch.md").read_text(encoding="utf-8")
    told = batch(ROOT, "--help").out
    options = set(re.findall(r"--[a-z_]+", told)) - {"--help", "--model_name"}
    assert not {option for option in options if f"`{option}" not in guide}


def test_scripts_over_files_and_rows_are_no_mistake_to_the_checks(tmp_path: Path) -> None:
    bodies = {
        "score_files.py": "def run(mini_batch):\n    return [1 for _ in mini_batch]\n",
        "score_rows.py": "def run(input_data, mini_batch_context):\n    return input_data\n",
        "score_both.py": "def run(mini_batch, mini_batch_context):\n    return mini_batch\n",
        "score_none.py": "def run(mini_batch):\n    open(mini_batch[0])\n",
    }
    for name, body in bodies.items():
        (tmp_path / name).write_text(f"def init():\n    pass\n\n\n{body}")
    check = [sys.executable, "-m", "azmlinfsrv", "check", "--strict", str(tmp_path)]
    checked = subprocess.run(
        check, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert (checked.returncode, "4 entry scripts" in checked.stdout) == (0, True), checked.stdout

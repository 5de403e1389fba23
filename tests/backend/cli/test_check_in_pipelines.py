"""What other projects' pipelines take from this repository."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from azmlinfsrv.analysis.configuration import read_configuration
from azmlinfsrv.cli import main
from azmlinfsrv.cli.catalogue import unknown_code
from azmlinfsrv.cli.check_options import parse_options

from .check_scripts import GOOD, MISSPELT, write

ROOT = Path(__file__).parents[3]
ACTION = ROOT / ".github" / "actions" / "check" / "action.yml"
MANUAL = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")


def read(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("hook", read(ROOT / ".pre-commit-hooks.yaml"), ids=lambda hook: hook["id"])
def test_each_pre_commit_hook_starts_a_command_that_fails_on_a_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hook: dict[str, Any]
) -> None:
    assert hook["language"] == "python"
    # With file names every helper module would be taken for an entry script.
    assert hook["pass_filenames"] is False
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "score.py", GOOD.replace("def run", "def walk"))
    program, *words = shlex.split(hook["entry"])
    assert program == "azmlinfsrv"
    assert main(words) == 1
    assert f"id: {hook['id']}" in MANUAL or f"`{hook['id']}`" in MANUAL


@pytest.mark.skipif(os.name == "nt", reason="the step is for bash")
def test_the_github_action_annotates_a_mistake_and_fails(tmp_path: Path) -> None:
    if shutil.which("bash") is None:
        pytest.skip("there is no bash here")
    action = read(ACTION)
    step = action["runs"]["steps"][-1]
    write(tmp_path, "src/score.py", MISSPELT)
    defaults = {name: each["default"] for name, each in action["inputs"].items()}
    given = {**defaults, "paths": "src docs", "options": "--strict --ignore AML5"}
    filled = {
        name: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda found: str(given[found[1]]), text)
        for name, text in step["env"].items()
    }
    (tmp_path / "docs").mkdir()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        cwd=tmp_path,
        env={**os.environ, **filled, "PATH": path, "GITHUB_WORKSPACE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr
    assert ended.stdout.startswith("::error file=src/score.py,line=5,col=5,")


def test_the_github_action_installs_this_repository() -> None:
    install = read(ACTION)["runs"]["steps"][0]["run"]
    named = re.search(r"\$GITHUB_ACTION_PATH/([./]+)", install)
    assert named
    assert (ACTION.parent / named[1]).resolve() == ROOT


def test_the_manual_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_options(["--help"])
    options = set(re.findall(r"--[a-z_]+", capsys.readouterr().out)) - {"--help"}
    assert [option for option in sorted(options) if option not in MANUAL] == []


def test_the_manuals_settings_can_be_used(tmp_path: Path) -> None:
    tables = re.findall(r"```toml\n(.*?)```", MANUAL, re.DOTALL)
    (tmp_path / "pyproject.toml").write_text("\n".join(tables), encoding="utf-8")
    configuration = read_configuration(tmp_path)
    assert configuration.strict
    assert unknown_code((*configuration.select, *configuration.ignore)) is None

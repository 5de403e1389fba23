"""What a project's files say about its scripts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from azmlinfsrv.analysis.configuration import Configuration
from azmlinfsrv.analysis.project import Project, read_project


@pytest.fixture(autouse=True)
def _no_model_dir(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZUREML_MODEL_DIR", raising=False)


def launch(folder: Path, text: str) -> Project:
    (folder / ".vscode").mkdir(exist_ok=True)
    (folder / ".vscode" / "launch.json").write_text(text, encoding="utf-8")
    return read_project(folder)


def configuration(script: str, more: str = "") -> str:
    return (
        '{"configurations": [{"type": "azmlinfsrv", "request": "launch",'
        f' "entryScript": "{script}"{more}}}]}}'
    )


@pytest.mark.parametrize(
    "named",
    ["${workspaceFolder}/serve.py", "${workspaceFolder:NAME}/serve.py", "serve.py", "./serve.py"],
)
def test_a_script_of_a_debug_configuration_is_an_entry_script(tmp_path: Path, named: str) -> None:
    project = launch(tmp_path, configuration(named.replace("NAME", tmp_path.name)))
    assert project.context(tmp_path / "serve.py").is_named
    assert not project.context(tmp_path / "other.py").is_named


def test_another_folder_of_the_workspace_is_found_beside_this_one(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    project = launch(tmp_path / "one", configuration("${workspaceFolder:two}/serve.py"))
    assert project.is_named(tmp_path / "two" / "serve.py")


def test_comments_and_trailing_commas_of_launch_json_are_no_hindrance(tmp_path: Path) -> None:
    project = launch(
        tmp_path,
        """\ufeff{
            // Use IntelliSense: https://go.microsoft.com
            "configurations": [ /* mine */
                {"type": "node", "program": "x.js"},
                {
                    "type": "azmlinfsrv",
                    "entryScript": "${workspaceFolder}/se//rve.py", // not a comment in a text
                },
            ],
        }""",
    )
    assert project.is_named(tmp_path / "se" / "rve.py")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"configurations": "azmlinfsrv"}',
        '{"configurations": [1, {"type": "azmlinfsrv"}, {"type": "azmlinfsrv", "entryScript": 3}]}',
        '["azmlinfsrv"]',
        '{"configurations": [{"type": "azmlinfsrv", "entryScript": "${file}"}]}',
        '{"configurations": [{"type": "azmlinfsrv", "entryScript": "\\u0000"}]}',
        '{"azmlinfsrv": ' + "[" * 20_000,
    ],
)
def test_a_launch_json_that_tells_nothing_keeps_nobody_from_checking(
    tmp_path: Path, text: str
) -> None:
    assert launch(tmp_path, text).named_scripts == frozenset()


def test_the_model_folder_of_the_debug_configuration_counts_as_the_option(tmp_path: Path) -> None:
    text = configuration("score.py", ', "modelDir": "${workspaceFolder}/best"')
    (tmp_path / "models").mkdir()
    project = launch(tmp_path, text)
    found = project.context(tmp_path / "score.py").model_folder
    assert found is not None
    assert found.path == str(tmp_path / "best")
    other = project.context(tmp_path / "other.py").model_folder
    assert other is not None
    assert other.path == str(tmp_path / "models")


def test_the_option_of_the_command_line_comes_before_the_debug_configuration(
    tmp_path: Path,
) -> None:
    launch(tmp_path, configuration("score.py", ', "modelDir": "best"'))
    project = read_project(tmp_path, model_dir_option="/chosen")
    found = project.context(tmp_path / "score.py").model_folder
    assert found is not None
    assert found.path == "/chosen"


def test_pyproject_toml_names_scripts_and_the_model_folder(tmp_path: Path) -> None:
    table = Configuration(
        tmp_path / "pyproject.toml", model_dir=str(tmp_path / "m"), entry_scripts=("serve/*.py",)
    )
    project = read_project(tmp_path, configuration=table)
    context = project.context(tmp_path / "serve" / "a.py")
    assert context.is_named
    assert context.model_folder is not None
    assert context.model_folder.path == str(tmp_path / "m")


def test_a_deployment_names_its_script_and_its_variables(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    script = tmp_path / "src" / "serve.py"
    script.touch()
    (tmp_path / "deployment.yml").write_text(
        "code_configuration:\n  code: src\n  scoring_script: serve.py\n"
        "environment_variables:\n  LEVEL: 1.10\n"
    )
    project = read_project(tmp_path)
    assert project.is_named(script)
    assert project.environment(script) == {"LEVEL": "1.10"}
    assert project.environment(tmp_path / "other.py") == {}


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need a privilege on Windows")
def test_a_link_that_leads_to_itself_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "loop.py").symlink_to("loop.py")
    project = launch(tmp_path, configuration("loop.py"))
    assert project.is_named(tmp_path / "loop.py")

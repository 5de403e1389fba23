"""Files that are not what they should be: YAML of all sorts, and whatever else a path leads to."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from azmlinfsrv.deployment.formats import DeploymentFileError, plan_from_v1, plan_from_v2

from .project import MANAGED, Project

BILLION_LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)
MERGED_LAUGHS = "a0: &a0 {x: 1, y: 2}\n" + "".join(
    f"a{n}: &a{n}\n" + "".join(f"  k{i}: *a{n - 1}\n" for i in range(10)) for n in range(1, 10)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "deployment.yml: The file is empty."),
        ("# nothing\n", "The file is empty."),
        ("---\n...\n", "The file is empty."),
        ("just a text", '1: The file is "just a text"; it takes a mapping'),
        ("- a\n- b\n", "1: The file is a list; it takes a mapping"),
        ("name: a\n\tendpoint_name: b\n", "2: YAML is indented with spaces. This line has a tab."),
        ("name: [a\n", "2: The file is not YAML: expected ',' or ']', but got"),
        ("name: a: b\n", "1: The file is not YAML: mapping values are not allowed here."),
        ("name: *gone\n", "1: The anchor &gone is not defined."),
        ("name: &a [*a]\n", "1: *a holds itself."),
        ("a: &a\n  <<: *a\n", "2: *a holds itself."),
        (
            "name: !!python/object:os.system {}\n",
            "1: The tag tag:yaml.org,2002:python/object:os.system",
        ),
        ("name: !secret x\n", "1: The tag !secret has no meaning"),
        ("name: a\n---\nname: b\n", "2: A second document begins here."),
        ("? [a]\n: b\n", "1: A key has to be a text."),
        ("? {a: b}\n: c\n", "1: A key has to be a text."),
        ("a: &a [b]\n*a : c\n", "1: A key has to be a text."),
        ("name: {{NAME}}\n", "1: A key has to be a text. A placeholder such as {{NAME}} has to be"),
        ("<<: 5\n", "`<<` takes a mapping."),
        ("name: \x07\n", "1: The file is not YAML: it holds the character #x7"),
        ("[" * 100_000, "nested more than 50 deep"),
        ("- " * 100_000, "nested more than 50 deep"),
        ("&a " * 50_000, "The file is not YAML"),
        (BILLION_LAUGHS, "holds more than 20000 values, those counted that aliases repeat"),
        (MERGED_LAUGHS, "holds more than 20000 values, those counted that aliases repeat"),
        ("name: " + "x" * 250_001, "The file is larger than 250 kB"),
    ],
)
def test_what_is_no_deployment_file_is_told_soon(project: Project, text: str, message: str) -> None:
    start = time.monotonic()
    problems = project.v2_problems(text)
    assert any(message in problem for problem in problems), problems
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    ("text", "line"),
    [("name: caf\xe9\n".encode("latin-1"), 1), ("a: b\nname: x".encode("utf-16"), 1)],
)
def test_a_file_that_is_not_utf_8_is_told(project: Project, text: bytes, line: int) -> None:
    assert project.v2_problems(text) == [
        f"deployment.yml:{line}: The file is not UTF-8, which Azure ML reads. Save it as UTF-8."
    ]


def test_a_byte_order_mark_is_no_part_of_the_text(project: Project) -> None:
    assert project.v1(b'\xef\xbb\xbf{"entryScript": "src/score.py"}').entry_script.is_file()


def test_anchors_and_merged_mappings_are_understood(project: Project) -> None:
    plan = project.v2(
        """
        name: blue
        endpoint_name: diabetes
        code_configuration: {code: src, scoring_script: score.py}
        environment: azureml:sklearn:1
        instance_type: Standard_DS3_v2
        instance_count: &one 1
        liveness_probe: &probe
          period: 7
          timeout: 3
        readiness_probe:
          <<: *probe
          timeout: *one
        """
    )
    assert (plan.readiness.period, plan.readiness.timeout) == (7, 1)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DeploymentFileError) as caught:
        plan_from_v2(tmp_path / "no.yml", tmp_path / "nor.yml")
    assert [str(problem).replace(f"{tmp_path}/", "") for problem in caught.value.problems] == [
        "nor.yml: There is no such endpoint file.",
        "no.yml: There is no such deployment file.",
    ]


def test_a_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DeploymentFileError, match=r"This is a folder\. Name the inference config"):
        plan_from_v1(tmp_path, None, [], "name")


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_a_name_that_no_file_can_have_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(DeploymentFileError):
        plan_from_v2(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "deployment.yml")
    with pytest.raises(DeploymentFileError, match="This is no ordinary file"):
        plan_from_v2(tmp_path / "deployment.yml")


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_told(project: Project) -> None:
    file = project.write("deployment.yml", MANAGED)
    file.chmod(0)
    with pytest.raises(DeploymentFileError, match="cannot be read: Permission denied"):
        plan_from_v2(file)


def test_of_many_mistakes_a_hundred_are_told(project: Project) -> None:
    start = time.monotonic()
    text = "\n".join(f"unknown_{number}: {number}" for number in range(5_000))
    assert len(project.v2_problems(text)) == 100
    assert time.monotonic() - start < 10


def test_what_a_terminal_would_obey_is_not_repeated(project: Project) -> None:
    (problem,) = project.v1_problems('{"entryScript": "a\\n\\u001b[2Jb.py"}')
    assert "a��[2Jb.py is not there." in problem


def test_an_error_can_be_passed_between_processes() -> None:
    import pickle

    with pytest.raises(DeploymentFileError) as caught:
        plan_from_v2(Path("gone.yml"))
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems

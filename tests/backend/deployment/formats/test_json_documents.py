"""JSON that is none, and where in JSON that is some a mistake stands."""

from __future__ import annotations

import json

import pytest

from azmlinfsrv.deployment.formats import DeploymentFileError, plan_from_v1

from .project import INFERENCE, Project


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The file is empty. It has to hold one JSON object."),
        ("  \n", "The file is empty."),
        ("[]", "1: The file is a list; it takes a mapping (entryScript, sourceDirectory"),
        ("null", "1: The file is null; it takes a mapping"),
        ('{\n // why\n "a": 1}', "2: JSON knows no comments. Remove this one"),
        ('{"a": 1 /* why */}', "1: JSON knows no comments."),
        ('{"a": 1,\n}', "there is a comma after the last value. Remove it."),
        ("{'a': 1}", "1: The file is not JSON: texts stand in double quotes."),
        ('{"a": NaN}', "The file is not JSON: NaN is no number of JSON."),
        ('{"a"}', "1: The file is not JSON: expecting ':' delimiter."),
        ("[" * 100_000, "nested too deep"),
        ("[" * 60 + "]" * 60, "nested more than 50 deep"),
        (
            '{"entryScript": "score.py", "entryScript": "a"}',
            "`entryScript` stands here a second time",
        ),
        ('{"entryScript": "a\\u0000b"}', "`entryScript` is"),
        ("entryScript: score.py", "The file is not JSON"),
        ('{"a": ' + "9" * 5000 + "}", "The file is not JSON"),
        ("[" + "1," * 30_000 + "1]", "more than 20000 values"),
    ],
)
def test_what_is_no_json_is_told(project: Project, text: str, message: str) -> None:
    problems = project.v1_problems(text)
    assert any(message in problem for problem in problems), problems


def test_columns_count_from_the_line_s_begin(project: Project) -> None:
    file = project.write("i.json", '{"sourceDirectory": "src",\n\t "entryScript" :  5}')
    with pytest.raises(DeploymentFileError) as caught:
        plan_from_v1(file, None, [], "name")
    place = caught.value.problems[0].place
    assert (place.line, place.column, place.key) == (2, 20, "entryScript")


def test_texts_are_read_as_json_has_them(project: Project) -> None:
    text = json.dumps({**INFERENCE, "environment": {"environmentVariables": {"A": '"\\ü\u2028😀'}}})
    assert project.v1(text).environment == {"A": '"\\ü\u2028😀'}

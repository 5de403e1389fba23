"""A sample becomes a schema where one can be made of it; otherwise it is told why not."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azmlinfsrv.no_code.frameworks import MLFLOW, SKLEARN, TENSORFLOW, Framework
from azmlinfsrv.no_code.literals import literal
from azmlinfsrv.no_code.sample import Sample, SampleError, read_sample

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


def read(folder: Path, body: Any, framework: Framework = SKLEARN) -> Sample:
    path = folder / "sample.json"
    path.write_text(body if isinstance(body, str) else json.dumps(body), encoding="utf-8")
    return read_sample(path, framework)


@given(json_values)
def test_a_literal_is_the_value_again(value: Any) -> None:
    again = ast.literal_eval(literal(value))
    # By text: 1 and True, 0.0 and -0.0 are equal.
    assert repr(again) == repr(value)


def test_a_long_literal_has_a_row_on_each_line() -> None:
    rows = [[1.25] * 8, [2.5] * 8, [3.75] * 8]
    assert literal(rows) == "[\n" + "".join(f"    {row},\n" for row in rows) + "]"


def test_a_request_is_taken_as_it_is(tmp_path: Path) -> None:
    body = {"data": [[1.5, 2.5]], "method": "predict"}
    assert read(tmp_path, body) == Sample(body)


def test_a_list_is_the_data_alone(tmp_path: Path) -> None:
    assert read(tmp_path, [[1]]).members == {"data": [[1]]}
    assert read(tmp_path, [[1]], MLFLOW).members == {"input_data": [[1]]}
    assert read(tmp_path, [[1]], TENSORFLOW).members == {"instances": [[1]]}


def test_an_array_with_one_float_is_one_of_floats(tmp_path: Path) -> None:
    members = read(tmp_path, {"data": [[1, 2], [3, 4.5]]}).members
    assert repr(members["data"]) == "[[1.0, 2.0], [3.0, 4.5]]"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ([[1, "Oslo"]], "different types"),
        ([[True, 1]], "different types"),
        ([[None]], "null has no type"),
        ([{"a": None}], "null has no type"),
        ([], "empty list"),
        ([[0.12345] * 10_000], "A row or two"),
    ],
)
def test_what_makes_no_schema_is_told(tmp_path: Path, data: Any, why: str) -> None:
    assert why in (read(tmp_path, {"data": data}).obstacle or "")


def test_rows_as_objects_make_a_schema(tmp_path: Path) -> None:
    assert read(tmp_path, {"data": [{"age": 3, "city": "Oslo"}]}).obstacle is None


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("{", "is not JSON"),
        ('{"data": [[NaN]]}', "NaN is no number of JSON"),
        ('{"data": [[1e999]]}', "1e999 is more than a float can hold"),
        ('{"data": [[0.5, 1' + "0" * 400 + "]]}", "a whole number that no float can hold"),
        ("5", "holds no JSON object"),
        ('{"method": "predict"}', "has no 'data'"),
        ('{"data": [[1]], "methd": "predict"}', "has the member 'methd'"),
        ('{"input_data": [[1]]}', "has the member 'input_data'"),
        ("[" * 100_000, "nested too deeply"),
        (" " * 1_000_001, "larger than a megabyte"),
    ],
)
def test_what_is_no_request_is_refused(tmp_path: Path, body: str, told: str) -> None:
    with pytest.raises(SampleError) as caught:
        read(tmp_path, body)
    assert told in str(caught.value)
    assert not caught.value.is_missing


def test_a_sample_that_cannot_be_read_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SampleError, match="No such file") as caught:
        read_sample(tmp_path / "sample.json", SKLEARN)
    assert caught.value.is_missing
    (tmp_path / "latin.json").write_bytes(b'"\xe9"')
    with pytest.raises(SampleError, match="not UTF-8"):
        read_sample(tmp_path / "latin.json", SKLEARN)

"""What run() returns becomes the JSON that a client expects, or the log says why it cannot."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from azmlinfsrv.scoring.encoding import ResultEncoder, ResultError


@dataclasses.dataclass
class Point:
    x: int
    weight: Any = None


WHEN = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
FRAME = pd.DataFrame({"name": ["a", "b"], "score": [0.5, float("nan")]})
ENCODED = [
    (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
    (np.float32(0.5), 0.5),
    (np.int64(7), 7),
    (np.bool_(True), True),
    (np.longdouble(0.5), 0.5),
    (
        np.array(["2026-01-02", "NaT"], dtype="datetime64[ns]"),
        ["2026-01-02T00:00:00.000000000", None],
    ),
    (FRAME, [{"name": "a", "score": 0.5}, {"name": "b", "score": None}]),
    (pd.Series([1, 2], name="s"), [1, 2]),
    (
        pd.DataFrame({"at": [pd.Timestamp("2026-01-02"), pd.NaT]}),
        [{"at": "2026-01-02T00:00:00"}, {"at": None}],
    ),
    (pd.DataFrame({"n": pd.array([1, None], dtype="Int64")}), [{"n": 1}, {"n": None}]),
    (WHEN, "2026-01-02T03:04:05+00:00"),
    (datetime.date(2026, 1, 2), "2026-01-02"),
    (datetime.time(3, 4), "03:04:00"),
    (decimal.Decimal("1.5"), 1.5),
    (decimal.Decimal("12"), 12),
    (decimal.Decimal("NaN"), None),
    (b"\x00\xff", "AP8="),
    (Point(1, np.array([2.5])), {"x": 1, "weight": [2.5]}),
    ({"deep": [{"a": (np.int8(1), b"")}]}, {"deep": [{"a": [1, ""]}]}),
    (
        {np.int64(1): "a", WHEN.date(): "b", ("x", 2): "c"},
        {"1": "a", "2026-01-02": "b", "x.2": "c"},
    ),
    (
        {"nan": float("nan"), "far": [float("-inf")], "near": 1.5},
        {"nan": None, "far": [None], "near": 1.5},
    ),
]


@pytest.mark.parametrize(("result", "expected"), ENCODED, ids=lambda value: type(value).__name__)
def test_the_types_of_data_science_are_sent_when_asked_for(
    result: object, expected: object
) -> None:
    text = ResultEncoder(encodes_data=True).encode(result).text
    assert json.loads(text) == expected
    assert "NaN" not in text


def test_a_data_frame_is_laid_out_as_the_output_schema_says() -> None:
    text = ResultEncoder(encodes_data=True, orient="split").encode(FRAME).text
    assert json.loads(text) == {
        "index": [0, 1],
        "columns": ["name", "score"],
        "data": [["a", 0.5], ["b", None]],
    }


def test_whoever_relies_on_encoding_learns_that_the_cloud_has_none() -> None:
    notice = ResultEncoder(encodes_data=True).encode({"scores": [1, np.float32(2)]}).notice
    assert notice is not None
    assert "result['scores'][1] is of type numpy.float32" in notice
    assert ResultEncoder(encodes_data=True).encode({"scores": [1.5]}).notice is None


@pytest.mark.parametrize(
    ("result", "place"),
    [
        (np.array([1]), "result is of type numpy.ndarray"),
        ({"a": [0, {"b": np.float32(1)}]}, "result['a'][1]['b'] is of type numpy.float32"),
        ([b""], "result[0] is of type bytes"),
        ({"n": decimal.Decimal(1)}, "result['n'] is of type decimal.Decimal"),
        ({(1, 2): 3}, "result, key (1, 2) is of type tuple"),
    ],
)
def test_a_refusal_names_the_type_and_its_place(result: object, place: str) -> None:
    with pytest.raises(ResultError) as told:
        ResultEncoder().encode(result)
    assert place in str(told.value)


def test_a_refusal_names_the_option_only_where_it_would_help() -> None:
    with pytest.raises(ResultError, match="start the server with --encode_results"):
        ResultEncoder().encode(FRAME)
    with pytest.raises(ResultError) as told:
        ResultEncoder().encode({"model": object()})
    assert "--encode_results" not in str(told.value)
    with pytest.raises(ResultError, match=r"result\['model'\] is of type object"):
        ResultEncoder(encodes_data=True).encode({"model": object()})


def test_columns_of_one_name_are_refused_and_not_lost() -> None:
    frame = pd.DataFrame([[1, 2]], columns=["a", "a"])
    with pytest.raises(ResultError, match="columns of a DataFrame have to differ"):
        ResultEncoder(encodes_data=True).encode(frame)


def test_the_place_that_is_named_is_that_of_what_cannot_be_encoded() -> None:
    with pytest.raises(ResultError, match=r"result\['s'\] is of type set"):
        ResultEncoder(encodes_data=True).encode({"x": np.zeros(2), "s": {1}})


def test_a_result_that_holds_itself_is_refused_and_does_not_hang() -> None:
    loop: list[object] = []
    loop.append(loop)
    for encodes_data in (False, True):
        with pytest.raises(ResultError, match="holds itself"):
            ResultEncoder(encodes_data=encodes_data).encode(loop)


def test_an_async_run_is_told_to_be_none() -> None:
    async def run() -> int:
        return 1

    with pytest.raises(ResultError, match=r"run\(\) is async"):
        ResultEncoder().encode(run())


def test_numbers_that_json_does_not_have_are_sent_as_published_and_told() -> None:
    encoder = ResultEncoder()
    encoded = encoder.encode({"scores": [1.0, float("nan")]})
    assert encoded.text == '{"scores": [1.0, NaN]}'
    assert encoded.notice is not None
    assert "result['scores'][1] is nan" in encoded.notice
    # A text is not a number.
    assert ResultEncoder().encode(["NaN"]).notice is None

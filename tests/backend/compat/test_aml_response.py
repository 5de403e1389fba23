"""AMLResponse splits header values as published, but not the commas that belong to a value."""

from __future__ import annotations

import pytest

from azmlinfsrv.compat.aml_response import AMLResponse


@pytest.mark.parametrize(
    ("name", "value", "sent"),
    [
        ("X-Many", "a, b,c", ["a", "b", "c"]),
        (
            "Last-Modified",
            "Wed, 21 Oct 2015 07:28:00 GMT",
            ["Wed, 21 Oct 2015 07:28:00 GMT"],
        ),
        ("X-Dates", "Wed, 21 Oct 2015, b", ["Wed, 21 Oct 2015", "b"]),
        ("Set-Cookie", "a=1, b=2", ["a=1, b=2"]),
        ("X-Quoted", '"a, b", c', ['"a, b"', "c"]),
    ],
)
def test_a_comma_of_the_value_is_no_separator(name: str, value: str, sent: list[str]) -> None:
    response = AMLResponse("x", 200, {name: value})
    assert response.headers.getlist(name) == sent


def test_content_type_in_any_case_replaces_the_default() -> None:
    response = AMLResponse("x", 200, {"content-type": "text/csv"})
    assert response.headers.getlist("Content-Type") == ["text/csv"]


def test_a_header_that_is_no_text_names_itself() -> None:
    with pytest.raises(TypeError, match="The header X-N of AMLResponse is a int, not text"):
        AMLResponse("x", 200, {"X-N": 1})  # type: ignore[dict-item]


def test_headers_of_one_response_do_not_appear_in_the_next() -> None:
    AMLResponse("x", 200).headers.add("X-A", "1")
    assert "X-A" not in AMLResponse("x", 200).headers

"""Columns are right for every client: what is underlined is what is meant."""

from __future__ import annotations

import pytest
from lsprotocol import types

from azmlinfsrv.analysis.findings import Position
from azmlinfsrv.language_server.documents import Document
from azmlinfsrv.language_server.positions import UTF_8, UTF_16, UTF_32, Positions

LINE = "\té😋x\u2028\x0cy"


@pytest.mark.parametrize(
    ("encoding", "columns"),
    [
        (UTF_32, [0, 1, 2, 3, 4, 5, 6, 7]),
        (UTF_16, [0, 1, 2, 4, 5, 6, 7, 8]),
        (UTF_8, [0, 1, 3, 7, 8, 11, 12, 13]),
    ],
)
def test_each_encoding_counts_its_own_units_both_ways(encoding: str, columns: list[int]) -> None:
    positions = Positions([LINE], encoding)
    for column, theirs in enumerate(columns):
        assert positions.to_client(Position(0, column)) == types.Position(0, theirs)
        assert positions.from_client(types.Position(0, theirs)) == Position(0, column)


def test_a_place_inside_an_emoji_is_the_place_before_it() -> None:
    assert Positions(["😋x"], UTF_16).from_client(types.Position(0, 1)) == Position(0, 0)
    assert Positions(["😋x"], UTF_8).from_client(types.Position(0, 3)) == Position(0, 0)


def test_places_outside_the_text_are_the_nearest_inside() -> None:
    positions = Positions(["ab", "c"], UTF_16)
    assert positions.from_client(types.Position(0, 99)) == Position(0, 2)
    assert positions.from_client(types.Position(99, 0)) == Position(1, 1)


def test_half_an_emoji_does_not_end_the_server() -> None:
    for encoding in (UTF_8, UTF_16, UTF_32):
        assert Positions(["\ud83dx"], encoding).to_client(Position(0, 2)).line == 0


@pytest.mark.parametrize(("encoding", "mark"), [(UTF_8, 3), (UTF_16, 1), (UTF_32, 1)])
def test_a_byte_order_mark_counts_for_the_client_alone(encoding: str, mark: int) -> None:
    positions = Positions(["\ufeffab", "ab"], encoding)
    assert positions.to_client(Position(0, 1)) == types.Position(0, 1 + mark)
    assert positions.from_client(types.Position(0, 1 + mark)) == Position(0, 1)
    assert positions.to_client(Position(1, 1)) == types.Position(1, 1)


def test_only_line_feeds_and_carriage_returns_end_lines() -> None:
    document = Document("file:///score.py", "a\x0cb\u2028c\x85d\r\ne\rf\ng", 1, UTF_16)
    assert document.source.lines == ["a\x0cb\u2028c\x85d", "e", "f", "g"]


@pytest.mark.parametrize("odd", ["\u2028", "\x0c", "\x1c", "\x85"])
def test_an_edit_behind_an_odd_line_separator_lands_in_its_place(odd: str) -> None:
    document = Document("file:///score.py", f"s = 'a{odd}b'\ny = 2\n", 1, UTF_16)
    place = types.Range(types.Position(1, 4), types.Position(1, 5))
    changes: list[types.TextDocumentContentChangeEvent] = [
        types.TextDocumentContentChangePartial(place, "99")
    ]
    assert document.edited(changes, 2).text == f"s = 'a{odd}b'\ny = 99\n"


def test_the_line_that_is_typed_in_is_known() -> None:
    document = Document("file:///score.py", "a\nb\nc\n", 1, UTF_16)
    edited = document.edited([types.TextDocumentContentChangeWholeDocument("a\nbx\nc\n")], 2)
    assert edited.edited_line == 1
    again = edited.edited([types.TextDocumentContentChangeWholeDocument("a\nbx\nc\n")], 3)
    assert again.edited_line == 1
    longer = edited.edited([types.TextDocumentContentChangeWholeDocument("a\nbx\nc\n\nd")], 4)
    assert longer.edited_line == 4

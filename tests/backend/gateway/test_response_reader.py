"""Answers are read right, however they come in pieces, and what is none is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azmlinfsrv.server.gateway.response_reader import BadResponseError, ResponseReader

HEAD = b"HTTP/1.1 200 OK\r\n"
WHOLE = {
    "a length": (HEAD + b"Content-Length: 5\r\n\r\nhello", b"hello"),
    "no body": (HEAD + b"Content-Length: 0\r\n\r\n", b""),
    "chunks": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        b"hello",
    ),
    "trailers": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n",
        b"hello",
    ),
    "status 204": (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    "an announcement first": (
        b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD + b"Content-Length: 5\r\n\r\nhello",
        b"hello",
    ),
}


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    ends = sorted({cut % (len(data) + 1) for cut in cuts} | {len(data)})
    return [data[begin:end] for begin, end in zip([0, *ends], ends, strict=False) if end > begin]


@given(st.sampled_from(sorted(WHOLE)), st.lists(st.integers(0, 400), max_size=12))
def test_an_answer_is_the_same_in_whatever_pieces_it_comes(what: str, cuts: list[int]) -> None:
    sent, body = WHOLE[what]
    reader = ResponseReader()
    for _ in range(2):
        got = b"".join(part for piece in pieces(sent, cuts) for part in reader.feed(piece))
        assert reader.head
        assert (got, reader.is_complete, reader.can_be_reused) == (body, True, True)
        reader.begin()


def test_a_body_without_a_length_ends_with_the_connection() -> None:
    reader = ResponseReader()
    assert reader.feed(HEAD + b"\r\nhel") == [b"hel"]
    assert reader.feed(b"lo") == [b"lo"]
    assert not reader.is_complete
    reader.end()
    assert (reader.is_complete, reader.can_be_reused) == (True, False)


@pytest.mark.parametrize("line", [b"Connection: close", b"connection: Keep-Alive, Close"])
def test_a_connection_that_the_server_closes_is_not_used_again(line: bytes) -> None:
    reader = ResponseReader()
    reader.feed(HEAD + line + b"\r\nContent-Length: 0\r\n\r\n")
    assert reader.is_complete
    assert not reader.can_be_reused


@pytest.mark.parametrize(
    "sent",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 abc No\r\n\r\n",
        HEAD + b"no colon\r\n\r\n",
        HEAD + b"Content-Length: -5\r\n\r\n",
        HEAD + b"Content-Length: 2\r\n\r\nhello",
        HEAD + b"Content-Length: 0\r\n\r\nmore",
        HEAD + b"Transfer-Encoding: gzip\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nmore",
        HEAD + b"X: " + b"a" * 70_000,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 5000,
    ],
)
def test_what_is_no_answer_is_refused(sent: bytes) -> None:
    with pytest.raises(BadResponseError):
        ResponseReader().feed(sent)


@pytest.mark.parametrize("sent", [b"", HEAD, HEAD + b"Content-Length: 5\r\n\r\nhel"])
def test_a_connection_that_ends_early_is_no_answer(sent: bytes) -> None:
    reader = ResponseReader()
    if sent:
        reader.feed(sent)
    with pytest.raises(BadResponseError):
        reader.end()

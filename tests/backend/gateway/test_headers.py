"""Which headers pass."""

from __future__ import annotations

import uuid

from azmlinfsrv.server.gateway.headers import request_headers, response_headers

GUID = b"12345678-1234-1234-1234-1234567890ab"


def passed(*sent: tuple[bytes, bytes]) -> dict[bytes, bytes]:
    return dict(request_headers(sent)[0])


def test_what_is_about_one_connection_ends_with_it() -> None:
    headers = passed(
        (b"connection", b"keep-alive, X-Mine"),
        (b"x-mine", b"1"),
        (b"keep-alive", b"timeout=5"),
        (b"te", b"trailers"),
        (b"upgrade", b"websocket"),
        (b"proxy-authorization", b"secret"),
        (b"transfer-encoding", b"chunked"),
        (b"content-length", b"5"),
        (b"expect", b"100-continue"),
        (b"content-type", b"application/json"),
        (b"x-ms-anything", b"kept"),
    )
    assert set(headers) == {b"content-type", b"x-ms-anything", b"x-request-id"}


def test_a_request_id_is_a_guid() -> None:
    assert passed((b"x-request-id", GUID))[b"x-request-id"] == GUID
    for sent in (b"mine", b"", GUID + b"0", GUID[:-1]):
        made = passed((b"x-request-id", sent))[b"x-request-id"]
        assert made != sent
        assert str(uuid.UUID(made.decode())) == made.decode()


def test_a_clients_id_is_cleaned_and_cut() -> None:
    sent = b"my id; is_quite-long" + b"x" * 100
    cleaned = passed((b"x-ms-client-request-id", sent))[b"x-ms-client-request-id"]
    assert cleaned == (b"myidis_quite-long" + b"x" * 100)[:40]
    assert b"x-ms-client-request-id" not in passed((b"x-ms-client-request-id", b";;"))


def test_an_answer_keeps_what_the_script_has_set() -> None:
    sent = [
        (b"X-Script", b"1"),
        (b"Set-Cookie", b"a=b"),
        (b"Set-Cookie", b"c=d"),
        (b"Server", b"gunicorn"),
        (b"Connection", b"close"),
        (b"Content-Length", b"5"),
        (b"azureml-model-deployment", b"forged"),
    ]
    kept = [(b"X-Script", b"1"), (b"Set-Cookie", b"a=b"), (b"Set-Cookie", b"c=d")]
    assert response_headers(sent, b"front") == kept
    assert response_headers(sent, None) == [*kept, (b"Server", b"gunicorn")]

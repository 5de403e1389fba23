"""Which headers pass a gateway, and which it changes."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable

from azmlinfsrv.server.gateway.response_reader import RawHeaders

DEPLOYMENT = b"azureml-model-deployment"
SESSION = b"azureml-model-session"
ERROR_STATUS = b"ms-azureml-model-error-statuscode"
ERROR_REASON = b"ms-azureml-model-error-reason"
REQUEST_ID = b"x-request-id"
CLIENT_ID = b"x-ms-client-request-id"

_LONGEST_CLIENT_ID = 40
_NOT_IN_CLIENT_ID = re.compile(rb"[^A-Za-z0-9_-]")
_GUID = re.compile(rb"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# They are about one connection, and end with it (RFC 9110, 7.6.1).
_HOP_BY_HOP = frozenset(
    {
        *(b"connection", b"keep-alive", b"proxy-connection", b"proxy-authenticate"),
        *(b"proxy-authorization", b"te", b"trailer", b"transfer-encoding", b"upgrade"),
    }
)
# The framing of a body is written anew.
_FRAMING = frozenset({b"content-length", b"expect"})


def request_headers(sent: Iterable[tuple[bytes, bytes]]) -> tuple[RawHeaders, RawHeaders]:
    """Return what of a request's headers passes, and those by which answers are told apart.

    ``x-request-id`` becomes a GUID if it is none, ``x-ms-client-request-id`` keeps letters, digits,
    ``-`` and ``_``, 40 at most.

    Args:
        sent: names in lower case.

    """
    sent = list(sent)
    dropped = _HOP_BY_HOP | _FRAMING | _named_by_connection(sent)
    passed: RawHeaders = []
    ids: RawHeaders = []
    request_id = b""
    for name, value in sent:
        if name == REQUEST_ID:
            request_id = value
        elif name == CLIENT_ID:
            cleaned = _NOT_IN_CLIENT_ID.sub(b"", value)[:_LONGEST_CLIENT_ID]
            if cleaned:
                ids.append((CLIENT_ID, cleaned))
        elif name not in dropped:
            passed.append((name, value))
    if not _GUID.fullmatch(request_id):
        request_id = str(uuid.uuid4()).encode()
    ids.append((REQUEST_ID, request_id))
    return passed + ids, ids


def response_headers(sent: RawHeaders, server: bytes | None) -> RawHeaders:
    """Return what of an answer's headers passes.

    Args:
        sent: as they came.
        server: what the gateway calls itself; None leaves the name that is there.

    """
    dropped = _HOP_BY_HOP | _FRAMING | _named_by_connection(sent) | {DEPLOYMENT, SESSION}
    if server is not None:
        dropped |= {b"server"}
    return [(name, value) for name, value in sent if name.lower() not in dropped]


def written(headers: RawHeaders) -> bytes:
    """Return headers as lines."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])


def _named_by_connection(sent: Iterable[tuple[bytes, bytes]]) -> frozenset[bytes]:
    values = [value for name, value in sent if name.lower() == b"connection"]
    if not values:
        return frozenset()
    return frozenset(option.strip().lower() for value in values for option in value.split(b","))

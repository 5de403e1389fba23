"""An answer of the server in, its cause out."""

from __future__ import annotations

from http import HTTPStatus

from azmlinfsrv.analysis.answers.exchange import Exchange, Explanation
from azmlinfsrv.analysis.answers.failed_runs import server_error
from azmlinfsrv.analysis.answers.refused_requests import (
    bad_request,
    large_headers,
    not_allowed,
    not_found,
    script_answered,
    unsupported_media_type,
)

_EXPLAINED = {
    HTTPStatus.BAD_REQUEST: bad_request,
    HTTPStatus.NOT_FOUND: not_found,
    HTTPStatus.METHOD_NOT_ALLOWED: not_allowed,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: unsupported_media_type,
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: large_headers,
    HTTPStatus.INTERNAL_SERVER_ERROR: server_error,
}
_OTHERS = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than the server takes.",
    HTTPStatus.REQUEST_URI_TOO_LONG: "The query is longer than the server takes; use POST.",
    HTTPStatus.BAD_GATEWAY: "The worker that was to answer has ended: a crash in a library, or too"
    " little memory. The log of the server has its last words.",
    HTTPStatus.GATEWAY_TIMEOUT: "A proxy before the server gave up waiting for run().",
}
_FIRST_FAILURE = 400


def explain(exchange: Exchange) -> Explanation | None:
    """Return the cause of an answer; None for one that is no failure."""
    answer = exchange.answer
    if answer.status < _FIRST_FAILURE:
        return None
    if explained := _EXPLAINED.get(HTTPStatus(answer.status)) if _is_known(answer.status) else None:
        return explained(exchange)
    if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
        why = answer.message or answer.body.strip()
        return Explanation(
            f"The server does not answer requests just now: {why}"
            if why
            else "The server does not answer requests just now: init() has not returned yet, or it"
            " failed. The log of the server has the reason."
        )
    if answer.status in _OTHERS:
        return Explanation(_OTHERS[HTTPStatus(answer.status)])
    return script_answered(exchange)


def _is_known(status: int) -> bool:
    return status in {each.value for each in HTTPStatus}

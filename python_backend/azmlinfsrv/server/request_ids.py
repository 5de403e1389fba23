"""The ids by which client and server talk about one request."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from azmlinfsrv.server.log import logger

REQUEST_ID = "x-request-id"
_OLD_ID = "x-ms-request-id"
_CLIENT_ID = "x-ms-client-request-id"
_LONGEST = 100
_DEPRECATED = (
    "x-ms-request-id header has been deprecated and will be removed from future versions of the "
    "server. Please use x-ms-client-request-id."
)

IdHeaders = list[tuple[str, str]]


class OverlongIdError(Exception):
    """An id is too long (status 431). ``headers`` are the ids that the answer still carries."""

    def __init__(self, message: str, headers: IdHeaders) -> None:
        super().__init__(message)
        self.message = message
        self.headers = headers


def id_headers(sent: Mapping[str, str]) -> IdHeaders:
    """Return the id headers of the answer, the request's own id (if it has one) first.

    The client's ids come back to it; an empty ``x-request-id`` is left out, an absent one made up.

    Raises:
        OverlongIdError: an id is longer than 100 characters.

    """
    own, old, client = sent.get(REQUEST_ID), sent.get(_OLD_ID), sent.get(_CLIENT_ID)
    if old:
        logger.warning(_DEPRECATED)
    if own is None:
        own = str(uuid.uuid4())
    elif len(own) > _LONGEST:
        raise OverlongIdError(f"{REQUEST_ID} must not exceed {_LONGEST} characters", [])
    headers = [(REQUEST_ID, own)] if own else []
    if not (old or client):
        if own:
            headers.append((_OLD_ID, own))
        return headers
    if len(old or "") > _LONGEST or len(client or "") > _LONGEST:
        raise OverlongIdError(
            f"{_OLD_ID} and {_CLIENT_ID} must not exceed {_LONGEST} characters", headers
        )
    headers.append((_OLD_ID, old or client or ""))
    headers.append((_CLIENT_ID, client or old or ""))
    return headers

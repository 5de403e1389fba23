"""Tokens: signed, with an expiry. Nothing is kept of them, so any worker can check them."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field

# Flask's own library for what has to come back unchanged. It compares in constant time.
from itsdangerous import BadData, URLSafeSerializer

_SALT = "azmlinfsrv.token"
_REFRESH_SHARE = 0.8


@dataclass(frozen=True)
class Token:
    """A token and its times, in seconds since 1970.

    Attributes:
        text: what goes after ``Bearer``.
        expires: when it is worth nothing any more.
        refresh_by: when it is time for another.

    """

    text: str = field(repr=False)
    expires: int
    refresh_by: int


def issue(secret: str, seconds: int) -> Token:
    """Return a token that is good for some time."""
    now = int(time.time())
    text = _serializer(secret).dumps({"exp": now + seconds})
    assert isinstance(text, str)  # noqa: S101 - as its documentation says of JSON
    return Token(text, now + seconds, now + int(seconds * _REFRESH_SHARE))


def expiry(secret: str, text: str) -> int | None:
    """Return when a token expires, or has expired; None for what is no token of this secret."""
    try:
        payload = _serializer(secret).loads(text)
    except BadData:
        return None
    expires = payload.get("exp") if isinstance(payload, dict) else None
    return expires if isinstance(expires, int) else None


def _serializer(secret: str) -> URLSafeSerializer:
    options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeSerializer(secret, salt=_SALT, signer_kwargs=options)

"""Tells requests that may be served from those that may not."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from azmlinfsrv.server.auth.keys_file import Keys, KeysFileError, read_keys
from azmlinfsrv.server.log import logger
from azmlinfsrv.server.setting import AUTH_MODES
from azmlinfsrv.server.settings import Settings

_KEY = AUTH_MODES[0]
_REALM = 'Bearer realm="azmlinfsrv"'
_INVALID = f'{_REALM}, error="invalid_token"'
# The words by which a managed endpoint is known to refuse come first.
_NO_KEY = (
    "key_auth_bad_header_forbidden: the request needs a header `Authorization: Bearer KEY` with "
    "the primary or the secondary key."
)
_WRONG_KEY = "key_auth_access_denied: this is neither the primary nor the secondary key."
_NO_TOKEN = "The request needs a header `Authorization: Bearer TOKEN`."  # noqa: S105
_WRONG_TOKEN = "This is no token of this service. Get another one."  # noqa: S105
_EXPIRED = "The token has expired. Get another one."
_NO_KEYS = "The keys of this server cannot be read. Its log tells why."

Admits = Callable[[str, str, Mapping[str, str]], bool]
"""Tells by method, path and headers whether a request may be served."""
_Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class Refusal:
    """Why a request is not served."""

    status: HTTPStatus
    message: str
    challenge: str | None = None


def guard_of(settings: Settings) -> Guard | None:
    """Return who watches a server; None when everybody may use it."""
    if settings.auth is None or settings.keys_file is None:
        return None
    return Guard(settings.auth, Path(settings.keys_file))


class Guard:
    """Checks the header of requests against the keys in a file.

    A key that is replaced there counts at once, in every process.

    Args:
        mode: one of AUTH_MODES.
        file: the keys.

    """

    def __init__(self, mode: str, file: Path) -> None:
        self._mode = mode
        self._file = file
        self._keys: Keys | None = None
        self._stamp: _Stamp | None = None

    def check(self, headers: Mapping[str, str]) -> Refusal | None:
        """Return why a request may not be served; None when it may.

        Args:
            headers: the request's, by lower-case name.

        """
        keys = self._current_keys()
        if keys is None:
            return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, _NO_KEYS)
        scheme, _, credentials = headers.get("authorization", "").partition(" ")
        credentials = credentials.strip()
        is_key = self._mode == _KEY
        if scheme.lower() != "bearer" or not credentials:
            message = _NO_KEY if is_key else _NO_TOKEN
            return Refusal(HTTPStatus.UNAUTHORIZED, message, _REALM)
        wrong = _check_key(keys, credentials) if is_key else _check_token(keys, credentials)
        return Refusal(HTTPStatus.UNAUTHORIZED, wrong, _INVALID) if wrong else None

    def _current_keys(self) -> Keys | None:
        try:
            found = self._file.stat()
            stamp = found.st_mtime_ns, found.st_size, found.st_ino
            if stamp != self._stamp:
                self._keys = read_keys(self._file)
                self._stamp = stamp
        except (OSError, KeysFileError) as error:
            if self._keys is not None or self._stamp is None:
                # Once, not for every request.
                logger.error("No request is served: %s", error)
            self._keys, self._stamp = None, (0, 0, 0)
        return self._keys


def _check_key(keys: Keys, sent: str) -> str | None:
    data = sent.encode("utf-8", "replace")
    # Both are compared in any case: how long this takes is to tell nothing.
    is_primary = hmac.compare_digest(data, keys.primary.encode())
    is_secondary = hmac.compare_digest(data, keys.secondary.encode())
    return None if is_primary | is_secondary else _WRONG_KEY


def _check_token(keys: Keys, sent: str) -> str | None:
    from azmlinfsrv.server.auth.tokens import expiry

    expires = expiry(keys.token_secret, sent)
    if expires is None:
        return _WRONG_TOKEN
    return _EXPIRED if expires <= time.time() else None

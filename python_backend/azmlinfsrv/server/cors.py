"""Which pages in a browser may read the answers (cross-origin resource sharing)."""

from __future__ import annotations

from collections.abc import Mapping

_METHODS = "GET, POST"
_ANY = "*"


def cors_headers(
    origins: tuple[str, ...], method: str, sent: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return the headers by which an answer allows its caller's page to read it.

    Args:
        origins: the origins that are allowed; ``*`` is any, none switches this off.
        method: of the request; OPTIONS asks beforehand what would be allowed.
        sent: the request's headers by lower-case name.

    """
    if not origins:
        return []
    origin = sent.get("origin")
    allowed = _allowed_origin(origins, origin)
    if allowed is None:
        return []
    headers = [("Access-Control-Allow-Origin", allowed)]
    asked = sent.get("access-control-request-method", "").upper()
    if method == "OPTIONS" and asked in _METHODS.split(", "):
        if wanted := sent.get("access-control-request-headers"):
            headers.append(("Access-Control-Allow-Headers", wanted))
        headers.append(("Access-Control-Allow-Methods", _METHODS))
    if len(origins) > 1 or (origin and _ANY in origins):
        headers.append(("Vary", "Origin"))
    return headers


def _allowed_origin(origins: tuple[str, ...], origin: str | None) -> str | None:
    if not origin:
        # As published: without an Origin the first one is named.
        return _ANY if _ANY in origins else sorted(origins)[0]
    if _ANY in origins or origin.lower() in {allowed.lower() for allowed in origins}:
        return origin
    return None


def without_doubles(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Let a script's own Access-Control headers win over those of the settings."""
    seen: set[str] = set()
    kept = []
    for name, value in headers:
        key = name.lower()
        if key.startswith("access-control-") and key in seen:
            continue
        seen.add(key)
        kept.append((name, value))
    return kept


def is_preflight(origins: tuple[str, ...], method: str, sent: Mapping[str, str]) -> bool:
    """Return whether a browser asks beforehand what would be allowed, and may."""
    return bool(origins) and method == "OPTIONS" and "access-control-request-method" in sent

"""``@rawhttp`` and ``AMLRequest``: ``run()`` gets the HTTP request itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Request as AMLRequest

__all__ = ["AMLRequest", "rawhttp"]

RAW_HTTP_MARK = "__azmlinfsrv_rawhttp__"
"""The attribute by which the loader recognises a decorated function, wrapped or not."""

_Function = TypeVar("_Function", bound=Callable[..., Any])

_uses = 0


def rawhttp(function: _Function) -> _Function:
    """Decorate ``run()`` so that it is called with the request: a ``flask.Request``."""
    global _uses
    _uses += 1
    setattr(function, RAW_HTTP_MARK, True)
    return function


def uses() -> int:
    """Return how often the decorator has been used in this process.

    The published server calls ``run()`` with the request as soon as *any* function was decorated,
    so a decorator above it that hides the mark must not matter.
    """
    return _uses

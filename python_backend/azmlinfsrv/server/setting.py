"""How one setting of the server is declared, and the kinds of values that settings have."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

DEFAULT_PORT = 5001
AUTO_PORT = 0
"""The value of ``--port auto``: 5001 if it is free, otherwise any port that is."""

FRONTS = ("gunicorn", "waitress")
PUBLISHED = "published"
AUTH_MODES = ("key", "token")
GATEWAYS = ("managed", "kubernetes")
MOST_THREADS = 256
LOG_FORMATS = ("text", "json")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


@dataclass(frozen=True)
class Setting:
    """The declaration of one setting.

    Attributes:
        name: of the field of ``Settings``.
        help: one sentence, for ``--help`` and the guide.
        parse: turns text into the value; raises ValueError with what is allowed.
        default: the value when no source names one.
        variable: the environment variable, which is also the key in config.json.
        option: the command-line option, if there is one.
        metavar: stands for the option's value in ``--help``.
        label: how the banner calls it; settings without one are not in the banner.
        shown_default: the default in words, where the value itself says too little.
        is_flag: whether the option stands alone, without a value.
        is_boot: whether a wrong value is found when a worker starts, as published: exit status 3.

    """

    name: str
    help: str
    parse: Callable[[str], object] = str
    default: object = None
    variable: str | None = None
    option: str | None = None
    metavar: str | None = None
    label: str | None = None
    shown_default: str | None = None
    is_flag: bool = False
    is_boot: bool = False


def text_or_none(text: str) -> str | None:
    """Read text; empty text is no value."""
    return text.strip() or None


def whole_number(low: int, high: int | None = None) -> Callable[[str], int]:
    """Return a reader of whole numbers in a range."""
    allowed = f"a whole number from {low} to {high}" if high else f"a whole number from {low} up"

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise ValueError(allowed) from None
        if number < low or (high is not None and number > high):
            raise ValueError(allowed)
        return number

    return parse


def port_or_auto(text: str) -> int:
    """Read a port; ``auto`` is AUTO_PORT."""
    if text == "auto":
        return AUTO_PORT
    try:
        return whole_number(1, 65535)(text)
    except ValueError as error:
        raise ValueError(f"{error}, or auto") from None


def address_and_port(text: str) -> tuple[str, int]:
    """Read ``HOST:PORT``, or ``PORT`` on this machine."""
    host, _, port = text.rpartition(":")
    try:
        return host.strip("[]") or "127.0.0.1", whole_number(1, 65535)(port)
    except ValueError as error:
        raise ValueError(f"{error}, or an address, a colon and that") from None


def one_of(*allowed: str, upper: bool = False) -> Callable[[str], str]:
    """Return a reader of one of some words."""

    def parse(text: str) -> str:
        word = text.upper() if upper else text
        if word not in allowed:
            raise ValueError(" or ".join(filter(None, (", ".join(allowed[:-1]), allowed[-1]))))
        return word

    return parse


def front(text: str) -> str:
    """Read the name of a front that runs on this system."""
    word = one_of(*FRONTS)(text)
    if word == "gunicorn" and sys.platform == "win32":
        raise ValueError("waitress: gunicorn does not run on Windows")
    return word


def exactly_true(text: str) -> bool:
    """Read a switch that, as published, only ``true`` in lower case switches on."""
    return text == "true"


def true_in_any_case(text: str) -> bool:
    """Read a switch that ``true`` in any case switches on and anything else off."""
    return text.lower() == "true"


def comma_separated(text: str) -> tuple[str, ...]:
    """Read a list; blanks around its items and empty items do not count."""
    return tuple(item.strip() for item in text.split(",") if item.strip())

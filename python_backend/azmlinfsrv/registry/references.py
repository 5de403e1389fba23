"""How models are called: ``name``, ``name:version``, ``name@latest``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from azmlinfsrv.registry.errors import ModelNameError

NAME_RULE = (
    "1 to 255 letters, digits, hyphens, underscores and dots, of which the first is a letter or a "
    "digit"
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
_VERSION = re.compile(r"[1-9][0-9]{0,8}")
# As the files of Azure ML's second version write it.
_PREFIX = "azureml:"
_LATEST = "latest"


@dataclass(frozen=True)
class Reference:
    """A model that is asked for; version None is the newest."""

    name: str
    version: int | None


def is_name(text: str) -> bool:
    """Return whether a model can be called so, by the rule of Azure ML."""
    return _NAME.fullmatch(text) is not None


def checked_name(text: str) -> str:
    """Return a model's name.

    Raises:
        ModelNameError: it is none.

    """
    if not is_name(text):
        raise ModelNameError(f"{text!r} is no name for a model. Allowed: {NAME_RULE}.")
    return text


def read_version(text: str) -> int | None:
    """Return a version; None if the text is no whole number from 1."""
    return int(text) if _VERSION.fullmatch(text) else None


def read_reference(text: str) -> Reference:
    """Read ``name``, ``name:version`` or ``name@latest``, each also after ``azureml:``.

    Raises:
        ModelNameError: it is none of these.

    """
    rest = text.removeprefix(_PREFIX)
    name, label_mark, label = rest.partition("@")
    if label_mark:
        if label != _LATEST:
            raise ModelNameError(f"{text!r} names no version. The only label is {name}@{_LATEST}.")
        return Reference(checked_name(name), None)
    name, version_mark, version = rest.partition(":")
    checked_name(name)
    if not version_mark:
        return Reference(name, None)
    number = read_version(version)
    if number is None:
        raise ModelNameError(
            f"{text!r} names no version: {version!r} is no whole number from 1. "
            f"The newest is {name}@{_LATEST}."
        )
    return Reference(name, number)

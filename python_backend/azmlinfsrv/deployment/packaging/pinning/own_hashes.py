"""Hashes that the requirements have already: they say which bytes the user trusts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from packaging.utils import canonicalize_name

from azmlinfsrv.deployment.packaging.errors import PackagingError

_HASH = re.compile(r"\s--hash[=\s](\S+)")
_PINNED = re.compile(r"(?P<name>[\w.-]+)(?:\[[^]]*\])?\s*===?\s*(?P<version>[^\s;,]+)")


def without_hashes(line: str) -> str:
    """Return a line of requirements without its hashes: with one, pip wants all to have some."""
    return _HASH.sub("", line)


def with_own_hashes(lines: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Return pinned lines, with the hashes of the wanted line where that is for the same version.

    Raises:
        PackagingError: no file that an index has for that version has one of these hashes.

    """
    own = _own_hashes(wanted)
    return [_with_own(line, own) for line in lines]


def _with_own(line: str, own: Mapping[str, tuple[str, ...]]) -> str:
    pinned, _, rest = line.partition(" ")
    hashes = own.get(pinned)
    if hashes is None:
        return line
    if not set(hashes) & set(_HASH.findall(f" {rest}")):
        raise PackagingError(
            f"the index has other files for {pinned} than those that the requirements have the "
            "hashes of. Find out why before you ship them."
        )
    return " ".join([pinned, *(f"--hash={each}" for each in hashes)])


def _own_hashes(wanted: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found = {}
    for line in wanted:
        pinned = _PINNED.match(line)
        hashes = tuple(sorted(_HASH.findall(line)))
        if pinned and hashes:
            found[f"{canonicalize_name(pinned['name'])}=={pinned['version']}"] = hashes
    return found

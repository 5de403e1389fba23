"""The keys of a server, in a private file. None of them is ever in a message."""

from __future__ import annotations

import re
import secrets
import sys
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

from azmlinfsrv.debugging.private_folder import read_private, write_private

KeyName = Literal["primary", "secondary"]
_KEY_BYTES = 32
# What can stand in a header, and no blank: where a key ends has to be plain.
_KEY = re.compile(r"[!-~]{8,512}")


class KeysFileError(Exception):
    """The keys cannot be read or written; the message says why and what to do."""


@dataclass(frozen=True)
class Keys:
    """What a request can prove itself with.

    Attributes:
        primary: a key.
        secondary: another one, for the time in which the first is replaced.
        token_secret: what tokens are signed with.

    """

    primary: str = field(repr=False)
    secondary: str = field(repr=False)
    token_secret: str = field(repr=False)


def new_keys(primary: str | None = None, secondary: str | None = None) -> Keys:
    """Return keys that nobody knows, but for those that are given.

    Raises:
        KeysFileError: a key that is given cannot be one.

    """
    for name, key in (("primary", primary), ("secondary", secondary)):
        if key is not None and not _KEY.fullmatch(key):
            raise KeysFileError(
                f"The {name} key cannot be used. Allowed: 8 to 512 letters, digits and signs of "
                "ASCII, without blanks."
            )
    return Keys(primary or _new_key(), secondary or _new_key(), _new_key())


def write_keys(file: Path, keys: Keys) -> None:
    """Write keys for this user alone.

    Raises:
        KeysFileError: the file cannot be written.

    """
    try:
        write_private(file, asdict(keys))
    except OSError as error:
        raise KeysFileError(f"{file} cannot be written: {error.strerror}.") from error


def read_keys(file: Path) -> Keys:
    """Return the keys in a file.

    Raises:
        KeysFileError: there are none, or others can read them.

    """
    try:
        mode = file.stat().st_mode
    except OSError as error:
        raise KeysFileError(f"{file} cannot be read: {error.strerror}.") from error
    if sys.platform != "win32" and mode & 0o077:
        raise KeysFileError(
            f"{file} can be read or written by other users. Make new keys, and keep them with: "
            f"chmod 600 {file}"
        )
    document = read_private(file) or {}
    values = [document.get(name) for name in ("primary", "secondary", "token_secret")]
    if not all(isinstance(value, str) and value for value in values):
        raise KeysFileError(f"{file} holds no keys. Delete it, and new ones are made.")
    return Keys(*map(str, values))


def regenerate(file: Path, name: KeyName) -> Keys:
    """Replace one key; whoever has the other one is not disturbed.

    Raises:
        KeysFileError: the file cannot be read or written.

    """
    keys = replace(read_keys(file), **{name: _new_key()})
    write_keys(file, keys)
    return keys


def revoke_tokens(file: Path) -> Keys:
    """Make every token void.

    Raises:
        KeysFileError: the file cannot be read or written.

    """
    keys = replace(read_keys(file), token_secret=_new_key())
    write_keys(file, keys)
    return keys


def _new_key() -> str:
    return secrets.token_urlsafe(_KEY_BYTES)

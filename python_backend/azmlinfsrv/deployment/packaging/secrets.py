"""What must not get into an image: an image is passed on, and its layers keep what was in them."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

_SECRET_NAMES = (
    *(".env", ".env.*", ".envrc", ".netrc", "_netrc", ".pypirc", ".npmrc", ".git-credentials"),
    *("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "*.pfx", "*.p12", "*.jks", "*.kdbx"),
)
# Certificates that a script trusts have these names, too: the content decides.
_MAY_BE_KEYS = (".pem", ".key", ".crt", ".cer", ".ppk")
_PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY|PuTTY-User-Key-File")
_LARGEST_TEXT = 1 << 20
# Where addresses of package indexes stand. `${TOKEN}` in one is a variable's name, no secret.
_MAY_NAME_INDEXES = (
    *("requirements*.txt", "requirements*.in", "constraints*.txt", "pip.conf", "pip.ini"),
    *("conda*.yml", "conda*.yaml", "environment*.yml", "environment*.yaml", "pyproject.toml"),
)
_PASSWORD_IN_ADDRESS = re.compile(rb"://[^/\s:@]*:[^/\s@$]+@")
_SECRET_VARIABLE = re.compile(
    r"(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PWD|CREDENTIALS?|SAS|CONNECTION_?STRING)$",
    re.IGNORECASE,
)
_SECRET_VALUE = re.compile(
    r"AccountKey=|SharedAccessKey=|SharedAccessSignature|[?&]sig=|PRIVATE KEY|://[^/\s:@]+:[^/\s@]+@"
)


def secret_in_file(path: Path) -> str | None:
    """Return why a file is kept out of an image; None if it may be in it.

    Raises:
        OSError: it cannot be read.

    """
    name = path.name.lower()
    if any(fnmatchcase(name, pattern) for pattern in _SECRET_NAMES):
        return "may hold secrets"
    if path.suffix.lower() in _MAY_BE_KEYS:
        with path.open("rb") as file:
            if _PRIVATE_KEY.search(file.read(_LARGEST_TEXT)):
                return "holds a private key"
    if any(fnmatchcase(name, pattern) for pattern in _MAY_NAME_INDEXES):
        with path.open("rb") as file:
            if _PASSWORD_IN_ADDRESS.search(file.read(_LARGEST_TEXT)):
                return "holds the password of an address"
    return None


def is_secret_variable(name: str, value: str) -> bool:
    """Return whether a variable looks like a secret, by its name or its value."""
    return bool(_SECRET_VARIABLE.search(name) or _SECRET_VALUE.search(value))

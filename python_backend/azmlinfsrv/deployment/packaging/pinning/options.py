"""The options of requirements that the image's pip needs, too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from azmlinfsrv.deployment.packaging.errors import PackagingError

_INDEX = re.compile(r"(?P<option>-i|--index-url|--extra-index-url)(?:\s+|=)(?P<url>\S+)")
_LINKS = re.compile(r"(?:-f|--find-links)(?:\s+|=)?(?P<place>\S+)")
_KEPT = re.compile(r"--(?:pre|prefer-binary|no-binary|only-binary|trusted-host)\b")


@dataclass(frozen=True)
class ImageOptions:
    """Options for the image's requirements file, and what the user should know of them."""

    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def image_options(lines: Iterable[str]) -> ImageOptions:
    """Return those of the options that pip in the image needs; passwords are not among them.

    Raises:
        PackagingError: one names a folder of this machine.

    """
    kept: list[str] = []
    notes: list[str] = []
    for line in lines:
        if found := _INDEX.fullmatch(line):
            url = _without_password(found["url"])
            kept.append(f"{found['option']} {url}")
            if url != found["url"]:
                notes.append(
                    f"The name and the password for {url} are not in the package: write them into "
                    "~/.netrc, which the build is given as a secret."
                )
        elif found := _LINKS.fullmatch(line):
            if "://" not in found["place"]:
                raise PackagingError(
                    f"{line} names a folder of this machine, which the image does not have. Name "
                    "the wheels themselves, and they are shipped."
                )
            kept.append(line)
        elif _KEPT.match(line):
            kept.append(line)
    return ImageOptions(tuple(dict.fromkeys(kept)), tuple(notes))


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))

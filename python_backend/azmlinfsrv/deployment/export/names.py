"""The names of what is written, by the rules of where it goes."""

from __future__ import annotations

import re

from azmlinfsrv.deployment.export.errors import ExportError
from azmlinfsrv.deployment.formats.names import NAME

_SHORTEST = 3
_LONGEST = 32
_DNS_LONGEST = 63
_DNS = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def checked_name(option: str, name: str) -> str:
    """Return a name of an endpoint or a deployment.

    Raises:
        ExportError: it cannot be one.

    """
    if not re.fullmatch(NAME.pattern, name):
        raise ExportError(
            f"{option}: {name!r} cannot be used; it takes {NAME.words}. {_near(name)} would be one."
        )
    return name


def endpoint_name(given: str | None, from_plan: str) -> tuple[str, tuple[str, ...]]:
    """Return the endpoint's name, and sentences on how it has come about.

    Raises:
        ExportError: the name that was given cannot be one.

    """
    if given is not None:
        return checked_name("--endpoint_name", given), ()
    if re.fullmatch(NAME.pattern, from_plan):
        return from_plan, ()
    made = _near(from_plan)
    return made, (
        f"The endpoint is called {made}: {from_plan!r} cannot be the name of one. Another: "
        "--endpoint_name NAME.",
    )


def _near(name: str) -> str:
    text = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")
    if len(text) < _SHORTEST:
        # A folder may be called `ws`, or have letters of another script only.
        text = f"{text}-endpoint".lstrip("-")
    text = text if text[:1].isalpha() else f"e-{text}"
    return text[:_LONGEST].rstrip("-")


def dns_label(option: str, name: str) -> str:
    """Return a name of something in Kubernetes.

    Raises:
        ExportError: it cannot be one.

    """
    if not _DNS.fullmatch(name):
        near = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_DNS_LONGEST].rstrip("-")
        advice = f" {near} would be one." if near else ""
        raise ExportError(
            f"{option}: {name!r} cannot be used; it takes up to {_DNS_LONGEST} small letters, "
            f"digits and hyphens, no hyphen first or last.{advice}"
        )
    return name

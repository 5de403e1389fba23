"""How an endpoint and a deployment may be called."""

from __future__ import annotations

from azmlinfsrv.deployment.formats.values import Text

NAME = Text(
    r"(?=.{3,32}$)[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?",
    words="a name of 3 to 32 letters, digits and hyphens, a letter first and no hyphen last",
)

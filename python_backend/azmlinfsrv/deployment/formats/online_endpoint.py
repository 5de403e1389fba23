"""The YAML of an online endpoint, managed or Kubernetes (the second version of Azure ML)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.deployment.formats.containers import Anything, Either, ListOf, MapOf
from azmlinfsrv.deployment.formats.keys import Keys, describes, noted, read_keys, taken
from azmlinfsrv.deployment.formats.kinds import refuse_other_file
from azmlinfsrv.deployment.formats.names import NAME
from azmlinfsrv.deployment.formats.problems import Place, Report
from azmlinfsrv.deployment.formats.section import Section
from azmlinfsrv.deployment.formats.values import Choice, Text, Whole
from azmlinfsrv.deployment.formats.yaml_document import read_yaml
from azmlinfsrv.deployment.plan import AuthMode

MAX_MIRRORED = 50
_ALL = 100
_AUTH: dict[str, AuthMode] = {"key": "key", "aml_token": "token", "aad_token": "token"}
_AT_GATEWAY = "a service answers whatever it is sent; `azmlinfsrv gateway` shares out requests."

ENDPOINT = Keys(
    "an online endpoint",
    {
        "$schema": describes(Text()),
        "name": taken(NAME, required=True),
        "description": describes(Text()),
        "tags": describes(Anything()),
        "properties": describes(Anything()),
        "auth_mode": taken(Choice(tuple(_AUTH))),
        "compute": noted(Text(), "the cluster is not used; the service runs on this machine."),
        "identity": noted(
            Keys(
                "an identity",
                {
                    "type": noted(Choice(("system_assigned", "user_assigned"))),
                    "user_assigned_identities": noted(ListOf(Either(Text(), Anything()))),
                },
            ),
            "there are no managed identities here; the script runs as you.",
        ),
        "traffic": noted(
            MapOf(Whole(0, _ALL)),
            f"{_AT_GATEWAY} Azure takes it once the deployments are there, not at creation.",
        ),
        "mirror_traffic": noted(MapOf(Whole(0, MAX_MIRRORED)), _AT_GATEWAY),
        "public_network_access": noted(
            Choice(("enabled", "disabled")), "a service listens on this machine only."
        ),
    },
    elsewhere={
        **dict.fromkeys(
            ("model", "code_configuration", "environment", "instance_type", "instance_count"),
            "It belongs in the deployment file.",
        ),
        "deployments": "Each deployment has a file of its own, which goes with --file.",
        **dict.fromkeys(
            ("id", "provisioning_state", "scoring_uri", "openapi_uri", "location", "resourceGroup"),
            "Azure writes it into what it shows, and reads it from no file. Remove it.",
        ),
    },
)


@dataclass(frozen=True)
class Endpoint:
    """What of an endpoint matters on this machine."""

    section: Section
    name: str | None
    auth: AuthMode

    @property
    def is_kubernetes(self) -> bool:
        """Whether it is one of Kubernetes."""
        return self.section.has("compute")

    @property
    def traffic(self) -> dict[str, int]:
        """Per cent of the requests by deployment."""
        return _shares(self.section, "traffic")

    @property
    def mirrored(self) -> dict[str, int]:
        """The deployment that gets copies, if one does, and per cent."""
        return _shares(self.section, "mirror_traffic")


def read_endpoint(file: Path, report: Report) -> Endpoint | None:
    """Return what an endpoint file says; its mistakes are told to the report.

    Raises:
        DeploymentFileError: the file cannot be read at all.

    """
    root = read_yaml(file, "endpoint file")
    refuse_other_file(root, "endpoint")
    section = read_keys(ENDPOINT, root, report)
    if section is None:
        return None
    _check_traffic(section, report)
    _check_identity(section, report)
    auth = _AUTH[section.get("auth_mode", str) or "key"]
    return Endpoint(section, section.get("name", str), auth)


def _check_traffic(section: Section, report: Report) -> None:
    check_shares(
        _shares(section, "traffic"), _shares(section, "mirror_traffic"), section.at, report
    )
    if section.has("compute") and section.has("mirror_traffic"):
        report.problem(
            section.at("mirror_traffic"),
            "An endpoint with `compute` runs on Kubernetes, where requests are not mirrored. "
            "Remove it.",
        )


def check_shares(
    shares: Mapping[str, int],
    mirrored: Mapping[str, int],
    place_of: Callable[[str], Place],
    report: Report,
) -> None:
    """Tell what in shares of an endpoint's requests cannot be meant.

    Args:
        shares: per cent by deployment.
        mirrored: likewise, of copies.
        place_of: tells where a key stands.
        report: is told.

    """
    for key, names in (("traffic", shares), ("mirror_traffic", mirrored)):
        for name in names:
            if not re.fullmatch(NAME.pattern, name):
                report.problem(
                    place_of(f"{key}.{name}"),
                    f"`{key}` names {name[:40]!r}, which no deployment can be called. It takes "
                    f"{NAME.words}.",
                )
    total = sum(shares.values())
    if total not in (0, _ALL):
        report.problem(
            place_of("traffic"),
            f"The shares of `traffic` sum up to {total}; they have to sum up to 100, or all be 0.",
        )
    if len(mirrored) > 1:
        report.problem(
            place_of("mirror_traffic"),
            f"`mirror_traffic` names {len(mirrored)} deployments; it takes one.",
        )
    for name, share in mirrored.items():
        if share and shares.get(name):
            report.problem(
                place_of(f"mirror_traffic.{name}"),
                f"`{name}` has a share of `traffic` already; what is mirrored goes to another.",
            )


def _shares(section: Section, key: str) -> dict[str, int]:
    found = section.get(key, Section)
    values = found.values if found is not None else {}
    return {name: share for name, share in values.items() if isinstance(share, int)}


def _check_identity(section: Section, report: Report) -> None:
    identity = section.get("identity", Section)
    if identity is None:
        return
    kind = identity.get("type", str)
    has_list = identity.has("user_assigned_identities")
    if kind == "user_assigned" and not has_list:
        report.problem(
            identity.at("type"),
            "`identity.type` is user_assigned, and `user_assigned_identities` does not name one.",
        )
    if kind == "system_assigned" and has_list:
        report.problem(
            identity.at("user_assigned_identities"),
            "`identity.type` is system_assigned, which takes no `user_assigned_identities`.",
        )

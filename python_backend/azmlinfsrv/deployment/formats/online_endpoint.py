"""The YAML of an online endpoint, managed or Kubernetes (the second version of Azure ML)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.deployment.formats.containers import Anything, ListOf, MapOf
from azmlinfsrv.deployment.formats.keys import Keys, Section, describes, noted, read_keys, taken
from azmlinfsrv.deployment.formats.problems import Report
from azmlinfsrv.deployment.formats.values import Choice, Text, Whole
from azmlinfsrv.deployment.formats.yaml_document import read_yaml
from azmlinfsrv.deployment.plan import AuthMode

MAX_MIRRORED = 50
_ENDPOINT_NAME = Text(
    r"(?=.{3,32}$)[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?",
    "a name has 3 to 32 letters, digits and hyphens, begins with a letter and ends with no hyphen",
)
_AUTH: dict[str, AuthMode] = {"key": "key", "aml_token": "token", "aad_token": "token"}
_ONE_SERVICE = "one deployment answers here, all requests go to it."

ENDPOINT = Keys(
    "an online endpoint",
    {
        "$schema": describes(Text()),
        "name": taken(_ENDPOINT_NAME, required=True),
        "description": describes(Text()),
        "tags": describes(Anything()),
        "properties": describes(Anything()),
        "auth_mode": taken(Choice(tuple(_AUTH))),
        "compute": noted(Text(), "the cluster of a Kubernetes endpoint is not used here."),
        "identity": noted(
            Keys(
                "an identity",
                {
                    "type": taken(Choice(("system_assigned", "user_assigned"))),
                    "user_assigned_identities": taken(ListOf(Anything())),
                },
            ),
            "there are no managed identities here; the script runs as you.",
        ),
        "traffic": noted(MapOf(Whole(0, 100)), _ONE_SERVICE),
        "mirror_traffic": noted(MapOf(Whole(0, MAX_MIRRORED)), _ONE_SERVICE),
        "public_network_access": noted(
            Choice(("enabled", "disabled")), "a service listens on this machine only."
        ),
    },
    elsewhere=dict.fromkeys(
        ("model", "code_configuration", "environment", "instance_type", "instance_count"),
        "It belongs in the deployment file.",
    ),
)


@dataclass(frozen=True)
class Endpoint:
    """What of an endpoint matters on this machine."""

    section: Section
    name: str | None
    auth: AuthMode


def read_endpoint(file: Path, report: Report) -> Endpoint | None:
    """Return what an endpoint file says; its mistakes are told to the report."""
    section = read_keys(ENDPOINT, read_yaml(file, "endpoint file"), report)
    if section is None:
        return None
    _check_traffic(section, report)
    return Endpoint(
        section, section.get("name", str), _AUTH[section.get("auth_mode", str) or "key"]
    )


def _check_traffic(section: Section, report: Report) -> None:
    shares = section.get("traffic", dict) or {}
    total = sum(shares.values())
    if total not in (0, 100):
        report.problem(
            section.at("traffic"),
            f"The shares of `traffic` sum up to {total}; it has to be 0 or 100.",
        )
    mirrored = section.get("mirror_traffic", dict) or {}
    if len(mirrored) > 1:
        report.problem(
            section.at("mirror_traffic"),
            f"`mirror_traffic` names {len(mirrored)} deployments; it takes one.",
        )
    for name in mirrored:
        if shares.get(name):
            report.problem(
                section.at("mirror_traffic"),
                f"`{name}` has a share of `traffic` already; mirrored requests go to another.",
            )

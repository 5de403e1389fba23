"""The ``az ml`` lines that make an endpoint of the written files, and the README around them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from azmlinfsrv.deployment.export.described import Unconverted
from azmlinfsrv.deployment.packaging.written_folder import Kind as FolderKind

MARK = "<!-- Written by `azmlinfsrv export azure-ml`. -->"
README = "README.md"
FOLDER = FolderKind("export", README, MARK)


@dataclass(frozen=True)
class Handover:
    """What the commands and the README tell.

    Attributes:
        endpoint: the endpoint's name.
        deployment: the deployment's name.
        files: the YAML files, with what each is.
        secrets: variables that are not in deployment.yml.
        registered: name, version and path of the model to register first; None if there is none.
        request: a sample request; None if there is none.
        traffic: what was the endpoint's traffic.
        mirrored: what was its mirror_traffic.
        has_moving_image: whether the environment's image is ``:latest``.
        unconverted: keys without a counterpart.
        notes: what the user should know, in sentences.

    """

    endpoint: str
    deployment: str
    files: Mapping[str, str]
    secrets: Sequence[str] = ()
    registered: tuple[str, str, str] | None = None
    request: str | None = None
    traffic: Mapping[str, int] = field(default_factory=dict)
    mirrored: Mapping[str, int] = field(default_factory=dict)
    has_moving_image: bool = False
    unconverted: Sequence[Unconverted] = ()
    notes: Sequence[str] = ()


def azure_commands(handover: Handover, *, powershell: bool = False) -> list[str]:
    """Return the commands, from within the folder.

    What comes from files and names of files is in none of them as a shell could run it: such paths
    are quoted, all names have been checked.
    """
    commands = []
    if handover.registered is not None:
        name, version, path = handover.registered
        commands.append(
            f"az ml model create --name {name} --version {version} --type custom_model "
            f"--path {shlex.quote(path)}"
        )
    commands.append("az ml online-endpoint create --file endpoint.yml")
    variable = '"$env:{0}"' if powershell else '"${0}"'
    secrets = "".join(
        f" --set environment_variables.{name}={variable.format(name)}" for name in handover.secrets
    )
    everything = "" if handover.traffic else " --all-traffic"
    commands.append(f"az ml online-deployment create --file deployment.yml{everything}{secrets}")
    endpoint = f"--name {handover.endpoint}"
    for option, shares in (("traffic", handover.traffic), ("mirror-traffic", handover.mirrored)):
        if shares:
            told = " ".join(f"{name}={share}" for name, share in shares.items())
            commands.append(f'az ml online-endpoint update {endpoint} --{option} "{told}"')
    if handover.request is not None:
        request = shlex.quote(handover.request)
        commands.append(f"az ml online-endpoint invoke {endpoint} --request-file {request}")
    commands.append(
        f"az ml online-deployment get-logs --name {handover.deployment} "
        f"--endpoint-name {handover.endpoint}"
    )
    return commands


def azure_readme(handover: Handover) -> str:
    """Return the text of the README, in Markdown."""
    return "\n".join([*_use(handover), *_content(handover), *_lists(handover), ""])


def _use(handover: Handover) -> Iterator[str]:
    yield MARK
    yield f"# {handover.endpoint}"
    yield ""
    yield "In this folder, with the Azure CLI and its extension (`az extension add --name ml`):"
    yield ""
    yield "```sh"
    yield "az login"
    yield "az configure --defaults group=RESOURCE_GROUP workspace=WORKSPACE"
    yield from azure_commands(handover)
    yield "```"
    yield ""
    if handover.secrets:
        names = ", ".join(f"`{name}`" for name in handover.secrets)
        (line,) = (
            each
            for each in azure_commands(handover, powershell=True)
            if each.startswith("az ml online-deployment create")
        )
        yield (
            f"{names} may be a secret and is not in deployment.yml: `--set` takes it from a "
            "variable of your shell. In PowerShell:"
        )
        yield ""
        yield "```powershell"
        yield line
        yield "```"
        yield ""
    yield (
        "Once the deployment is there, `az ml online-deployment update --file deployment.yml` "
        f"changes it. `az ml online-endpoint delete --name {handover.endpoint} --yes` ends it all, "
        "and its costs."
    )
    yield ""
    yield "The same files run on this machine:"
    yield ""
    yield "```sh"
    yield "azmlinfsrv deploy --file deployment.yml --endpoint endpoint.yml"
    yield "```"
    yield ""


def _content(handover: Handover) -> Iterator[str]:
    yield "| | |"
    yield "|---|---|"
    for name, what in handover.files.items():
        yield f"| `{name}` | {what} |"
    yield ""


def _lists(handover: Handover) -> Iterator[str]:
    if handover.unconverted:
        yield "## Without a counterpart in the second version"
        yield ""
        yield from (f"- {each}" for each in handover.unconverted)
        yield ""
    yield "## Good to know"
    yield ""
    yield from (f"- {note}" for note in handover.notes)
    if handover.has_moving_image:
        yield (
            "- Azure mends and renews what `:latest` of an image stands for. For the same image "
            "every time, name a version in deployment.yml."
        )
    yield "- The comments in deployment.yml say where its numbers come from."

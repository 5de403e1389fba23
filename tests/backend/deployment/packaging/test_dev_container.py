"""devcontainer.json has the properties that its reference documents, each of its type.

The schema itself is in no package registry; what follows is written after the reference at
containers.dev, for a container that is built from a Dockerfile and opened in VS Code.
"""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from .conftest import PUBLISHED_IMAGE, PackageCommand

TEXT, FLAG = {"type": "string", "minLength": 1}, {"type": "boolean"}
TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
PORT = {"type": "integer", "minimum": 1, "maximum": 65535}
ENDS = {"enum": ["none", "stopContainer"]}
FORWARDS = ["notify", "openBrowser", "openBrowserOnce", "openPreview", "silent", "ignore"]


def closed(required: list[str], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


PORT_ATTRIBUTES = closed(
    [],
    label=TEXT,
    protocol={"enum": ["http", "https"]},
    onAutoForward={"enum": FORWARDS},
    requireLocalPort=FLAG,
    elevateIfNeeded=FLAG,
)
DOCUMENTED = closed(
    ["build"],
    name=TEXT,
    build=closed(["dockerfile"], dockerfile=TEXT, context=TEXT, args=TEXTS, target=TEXT),
    containerEnv=TEXTS,
    remoteEnv=TEXTS,
    containerUser=TEXT,
    remoteUser=TEXT,
    updateRemoteUserUID=FLAG,
    overrideCommand=FLAG,
    shutdownAction=ENDS,
    mounts={"type": "array", "items": TEXT},
    runArgs={"type": "array", "items": TEXT},
    workspaceMount=TEXT,
    workspaceFolder=TEXT,
    forwardPorts={"type": "array", "items": PORT},
    portsAttributes={
        "type": "object",
        "patternProperties": {r"^\d+$": PORT_ATTRIBUTES},
        "additionalProperties": False,
    },
    customizations=closed(
        ["vscode"],
        vscode=closed(
            [],
            extensions={"type": "array", "items": {"pattern": r"^[\w-]+\.[\w-]+$", **TEXT}},
            settings={"type": "object"},
        ),
    ),
)
DOCUMENTED["dependentRequired"] = {
    "workspaceMount": ["workspaceFolder"],
    "workspaceFolder": ["workspaceMount"],
}
VARIABLE = re.compile(r"\$\{([^}]*)\}")
KNOWN_VARIABLES = r"(local|container)(Env:\w+(:.*)?|WorkspaceFolder(Basename)?)|devcontainerId"


def container_of(package: Path) -> Any:
    return json.loads((package / ".devcontainer" / "devcontainer.json").read_text())


@pytest.mark.parametrize("words", [[], ["-m", "model.pkl"]])
def test_every_property_is_documented_and_of_its_type(
    project: Path, run_package: PackageCommand, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.parent)
    (project.parent / "model.pkl").write_text("weights")
    outcome = run_package("--dev_container", "--base_image", PUBLISHED_IMAGE, *words)
    assert outcome.status == 0, outcome.err
    container = container_of(project.parent / "package")
    jsonschema.Draft202012Validator(DOCUMENTED).validate(container)
    texts = [*container["containerEnv"].values(), container["build"]["context"]]
    for text in texts:
        for variable in VARIABLE.findall(text):
            assert re.fullmatch(KNOWN_VARIABLES, variable), variable
    # Variables that another property sets would be set twice, and one would win.
    assert "remoteEnv" not in container


@pytest.mark.parametrize(
    "change",
    [
        {"forwardPort": [5001]},
        {"forwardPorts": ["5001:x"]},
        {"containerEnv": {"WORKER_COUNT": 1}},
        {"build": {"dockerFile": "Dockerfile"}},
        {"workspaceFolder": "/here"},
        {"portsAttributes": {"5001": {"onAutoForward": "always"}}},
        {"customizations": {"vscode": {"extensions": ["no publisher"]}}},
    ],
)
def test_a_property_that_is_wrong_would_be_found(
    project: Path, run_package: PackageCommand, change: dict[str, Any]
) -> None:
    assert run_package("--dev_container", "--base_image", PUBLISHED_IMAGE).status == 0
    container = container_of(project.parent / "package")
    validator = jsonschema.Draft202012Validator(DOCUMENTED)
    assert validator.is_valid(container)
    assert not validator.is_valid({**copy.deepcopy(container), **change})

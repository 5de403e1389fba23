"""What the files say of a deployment is shown with its service."""

from __future__ import annotations

import json
from pathlib import Path

from ...conftest import ECHO, WriteScript
from .command import azmlinfsrv, write_v1, write_v2


def test_what_the_files_say_of_a_deployment_is_shown(
    write_script: WriteScript, tmp_path: Path
) -> None:
    write_script(ECHO)
    files = write_v2(tmp_path, auth_mode="key")
    with (tmp_path / "deployment.yml").open("a") as file:
        file.write("description: the blue one\ntags: {area: health, run: 1.10}\n")
        file.write("properties:\n  none:\n  owner: me\n")
    with (tmp_path / "endpoint.yml").open("a") as file:
        file.write("description: both\ntags: {area: any, kept: true}\n")
    deployed = azmlinfsrv("deploy", *files, "--json", folder=tmp_path).json
    assert deployed["description"] == "the blue one"
    assert deployed["tags"] == {"area": "health", "kept": "true", "run": "1.10"}
    assert deployed["properties"] == {"owner": "me"}
    shown = azmlinfsrv("services", "show", deployed["name"]).out
    for line in ("description   the blue one", "tags          run=1.10", "properties    owner=me"):
        assert f"{line}\n" in shown
    (tmp_path / "endpoint.yml").unlink()
    azmlinfsrv("services", "update", deployed["name"], "--file", "deployment.yml", folder=tmp_path)
    assert "kept=true" not in azmlinfsrv("services", "show", deployed["name"]).out
    options = write_v1(tmp_path)
    config = json.loads((tmp_path / "inferenceconfig.json").read_text())
    (tmp_path / "inferenceconfig.json").write_text(json.dumps({**config, "description": "old"}))
    assert (
        azmlinfsrv("deploy", *options, "-n", "v1", "--json", folder=tmp_path).json["description"]
        == "old"
    )

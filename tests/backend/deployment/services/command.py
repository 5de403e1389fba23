"""The command, as a shell runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Done:
    """A command that has ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def azmlinfsrv(*words: str, folder: Path | None = None, given: str = "") -> Done:
    """Run ``azmlinfsrv``; AZMLINFSRV_HOME is the test's own."""
    done = subprocess.run(
        [sys.executable, "-m", "azmlinfsrv", *words],
        cwd=folder,
        env=os.environ,
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def write_v1(folder: Path, **environment: str) -> list[str]:
    """Write the two files of version 1 beside ``score.py``; returns the options that name them."""
    config = {"entryScript": "score.py", "environment": {"environmentVariables": environment}}
    (folder / "inferenceconfig.json").write_text(json.dumps(config))
    (folder / "deploymentconfig.json").write_text('{"computeType": "local"}')
    return ["--ic", "inferenceconfig.json", "--dc", "deploymentconfig.json"]


def write_v2(folder: Path, auth_mode: str = "key") -> list[str]:
    """Write a deployment and its endpoint beside ``score.py``; returns the options."""
    (folder / "deployment.yml").write_text(
        "name: blue\n"
        "endpoint_name: my-endpoint\n"
        "code_configuration:\n  code: .\n  scoring_script: score.py\n"
        "environment: azureml:env@latest\n"
        "instance_type: Standard_DS3_v2\ninstance_count: 1\n"
        "liveness_probe:\n  period: 1\n"
    )
    (folder / "endpoint.yml").write_text(f"name: my-endpoint\nauth_mode: {auth_mode}\n")
    return ["--file", "deployment.yml", "--endpoint", "endpoint.yml"]

"""A package that VS Code opens in its own container, with F5 ready."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from azmlinfsrv.deployment.packaging.dockerfile import PORT, ImageContent
from azmlinfsrv.deployment.packaging.models import MODELS_FOLDER

_EXTENSION = "azmlinfsrv.azmlinfsrv"


def dev_container_files(
    name: str, script: str, model_folder: str | None, image: ImageContent
) -> Mapping[str, str]:
    """Return the files that VS Code reads, by their names in the package.

    Args:
        name: what the window is called.
        script: the entry script below ``azureml-app``, with slashes.
        model_folder: the models' folder below ``azureml-models``, "" for that itself; None without
            models.
        image: what the Dockerfile puts into the image.

    """
    environment = dict(image.environment)
    # The files of the open folder, not those that the image was built with.
    environment["AML_APP_ROOT"] = "${containerWorkspaceFolder}/azureml-app"
    models = None
    if model_folder is not None:
        models = f"{MODELS_FOLDER}/{model_folder}".rstrip("/")
        environment["AZUREML_MODEL_DIR"] = f"${{containerWorkspaceFolder}}/{models}"
    container: dict[str, Any] = {
        "name": name,
        "build": {"dockerfile": "../Dockerfile", "context": ".."},
        "containerEnv": environment,
        "forwardPorts": [PORT],
        "portsAttributes": {str(PORT): {"label": "Azure ML inference server"}},
        "remoteUser": image.user,
        "customizations": {"vscode": {"extensions": [_EXTENSION]}},
    }
    launch: dict[str, Any] = {
        "type": "azmlinfsrv",
        "request": "launch",
        "name": f"Azure ML: {script}",
        "entryScript": f"${{workspaceFolder}}/azureml-app/{script}",
        **({"modelDir": f"${{workspaceFolder}}/{models}"} if models else {}),
        "cwd": "${workspaceFolder}/azureml-app",
        "port": PORT,
    }
    return {
        ".devcontainer/devcontainer.json": _json(container),
        ".vscode/launch.json": _json({"version": "0.2.0", "configurations": [launch]}),
    }


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"

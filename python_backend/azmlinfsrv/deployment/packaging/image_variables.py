"""The variables of an image: those of the published images, and the deployment's own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from azmlinfsrv.deployment.packaging.dockerfile import APP_ROOT
from azmlinfsrv.deployment.packaging.errors import PackagingError
from azmlinfsrv.deployment.packaging.models import MODELS_FOLDER
from azmlinfsrv.deployment.packaging.secrets import is_secret_variable
from azmlinfsrv.deployment.plan import DeploymentPlan

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class ImageVariables:
    """Variables of an image.

    Attributes:
        values: what is written into it.
        secrets: names of the deployment's that are not, since they may be secrets.
        replaced: names of the deployment's whose values only hold on this machine.

    """

    values: Mapping[str, str]
    secrets: tuple[str, ...]
    replaced: tuple[str, ...]


def image_variables(
    plan: DeploymentPlan, script: str, model_folders: Sequence[str]
) -> ImageVariables:
    """Return the variables of an image.

    Args:
        plan: the deployment.
        script: the entry script below the source folder, with slashes.
        model_folders: ``NAME/VERSION`` of each model.

    Raises:
        PackagingError: a variable has a name that Docker does not take.

    """
    own = {"AML_APP_ROOT": APP_ROOT, "AZUREML_ENTRY_SCRIPT": script}
    if model_folders:
        folder = f"/{model_folders[0]}" if len(model_folders) == 1 else ""
        own["AZUREML_MODEL_DIR"] = f"{APP_ROOT}/{MODELS_FOLDER}{folder}"
    limits = {"WORKER_COUNT": str(plan.worker_count)}
    if plan.scoring_timeout_ms is not None:
        limits["SCORING_TIMEOUT_MS"] = str(plan.scoring_timeout_ms)
    given = dict(sorted(plan.environment.items()))
    for name in given:
        if not _NAME.fullmatch(name):
            raise PackagingError(
                f"the deployment sets {name!r}, which is no name of a variable: letters, digits "
                "and '_' make one."
            )
    secrets = tuple(name for name, value in given.items() if is_secret_variable(name, value))
    replaced = tuple(name for name in given if name in own)
    shown = {name: value for name, value in given.items() if name not in secrets}
    return ImageVariables({**limits, **shown, **own}, secrets, replaced)

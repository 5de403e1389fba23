"""``inferenceconfig.json``: script and environment (the first version of Azure ML)."""

from __future__ import annotations

from azmlinfsrv.deployment.formats.conda import CONDA
from azmlinfsrv.deployment.formats.containers import Anything, ListOf, Variables
from azmlinfsrv.deployment.formats.keys import Key, Keys, Section, describes, noted, taken
from azmlinfsrv.deployment.formats.problems import Report
from azmlinfsrv.deployment.formats.values import Choice, Flag, Text, Value

_NO_CONTAINER = "no container is made here; the script runs in your Python."
_NO_ENGINE = "it has no part in a deployment."

LEGACY = {
    "runtime": taken(Choice(("python", "spark-py"))),
    "condaFile": taken(Text()),
    "extraDockerfileSteps": noted(Text(), _NO_CONTAINER),
    "extraDockerFileSteps": noted(Text(), _NO_CONTAINER),
    "enableGpu": noted(Flag(), _NO_CONTAINER),
    "baseImage": noted(Text(), _NO_CONTAINER),
    "baseImageRegistry": noted(Anything(), _NO_CONTAINER),
    "cudaVersion": noted(Choice(("9.0", "9.1", "10.0")), _NO_CONTAINER),
    "description": describes(Text()),
}


def _all(use: str, **keys: Value) -> dict[str, Key]:
    return {name: noted(value, use) for name, value in keys.items()}


_PYTHON = Keys(
    "python of an environment",
    {
        "userManagedDependencies": taken(Flag()),
        "interpreterPath": noted(Text(), "the script runs in the interpreter that you choose."),
        "condaDependenciesFile": taken(Text()),
        "condaDependencies": taken(CONDA),
        "baseCondaEnvironment": noted(Text(), _NO_CONTAINER),
    },
)
_REGISTRY = Keys(
    "a registry",
    {"address": taken(Text()), "username": taken(Text()), "password": taken(Text())},
)
_DOCKER = Keys(
    "docker of an environment",
    _all(
        "",
        enabled=Flag(),
        baseImage=Text(),
        baseDockerfile=Text(),
        sharedVolumes=Flag(),
        shmSize=Text(),
        arguments=ListOf(Text()),
        baseImageRegistry=_REGISTRY,
    ),
)
_SPARK = Keys(
    "spark of an environment",
    _all("", repositories=ListOf(Text()), packages=ListOf(Anything()), precachePackages=Flag()),
)
_DATABRICKS = Keys(
    "databricks of an environment",
    _all(
        "",
        mavenLibraries=ListOf(Anything()),
        pypiLibraries=ListOf(Anything()),
        rcranLibraries=ListOf(Anything()),
        jarLibraries=ListOf(Anything()),
        eggLibraries=ListOf(Anything()),
    ),
)
ENVIRONMENT = Keys(
    "an environment",
    {
        "name": describes(
            Text(
                r"(?i)(?!microsoft|azureml).*",
                'names that begin with "Microsoft" or "AzureML" are kept for Azure ML\'s own',
            )
        ),
        "version": describes(Text(numbers=True)),
        "environmentVariables": taken(Variables()),
        "inferencingStackVersion": noted(Text(), "this server answers."),
        "python": taken(_PYTHON),
        "docker": noted(_DOCKER, _NO_CONTAINER),
        "spark": noted(_SPARK, _NO_ENGINE),
        "databricks": noted(_DATABRICKS, _NO_ENGINE),
    },
)
INFERENCE_CONFIG = Keys(
    "an inference configuration",
    {
        "entryScript": taken(Text(), required=True),
        "sourceDirectory": taken(Text()),
        "environment": taken(ENVIRONMENT),
        **LEGACY,
    },
    elsewhere=dict.fromkeys(("computeType", "port"), "It belongs in the deployment configuration."),
)


def note_legacy(section: Section, report: Report) -> None:
    """Tell that keys of 2019 are there, and whether they still count."""
    legacy = [name for name in LEGACY if section.has(name) and name != "description"]
    if not legacy:
        return
    names = ", ".join(f"`{name}`" for name in legacy)
    if section.has("environment"):
        report.note(
            section.at(legacy[0]),
            f"{names}: from before there were environments, and not read beside `environment`.",
        )
    else:
        report.note(
            section.at(legacy[0]),
            f"{names}: from before there were environments. They are understood; "
            "`environment` has taken their place.",
        )

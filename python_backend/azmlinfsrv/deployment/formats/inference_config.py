"""``inferenceconfig.json``: script and environment (the first version of Azure ML)."""

from __future__ import annotations

from azmlinfsrv.deployment.formats.conda import CONDA
from azmlinfsrv.deployment.formats.containers import Anything, Either, ListOf, Variables
from azmlinfsrv.deployment.formats.keys import Key, Keys, describes, noted, taken
from azmlinfsrv.deployment.formats.problems import Report
from azmlinfsrv.deployment.formats.section import Section
from azmlinfsrv.deployment.formats.values import Choice, Flag, Text, Value

_NO_CONTAINER = "no container is made here; the script runs in your Python."
_NO_ENGINE = "it has no part in a deployment."

_REGISTRY = Keys(
    "a registry",
    {"address": noted(Text()), "username": noted(Text()), "password": noted(Text(secret=True))},
)
LEGACY = {
    "runtime": noted(Choice(("python", "spark-py"))),
    "condaFile": taken(Text()),
    "extraDockerfileSteps": noted(Text()),
    "extraDockerFileSteps": noted(Text()),
    "enableGpu": noted(Flag()),
    "baseImage": noted(Text()),
    "baseImageRegistry": noted(Either(Text(), _REGISTRY)),
    "cudaVersion": noted(Choice(("9.0", "9.1", "10.0"))),
    "description": describes(Text()),
}


def _all(**keys: Value) -> dict[str, Key]:
    return {name: noted(value) for name, value in keys.items()}


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
_DOCKER = Keys(
    "docker of an environment",
    _all(
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
    _all(repositories=ListOf(Text()), packages=ListOf(Anything()), precachePackages=Flag()),
)
_DATABRICKS = Keys(
    "databricks of an environment",
    _all(
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
                words='a name that does not begin with "Microsoft" or "AzureML"',
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
    """Tell that keys of 2019 are there, and which of them still count."""
    legacy = [name for name in LEGACY if section.has(name) and name != "description"]
    if not legacy:
        return
    names = ", ".join(f"`{name}`" for name in legacy)
    if section.has("environment"):
        says = "not read beside `environment`, which has taken their place."
    elif section.has("condaFile"):
        says = "`condaFile` is read, the others have no effect here. `environment` is today's way."
    else:
        says = f"{_NO_CONTAINER} `environment` is today's way."
    report.note(section.at(legacy[0]), f"{names}: keys of 2019; {says}")


def check_environment(section: Section, report: Report) -> None:
    """Tell what in an environment cannot be meant together."""
    docker = section.get("environment.docker", Section)
    if docker is not None and docker.has("baseImage") and docker.has("baseDockerfile"):
        report.problem(
            docker.at("baseDockerfile"),
            "An environment has a `baseImage` or a `baseDockerfile`, not both. Remove one.",
        )

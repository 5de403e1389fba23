"""inferenceconfig.json and deploymentconfig.json become a plan, or say everything that is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from azmlinfsrv.deployment.plan import Dependencies, DeploymentPlan

from .project import INFERENCE, Project, having

AKS: dict[str, Any] = {"computeType": "aks"}
ACI: dict[str, Any] = {"computeType": "aci"}


def test_whole_files_are_taken_over(project: Project) -> None:
    environment: dict[str, Any] = {
        "name": "my-env",
        "version": "1",
        "environmentVariables": {"LEVEL": "debug", "RATE": 1.10, "EMPTY": None},
        "inferencingStackVersion": None,
        "python": {
            "userManagedDependencies": False,
            "interpreterPath": "python",
            "condaDependenciesFile": None,
            "baseCondaEnvironment": None,
            "condaDependencies": {
                "name": "project_environment",
                "channels": ["conda-forge"],
                "dependencies": [
                    "python=3.7",
                    {"pip": ["azureml-defaults", "numpy==1.26"]},
                    "scipy",
                ],
            },
        },
        "docker": {
            "enabled": False,
            "baseImage": "mcr.microsoft.com/azureml/base",
            "baseDockerfile": None,
            "sharedVolumes": True,
            "shmSize": "2g",
            "arguments": [],
            "baseImageRegistry": {"address": None, "username": None, "password": None},
        },
        "spark": {"repositories": [], "packages": [], "precachePackages": True},
        "databricks": {"mavenLibraries": [], "pypiLibraries": []},
    }
    plan = project.v1(
        {**INFERENCE, "environment": environment},
        {"computeType": "LOCAL", "port": 32267},
        ["mymodel:1", "azureml:other@latest"],
    )
    folder = project.folder
    assert plan == DeploymentPlan(
        name="service",
        entry_script=folder / "src" / "score.py",
        source_folder=folder / "src",
        models=("mymodel:1", "other@latest"),
        environment={"LEVEL": "debug", "RATE": "1.1", "EMPTY": ""},
        port=32267,
        dependencies=Dependencies(
            folder / "inferenceconfig.json",
            python="3.7",
            pip=("azureml-defaults", "numpy==1.26"),
            conda=("scipy",),
        ),
        files=(folder / "inferenceconfig.json", folder / "deploymentconfig.json"),
        notes=plan.notes,
    )
    assert [note.split("`")[1] for note in plan.notes] == [
        "environment.python.interpreterPath",
        "environment.docker",
        "environment.spark",
        "environment.databricks",
    ]


def test_what_is_left_out_is_as_in_azure(project: Project) -> None:
    project.write("score.py", "")
    plan = project.v1({"entryScript": "score.py"})
    assert plan.source_folder == project.folder
    assert (plan.port, plan.auth, plan.worker_count) == (None, "none", 1)
    assert plan.scoring_timeout_ms is None


def test_variables_say_how_many_workers_and_how_long_a_request_takes(project: Project) -> None:
    variables = {"WORKER_COUNT": "3", "SCORING_TIMEOUT_MS": 2000}
    plan = project.v1(having(INFERENCE, "environment.environmentVariables", variables))
    assert (plan.worker_count, plan.scoring_timeout_ms) == (3, 2000)
    variables["WORKER_COUNT"] = "many"
    document = having(INFERENCE, "environment.environmentVariables", variables)
    assert project.v1_problems(document)[0].endswith("takes a whole number of 1 or more.")


def test_a_conda_file_of_the_environment_is_read(project: Project) -> None:
    project.write("env.yml", "dependencies: [python=3.10, pip: [six]]")
    document = having(INFERENCE, "environment.python.condaDependenciesFile", "env.yml")
    assert project.v1(document).dependencies == Dependencies(
        project.folder / "env.yml", python="3.10", pip=("six",)
    )


def test_packages_that_the_image_brings_are_not_compared(project: Project) -> None:
    python = {"userManagedDependencies": True, "condaDependencies": {"dependencies": ["numpy"]}}
    plan = project.v1(having(INFERENCE, "environment.python", python))
    assert plan.dependencies == Dependencies()
    assert "the image brings the packages" in plan.notes[0]


@pytest.mark.parametrize("spelling", ["extraDockerfileSteps", "extraDockerFileSteps"])
def test_keys_of_2019_are_accepted_with_a_note(project: Project, spelling: str) -> None:
    project.write("env.yml", "dependencies: [pip: [six]]")
    legacy = {
        "runtime": "python",
        "condaFile": "env.yml",
        spelling: "steps.txt",
        "enableGpu": True,
        "cudaVersion": "9.0",
        "baseImage": "image",
        "baseImageRegistry": {"address": "a", "username": "u", "password": "p"},
        "description": "mine",
    }
    plan = project.v1({**INFERENCE, **legacy})
    assert plan.dependencies.pip == ("six",)
    (note,) = plan.notes
    assert "keys of 2019; `condaFile` is read, the others have no effect here." in note
    assert f"`{spelling}`" in note


def test_keys_of_2019_do_not_count_beside_an_environment(project: Project) -> None:
    project.write("env.yml", "dependencies: [pip: [six]]")
    plan = project.v1({**INFERENCE, "condaFile": "env.yml", "environment": {"name": "e"}})
    assert plan.dependencies == Dependencies()
    assert "`condaFile`: keys of 2019; not read beside `environment`" in plan.notes[0]


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("entryScript", None, "1: `entryScript` is missing. An inference configuration needs it"),
        ("entryScript", 5, "2: `entryScript` is 5; it takes a text."),
        ("entryScript", "no.py", "2: `entryScript`: no.py is not there."),
        ("entryScript", "../model/model.pkl", "2: `entryScript`: ../model/model.pkl leads out of"),
        (
            "entryscript",
            "a",
            "4: `entryscript` is no key of an inference configuration. Did you mean ",
        ),
        ("sourceDirectory", "gone", "3: `sourceDirectory`: gone is not there."),
        ("computeType", "local", "It belongs in the deployment configuration."),
        ("runtime", "java", '4: `runtime` is "java"; it takes python or spark-py.'),
        ("enableGpu", "perhaps", '4: `enableGpu` is "perhaps"; it takes true or false.'),
        ("cudaVersion", "8.0", '4: `cudaVersion` is "8.0"; it takes 9.0, 9.1 or 10.0.'),
        ("condaFile", "gone.yml", "4: `condaFile`: gone.yml is not there."),
        (
            "environment",
            "sklearn",
            '4: `environment` is "sklearn"; it takes a mapping (name, version',
        ),
        ("environment.name", "AzureML-Minimal", '"AzureML-Minimal"; it takes a name that does not'),
        ("environment.name", "microsoft-x", '"microsoft-x"; it takes a name that does not'),
        (
            "environment.python.condaDependencies.dependencies",
            "numpy",
            "it takes a list of packages.",
        ),
        (
            "environment.docker.shmsize",
            "2g",
            "`shmsize` is no key of docker of an environment. Did",
        ),
        ("environment.docker.arguments", [1], "`environment.docker.arguments[0]` is 1; it takes a"),
    ],
)
def test_what_is_wrong_with_an_inference_configuration_is_told(
    project: Project, path: str, value: object, message: str
) -> None:
    problems = project.v1_problems(having(INFERENCE, path, value))
    assert len(problems) == 1
    assert message in problems[0].removeprefix("inferenceconfig.json:")


def test_an_image_and_a_dockerfile_contradict(project: Project) -> None:
    docker = {"baseImage": "image", "baseDockerfile": "FROM image"}
    (problem,) = project.v1_problems(having(INFERENCE, "environment.docker", docker))
    assert "has a `baseImage` or a `baseDockerfile`, not both" in problem


@pytest.mark.parametrize(
    ("compute", "messages"),
    [
        ({"port": 80}, ["`computeType` is missing."]),
        (
            {"computeType": "local", "port": 0},
            ["`port` is 0; it takes a whole number from 1 to 65535."],
        ),
        ({"computeType": "local", "port": True}, ["`port` is true; it takes"]),
        ({"computeType": "local", "authEnabled": True}, ["`authEnabled` is no key of a local"]),
        (
            {"computeType": "akz"},
            ['`computeType` is "akz"; it takes local, aci or aks. Did you mean'],
        ),
        (AKS, ["or leave --dc out. For Azure, `azmlinfsrv export azure-ml", "a Kubernetes online"]),
        (ACI, ["or leave --dc out. For Azure, `azmlinfsrv export azure-ml", "a managed online"]),
        (
            {**ACI, "containerResourceRequirements": {"cpu": 0}},
            ["is 0; it takes a number above 0."],
        ),
        (
            {**ACI, "sslEnabled": True, "sslKey": "k"},
            ["`sslCertificate` is missing.", "`cname` is"],
        ),
        (
            {**ACI, "sslEnabled": True, "sslKey": "k", "sslCertificate": "c", "cname": "n"},
            ["no file k"],
        ),
        ({**ACI, "vnetName": "v"}, ["`vnetName` goes with `subnetName`, which is missing."]),
        (
            {**ACI, "keyName": "k"},
            ["goes with `vaultBaseUrl` and `keyVersion`, which are missing."],
        ),
        ({**AKS, "authEnabled": True, "tokenAuthEnabled": True}, ["are both true."]),
        (
            {**AKS, "numReplicas": 2, "autoScaler": {"autoscaleEnabled": True}},
            ["`numReplicas` fixes the number of replicas"],
        ),
        (
            {**AKS, "numReplicas": 2, "autoScaler": {"minReplicas": 1}},
            ["`minReplicas` has no meaning: the number of replicas is fixed."],
        ),
        ({**AKS, "autoScaler": {"autoscaleEnabled": False}}, ["`numReplicas` has to say how many"]),
        (
            {**AKS, "autoScaler": {"minReplicas": 11}},
            ["`minReplicas` is 11, more than `maxReplicas`"],
        ),
        (
            {**AKS, "containerResourceRequirements": {"cpu": 1, "cpuLimit": 0.5}},
            ["`cpuLimit` is 0.5, below `cpu`, which is 1."],
        ),
        (
            {**AKS, "containerResourceRequirements": {"memoryInGBLimit": 0.4}},
            ["`memoryInGBLimit` is 0.4, below `memoryInGB`, which is 0.5."],
        ),
        ({**AKS, "scoringTimeoutMs": 0}, ["`scoringTimeoutMs` is 0; it takes a whole number of 1"]),
        ({**AKS, "maxQueueWaitMs": -1}, ["`maxQueueWaitMs` is -1;"]),
        ({**AKS, "gpuCores": 0.5}, ["`gpuCores` is 0.5; it takes a whole number"]),
        ({**AKS, "livenessProbeRequirements": {"periodSeconds": 0}}, ["periodSeconds` is 0;"]),
        (
            {**AKS, "namespace": "Mine_"},
            ['`namespace` is "Mine_"; it takes up to 63 small letters'],
        ),
    ],
)
def test_what_is_wrong_with_a_deployment_configuration_is_told(
    project: Project, compute: dict[str, object], messages: list[str]
) -> None:
    problems = "\n".join(project.v1_problems(INFERENCE, compute))
    for message in messages:
        assert message in problems
    # What runs only in Azure says so, whatever else is wrong with it.
    runs_in_azure = compute.get("computeType") in ("aci", "aks")
    assert ("deploys to Azure" in problems) is runs_in_azure


def test_no_message_shows_a_key(project: Project) -> None:
    keys = {"primaryKey": 12345, "secondaryKey": ["s3cret"]}
    problems = "\n".join(project.v1_problems(INFERENCE, {**AKS, "keys": keys}))
    assert "`keys.primaryKey` is of another kind; it takes a text." in problems
    assert "12345" not in problems
    assert "s3cret" not in problems


@pytest.mark.parametrize("model", ["no such thing", "https://there/model.pkl", "m:first", ""])
def test_a_model_that_cannot_be_is_told(project: Project, model: str) -> None:
    (problem,) = project.v1_problems(INFERENCE, models=[model])
    assert problem.startswith("--model: ")

"""The YAML of an online deployment becomes a plan, or says everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from azmlinfsrv.deployment.plan import Dependencies, DeploymentPlan, Probe, Route

from .project import KUBERNETES, MANAGED, Project, having

ENDPOINT = {"name": "diabetes", "auth_mode": "key"}


def test_a_whole_deployment_is_taken_over(project: Project) -> None:
    project.write(
        "env/conda.yml",
        """
        channels: [conda-forge]
        dependencies:
          - python=3.10
          - pip
          - libgomp
          - pip: [scikit-learn==1.4, -r more.txt]
        """,
    )
    project.write("env/more.txt", "pandas>=2  # frames\n")
    plan = project.v2(
        """
        $schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
        name: blue
        endpoint_name: diabetes
        model:
          path: model/model.pkl
        code_configuration:
          code: src/
          scoring_script: score.py
        environment:
          conda_file: ./env/conda.yml
          image: mcr.microsoft.com/azureml/minimal-py312-inference:latest
        environment_variables:
          WORKER_COUNT: 2
          RATE: 1.10
          VERBOSE: true
        instance_type: Standard_DS3_v2
        instance_count: 3
        app_insights_enabled: true
        request_settings:
          request_timeout_ms: 3000
          max_concurrent_requests_per_instance: 2
        liveness_probe: {initial_delay: 30, period: 5, timeout: 3, failure_threshold: 4}
        readiness_probe: {success_threshold: 2}
        """,
        {"name": "diabetes", "auth_mode": "aml_token"},
    )
    folder = project.folder
    assert plan == DeploymentPlan(
        name="diabetes-blue",
        entry_script=folder / "src" / "score.py",
        source_folder=folder / "src",
        models=(str(folder / "model" / "model.pkl"),),
        environment={"WORKER_COUNT": "2", "RATE": "1.10", "VERBOSE": "true"},
        worker_count=2,
        scoring_timeout_ms=3000,
        auth="token",
        app_insights=True,
        liveness=Probe(initial_delay=30, period=5, timeout=3, failure_threshold=4),
        readiness=Probe(success_threshold=2),
        dependencies=Dependencies(
            folder / "env" / "conda.yml",
            python="3.10",
            pip=("scikit-learn==1.4", "pandas>=2"),
            conda=("libgomp",),
        ),
        route=Route("diabetes", "blue", timeout_ms=3000, at_once=6),
        files=(folder / "deployment.yml", folder / "endpoint.yml"),
        notes=plan.notes,
    )
    assert [note.split("`")[1] for note in plan.notes] == [
        "environment.image",
        "instance_type",
        "instance_count",
        "request_settings.max_concurrent_requests_per_instance",
    ]


def test_what_is_left_out_is_as_in_azure(project: Project) -> None:
    plan = project.v2(MANAGED)
    assert plan.scoring_timeout_ms == 5000
    assert (plan.worker_count, plan.auth, plan.port) == (1, "none", None)
    assert plan.liveness == plan.readiness == Probe(10, 10, 2, 1, 30)
    assert plan.dependencies == Dependencies()


@pytest.mark.parametrize(
    ("written", "reference"),
    [("azureml:diabetes:3", "diabetes:3"), ("azureml:diabetes@latest", "diabetes@latest")],
)
def test_a_registered_model_stays_a_reference(
    project: Project, written: str, reference: str
) -> None:
    assert project.v2(having(MANAGED, "model", written)).models == (reference,)


def test_models_of_the_command_take_the_place_of_the_file_s(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.folder)
    gone = having(MANAGED, "model.path", "nowhere.pkl")
    plan = project.v2(gone, models=["model", "other:2", "azureml:third"])
    assert plan.models == (str(project.folder / "model"), "other:2", "third@latest")


def test_a_deployment_on_kubernetes_needs_no_machine_type(project: Project) -> None:
    plan = project.v2(
        {
            **KUBERNETES,
            "scale_settings": {
                "type": "target_utilization",
                "min_instances": 1,
                "max_instances": 3,
                "polling_interval": 10,
                "target_utilization_percentage": 70,
            },
            "resources": {
                "requests": {"cpu": "0.1", "memory": "0.5Gi"},
                "limits": {"cpu": 1, "memory": "1Gi", "nvidia.com/gpu": 1},
            },
            "request_settings": {"request_timeout_ms": 300000},
        }
    )
    assert plan.scoring_timeout_ms == 300_000


def test_the_schema_says_kubernetes_as_well(project: Project) -> None:
    schema = "https://azuremlschemas.azureedge.net/latest/kubernetesOnlineDeployment.schema.json"
    document = {**having(KUBERNETES, "type", None), "$schema": schema}
    assert project.v2(document).name == "diabetes-blue"


def test_what_has_no_effect_here_is_noted(project: Project) -> None:
    plan = project.v2(
        {
            **MANAGED,
            "environment": "azureml:sklearn:1",
            "data_collector": {"collections": {"request": {"enabled": "True"}}},
            "egress_public_network_access": "disabled",
            "environment_variables": {"WORKER_COUNT": "4"},
        },
        {**ENDPOINT, "traffic": {"green": 100}},
    )
    notes = "\n".join(plan.notes)
    for expected in (
        "the packages of azureml:sklearn:1 are known in Azure only",
        "no data is collected here.",
        "`egress_public_network_access`: the service reaches whatever this machine reaches.",
        "`max_concurrent_requests_per_instance` is 1 and WORKER_COUNT is 4.",
        "`blue` has no share of `traffic` in Azure.",
    ):
        assert expected in notes


def test_a_number_in_quotes_is_taken_as_azure_takes_it(project: Project) -> None:
    document = having(MANAGED, "request_settings.request_timeout_ms", "7000")
    plan = project.v2(document)
    assert plan.scoring_timeout_ms == 7000
    assert any("leave the quotes out" in note for note in plan.notes)


def test_a_link_that_leads_out_of_the_source_folder_is_noted(project: Project) -> None:
    outside = project.write("shared/score.py", "def init(): ...\ndef run(data): ...\n")
    (project.folder / "src" / "linked.py").symlink_to(outside)
    plan = project.v2(having(MANAGED, "code_configuration.scoring_script", "linked.py"))
    assert plan.entry_script == project.folder / "src" / "linked.py"
    assert f"is a symbolic link to {outside}, outside of the source folder" in "\n".join(plan.notes)


@pytest.mark.parametrize("target", ["gone.py", "loop.py"])
def test_a_link_that_leads_nowhere_is_told(project: Project, target: str) -> None:
    (project.folder / "src" / "loop.py").symlink_to(project.folder / "src" / target)
    document = having(MANAGED, "code_configuration.scoring_script", "loop.py")
    assert "leads nowhere" in project.v2_problems(document)[0]


def test_paths_start_from_the_file_not_from_the_working_directory(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    plan = project.v2(MANAGED)
    assert plan.entry_script.is_file()
    assert Path(plan.models[0]).is_file()


@pytest.mark.parametrize(("variable", "limit"), [("1000", 1000), ("60000", 5000)])
def test_the_shorter_time_limit_counts(project: Project, variable: str, limit: int) -> None:
    document = having(MANAGED, "environment_variables.SCORING_TIMEOUT_MS", variable)
    assert project.v2(document).scoring_timeout_ms == limit


def test_folders_of_an_image_are_not_set_here(project: Project) -> None:
    variables = {"AZUREML_MODEL_DIR": "/var/azureml-app/azureml-models/m/1", "AML_APP_ROOT": "."}
    plan = project.v2(having(MANAGED, "environment_variables", variables))
    assert plan.environment == {"AML_APP_ROOT": "."}
    assert "is a folder of Azure ML's images; it is not set here." in "\n".join(plan.notes)

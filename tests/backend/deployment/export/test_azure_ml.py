"""What `azmlinfsrv export azure-ml` writes for a script, a deployment file and a service."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from azmlinfsrv.cli import deploy_check
from azmlinfsrv.deployment.formats import plan_from_v2
from azmlinfsrv.registry import Registry
from azmlinfsrv.registry.registration import Registration

from ..formats.project import KUBERNETES, MANAGED, Project
from .conftest import Outcome, RunExport

Profile = Callable[..., Path]


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def read_back(outcome: Outcome) -> None:
    plan = plan_from_v2(outcome.folder / "deployment.yml", outcome.folder / "endpoint.yml")
    assert plan.entry_script == outcome.folder / "code/score.py"


def test_a_script_becomes_an_endpoint_that_our_own_reader_takes(
    project: Project, run_export: RunExport
) -> None:
    project.write("src/sample-request.json", '{"data": [1]}')
    outcome = run_export("azure-ml", "-m", str(project.folder / "model"), "-n", "diabetes")
    assert outcome.status == 0, outcome.err
    read_back(outcome)
    deployment = outcome.yaml("deployment.yml")
    assert deployment["model"] == {"path": "model/model.pkl"}
    assert deployment["code_configuration"] == {"code": "code", "scoring_script": "score.py"}
    assert outcome.yaml("endpoint.yml")["auth_mode"] == "key"
    pip = outcome.yaml("conda.yml")["dependencies"][-1]["pip"]
    assert "azureml-inference-server-http" in pip
    assert files_of(outcome.folder)["requests/sample-request.json"] == b'{"data": [1]}'
    assert "az ml online-deployment create --file deployment.yml --all-traffic" in outcome.out
    for line in outcome.out.split("then:\n")[1].splitlines()[1:]:
        assert line.strip() in outcome.text("README.md"), line


def test_a_registered_model_is_registered_in_the_workspace_first(
    project: Project, run_export: RunExport
) -> None:
    Registry().register(Registration("digits", project.folder / "model/model.pkl"))
    outcome = run_export("azure-ml", "-m", "digits:1", "-n", "diabetes", "--json")
    assert outcome.status == 0, outcome.err
    assert outcome.yaml("deployment.yml")["model"] == "azureml:digits:1"
    assert outcome.json["commands"][0] == (
        "az ml model create --name digits --version 1 --type custom_model --path model/model.pkl"
    )
    plan = plan_from_v2(outcome.folder / "deployment.yml")
    assert plan.models == ("digits:1",)


def test_the_same_bytes_every_time_and_nothing_replaced_unasked(
    run_export: RunExport, profile: Profile
) -> None:
    words = ("azure-ml", "-n", "diabetes", "--profile", str(profile()))
    first = run_export(*words)
    assert first.status == 0, first.err
    written = files_of(first.folder)
    refused = run_export(*words)
    assert (refused.status, "--force replaces it" in refused.err) == (1, True)
    assert run_export(*words, "--json").json["exists"] is True
    again = run_export(*words, "--force")
    assert (again.status, files_of(again.folder)) == (0, written)


def test_a_folder_of_someone_else_is_never_replaced(run_export: RunExport, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "README.md").write_text("# Mine\n")
    outcome = run_export("azure-ml", "-n", "diabetes", "--force", output=other)
    assert (outcome.status, files_of(other)) == (1, {"README.md": b"# Mine\n"})
    assert "did not write" in outcome.err


def test_numbers_come_from_the_profile_and_say_so(run_export: RunExport, profile: Profile) -> None:
    outcome = run_export("azure-ml", "-n", "diabetes", "--profile", str(profile()))
    assert outcome.status == 0, outcome.err
    deployment = outcome.yaml("deployment.yml")
    # 40 requests a second, 100 ms each: 40 * 0.1 / 0.7 = 5.7 workers at once, 6 of which
    # (0.5 cores and 1 GB each) fit into one instance.
    assert deployment["environment_variables"] == {"WORKER_COUNT": "6"}
    assert deployment["request_settings"] == {
        "request_timeout_ms": 5000,
        "max_concurrent_requests_per_instance": 6,
    }
    assert deployment["instance_count"] == 1
    # 3 cores and 7.4 GB.
    assert deployment["instance_type"] == "Standard_DS3_v2"
    assert deployment["liveness_probe"] == {"initial_delay": 25, "timeout": 2}
    assert deployment["readiness_probe"] == {"initial_delay": 25, "timeout": 2}
    text = " ".join(outcome.text("deployment.yml").replace("#", "").split())
    assert "From profile.json: 10 times the 99th percentile, 150 ms; at least" in text
    assert "twice the 12.5 s that init() took" in text
    assert "ceil(40 * 0.1 / 0.7 / 6)" in text
    read_back(outcome)


@pytest.mark.parametrize(
    ("p99", "timeout"), [(100.0, 5000), (730.2, 7500), (17_999.0, 180_000), (1e6, 180_000)]
)
def test_the_time_limit_leaves_room_and_stays_within_azures(
    run_export: RunExport, profile: Profile, p99: float, timeout: int
) -> None:
    file = profile(latencyPercentile99InMs=p99)
    outcome = run_export("azure-ml", "-n", "diabetes", "--profile", str(file))
    settings = outcome.yaml("deployment.yml")["request_settings"]
    assert settings["request_timeout_ms"] == timeout


def test_a_deployment_file_keeps_its_keys(project: Project, run_export: RunExport) -> None:
    project.write("conda.yml", "channels: [defaults]\ndependencies: [python=3.10, numpy>=1.26]\n")
    file = project.write(
        "deployment.yml",
        {
            **MANAGED,
            "environment": {**MANAGED["environment"], "conda_file": "conda.yml"},
            "tags": {"area": "1e3", "on": "yes"},
            "environment_variables": {"NUMBER": "1.10", "WORKER_COUNT": 2},
            "data_collector": {"sampling_rate": 0.50},
            "instance_count": 3,
        },
    )
    endpoint = project.write(
        "endpoint.yml",
        {"name": "diabetes", "auth_mode": "aml_token", "traffic": {"blue": 90, "green": 10}},
    )
    outcome = run_export("azure-ml", "--file", str(file), "--endpoint", str(endpoint))
    assert outcome.status == 0, outcome.err
    deployment = outcome.yaml("deployment.yml")
    assert deployment["tags"] == {"area": "1e3", "on": "yes"}
    assert deployment["environment_variables"] == {"NUMBER": "1.10", "WORKER_COUNT": "2"}
    assert deployment["data_collector"] == {"sampling_rate": 0.5}
    assert deployment["instance_count"] == 3
    conda = outcome.yaml("conda.yml")
    assert conda["channels"] == ["defaults"]
    assert conda["dependencies"][:3] == ["python=3.10", "numpy>=1.26", "pip"]
    # Azure takes traffic only when the deployments are there.
    assert outcome.yaml("endpoint.yml") == {
        "$schema": "https://azuremlschemas.azureedge.net/latest/managedOnlineEndpoint.schema.json",
        "name": "diabetes",
        "auth_mode": "aml_token",
    }
    assert 'update --name diabetes --traffic "blue=90 green=10"' in outcome.out
    assert "--all-traffic" not in outcome.out
    read_back(outcome)


def test_what_is_written_can_be_exported_again(
    project: Project, run_export: RunExport, tmp_path: Path
) -> None:
    first = run_export("azure-ml", "-m", str(project.folder / "model"), "-n", "diabetes")
    files = ("--file", str(first.folder / "deployment.yml"))
    more = ("--endpoint", str(first.folder / "endpoint.yml"))
    second = run_export("azure-ml", *files, *more, output=tmp_path / "second")
    assert second.status == 0, second.err
    for name in ("deployment.yml", "endpoint.yml"):
        assert second.yaml(name) == first.yaml(name)


def test_a_kubernetes_deployment_needs_a_cluster_and_keeps_its_kind(
    project: Project, run_export: RunExport, profile: Profile
) -> None:
    file = project.write("deployment.yml", {**KUBERNETES, "scale_settings": {"max_instances": 2}})
    words = ("azure-ml", "--file", str(file), "--profile", str(profile(**high_load())))
    assert "--compute NAME" in run_export(*words).err
    outcome = run_export(*words, "--compute", "edge")
    assert outcome.status == 0, outcome.err
    assert outcome.yaml("endpoint.yml")["compute"] == "azureml:edge"
    deployment = outcome.yaml("deployment.yml")
    assert deployment["type"] == "kubernetes"
    assert "instance_type" not in deployment
    assert deployment["scale_settings"] == {"max_instances": 9, "min_instances": 9}
    assert deployment["resources"]["limits"] == {"memory": "8.6G"}
    read_back(outcome)


def high_load() -> dict[str, object]:
    from dataclasses import replace

    from azmlinfsrv.cli.profiling.published import published_result
    from azmlinfsrv.cli.profiling.recommend import recommend

    from ...cli.profiling.profiles import PROFILE

    measured = replace(PROFILE, target_rps=400.0)
    return published_result(measured, recommend(measured))


def test_a_secret_is_in_no_file_and_the_command_takes_it_from_the_shell(
    project: Project, run_export: RunExport
) -> None:
    reference = "${{azureml://connections/store/credentials/key}}"
    file = project.write(
        "src/deployment.yml",
        {
            **MANAGED,
            "model": {"path": "../model/model.pkl"},
            "code_configuration": {"code": ".", "scoring_script": "score.py"},
            "environment_variables": {"API_KEY": "hunter2", "STORE_KEY": reference, "MODE": "on"},
        },
    )
    project.write("src/.env", "PASSWORD=hunter2")
    project.write(
        "src/requirements.txt", "--extra-index-url https://ada:hunter2@pypi.example.com/simple\n"
    )
    outcome = run_export("azure-ml", "--file", str(file))
    assert outcome.status == 0, outcome.err
    assert not [name for name, content in files_of(outcome.folder).items() if b"hunter2" in content]
    assert "hunter2" not in outcome.out + outcome.err
    variables = outcome.yaml("deployment.yml")["environment_variables"]
    assert variables == {"STORE_KEY": reference, "MODE": "on"}
    assert '--set environment_variables.API_KEY="$API_KEY"' in outcome.out
    assert '"$env:API_KEY"' in outcome.text("README.md")


def test_a_model_folder_with_several_files_comes_with_a_warning(
    project: Project, run_export: RunExport
) -> None:
    project.write("model/labels.txt", "a")
    outcome = run_export("azure-ml", "-m", str(project.folder / "model"), "-n", "diabetes")
    assert outcome.yaml("deployment.yml")["model"] == {"path": "model/model"}
    assert (outcome.folder / "model/model/labels.txt").is_file()
    assert "AZUREML_MODEL_DIR/model/" in outcome.out


def test_deploy_check_takes_what_is_written(
    project: Project, run_export: RunExport, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = run_export("azure-ml", "-m", str(project.folder / "model"), "-n", "diabetes")
    import argparse

    parser = argparse.ArgumentParser()
    deploy_check.add_file_options(parser)
    parser.add_argument("--json", action="store_true")
    words = ["--file", str(outcome.folder / "deployment.yml"), "--json"]
    words += ["--endpoint", str(outcome.folder / "endpoint.yml")]
    assert deploy_check.check_files(parser.parse_args(words)) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["problems"], told["plan"]["auth"]) == ([], "key")


@pytest.mark.skipif(os.name == "nt", reason="no file can be called so there")
def test_nothing_of_a_project_is_a_command_of_the_shell(
    project: Project, run_export: RunExport, tmp_path: Path
) -> None:
    model = project.write("$(touch made)/`touch made`.pkl", "a model")
    request = project.write('"; touch made; ".json', "{}")
    Registry().register(Registration("digits", model.parent))
    outcome = run_export("azure-ml", "-n", "diabetes", "-m", "digits:1", "--request", str(request))
    assert outcome.status == 0, outcome.err
    calls = tmp_path / "calls"
    script = (
        f'az() {{ printf "%s\\n" "$@" >> {calls}; }}\n'
        + outcome.out.split("then:\n  cd")[1].split("\n", 1)[1]
    )
    subprocess.run(["bash", "-c", script], cwd=outcome.folder, check=True, timeout=60)
    assert not list(outcome.folder.rglob("made"))
    words = calls.read_text().splitlines()
    for option in ("--path", "--request-file"):
        assert (outcome.folder / words[words.index(option) + 1]).exists()


def test_a_name_that_is_a_command_is_refused(project: Project, run_export: RunExport) -> None:
    variables = {"x;touch made;API_KEY": "hunter2"}
    file = project.write("deployment.yml", {**MANAGED, "environment_variables": variables})
    outcome = run_export("azure-ml", "--file", str(file))
    assert (outcome.status, "no name of a variable" in outcome.err) == (1, True)
    file = project.write("deployment.yml", MANAGED)
    traffic = {'blue" ; touch made ; "': 100}
    endpoint = project.write("endpoint.yml", {"name": "diabetes", "traffic": traffic})
    outcome = run_export("azure-ml", "--file", str(file), "--endpoint", str(endpoint))
    assert (outcome.status, "endpoint.yml:" in outcome.err) == (1, True)
    assert not outcome.folder.exists()


def test_a_build_context_goes_along(project: Project, run_export: RunExport) -> None:
    project.write("context/Dockerfile", "FROM scratch\n")
    environment = {"build": {"path": "context", "dockerfile_path": "Dockerfile"}}
    file = project.write("deployment.yml", {**MANAGED, "environment": environment})
    outcome = run_export("azure-ml", "--file", str(file))
    assert outcome.status == 0, outcome.err
    assert outcome.yaml("deployment.yml")["environment"] == {
        "build": {"path": "environment", "dockerfile_path": "Dockerfile"}
    }
    assert files_of(outcome.folder)["environment/Dockerfile"] == b"FROM scratch\n"
    assert not (outcome.folder / "conda.yml").exists()
    read_back(outcome)


def test_an_environment_in_a_file_of_its_own_goes_along(
    project: Project, run_export: RunExport
) -> None:
    project.write("environment.yml", {"name": "own", "image": "example.com/base:1"})
    file = project.write("deployment.yml", {**MANAGED, "environment": "file:environment.yml"})
    environment = run_export("azure-ml", "--file", str(file)).yaml("deployment.yml")["environment"]
    assert environment == {"name": "own", "image": "example.com/base:1", "conda_file": "conda.yml"}


def test_packages_beside_a_registered_environment_need_an_image(
    project: Project, run_export: RunExport
) -> None:
    file = project.write("deployment.yml", {**MANAGED, "environment": "azureml:own:1"})
    wanted = project.write("wanted.txt", "numpy==1.26.4\n")
    words = ("azure-ml", "--file", str(file), "--requirements", str(wanted))
    refused = run_export(*words)
    assert (refused.status, "has its packages already" in refused.err) == (2, True)
    outcome = run_export(*words, "--base_image", "example.com/base:1")
    assert outcome.yaml("deployment.yml")["environment"]["image"] == "example.com/base:1"
    assert "numpy==1.26.4" in outcome.yaml("conda.yml")["dependencies"][-1]["pip"]


def test_a_model_of_the_workspace_alone_stays_a_reference(
    project: Project, run_export: RunExport
) -> None:
    file = project.write("deployment.yml", {**MANAGED, "model": "azureml:elsewhere:7"})
    outcome = run_export("azure-ml", "--file", str(file))
    assert outcome.status == 0, outcome.err
    assert outcome.yaml("deployment.yml")["model"] == "azureml:elsewhere:7"
    assert "it has to be in the workspace" in outcome.out
    assert "az ml model create" not in outcome.out


def test_several_models_are_one_folder(project: Project, run_export: RunExport) -> None:
    Registry().register(Registration("digits", project.folder / "model/model.pkl"))
    other = project.write("more/labels.txt", "a")
    outcome = run_export("azure-ml", "-n", "diabetes", "-m", "digits:1", "-m", str(other))
    assert outcome.status == 0, outcome.err
    assert outcome.yaml("deployment.yml")["model"] == {"path": "models"}
    assert (outcome.folder / "models/digits/1/model.pkl").is_file()
    assert (outcome.folder / "models/labels/1/labels.txt").is_file()
    assert "takes one model" in outcome.out


def test_what_code_imports_is_pinned_to_what_is_installed(
    project: Project, run_export: RunExport
) -> None:
    from importlib.metadata import version

    project.write("src/requirements.txt", "pyyaml\nflask>=2 --hash=sha256:00\n")
    pip = run_export("azure-ml", "-n", "diabetes").yaml("conda.yml")["dependencies"][-1]["pip"]
    assert pip == ["azureml-inference-server-http", f"pyyaml=={version('pyyaml')}", "flask>=2"]


def test_another_name_is_the_one_that_traffic_goes_to(
    project: Project, run_export: RunExport
) -> None:
    file = project.write("deployment.yml", MANAGED)
    traffic = {"name": "diabetes", "traffic": {"blue": 100}, "mirror_traffic": {"green": 5}}
    endpoint = project.write("endpoint.yml", traffic)
    files = ("--file", str(file), "--endpoint", str(endpoint))
    outcome = run_export("azure-ml", *files, "--deployment_name", "red", "-n", "diabetes-2")
    assert outcome.status == 0, outcome.err
    assert outcome.yaml("endpoint.yml")["name"] == "diabetes-2"
    assert outcome.yaml("deployment.yml")["endpoint_name"] == "diabetes-2"
    assert 'update --name diabetes-2 --traffic "red=100"' in outcome.out
    assert 'update --name diabetes-2 --mirror-traffic "green=5"' in outcome.out
    read_back(outcome)


def test_another_model_takes_the_place_of_the_files(
    project: Project, run_export: RunExport
) -> None:
    model = {"path": "model/model.pkl", "name": "digits", "version": "3"}
    file = project.write("deployment.yml", {**MANAGED, "model": model})
    kept = run_export("azure-ml", "--file", str(file))
    assert kept.yaml("deployment.yml")["model"] == model
    other = project.write("more/labels.txt", "a")
    outcome = run_export("azure-ml", "--file", str(file), "-m", str(other), "--force")
    assert outcome.yaml("deployment.yml")["model"] == {"path": "model/labels.txt"}
    refused = run_export("azure-ml", "--file", str(file), "-m", "none:1", "--force")
    assert (refused.status, "none" in refused.err) == (2, True)

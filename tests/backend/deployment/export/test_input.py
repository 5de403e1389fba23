"""Whatever is named, there is a clear answer, and nothing half-done."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from azmlinfsrv.deployment.plan import Dependencies, DeploymentPlan
from azmlinfsrv.deployment.services.definition import Definition
from azmlinfsrv.deployment.services.folder import ServiceFolder, services_folder

from ..formats.project import MANAGED, Project
from .conftest import RunExport

Profile = Callable[..., Path]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "profile.json:1: "),
        ("[1]", "This is no profile"),
        ('{"levels": []}', "This is no profile"),
        ('{"recommendedCpu": null}', "no request succeeded"),
        ('{"recommendedCpu": "fast"}', '`recommendedCpu` is "fast"; it takes a number above 0'),
        ('{"recommendedCpu": -1}', "a number above 0"),
        (
            '{"recommendedCpu": 1,\n"azmlinfsrv": {"recommendation": {"workers": 1.5}}}',
            "profile.json:2: `azmlinfsrv.recommendation.workers` is 1.5; it takes a whole number",
        ),
        ('{"recommendedCpu": 1, "latencyPercentile99InMs": []}', "is a list"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_a_profile_that_is_none_is_told_with_its_line(
    project: Project, run_export: RunExport, content: str, told: str
) -> None:
    file = project.write("profile.json", content)
    outcome = run_export("azure-ml", "-n", "diabetes", "--profile", str(file), "--json")
    assert outcome.status == 1
    assert told in outcome.err
    assert outcome.json["problems"][0]["file"] == str(file)
    assert not outcome.folder.exists()


def test_a_profile_of_azures_own_profiler_is_enough_for_the_machine(
    project: Project, run_export: RunExport
) -> None:
    own = {"recommendedCpu": 1.5, "recommendedMemoryInGB": 1.6, "state": "Succeeded"}
    file = project.write("profile.json", own)
    outcome = run_export("azure-ml", "-n", "diabetes", "--profile", str(file))
    assert outcome.status == 0, outcome.err
    assert outcome.yaml("deployment.yml")["instance_type"] == "Standard_F2s_v2"
    assert "no recommendation of workers" in outcome.out


def test_a_profile_with_failures_or_of_another_script_is_told(
    run_export: RunExport, profile: Profile
) -> None:
    file = profile(state="Failed", name="C:\\else\\other.py")
    outcome = run_export("azure-ml", "-n", "diabetes", "--profile", str(file))
    assert "ended as Failed" in outcome.out
    assert "is of other.py" in outcome.out


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["--profile", "no.json"], 2, "There is no such profile"),
        (["--entry_script", "no.py"], 2, "is not there"),
        (["--file", "no.yml"], 2, "There is no such deployment file"),
        (["--ic", "no.json"], 2, "There is no such inference configuration"),
        (["--service", "none"], 2, "There is no service none"),
        (["-m", "none:1"], 2, "none"),
        (["-m", ""], 2, "names no model"),
        (["-m", "digits:x"], 1, "names no version"),
        (["--request", "no.json"], 2, "--request: no.json is not there"),
        (["--requirements", "no.txt"], 2, "--requirements: no.txt is not there"),
        (["--deployment_name", "x"], 1, "3 to 32 letters"),
        (["-n", "1diabetes"], 1, "e-1diabetes would be one"),
        (["-n", "dia betes\n"], 1, "dia-betes would be one"),
        (["-n", "a" * 33], 1, "would be one"),
        (["--compute", "edge"], 1, "names a Kubernetes cluster"),
        (["--kind", "kubernetes"], 1, "--compute NAME"),
        (["--instance_count", "0"], 2, "instance_count"),
        (["--instance_type", "two words"], 1, "no type of a machine"),
        (["--base_image", "Two Words"], 1, "is not an image"),
        (["--kind", "kubernetes", "--compute", "a/b"], 1, "no name of a cluster"),
        (["--endpoint", "endpoint.yml"], 2, "--endpoint belongs to --file"),
        (["--dc", "deploymentconfig.json"], 2, "--dc belongs to --ic"),
        (["--service", "a", "-m", "b:1"], 2, "does not go with --service"),
    ],
)
def test_options_that_cannot_be_used(
    run_export: RunExport, words: list[str], status: int, told: str
) -> None:
    names = [] if "-n" in words else ["-n", "diabetes"]
    outcome = run_export("azure-ml", *names, *words)
    assert (outcome.status, told in outcome.err) == (status, True), outcome.err
    assert not outcome.folder.exists()


def test_a_name_that_no_endpoint_can_have_is_made_one_and_said(
    tmp_path: Path, run_export: RunExport
) -> None:
    project = Project(tmp_path / "1 größer")
    script = ("--entry_script", str(project.folder / "src/score.py"))
    project.folder.joinpath("src").rename(tmp_path / "1 größe")
    outcome = run_export("azure-ml", "--entry_script", str(tmp_path / "1 größe/score.py"))
    assert outcome.status == 0, (script, outcome.err)
    assert outcome.yaml("endpoint.yml")["name"] == "e-1-gr-e"
    assert "The endpoint is called e-1-gr-e" in outcome.out


@pytest.mark.parametrize("below", ["src/out", "model/out"])
def test_an_export_within_what_it_ships_is_refused(
    project: Project, run_export: RunExport, below: str
) -> None:
    model = ("-m", str(project.folder / "model"))
    output = project.folder / below
    outcome = run_export("azure-ml", "-n", "diabetes", *model, output=output)
    assert (outcome.status, output.exists()) == (1, False)
    assert "Name" in outcome.err


def test_the_folder_that_one_is_in_is_not_replaced(
    tmp_path: Path, run_export: RunExport, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    outcome = run_export("azure-ml", "-n", "diabetes", "--force", output=here)
    assert (outcome.status, "the folder that you are in" in outcome.err) == (1, True)


def test_a_script_outside_of_the_source_folder_is_refused(
    project: Project, run_export: RunExport
) -> None:
    outside = ("--source_directory", str(project.folder / "model"))
    outcome = run_export("azure-ml", "-n", "diabetes", *outside)
    assert (outcome.status, "is not in the source folder" in outcome.err) == (1, True)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_that_leads_out_is_refused(project: Project, run_export: RunExport) -> None:
    (project.folder / "src/passwd").symlink_to("/etc/hostname")
    outcome = run_export("azure-ml", "-n", "diabetes")
    assert (outcome.status, "outside of that folder" in outcome.err) == (1, True)
    assert not outcome.folder.exists()


def test_a_package_of_this_machine_is_refused(project: Project, run_export: RunExport) -> None:
    project.write("src/own-1.0-py3-none-any.whl", "")
    for line in ("./own-1.0-py3-none-any.whl", "-f .", f"own @ file://{project.folder}/src"):
        project.write("src/requirements.txt", line + "\n")
        outcome = run_export("azure-ml", "-n", "diabetes")
        assert (outcome.status, "Azure cannot reach" in outcome.err) == (1, True), line
        assert not outcome.folder.exists()


def test_a_deployment_file_with_mistakes_is_told_with_lines(
    project: Project, run_export: RunExport
) -> None:
    file = project.write(
        "deployment.yml", {**MANAGED, "instance_cuont": 1, "request_settings": {"x": 1}}
    )
    outcome = run_export("azure-ml", "--file", str(file), "--json")
    assert outcome.status == 1
    keys = {problem["key"] for problem in outcome.json["problems"]}
    assert keys == {"instance_cuont", "request_settings.x"}
    assert all(problem["line"] for problem in outcome.json["problems"])
    assert "Did you mean instance_count?" in outcome.err


def test_a_bomb_of_aliases_is_refused(project: Project, run_export: RunExport) -> None:
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9))
    file = project.write("deployment.yml", f"a0: &a0 [x, x]\n{levels}\n")
    outcome = run_export("azure-ml", "--file", str(file))
    assert (outcome.status, "values" in outcome.err) == (1, True)


def test_a_disk_that_cannot_be_written_leaves_nothing(
    project: Project, run_export: RunExport
) -> None:
    blocked = project.write("file", "not a folder")
    outcome = run_export("azure-ml", "-n", "diabetes", output=blocked / "out")
    assert (outcome.status, "is a file, no folder" in outcome.err) == (1, True)


def test_a_service_is_exported_as_it_runs(project: Project, run_export: RunExport) -> None:
    service = ServiceFolder(services_folder() / "diabetes-blue")
    assert service.create()
    plan = DeploymentPlan(
        "diabetes-blue",
        project.folder / "src/score.py",
        project.folder / "src",
        models=(str(project.folder / "model/model.pkl"),),
        environment={"MODE": "on", "API_KEY": "hunter2"},
        worker_count=3,
        scoring_timeout_ms=9000,
        auth="token",
        dependencies=Dependencies(pip=("numpy==1.26.4",)),
    )
    service.accept(Definition(plan, ("python",)))
    outcome = run_export("azure-ml", "--service", "diabetes-blue")
    assert outcome.status == 0, outcome.err
    assert outcome.yaml("endpoint.yml")["auth_mode"] == "aml_token"
    deployment = outcome.yaml("deployment.yml")
    assert deployment["environment_variables"] == {"MODE": "on", "WORKER_COUNT": "3"}
    assert deployment["request_settings"] == {
        "request_timeout_ms": 9000,
        "max_concurrent_requests_per_instance": 3,
    }
    assert json.dumps(deployment).count("hunter2") == 0

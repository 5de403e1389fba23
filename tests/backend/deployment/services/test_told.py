"""What somebody is told who deploys for the first time, and what is not in the way of it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from azmlinfsrv.deployment.services import steering
from azmlinfsrv.deployment.services.folder import find_service
from azmlinfsrv.deployment.services.spawn import SpawnedSupervisor
from azmlinfsrv.deployment.services.steering import DeploymentError

from ...conftest import WriteScript
from .command import azmlinfsrv, write_v1, write_v2
from .conftest import Services

ECHO = "def init(): ...\ndef run(data): return data\n"
V1 = ["--ic", "inferenceconfig.json"]


def test_the_cause_of_a_failure_is_not_buried_under_the_servers_settings(
    write_script: WriteScript, tmp_path: Path
) -> None:
    write_script('def init(): raise OSError("no weights at hand")\ndef run(data): ...\n')
    failed = azmlinfsrv("deploy", *write_v1(tmp_path), "-n", "echo", "--json", folder=tmp_path)
    for told in (failed.err, "\n".join(failed.json["log"])):
        assert "init function failed: OSError: no weights at hand" in told
        assert "Server Routes" not in told
        assert "Application Insights" not in told
        assert "Score:  " not in told


def test_a_port_that_another_service_has_is_not_to_be_freed_by_killing_it(
    services: Services,
) -> None:
    first = services.deploy(name="first")
    port = first.status().port
    with pytest.raises(DeploymentError) as raised:
        services.deploy(name="second", port=port)
    assert str(raised.value) == (
        f"Port {port} is that of the service first. Choose another port, or end that service: "
        "`azmlinfsrv services delete first`."
    )


def test_an_init_that_hangs_is_named(services: Services) -> None:
    source = "import time\ndef init(): time.sleep(600)\ndef run(data): pass\n"
    with (
        SpawnedSupervisor() as supervisor,
        pytest.raises(DeploymentError, match=r"after 3 s: init\(\) has not returned"),
    ):
        steering.deploy(services.definition(source), supervisor, 3)


@pytest.mark.parametrize("name", ["my service", "diabète", "../up"])
def test_a_check_refuses_the_name_that_deploy_would_refuse(
    write_script: WriteScript, tmp_path: Path, name: str
) -> None:
    write_script(ECHO)
    write_v1(tmp_path)
    for words in (["--check"], []):
        done = azmlinfsrv("deploy", *words, *V1, "-n", name, folder=tmp_path)
        assert (done.status, done.out) == (2, "")
        assert "cannot be the name of a service" in done.err
    assert azmlinfsrv("services", "show", name).status == 2


def test_an_update_cannot_be_given_a_second_name(write_script: WriteScript, tmp_path: Path) -> None:
    write_script(ECHO)
    azmlinfsrv("deploy", *write_v1(tmp_path), "-n", "echo", folder=tmp_path)
    done = azmlinfsrv("services", "update", "echo", "--name", "other")
    assert done.status == 2
    assert "--name" in done.err


def test_a_script_that_is_no_python_file_is_told_by_a_check(
    write_script: WriteScript, tmp_path: Path
) -> None:
    write_script(ECHO)
    (tmp_path / "notes.md").write_text("# notes\n")
    write_v1(tmp_path)
    (tmp_path / "inferenceconfig.json").write_text('{"entryScript": "notes.md"}')
    done = azmlinfsrv("deploy", "--check", *V1, "-n", "echo", folder=tmp_path)
    assert done.status == 1
    assert "`entryScript`: notes.md is no Python file: its name has to end in .py." in done.err


def test_programs_are_told_of_wrong_options_too(tmp_path: Path) -> None:
    for words in (["--check"], []):
        done = azmlinfsrv("deploy", *words, "--json", folder=tmp_path)
        assert done.status == 2
        assert done.json["error"].startswith("name either --ic")


def test_paths_below_the_working_folder_are_as_short_as_they_were_typed(
    write_script: WriteScript, tmp_path: Path
) -> None:
    write_script(ECHO)
    files = write_v2(tmp_path)
    deployed = azmlinfsrv("deploy", *files, folder=tmp_path)
    assert "\ndeployment.yml:7: `instance_type`:" in f"\n{deployed.err}"
    (tmp_path / "deployment.yml").write_text("name: blue\n")
    refused = azmlinfsrv("deploy", *files, folder=tmp_path)
    assert "\ndeployment.yml:1: `endpoint_name` is missing." in refused.err


def test_an_answer_that_does_not_come_is_told_with_the_time(
    write_script: WriteScript, tmp_path: Path
) -> None:
    write_script("import time\ndef init(): ...\ndef run(data): time.sleep(60)\n")
    azmlinfsrv("deploy", *write_v1(tmp_path), "-n", "echo", folder=tmp_path)
    done = azmlinfsrv("services", "run", "echo", "--data", "1", "--timeout", "1")
    assert done.status == 1
    assert "The service echo has not answered in 1 s. More time: --timeout." in done.err


def test_the_line_that_sends_the_sample_has_the_header_that_the_server_asks_for(
    write_script: WriteScript, tmp_path: Path
) -> None:
    write_script(ECHO)
    (tmp_path / "sample-request.json").write_text("[1]")
    azmlinfsrv("deploy", *write_v2(tmp_path), "-n", "echo", folder=tmp_path)
    log = find_service("echo").log_file.read_text()
    assert '/score -H "Authorization: Bearer KEY" -H "Content-Type:' in log


def test_an_environment_that_cannot_be_made_leaves_no_folder(
    write_script: WriteScript, tmp_path: Path, home: Path
) -> None:
    write_script(ECHO)
    packages = [{"pip": ["--no-index", "no-such-thing"]}]
    environment = {"python": {"condaDependencies": {"dependencies": packages}}}
    (tmp_path / "inferenceconfig.json").write_text(
        json.dumps({"entryScript": "score.py", "environment": environment})
    )
    done = azmlinfsrv("deploy", *V1, "-n", "echo", "--create_env", folder=tmp_path)
    assert done.status == 1, done.err
    assert list((home / "services" / ".environments").iterdir()) == []


def test_a_deployment_of_the_second_version_given_as_one_of_the_first_is_recognised(
    write_script: WriteScript, tmp_path: Path
) -> None:
    write_script(ECHO)
    write_v2(tmp_path)
    done = azmlinfsrv("deploy", "--check", "--ic", "deployment.yml", "-n", "x", folder=tmp_path)
    assert done.status == 1
    assert "deployment.yml:1: The file is YAML, not JSON." in done.err
    assert "--file" in done.err


@pytest.mark.skipif(os.name == "nt", reason="a file in place of a folder")
def test_who_may_not_write_is_not_told_to_make_room(
    write_script: WriteScript, tmp_path: Path, home: Path
) -> None:
    write_script(ECHO)
    write_v1(tmp_path)
    # As root every folder can be written; a file in its place stops root, too.
    home.write_text("")
    done = azmlinfsrv("deploy", *V1, "-n", "echo", folder=tmp_path)
    home.unlink()
    assert done.status == 1
    assert "Services are kept there: have it let you write, or name another folder" in done.err
    assert "make room" not in done.err

"""``azmlinfsrv deploy`` and ``services``, as typed: what they print, and with which status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from datetime import datetime, timezone
from pathlib import Path

import pytest

from azmlinfsrv.deployment.services.folder import all_services, find_service

from ...conftest import WriteScript, wait_until
from .command import azmlinfsrv, write_v1, write_v2
from .conftest import ask, group_members, processes

ECHO = """
    import os
    def init(): pass
    def run(data):
        return [os.environ.get("COLOUR"), data]
"""
PUBLISHED_KEYS = {
    *("auth_mode", "location", "provisioning_state", "scoring_uri", "tags", "traffic"),
    *("properties", "type"),
}


def test_a_v1_deployment_is_deployed_called_shown_and_deleted(
    write_script: WriteScript, tmp_path: Path
) -> None:
    write_script(ECHO)
    files = write_v1(tmp_path, COLOUR="red")
    deployed = azmlinfsrv("deploy", *files, "-n", "echo", folder=tmp_path)
    assert (deployed.status, "Transitioning" in deployed.err) == (0, True)
    assert "scoring_uri   http://127.0.0.1:" in deployed.out
    called = azmlinfsrv("services", "run", "echo", "--data", "[1]")
    assert (called.status, json.loads(called.out)) == (0, ["red", "[1]"])
    shown = azmlinfsrv("services", "show", "echo", "--json").json
    assert shown.keys() >= PUBLISHED_KEYS
    expected = {"location": "local", "type": "online", "provisioning_state": "Succeeded"}
    assert expected.items() <= shown.items()
    assert shown["auth_mode"] == "none"
    # It would be started again.
    stopped = azmlinfsrv("stop", str(shown["pid"]))
    assert (stopped.status, "`azmlinfsrv services delete echo`" in stopped.err) == (1, True)
    listed = azmlinfsrv("services", "list")
    assert "echo  Healthy" in listed.out
    assert azmlinfsrv("services", "list", "--json").json == [shown]
    deleted = azmlinfsrv("services", "delete", "echo")
    assert (deleted.status, deleted.out) == (0, "echo has been deleted.\n")
    assert "There is no service" in azmlinfsrv("services", "list").out


def test_a_v2_deployment_asks_for_the_key_that_its_endpoint_names(
    write_script: WriteScript, tmp_path: Path
) -> None:
    write_script(ECHO)
    deployed = azmlinfsrv("deploy", *write_v2(tmp_path), "--json", folder=tmp_path).json
    assert (deployed["name"], deployed["auth_mode"]) == ("my-endpoint-blue", "key")
    assert not any("key" in name and "_key" in name for name in deployed)
    service = find_service("my-endpoint-blue")
    assert ask(service, "1").status == 401
    assert azmlinfsrv("services", "run", service.name, "--data", "1").out == '[null, "1"]\n'
    keys = azmlinfsrv("services", "keys", service.name, "--json").json
    assert ask(service, "1", Authorization=f"Bearer {keys['primaryKey']}").status == 200
    shown = azmlinfsrv("services", "show", service.name, "--keys", "--json").json
    assert shown["primary_key"] == keys["primaryKey"]
    new = azmlinfsrv("services", "keys", service.name, "--regenerate", "primary", "--json").json
    assert new["secondaryKey"] == keys["secondaryKey"]
    assert ask(service, "1", Authorization=f"Bearer {keys['primaryKey']}").status == 401
    assert ask(service, "1", Authorization=f"Bearer {new['primaryKey']}").status == 200
    for process in processes(service):
        command = Path(f"/proc/{process.pid}/cmdline").read_text()
        assert not any(key in command for key in (*keys.values(), *new.values()))
    kept = [file.read_text() for file in service.path.iterdir() if file != service.keys_file]
    assert not any(key in text for text in kept for key in (*keys.values(), *new.values()))
    refused = azmlinfsrv("services", "token", service.name)
    assert (refused.status, "takes keys, not tokens" in refused.err) == (1, True)


def test_a_token_is_printed_with_its_times_and_can_be_revoked(
    write_script: WriteScript, tmp_path: Path
) -> None:
    write_script(ECHO)
    files = write_v1(tmp_path)
    azmlinfsrv("deploy", *files, "-n", "echo", "--auth", "token", folder=tmp_path)
    service = find_service("echo")
    token = azmlinfsrv("services", "token", "echo", "--expires", "1h", "--json").json
    now = datetime.now(timezone.utc)
    expires, refresh = (datetime.fromisoformat(token[name]) for name in ("expires", "refresh_by"))
    assert now < refresh < expires
    assert 3500 < (expires - now).total_seconds() < 3700
    assert ask(service, "1", Authorization=f"Bearer {token['token']}").status == 200
    assert azmlinfsrv("services", "run", "echo", "--data", "1").status == 0
    azmlinfsrv("services", "token", "echo", "--revoke")
    assert ask(service, "1", Authorization=f"Bearer {token['token']}").status == 401
    wrong = azmlinfsrv("services", "token", "echo", "--expires", "soon")
    assert (wrong.status, "90s, 30min, 12h or 7d" in wrong.err) == (2, True)


def test_a_failure_is_told_with_its_line_for_people_and_programs(
    write_script: WriteScript, tmp_path: Path
) -> None:
    script = write_script("def init():\n    raise RuntimeError('no luck')\ndef run(data): pass\n")
    files = write_v1(tmp_path)
    failed = azmlinfsrv("deploy", *files, "-n", "echo", "--json", folder=tmp_path)
    assert failed.status == 1
    assert f"azmlinfsrv deploy: {script}:2: " in failed.err
    assert "no luck" in failed.err
    told = failed.json
    assert (told["state"], told["file"], told["line"]) == ("Failed", str(script), 2)
    assert any("no luck" in line for line in told["log"])
    assert all_services() == []


def test_what_exists_is_not_replaced_without_force(
    write_script: WriteScript, tmp_path: Path
) -> None:
    write_script(ECHO)
    files = write_v1(tmp_path, COLOUR="red")
    azmlinfsrv("deploy", *files, "-n", "echo", folder=tmp_path)
    write_v1(tmp_path, COLOUR="blue")
    refused = azmlinfsrv("deploy", *files, "-n", "echo", folder=tmp_path)
    assert (refused.status, "--force replaces it" in refused.err) == (1, True)
    told = azmlinfsrv("deploy", *files, "-n", "echo", "--json", folder=tmp_path)
    assert (told.status, told.json["exists"]) == (1, True)
    service = find_service("echo")
    assert ask(service, "1").json[0] == "red"
    assert azmlinfsrv("deploy", *files, "-n", "echo", "--force", folder=tmp_path).status == 0
    assert ask(service, "1").json[0] == "blue"


def test_update_reads_the_files_again_and_keeps_what_is_not_named(
    write_script: WriteScript, tmp_path: Path
) -> None:
    write_script(ECHO)
    files = write_v1(tmp_path, COLOUR="red")
    azmlinfsrv("deploy", *files, "-n", "echo", "--auth", "key", folder=tmp_path)
    write_v1(tmp_path, COLOUR="green")
    updated = azmlinfsrv("services", "update", "echo", "--json", folder=tmp_path.parent)
    assert (updated.status, updated.json["generation"]) == (0, 2)
    assert updated.json["auth_mode"] == "key"
    assert json.loads(azmlinfsrv("services", "run", "echo", "-d", "1").out)[0] == "green"
    (tmp_path / "inferenceconfig.json").write_text('{"entryScript": "missing.py"}')
    refused = azmlinfsrv("services", "update", "echo")
    assert refused.status != 0
    assert "missing.py" in refused.err
    assert json.loads(azmlinfsrv("services", "run", "echo", "-d", "1").out)[0] == "green"


def test_reload_loads_the_script_anew(write_script: WriteScript, tmp_path: Path) -> None:
    script = write_script(ECHO)
    azmlinfsrv("deploy", *write_v1(tmp_path), "-n", "echo", folder=tmp_path)
    write_script("def init(): pass\ndef run(data): return 'new'\n")
    assert azmlinfsrv("services", "reload", "echo").status == 0
    assert azmlinfsrv("services", "run", "echo", "-d", "1").out == '"new"\n'
    write_script("def init():\n    1 / 0\ndef run(data): pass\n")
    failed = azmlinfsrv("services", "reload", "echo")
    assert failed.status == 1
    assert f"{script}:2: " in failed.err
    assert azmlinfsrv("services", "run", "echo", "-d", "1").out == '"new"\n'


def test_models_of_the_registry_and_files_are_where_the_script_looks(
    write_script: WriteScript, tmp_path: Path
) -> None:
    write_script("""
        import os
        def init():
            global text
            with open(os.path.join(os.environ["AZUREML_MODEL_DIR"], "model.txt")) as file:
                text = file.read()
        def run(data):
            return text
    """)
    model = tmp_path / "model.txt"
    files = write_v1(tmp_path)
    for version in ("one", "two"):
        model.write_text(version)
        azmlinfsrv("models", "register", "--name", "m", "--path", str(model))
    azmlinfsrv("deploy", *files, "-n", "echo", "-m", "m:1", folder=tmp_path)
    assert azmlinfsrv("services", "run", "echo", "-d", "1").out == '"one"\n'
    assert azmlinfsrv("services", "update", "echo", "-m", "m@latest").status == 0
    assert azmlinfsrv("services", "run", "echo", "-d", "1").out == '"two"\n'
    model.write_text("three")
    assert azmlinfsrv("services", "update", "echo", "-m", "model.txt", folder=tmp_path).status == 0
    assert azmlinfsrv("services", "run", "echo", "-d", "1").out == '"three"\n'
    unknown = azmlinfsrv("services", "update", "echo", "-m", "nothing:1", folder=tmp_path)
    assert (unknown.status, "nothing" in unknown.err) == (1, True)
    assert azmlinfsrv("services", "run", "echo", "-d", "1").out == '"three"\n'


def test_run_prints_what_the_service_answers(write_script: WriteScript, tmp_path: Path) -> None:
    write_script("def init(): pass\ndef run(data): return 1 / len(data)\n")
    azmlinfsrv("deploy", *write_v1(tmp_path), "-n", "echo", folder=tmp_path)
    (tmp_path / "request.json").write_text("ab")
    words = ["services", "run", "echo"]
    assert azmlinfsrv(*words, "-r", "request.json", folder=tmp_path).out == "0.5\n"
    assert azmlinfsrv(*words, "-r", "-", given="abcd").out == "0.25\n"
    assert azmlinfsrv(*words, "-d", "a", "--json").json == {"status": 200, "answer": 1.0}
    failed = azmlinfsrv(*words, "-d", "")
    assert failed.status == 1
    assert "the service answered " in failed.err
    assert azmlinfsrv(*words).status == 2
    missing = azmlinfsrv(*words, "-r", "missing.json")
    assert (missing.status, "missing.json cannot be read" in missing.err) == (1, True)


def test_logs_are_printed_and_followed(write_script: WriteScript, tmp_path: Path) -> None:
    write_script("def init(): print('from init')\ndef run(data): print('got', data)\n")
    azmlinfsrv("deploy", *write_v1(tmp_path), "-n", "echo", folder=tmp_path)
    assert "from init" in azmlinfsrv("services", "logs", "echo").out
    assert len(azmlinfsrv("services", "logs", "echo", "--lines", "2").out.splitlines()) == 2
    output = tmp_path / "followed"
    with output.open("wb") as stream:
        follower = subprocess.Popen(
            [sys.executable, "-m", "azmlinfsrv", "services", "logs", "echo", "--follow"],
            stdout=stream,
        )
    try:
        wait_until(lambda: "from init" in output.read_text())
        ask(find_service("echo"), "[7]")
        wait_until(lambda: "got [7]" in output.read_text())
        azmlinfsrv("services", "delete", "echo")
        assert follower.wait(20) == 0
    finally:
        follower.kill()
        follower.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_deployment_that_is_interrupted_leaves_nothing(
    write_script: WriteScript, tmp_path: Path, number: signal.Signals
) -> None:
    write_script("import time\ndef init(): time.sleep(600)\ndef run(data): pass\n")
    words = ["deploy", *write_v1(tmp_path), "-n", "slow"]
    command = subprocess.Popen(
        [sys.executable, "-m", "azmlinfsrv", *words],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: bool(all_services()) and find_service("slow").status().server)
    server = find_service("slow").status().server
    assert server
    command.send_signal(number)
    _, said = command.communicate(timeout=60)
    assert command.returncode not in {0, -number}
    assert "interrupted" in said
    assert all_services() == []
    assert group_members(server.pid) == []


def test_a_service_whose_machine_was_restarted_is_not_called_healthy(
    write_script: WriteScript, tmp_path: Path
) -> None:
    write_script(ECHO)
    azmlinfsrv("deploy", *write_v1(tmp_path), "-n", "echo", folder=tmp_path)
    service = find_service("echo")
    supervisor, server = processes(service)
    os.kill(supervisor.pid, signal.SIGKILL)
    wait_until(lambda: not group_members(server.pid))
    # As if it had been another start of the machine, in which these numbers were others'.
    state = json.loads((service.path / "state.json").read_text())
    for name in ("supervisor", "server"):
        state[name] |= {"pid": os.getpid(), "boot": "another"}
    (service.path / "state.json").write_text(json.dumps(state))
    listed = azmlinfsrv("services", "list")
    assert "echo  Failed" in listed.out
    assert "azmlinfsrv services start echo" in listed.out
    called = azmlinfsrv("services", "run", "echo", "-d", "1")
    assert (called.status, "does not run" in called.err) == (1, True)
    assert azmlinfsrv("services", "start", "echo").status == 0
    assert ask(service, "1").status == 200


def test_an_environment_is_made_for_the_service_and_removed_with_it(
    write_script: WriteScript, tmp_path: Path, home: Path
) -> None:
    wheel = tmp_path / "tiny_library-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny_library.py", "ANSWER = 42\n")
        archive.writestr(
            "tiny_library-1.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: tiny-library\nVersion: 1.0\n",
        )
        archive.writestr(
            "tiny_library-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr("tiny_library-1.0.dist-info/RECORD", "")
    (tmp_path / "conda.yml").write_text(
        f"name: x\ndependencies:\n  - pip\n  - pip:\n    - ./{wheel.name}\n"
    )
    write_script("""
        import importlib.util
        import tiny_library
        def init(): pass
        def run(data):
            return [tiny_library.ANSWER, importlib.util.find_spec("numpy") is not None]
    """)
    files = write_v1(tmp_path)
    config = {
        "entryScript": "score.py",
        "environment": {"python": {"condaDependenciesFile": "conda.yml"}},
    }
    (tmp_path / "inferenceconfig.json").write_text(json.dumps(config))
    failed = azmlinfsrv("deploy", *files, "-n", "tiny", folder=tmp_path)
    assert failed.status == 1
    assert "No module named 'tiny_library'" in failed.err
    deployed = azmlinfsrv("deploy", *files, "-n", "tiny", "--create-env", folder=tmp_path)
    assert deployed.status == 0, deployed.err
    # Not what is installed where this test runs.
    assert azmlinfsrv("services", "run", "tiny", "-d", "1").out == "[42, false]\n"
    python = azmlinfsrv("services", "show", "tiny", "--json").json["python"]
    assert Path(python).is_relative_to(home)
    made = Path(python).stat().st_ctime_ns, time.time()
    assert azmlinfsrv("services", "update", "tiny").status == 0
    assert Path(python).stat().st_ctime_ns == made[0]
    azmlinfsrv("services", "delete", "tiny")
    assert not Path(python).exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "--ic inferenceconfig.json"),
        (["--ic", "inferenceconfig.json"], "--name NAME"),
        (["--ic", "inferenceconfig.json", "-n", "x", "--endpoint", "y"], "--endpoint goes with"),
        (["--ic", "missing.json", "-n", "x"], "missing.json"),
        (["--ic", "inferenceconfig.json", "-n", "x", "--timeout", "-1"], "--timeout"),
        (["--ic", "inferenceconfig.json", "-n", "x", "--restarts", "many"], "--restarts"),
    ],
)
def test_options_that_cannot_be_used_have_status_2(
    write_script: WriteScript, tmp_path: Path, words: list[str], message: str
) -> None:
    write_script(ECHO)
    write_v1(tmp_path)
    done = azmlinfsrv("deploy", *words, folder=tmp_path)
    assert (done.status, message in done.err) == (2, True)
    assert all_services() == []


@pytest.mark.parametrize("name", ["../up", "a/b", "-x", "", ".hidden", "a" * 81])
def test_a_name_that_is_none_is_refused(
    write_script: WriteScript, tmp_path: Path, home: Path, name: str
) -> None:
    write_script(ECHO)
    write_v1(tmp_path)
    done = azmlinfsrv("deploy", "--ic", "inferenceconfig.json", f"--name={name}", folder=tmp_path)
    assert done.status in {1, 2}
    assert not (home / "services").exists() or all_services() == []
    assert azmlinfsrv("services", "show", f"./{name}").status in {1, 2}


@pytest.mark.parametrize("command", ["show", "logs", "reload", "start", "keys", "token", "delete"])
def test_a_service_that_is_not_there_has_status_2(command: str) -> None:
    done = azmlinfsrv("services", command, "nothing")
    assert (done.status, done.out) == (2, "")
    assert f"azmlinfsrv services {command}: There is no service nothing." in done.err


@pytest.mark.parametrize(
    "words",
    [
        ["deploy"],
        *(
            ["services", *rest]
            for rest in (
                *([], ["list"], ["show"], ["logs"], ["run"], ["reload"], ["update"], ["start"]),
                *(["delete"], ["keys"], ["token"]),
            )
        ),
    ],
)
def test_help_has_an_example(words: list[str]) -> None:
    done = azmlinfsrv(*words, "--help")
    assert done.status == 0
    assert f"\n  azmlinfsrv {' '.join(words)}" in done.out.partition("example")[2]


def test_two_commands_are_not_at_one_service_at_once(
    write_script: WriteScript, tmp_path: Path
) -> None:
    write_script(ECHO)
    azmlinfsrv("deploy", *write_v1(tmp_path), "-n", "echo", folder=tmp_path)
    service = find_service("echo")
    with service.alone():
        for command in ("reload", "update", "start", "delete"):
            refused = azmlinfsrv("services", command, "echo")
            assert refused.status == 1
            assert "Another command is at the service echo just now" in refused.err
        assert azmlinfsrv("services", "show", "echo", "--json").json["state"] == "Healthy"
    assert azmlinfsrv("services", "reload", "echo").status == 0

"""A deployed script runs on, is restarted, replaced and removed, and its state is the truth."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from azmlinfsrv.debugging.records import running_server
from azmlinfsrv.debugging.server_figures import figures_of
from azmlinfsrv.deployment.plan import Probe
from azmlinfsrv.deployment.services import steering
from azmlinfsrv.deployment.services.folder import (
    BusyError,
    ServiceError,
    ServiceFolder,
    all_services,
)
from azmlinfsrv.deployment.services.spawn import SpawnedSupervisor
from azmlinfsrv.deployment.services.status import Status
from azmlinfsrv.deployment.services.steering import DeploymentError, ExistsError

from ...conftest import WriteScript, free_port, wait_until
from .conftest import SECONDS, Services, ask, group_members, kill, processes

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and /proc")


def test_a_deployed_script_answers_on_loopback_only_and_its_files_are_private(
    services: Services,
) -> None:
    service = services.deploy()
    status = service.status()
    assert (status.state, status.message) == ("Healthy", None)
    assert ask(service, "[1]").json == "[1]"
    table = Path("/proc/net/tcp").read_text().splitlines()
    listening = [line.split()[1] for line in table if line.split()[3] == "0A"]
    assert f"0100007F:{status.port:04X}" in listening
    assert stat.S_IMODE(service.path.stat().st_mode) == 0o700
    assert all(not file.stat().st_mode & 0o077 for file in service.path.iterdir() if file.suffix)


def test_delete_leaves_no_process_no_port_and_no_file(services: Services) -> None:
    service = services.deploy(worker_count=2)
    supervisor, server = processes(service)
    port = service.status().port
    assert len(group_members(server.pid)) == 3
    steering.delete(service)
    assert not supervisor.is_alive
    assert group_members(server.pid) == []
    assert not service.path.exists()
    assert all_services() == []
    services.deploy(port=port)


def test_processes_that_a_script_has_started_end_with_the_service(services: Services) -> None:
    source = """
        import subprocess
        def init():
            global child
            child = subprocess.Popen(["sleep", "600"])
        def run(data):
            return child.pid
    """
    service = services.deploy(source)
    child = ask(service).json
    assert child in group_members(processes(service)[1].pid)
    steering.delete(service)
    assert not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text()


def test_a_service_outlives_whoever_deployed_it(services: Services) -> None:
    service = services.deploy()
    for process in processes(service):
        assert os.getsid(process.pid) == process.pid != os.getsid(0)
    os.kill(processes(service)[0].pid, signal.SIGHUP)
    assert ask(service, "1").json == "1"


def test_a_failing_init_is_told_with_its_line_and_nothing_is_left(services: Services) -> None:
    source = "def init():\n    open('no-such-model.pkl')\n\ndef run(data): pass\n"
    with pytest.raises(DeploymentError, match="FileNotFoundError") as raised:
        services.deploy(source)
    status = raised.value.status
    assert status.state == "Failed"
    assert (Path(status.file or "").name, status.line) == ("score.py", 2)
    assert "no-such-model.pkl" in raised.value.log
    assert all_services() == []


def test_a_port_that_is_taken_makes_it_unschedulable_and_names_the_holder(
    services: Services,
) -> None:
    first = services.deploy(name="first")
    with pytest.raises(DeploymentError, match=r"is that of the service first") as raised:
        services.deploy(name="second", port=first.status().port)
    assert raised.value.status.state == "Unschedulable"
    assert [service.name for service in all_services()] == ["first"]


def test_an_interpreter_that_is_missing_makes_it_unschedulable(services: Services) -> None:
    definition = replace(services.definition(), program=("/no/such/python", "-m", "azmlinfsrv"))
    with (
        SpawnedSupervisor() as supervisor,
        pytest.raises(DeploymentError, match=r"/no/such/python cannot be started") as raised,
    ):
        steering.deploy(definition, supervisor, SECONDS)
    assert raised.value.status.state == "Unschedulable"
    assert all_services() == []


def test_a_server_that_crashes_is_started_again_on_its_port(services: Services) -> None:
    service = services.deploy()
    before = service.status()
    kill(processes(service)[1])
    wait_until(lambda: service.status().state == "Unhealthy")
    assert "SIGKILL" in (service.status().message or "")
    wait_until(lambda: service.status().state == "Healthy")
    after = service.status()
    assert (after.port, after.restarts) == (before.port, 1)
    assert after.server != before.server
    assert before.server
    assert group_members(before.server.pid) == []
    assert ask(service, "2").json == "2"


def test_a_server_that_crashes_again_and_again_is_given_up(services: Services) -> None:
    service = services.deploy(restarts=2)
    for _ in range(2):
        kill(processes(service)[1])
        wait_until(lambda: service.status().state == "Unhealthy")
        wait_until(lambda: service.status().state == "Healthy")
    supervisor, server = processes(service)
    kill(server)
    wait_until(lambda: service.status().state == "Failed")
    assert "restarted 2 times" in (service.status().message or "")
    wait_until(lambda: not supervisor.is_alive)
    steering.start(service, SECONDS)
    assert service.status().state == "Healthy"


def test_no_server_is_left_when_the_supervisor_is_killed_and_the_state_says_so(
    services: Services,
) -> None:
    service = services.deploy(worker_count=2)
    supervisor, server = processes(service)
    kill(supervisor)
    wait_until(lambda: not group_members(server.pid))
    status = service.status()
    assert status.state == "Failed"
    assert "azmlinfsrv services start echo" in (status.message or "")
    with pytest.raises(ServiceError, match="does not run"):
        steering.reload(service, SECONDS)
    steering.start(service, SECONDS)
    assert service.status().state == "Healthy"
    assert service.status().port == status.port


def test_another_process_with_the_supervisors_number_is_not_taken_for_it(
    services: Services,
) -> None:
    service = services.deploy()
    supervisor, server = processes(service)
    kill(supervisor)
    wait_until(lambda: not group_members(server.pid))
    file = service.path / "state.json"
    told = json.loads(file.read_text())
    told["supervisor"]["pid"] = os.getpid()
    file.write_text(json.dumps(told))
    assert service.status().state == "Failed"
    steering.delete(service)


def test_of_two_deployments_of_one_name_at_once_exactly_one_wins(services: Services) -> None:
    source = "import time\ndef init(): time.sleep(0.5)\ndef run(data): return 1\n"
    definition = services.definition(source)
    won: list[ServiceFolder] = []
    lost: list[Exception] = []

    def deploy() -> None:
        try:
            with SpawnedSupervisor() as supervisor:
                won.append(steering.deploy(definition, supervisor, SECONDS))
        except (BusyError, ExistsError) as error:
            lost.append(error)

    threads = [threading.Thread(target=deploy) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert (len(won), len(lost)) == (1, 3)
    assert all("is being deployed just now" in str(error) for error in lost)
    assert won[0].status().state == "Healthy"
    assert ask(won[0]).json == 1


def test_a_deployment_that_takes_too_long_is_broken_off(services: Services) -> None:
    source = "import time\ndef init(): time.sleep(600)\ndef run(data): pass\n"
    definition = services.definition(source)
    seen: list[Status] = []
    with (
        SpawnedSupervisor() as supervisor,
        pytest.raises(DeploymentError, match=r"not ready after 3 s.*--timeout"),
    ):
        steering.deploy(definition, supervisor, 3, seen.append)
    server = seen[-1].server
    assert server is not None
    assert group_members(server.pid) == []
    assert all_services() == []


def test_a_reload_serves_new_code_and_keeps_the_old_one_when_that_fails(
    services: Services, write_script: WriteScript
) -> None:
    service = services.deploy("def init(): pass\ndef run(data): return 'old'\n")
    write_script("def init(): pass\ndef run(data): return 'new'\n")
    steering.reload(service, SECONDS)
    assert ask(service).json == "new"
    write_script("def init():\n    1 / 0\ndef run(data): return 'broken'\n")
    with pytest.raises(DeploymentError, match="ZeroDivisionError") as raised:
        steering.reload(service, SECONDS)
    assert raised.value.status.line == 2
    assert ask(service).json == "new"
    assert service.status().state == "Healthy"


def test_an_update_loses_no_request(services: Services) -> None:
    source = """
        import os, time
        def init():
            time.sleep(0.3)
        def run(data):
            return os.environ["COLOUR"]
    """
    service = services.deploy(source, environment={"COLOUR": "blue"})
    old = processes(service)[1]
    answers: list[str] = []
    is_over = threading.Event()

    def client() -> None:
        while not is_over.is_set():
            answers.append(ask(service).json)

    clients = [threading.Thread(target=client) for _ in range(3)]
    for each in clients:
        each.start()
    wait_until(lambda: len(answers) > 10)
    services.update(service, environment={"COLOUR": "green"})
    during = len(answers)
    wait_until(lambda: len(answers) > during + 30)
    is_over.set()
    for each in clients:
        each.join(SECONDS)
        assert not each.is_alive()
    first_green = answers.index("green")
    assert set(answers[:first_green]) == {"blue"}
    assert set(answers[during + 10 :]) == {"green"}
    assert service.status().generation == 2
    wait_until(lambda: not group_members(old.pid))


def test_an_update_that_fails_leaves_the_old_one(services: Services) -> None:
    source = """
        import os
        def init():
            if "BROKEN" in os.environ:
                raise RuntimeError("broken on purpose")
        def run(data):
            return 1
    """
    service = services.deploy(source)
    before = processes(service)
    with pytest.raises(DeploymentError, match="broken on purpose") as raised:
        services.update(service, environment={"BROKEN": "1"})
    assert raised.value.status.line == 5
    assert (service.status().state, service.status().generation) == ("Healthy", 1)
    assert processes(service) == before
    assert ask(service).json == 1
    definition = service.definition()
    assert definition
    assert definition.plan.environment == {}
    assert sorted(path.name for path in service.path.glob("events*")) == ["events-1.jsonl"]


def test_a_service_whose_run_hangs_is_unhealthy_and_is_restarted(services: Services) -> None:
    source = """
        import os, signal
        def init(): pass
        def run(data):
            os.kill(os.getpid(), signal.SIGSTOP)
    """
    probe = Probe(period=1, timeout=1, failure_threshold=2)
    service = services.deploy(source, liveness=probe)
    first = processes(service)[1]

    def hang() -> None:
        with contextlib.suppress(OSError):
            ask(service)

    client = threading.Thread(target=hang)
    client.start()
    wait_until(lambda: service.status().state == "Unhealthy")
    wait_until(lambda: service.status().state == "Healthy" and processes(service)[1] != first)
    assert service.status().restarts == 1
    assert group_members(first.pid) == []
    client.join(SECONDS)
    assert not client.is_alive()


def test_what_a_script_prints_is_in_the_log_which_does_not_grow_for_ever(
    services: Services,
) -> None:
    source = """
        import os, subprocess
        def init():
            print("from init")
            subprocess.run(["echo", "from a child"])
        def run(data):
            os.write(1, b"x" * 99 + b"\\n" if data == "1" else (b"y" * 99 + b"\\n") * 9000)
    """
    service = services.deploy(source)
    wait_until(lambda: "from a child" in service.log_file.read_text())
    assert "from init" in service.log_file.read_text()
    for _ in range(5):
        ask(service, "2")
    ask(service, "1")
    wait_until(lambda: "x" * 99 in steering.last_lines(service.log_file, 10))
    kept = [*service.path.glob("service.log*")]
    assert len(kept) == 2
    assert sum(file.stat().st_size for file in kept) < 2_000_000


def test_a_supervisor_that_gets_no_service_ends() -> None:
    with SpawnedSupervisor() as supervisor:
        assert not supervisor.has_ended
    wait_until(lambda: supervisor.has_ended)


def test_an_update_can_change_the_port_but_not_to_one_that_is_taken(services: Services) -> None:
    other = services.deploy(name="other")
    service = services.deploy()
    before = service.status().port
    with pytest.raises(DeploymentError, match="is that of the service other"):
        services.update(service, port=other.status().port)
    assert (service.status().state, service.status().port) == ("Healthy", before)
    assert ask(service, "1").json == "1"
    port = free_port()
    services.update(service, port=port)
    assert service.status().port == port
    assert ask(service, "2").json == "2"
    services.deploy(name="third", port=before)


def test_an_update_that_takes_too_long_is_broken_off(services: Services) -> None:
    source = """
        import os, time
        def init():
            time.sleep(float(os.environ.get("SLEEP", "0")))
        def run(data):
            return 1
    """
    service = services.deploy(source)
    before = processes(service)
    definition = service.definition()
    assert definition
    slow = replace(definition, plan=replace(definition.plan, environment={"SLEEP": "600"}))
    with pytest.raises(DeploymentError, match=r"after 2 s.*broken off"):
        steering.update(service, slow, 2)
    wait_until(lambda: len(list(service.path.glob("events*"))) == 1)
    assert processes(service) == before
    assert ask(service).json == 1
    services.update(service, environment={"SLEEP": "0"})
    assert service.status().generation == 2


def test_a_service_can_be_deleted_while_an_update_hangs_whose_command_was_killed(
    services: Services,
) -> None:
    source = """
        import os, time
        def init():
            time.sleep(float(os.environ.get("SLEEP", "0")))
        def run(data):
            return 1
    """
    service = services.deploy(source)
    supervisor, server = processes(service)
    definition = service.definition()
    assert definition
    # Other tests have servers that sleep at the same time.
    slow = replace(definition.plan, environment={"SLEEP": "600", "OF": str(service.path)})
    # What an update does before it waits.
    service.propose(replace(definition, plan=slow))
    service.write_command("update")
    wait_until(lambda: len(list(service.path.glob("events*"))) == 2)
    steering.delete(service)
    assert not supervisor.is_alive
    assert group_members(server.pid) == []
    mark = f"OF={service.path}".encode()
    left = [path for path in Path("/proc").glob("[0-9]*/environ") if _has(path, mark)]
    assert left == []


def _has(environment: Path, word: bytes) -> bool:
    try:
        return word in environment.read_bytes()
    except OSError:
        return False


def test_a_service_is_told_to_end_as_any_program_is(services: Services) -> None:
    service = services.deploy()
    supervisor, server = processes(service)
    os.kill(supervisor.pid, signal.SIGTERM)
    wait_until(lambda: not supervisor.is_alive)
    assert group_members(server.pid) == []
    assert (service.status().state, service.status().message) == ("Failed", "It has been stopped.")
    steering.start(service, SECONDS)
    assert service.status().state == "Healthy"


def test_a_request_that_runs_is_answered_before_the_service_is_deleted(services: Services) -> None:
    source = "import time\ndef init(): pass\ndef run(data):\n    time.sleep(2)\n    return 'done'\n"
    service = services.deploy(source)
    answers: list[str] = []
    client = threading.Thread(target=lambda: answers.append(ask(service).json))
    client.start()
    wait_until(lambda: _is_running(service))
    steering.delete(service)
    client.join(SECONDS)
    assert answers == ["done"]


def _is_running(service: ServiceFolder) -> bool:
    server = running_server(processes(service)[1].pid)
    return server is not None and figures_of(server, server.workers).state == "busy"

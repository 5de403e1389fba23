"""A model that a service needs is not deleted by mistake."""

from __future__ import annotations

import contextlib
from pathlib import Path

from azmlinfsrv.deployment.services.folder import find_service

from ...conftest import ECHO, WriteScript, wait_until
from .command import azmlinfsrv, write_v1
from .conftest import kill, processes


def test_a_model_of_a_service_is_deleted_only_with_force_also_while_it_does_not_run(
    write_script: WriteScript, tmp_path: Path
) -> None:
    write_script(ECHO)
    model = tmp_path / "model.txt"
    model.write_text("weights")
    for _ in range(2):
        azmlinfsrv("models", "register", "--name", "m", "--path", str(model))
    azmlinfsrv("deploy", *write_v1(tmp_path), "-n", "echo", "-m", "m:1", folder=tmp_path)
    service = find_service("echo")
    for _ in ("running", "stopped"):
        refused = azmlinfsrv("models", "delete", "m:1")
        assert refused.status == 1
        assert "The service echo serves" in refused.err
        assert "`azmlinfsrv services delete echo` removes it" in refused.err
        for process in processes(service):
            with contextlib.suppress(ProcessLookupError):
                # The server ends with its supervisor; its number may be another's by then.
                if process.is_alive:
                    kill(process)
        wait_until(lambda: service.status().state == "Failed")
    assert azmlinfsrv("models", "delete", "m:2").status == 0
    assert azmlinfsrv("models", "delete", "m:1", "--force").status == 0

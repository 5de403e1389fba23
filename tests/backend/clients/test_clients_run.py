"""Clients ask real services, with keys, tokens and without, in the languages that run here."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from azmlinfsrv.cli import main

from ..conftest import StartServer, WriteScript, free_port
from ..deployment.services.command import azmlinfsrv, write_v1
from ..deployment.services.conftest import home

__all__ = ["home"]

MODULES = Path(__file__).parents[3] / "node_modules"
SCHEMA = """
    import time
    from azureml.contrib.services.aml_response import AMLResponse
    from inference_schema.parameter_types.standard_py_parameter_type import (
        StandardPythonParameterType as Of,
    )
    from inference_schema.schema_decorators import input_schema, output_schema

    print("not part of the client")

    def init():
        pass

    @input_schema("data", Of([[1.5, 2.0]]))
    @input_schema("word", Of('''it's "quoted" $HOME `id` ü'''))
    @output_schema(Of({"sum": 1.5, "class": "x", "deployment": "x"}))
    def run(data, word, request_headers):
        if word == "text":
            return AMLResponse("no JSON", 200)
        if word == "fail":
            raise ValueError("the model broke")
        if word == "sleep":
            time.sleep(2.5)
        headers = {name.lower(): value for name, value in request_headers.items()}
        deployment = headers.get("azureml-model-deployment")
        return {"sum": sum(map(sum, data)), "class": word, "deployment": deployment}
"""
WORD = 'it\'s "quoted" $HOME `id` ü'

CHECKED: set[str] = set()

Run = Callable[..., subprocess.CompletedProcess[str]]


def run_python(file: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return run([sys.executable, "-I", str(file)], env)


def run_curl(file: Path, **env: str) -> subprocess.CompletedProcess[str]:
    if not shutil.which("curl") or not shutil.which("sh"):
        pytest.skip("there is no curl")
    return run(["sh", str(file)], env)


def run_typescript(file: Path, **env: str) -> subprocess.CompletedProcess[str]:
    node, compiler = shutil.which("node"), MODULES / "typescript" / "bin" / "tsc"
    if node is None or not compiler.is_file():
        pytest.skip("there is no TypeScript")
    options = ["--strict", "--noUnusedLocals", "--noImplicitReturns", "--skipLibCheck"]
    # Once is enough for one text; the other times it is only turned into JavaScript.
    text = re.sub("SAMPLE: .*", "", file.read_text(), flags=re.DOTALL)
    options += ["--noCheck"] if text in CHECKED else []
    CHECKED.add(text)
    options += ["--target", "es2022", "--lib", "es2022", "--module", "commonjs"]
    options += ["--typeRoots", str(MODULES / "@types"), "--types", "node"]
    compiled = run([node, str(compiler), *options, str(file)], {})
    assert compiled.returncode == 0, compiled.stdout
    return run([node, str(file.with_suffix(".js"))], env)


def run(words: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AZUREML_")}
    return subprocess.run(
        words, env={**clean, **env}, capture_output=True, text=True, timeout=120, check=False
    )


RUNS: dict[str, Run] = {"python": run_python, "curl": run_curl, "typescript": run_typescript}
ENDINGS = {"python": "py", "curl": "sh", "typescript": "ts", "csharp": "cs"}


def write_client(language: str, folder: Path, *words: str) -> Path:
    file = folder / f"client.{ENDINGS[language]}"
    assert main(["client", "--language", language, *words, "-o", str(file), "--force"]) == 0
    return file


@pytest.mark.parametrize("auth", ["key", "token"])
def test_a_client_asks_a_service_with_its_key_or_token_only(
    auth: str, write_script: WriteScript, tmp_path: Path
) -> None:
    write_script(SCHEMA)
    deployed = azmlinfsrv(
        "deploy", *write_v1(tmp_path), "-n", "sums", "--auth", auth, folder=tmp_path
    )
    assert deployed.status == 0, deployed.err
    if auth == "key":
        secret = azmlinfsrv("services", "keys", "sums", "--json").json["primaryKey"]
    else:
        secret = azmlinfsrv("services", "token", "sums", "--json").json["token"]
    for language, run_client in RUNS.items():
        file = write_client(language, tmp_path, "--service", "sums", "--key_env", "SUMS_KEY")
        assert secret not in file.read_text()
        done = run_client(file, SUMS_KEY=secret)
        assert done.returncode == 0, (language, done)
        assert json.loads(done.stdout) == {"sum": 3.5, "class": WORD, "deployment": None}
        for wrong in ({}, {"SUMS_KEY": "wrong"}):
            refused = run_client(file, **wrong)
            assert refused.returncode not in {0, None}, (language, refused)
            told = refused.stdout + refused.stderr
            assert "401" in told, (language, told)
            assert auth in told.lower(), (language, told)
            assert "Traceback" not in told


def test_a_client_tells_what_the_service_said_and_when_it_said_nothing(
    start_server: StartServer, tmp_path: Path
) -> None:
    url = start_server(SCHEMA, "--show_errors").wait_until_ready()
    sample = tmp_path / "request.json"
    more = ["--sample", str(sample), "--timeout", "1", "--url", url, "--deployment", "blue"]
    for language, run_client in RUNS.items():
        sample.write_text(json.dumps({"data": [[1]], "word": "fine"}))
        done = run_client(write_client(language, tmp_path, *more))
        assert done.returncode == 0, (language, done)
        assert json.loads(done.stdout) == {"sum": 1, "class": "fine", "deployment": "blue"}
        sample.write_text(json.dumps({"data": [[1]], "word": "fail"}))
        failed = run_client(write_client(language, tmp_path, *more))
        assert failed.returncode != 0
        assert "500" in failed.stderr, (language, failed)
        assert "the model broke" in failed.stdout + failed.stderr, (language, failed)
        sample.write_text(json.dumps({"data": [[1]], "word": "text"}))
        answered = run_client(write_client(language, tmp_path, *more))
        assert "no JSON" in answered.stdout + answered.stderr
        assert (answered.returncode == 0) == (language == "curl"), answered
    sample.write_text(json.dumps({"data": [[1]], "word": "sleep"}))
    for language, run_client in RUNS.items():
        slow = run_client(write_client(language, tmp_path, *more))
        assert slow.returncode != 0
        assert "did not answer within 1" in slow.stderr or "timed out" in slow.stderr, slow


def test_a_client_of_a_script_that_is_not_served_asks_where_it_will_be(
    start_server: StartServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    server = start_server(SCHEMA, "--port", str(free_port()))
    url = server.wait_until_ready()
    words = ["--entry_script", str(tmp_path / "score.py"), "--url", f"{url}/score"]
    for language, run_client in RUNS.items():
        printed = azmlinfsrv("client", "--language", language, *words)
        # What the script prints is not part of what is printed.
        assert "not part of the client" in printed.err
        file = tmp_path / f"client.{ENDINGS[language]}"
        file.write_text(printed.out)
        done = run_client(file)
        assert json.loads(done.stdout)["sum"] == 3.5, (language, done)
    assert main(["client", "--language", "python", "--url", "http://127.0.0.1:1"]) == 1
    assert "cannot be reached" in capfd.readouterr().err


def test_a_service_that_is_down_is_told_by_its_client(
    start_server: StartServer, tmp_path: Path
) -> None:
    server = start_server(SCHEMA, "--port", str(free_port()))
    words = ["--url", server.wait_until_ready()]
    files = {language: write_client(language, tmp_path, *words) for language in RUNS}
    server.stop()
    for language, run_client in RUNS.items():
        done = run_client(files[language])
        assert done.returncode != 0
        told = "onnect" if language == "curl" else "cannot be reached"
        assert told in done.stderr, (language, done)

"""The package's own steps give a service that answers, is healthy and ends well."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .containers import Container, Image, needs_namespaces

SCRIPT = """
import json
import os
import time
from pathlib import Path

import itsdangerous
import helper


def init():
    global model
    model = Path(os.environ["AZUREML_MODEL_DIR"], "factor.txt").read_text()


def run(raw_data):
    request = json.loads(raw_data)
    if "seconds" in request:
        Path("/tmp/busy").touch()
        time.sleep(request["seconds"])
    return {
        "answer": helper.times(request["data"], int(model)),
        "greeting": os.environ["GREETING"],
        "user": os.getuid(),
        "pid": os.getppid(),
        "folder": os.getcwd(),
        "signer": itsdangerous.__name__,
        "writable": os.access(__file__, os.W_OK),
    }
"""


@needs_namespaces
def test_the_dockerfile_gives_a_service_that_answers_and_ends_when_asked(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "score.py").write_text(SCRIPT)
    (source / "helper.py").write_text("def times(a, b):\n    return a * b\n")
    (source / "requirements.txt").write_text("itsdangerous\n")
    (source / ".env").write_text("PASSWORD=hush")
    (tmp_path / "factor.txt").write_text("6")
    (source / "deployment.yml").write_text(
        "name: blue\nendpoint_name: times\ninstance_type: any\ninstance_count: 1\n"
        "model:\n  path: ../factor.txt\n"
        "code_configuration:\n  code: .\n  scoring_script: score.py\n"
        "environment:\n  image: any\n"
        "environment_variables:\n  GREETING: 'a \"b\" $HOME \\n ä'\n  API_KEY: hush\n"
    )
    package = tmp_path / "package"
    words = ["package", "--file", str(source / "deployment.yml"), "-o", str(package), "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "azmlinfsrv", *words], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["has_hashes"]

    image = Image(package, tmp_path / "root")
    container = Container(image, tmp_path / "log.txt")
    try:
        container.wait_until_healthy()
        assert container.post('{"data": 7}') == {
            "answer": 42,
            "greeting": 'a "b" $HOME \\n ä',
            "user": 10001,
            "pid": 1,
            "folder": "/var/azureml-app",
            "signer": "itsdangerous",
            "writable": False,
        }
        with ThreadPoolExecutor() as threads:
            slow = threads.submit(container.post, '{"data": 8, "seconds": 2}')
            while not (image.root / "tmp" / "busy").exists():
                assert not slow.done(), slow.result()
                time.sleep(0.01)
            assert container.is_healthy(), "it is busy, which is no illness"
            assert container.stop() == 0
            assert slow.result()["answer"] == 48, "a request that runs is answered"
    finally:
        container.kill()
    assert not (image.root / "var/azureml-app/.env").exists()
    everything = [path for path in (image.root / "var").rglob("*") if path.is_file()]
    everything += [path for path in package.rglob("*") if path.is_file()]
    assert not [path for path in everything if b"hush" in path.read_bytes()]

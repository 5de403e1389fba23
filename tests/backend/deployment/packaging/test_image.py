"""The package's own steps give a service that answers, is healthy and ends well."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from backend.deployment.packaging.containers import Container, Image, needs_namespaces

SCRIPT = """
import json
import os
from pathlib import Path

import itsdangerous
import helper


def init():
    global model
    model = Path(os.environ["AZUREML_MODEL_DIR"], "factor.txt").read_text()


def run(raw_data):
    return {
        "answer": helper.times(json.loads(raw_data)["data"], int(model)),
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
        assert container.stop() == 0
    finally:
        container.kill()
    assert not (image.root / "var/azureml-app/.env").exists()
    assert "hush" not in (package / "Dockerfile").read_text()

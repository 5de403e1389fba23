"""The example, packaged with scikit-learn and its model, built and run as Docker would."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from backend.deployment.packaging.containers import Container, Image, needs_namespaces

EXAMPLE = Path(__file__).parents[2] / "examples" / "diabetes"


@needs_namespaces
def test_the_example_answers_from_its_own_image(tmp_path: Path) -> None:
    package = tmp_path / "package"
    words = ["package", "--entry_script", str(EXAMPLE / "score.py"), "-o", str(package)]
    done = subprocess.run(
        [sys.executable, "-m", "azmlinfsrv", *words], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    assert "scikit-learn==" in (package / "requirements.txt").read_text()
    assert (package / "azureml-models/model/1/sklearn_regression_model.pkl").is_file()

    container = Container(Image(package, tmp_path / "root"), tmp_path / "log.txt")
    try:
        # Scikit-learn takes its time to be imported.
        container.wait_until_healthy(120)
        answer = container.post((EXAMPLE / "sample-request.json").read_text())
        assert [type(value) for value in answer] == [float, float]
        assert all(25 < value < 346 for value in answer), json.dumps(answer)
        assert container.stop() == 0
    finally:
        container.kill()

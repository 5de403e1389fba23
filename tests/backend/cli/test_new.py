"""`azmlinfsrv new`: each template runs at once, answers its sample, and overwrites nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from azmlinfsrv.analysis.analyse import analyse
from azmlinfsrv.analysis.model_folder import ModelFolderRequest, find_model_folder
from azmlinfsrv.analysis.samples.sample_request import sample_request
from azmlinfsrv.analysis.script import Context
from azmlinfsrv.cli import main
from azmlinfsrv.templates import TEMPLATES, Template

from ..conftest import HttpAnswer, Server

NAMES = [each.name for each in TEMPLATES]
OK = 200
each_template = pytest.mark.parametrize("template", TEMPLATES, ids=NAMES)


@pytest.fixture(autouse=True)
def _no_model_dir(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZUREML_MODEL_DIR", raising=False)


def write(template: Template, folder: Path) -> Path:
    assert main(["new", "--template", template.name, str(folder)]) == 0
    return folder / "score.py"


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Server]:
    words = ["--entry_script", "score.py", "--host", "127.0.0.1", "--port", "auto"]
    model = ["--model_dir", "model"] if (folder / "model").is_dir() else []
    server = Server(folder, [*words, *model, *options], {})
    try:
        yield server
    finally:
        server.stop()


def ask_its_sample(folder: Path, server: Server) -> HttpAnswer:
    """Send what lies beside the script: a body, or a request that names the file to send."""
    body = folder / "sample-request.json"
    if body.exists():
        return server.request("/score", body.read_bytes())
    lines = (folder / "sample-request.http").read_text().splitlines()
    kind = next(line.partition(": ")[2] for line in lines if line.startswith("Content-Type"))
    file = next(line.partition("./")[2] for line in lines if line.startswith("< "))
    return server.request("/score", (folder / file).read_bytes(), {"Content-Type": kind})


@pytest.mark.parametrize("compat", [(), ("--compat", "published")], ids=["ours", "published"])
@each_template
def test_a_template_answers_its_own_sample(
    template: Template, compat: tuple[str, ...], tmp_path: Path
) -> None:
    write(template, tmp_path)
    with serving(tmp_path, "--show_errors", *compat) as server:
        answer = ask_its_sample(tmp_path, server)
        assert (answer.status, answer.headers.get("x-ms-run-function-failed")) == (OK, "False"), (
            answer.text
        )


@each_template
def test_a_template_has_no_findings(template: Template, tmp_path: Path) -> None:
    script = write(template, tmp_path)
    folder = find_model_folder(ModelFolderRequest(script, tmp_path, None, None))
    found = analyse(script.read_text(), script, Context(model_folder=folder))
    assert found.findings == ()


@each_template
def test_the_sample_that_the_editor_makes_is_answered_as_well(
    template: Template, tmp_path: Path
) -> None:
    script = write(template, tmp_path)
    analysis = analyse(script.read_text(), script)
    assert analysis.script is not None
    sample = sample_request(analysis.script)
    if template.name == "image":
        assert (sample.body, sample.is_raw) == (None, True)
        return
    with serving(tmp_path, "--show_errors") as server:
        answer = server.request("/score", sample.body, {"Content-Type": sample.content_type})
        assert answer.status == OK, answer.text


def test_the_streaming_template_streams(tmp_path: Path) -> None:
    write(next(each for each in TEMPLATES if each.name == "streaming"), tmp_path)
    with serving(tmp_path) as server:
        answer = ask_its_sample(tmp_path, server)
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.text.count("data: ") == 6


def test_the_image_template_says_what_it_takes(tmp_path: Path) -> None:
    write(next(each for each in TEMPLATES if each.name == "image"), tmp_path)
    with serving(tmp_path) as server:
        assert ask_its_sample(tmp_path, server).json["label"] == "landscape"
        refused = server.request("/score", b"GIF89a", {"Content-Type": "image/gif"})
        assert (refused.status, refused.json) == (400, {"error": "Send a PNG file as the body."})


@each_template
def test_a_template_needs_no_more_than_it_says(template: Template) -> None:
    ours = {"azureml_inference_server_http", "inference_schema"}
    text = (template.folder / "score.py").read_text()
    imported = {
        line.split()[1].split(".")[0]
        for line in text.splitlines()
        if line.startswith(("import ", "from "))
    }
    assert imported - ours - sys.stdlib_module_names == set(template.needs)


def test_nothing_is_overwritten_unless_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "score.py"
    mine.write_text("mine = 1\n")
    assert main(["new", "--template", "json", str(tmp_path), "--json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out) == {"written": [], "existing": [str(mine)]}
    assert "score.py already; nothing was written. --force overwrites" in told.err
    assert list(tmp_path.iterdir()) == [mine]
    assert mine.read_text() == "mine = 1\n"
    assert main(["new", "--template", "json", str(tmp_path), "--force"]) == 0
    assert "def run(" in mine.read_text()


def test_the_list_tells_what_each_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "--list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == NAMES
    for row in rows:
        assert row["files"][0] == "score.py"
        assert row["summary"].endswith(".")
    assert main(["new", "--list"]) == 0
    assert "power-bi" in capsys.readouterr().out


def test_an_unknown_name_lists_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["new"], ["new", "--template", "nump"]):
        with pytest.raises(SystemExit):
            main(words)
        assert "several-models" in capsys.readouterr().err


def test_what_it_says_to_do_next_works(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "azmlinfsrv", "new", "--template", "json", "my service"],
        cwd=tmp_path,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    script = Path("my service", "score.py")
    assert f"wrote '{script}'" in done.stdout
    assert f"azmlinfsrv --entry_script '{script}'" in done.stdout
    assert f"@'{script.with_name('sample-request.json')}'" in done.stdout


def test_a_folder_that_cannot_be_made_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main(["new", "--template", "json", str(tmp_path / "file" / "below")]) == 2
    assert "azmlinfsrv new: " in capsys.readouterr().err

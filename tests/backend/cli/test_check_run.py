"""`azmlinfsrv check --run`: scripts in the real server, and nothing left of it afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from azmlinfsrv.own_command import own_command

from ..conftest import WriteScript, wait_until

ECHO = "def init(): pass\ndef run(raw_data): return raw_data\n"
SCHEMA = """
    from inference_schema.parameter_types.standard_py_parameter_type import (
        StandardPythonParameterType,
    )
    from inference_schema.schema_decorators import input_schema

    def init():
        pass

    @input_schema("data", StandardPythonParameterType([1, 2]))
    def run(data):
        return sum(data) / (len(data) - {zero})
"""


class Check:
    """`azmlinfsrv check --run` as a process of its own, with a folder for its temporary files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.temporary = Path(tempfile.mkdtemp(dir=folder, prefix=".tmp-"))
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("AZUREML_", "AML_"))}
        self.env = {**clean, "TMPDIR": str(self.temporary)}

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "azmlinfsrv", "check", "--run", *words],
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> tuple[int, str, str]:
        with self.start(*words) as process:
            output, errors = process.communicate(timeout=60)
        return process.returncode, output, errors

    def found(self, *words: str) -> list[dict[str, Any]]:
        _, output, errors = self.run("--format", "json", *words)
        assert "Traceback" not in errors
        rows: list[dict[str, Any]] = json.loads(output)
        self.assert_nothing_is_left()
        return rows

    def assert_nothing_is_left(self) -> None:
        # The folder of the servers' records is shared, and stays.
        left = [path for path in self.temporary.rglob("*") if path.name != "azmlinfsrv"]
        assert [path for path in left if path.parent != self.temporary] == []
        assert [path for path in left if not path.name.startswith("runtime-")] == []
        assert servers_in(self.folder) == []


def servers_in(folder: Path) -> list[str]:
    """Return the processes that serve a script of a folder; where the system tells."""
    running = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if "--entry_script" in words and any(word.startswith(str(folder)) for word in words):
            running.append(" ".join(words))
    return running


@pytest.fixture
def check(tmp_path: Path) -> Check:
    return Check(tmp_path)


def sample(check: Check, text: str = '{"data": [1]}', name: str = "sample.json") -> str:
    (check.folder / name).write_text(text)
    return name


def test_a_script_that_answers_passes(check: Check, write_script: WriteScript) -> None:
    write_script(ECHO)
    status, output, errors = check.run("--request", sample(check), "score.py")
    assert (status, errors) == (0, "")
    assert "score.py: the server started; 1 of 1 requests" in output
    check.assert_nothing_is_left()


def test_without_a_sample_it_is_told_that_only_the_start_was_tried(
    check: Check, write_script: WriteScript
) -> None:
    write_script(ECHO)
    status, output, _ = check.run("score.py")
    assert status == 0
    assert "no request was tried. Name one with --request FILE" in output


def test_the_schema_gives_the_sample(check: Check, write_script: WriteScript) -> None:
    write_script(SCHEMA.replace("{zero}", "1"))
    status, output, _ = check.run("score.py")
    assert status == 0, output
    assert "1 of 1 requests were answered as they should be (the schema's example)" in output


def test_a_request_that_raises_is_told_on_the_line_that_raised(
    check: Check, write_script: WriteScript
) -> None:
    script = write_script(SCHEMA.replace("{zero}", "2"))
    (row,) = check.found("score.py")
    line = script.read_text().splitlines().index("    return sum(data) / (len(data) - 2)") + 1
    assert (row["code"], row["line"], row["column"]) == ("AML902", line, 5)
    assert row["message"] == (
        "the schema's example is answered with status 500: ZeroDivisionError: division by zero"
    )


def test_each_request_that_fails_is_told(check: Check, write_script: WriteScript) -> None:
    write_script("def init(): pass\ndef run(raw_data):\n    return {'1': 1}[raw_data]\n")
    words = [
        word
        for text, name in (("1", "a.json"), ("2", "b.json"), ("3", "c.json"))
        for word in ("--request", sample(check, text, name))
    ]
    rows = check.found(*words, "score.py")
    assert sorted(row["message"].split()[0] for row in rows) == ["b.json", "c.json"]


def test_a_start_that_raises_is_told_on_the_line_that_raised(
    check: Check, write_script: WriteScript
) -> None:
    write_script("def init():\n    int('x')\n\ndef run(raw_data): return raw_data\n")
    (row,) = check.found("score.py")
    assert (row["code"], row["line"], row["column"]) == ("AML901", 2, 5)
    assert "ValueError: invalid literal" in row["message"]


def test_a_failure_in_a_module_of_the_users_is_told_there(
    check: Check, write_script: WriteScript
) -> None:
    write_script("import helper\ndef init(): helper.load()\ndef run(raw_data): return 1\n")
    write_script("def load():\n    raise OSError('no model')\n", "helper.py")
    (row,) = check.found("score.py")
    assert (row["path"], row["line"]) == ("helper.py", 2)


def test_a_missing_library_is_named(check: Check, write_script: WriteScript) -> None:
    write_script("import martian_learn\n" + ECHO)
    (row,) = check.found("score.py")
    assert row["line"] == 1
    assert "Install martian_learn" in row["message"]


def test_a_process_that_ends_in_init_is_told(check: Check, write_script: WriteScript) -> None:
    write_script("import os\ndef init(): os._exit(7)\ndef run(raw_data): return raw_data\n")
    (row,) = check.found("--select", "AML9", "score.py")
    assert row["code"] == "AML901"


def test_an_init_that_hangs_is_told_on_the_line_where_it_hangs(
    check: Check, write_script: WriteScript
) -> None:
    write_script(
        "import threading\n\ndef init():\n    threading.Event().wait()\n\n"
        "def run(raw_data): return raw_data\n"
    )
    (row,) = check.found("--timeout", "3", "score.py")
    assert (row["code"], row["line"]) == ("AML901", 4)
    assert "not ready after 3 s" in row["message"]


def test_a_run_that_hangs_is_told_on_the_line_where_it_hangs(
    check: Check, write_script: WriteScript
) -> None:
    write_script(
        "import threading\n\ndef init(): pass\n\ndef run(raw_data):\n    threading.Event().wait()\n"
    )
    (row,) = check.found("--timeout", "3", "--request", sample(check), "score.py")
    assert (row["code"], row["line"]) == ("AML902", 6)
    assert "no answer after 3 s" in row["message"]


def test_a_stream_without_an_end_is_a_request_without_an_answer(
    check: Check, write_script: WriteScript
) -> None:
    write_script(
        """
        import itertools
        from flask import Response

        def init(): pass

        def run(raw_data):
            return Response((b"1" for _ in itertools.count()), 200)
        """
    )
    words = ["--select", "AML9", "--timeout", "3", "--request", sample(check)]
    (row,) = check.found(*words, "score.py")
    assert "no answer after 3 s" in row["message"]


def test_a_process_that_ends_in_run_is_told(check: Check, write_script: WriteScript) -> None:
    write_script("import os\ndef init(): pass\ndef run(raw_data): os._exit(7)\n")
    (row,) = check.found("--select", "AML9", "--request", sample(check), "score.py")
    assert row["code"] == "AML902"


def test_an_answer_that_is_not_json_is_told(check: Check, write_script: WriteScript) -> None:
    write_script("def init(): pass\n\ndef run(raw_data):\n    return float('nan')\n")
    rows = check.found("--select", "AML9", "--request", sample(check), "score.py")
    assert [(row["code"], row["line"]) for row in rows] == [("AML903", 3)]


def test_a_raw_script_may_answer_what_it_likes(check: Check, write_script: WriteScript) -> None:
    write_script(
        """
        from azureml.contrib.services.aml_request import rawhttp
        from azureml.contrib.services.aml_response import AMLResponse

        def init():
            pass

        @rawhttp
        def run(request):
            return AMLResponse("plain text", 200)
        """
    )
    assert check.found("--request", sample(check), "score.py") == []


def test_a_comment_silences_a_failed_trial(check: Check, write_script: WriteScript) -> None:
    write_script("def init():\n    int('x')  # noqa: AML901\n\ndef run(raw_data): return 1\n")
    assert check.found("score.py") == []


def test_a_syntax_error_is_not_told_twice(check: Check, write_script: WriteScript) -> None:
    write_script(ECHO + "x = (\n")
    codes = [row["code"] for row in check.found("score.py")]
    assert "AML901" not in codes
    assert len(codes) == 1


def test_what_fails_in_the_cloud_only_is_found_unless_the_user_asks_not_to(
    check: Check, write_script: WriteScript
) -> None:
    dataclass = (
        "from __future__ import annotations\n\nfrom dataclasses import dataclass\n\n"
        "@dataclass\nclass Row:\n    value: float\n\n"
    )
    write_script(dataclass + ECHO)
    assert check.found("--compat", "none", "score.py") == []
    (row,) = check.found("score.py")
    assert row["code"] == "AML901"


def test_modules_beside_the_script_are_found_as_in_the_cloud(
    check: Check, write_script: WriteScript
) -> None:
    (check.folder / "src").mkdir()
    write_script("import helper\n" + ECHO, "src/score.py")
    write_script("", "src/helper.py")
    assert check.found("src/score.py") == []


def test_model_folder_and_deployment_variables_reach_the_script(
    check: Check, write_script: WriteScript
) -> None:
    (check.folder / "best").mkdir()
    write_script(
        "import os\n\ndef init():\n"
        "    assert os.environ['AZUREML_MODEL_DIR'].endswith('best')\n"
        "    assert os.environ['LEVEL'] == '1.10'\n\n"
        "def run(raw_data): return raw_data\n"
    )
    (check.folder / "deployment.yml").write_text(
        "code_configuration: {code: ., scoring_script: score.py}\n"
        "environment_variables: {LEVEL: 1.10}\n"
    )
    assert check.found("--model-dir", "best", "score.py") == []


@pytest.mark.parametrize(
    ("main", "words"),
    [
        ("/bundle/bootstrap.py", [sys.executable, "/bundle/bootstrap.py"]),
        ("/usr/bin/azmlinfsrv", [sys.executable, "-m", "azmlinfsrv"]),
        (None, [sys.executable, "-m", "azmlinfsrv"]),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="paths of Unix")
def test_the_server_sees_the_libraries_that_the_check_was_started_with(
    monkeypatch: pytest.MonkeyPatch, main: str | None, words: list[str]
) -> None:
    monkeypatch.setattr(sys.modules["__main__"], "__file__", main, raising=False)
    assert list(own_command()) == words


def test_a_request_that_cannot_be_read_exits_2(check: Check, write_script: WriteScript) -> None:
    write_script(ECHO)
    status, _, errors = check.run("--request", "gone.json", "score.py")
    assert status == 2
    assert "gone.json cannot be read: No such file" in errors


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
def test_no_server_outlives_the_check(
    check: Check, write_script: WriteScript, number: signal.Signals, status: int
) -> None:
    write_script(
        "import pathlib, threading\n\ndef init():\n"
        "    pathlib.Path('started').touch()\n    threading.Event().wait()\n\n"
        "def run(raw_data): return raw_data\n"
    )
    with check.start("score.py") as process:
        wait_until((check.folder / "started").exists)
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == status
    assert "Traceback" not in errors
    wait_until(lambda: servers_in(check.folder) == [])
    if number is not signal.SIGKILL:
        check.assert_nothing_is_left()

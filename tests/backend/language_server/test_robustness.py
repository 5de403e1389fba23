"""Nothing that a client or a folder can hold ends the language server, or makes it slow."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .editor import CURSOR, Editor
from .raw_client import COMMAND, SECONDS, RawClient, raw_client

SCRIPT = "import os\n\n\ndef init():\n    pass\n\n\ndef run(data):\n    return data\n"
MISSPELLED = SCRIPT.replace("run", "Run")
NOISE = "".join(chr(random.Random(1).randrange(256)) for _ in range(90_000))

HOSTILE = {
    "parentheses nested 10,000 deep": f"{SCRIPT}x = {'(' * 10_000}{')' * 10_000}\n",
    "a chain of 10,000 attributes": f"{SCRIPT}x = a{'.b' * 10_000}\n",
    "a chain of 10,000 calls": f"{SCRIPT}x = a{'()' * 10_000}\n",
    "90,000 minus signs": f"{SCRIPT}x = {'-' * 90_000}1\n",
    "a sum of 20,000": f"{SCRIPT}x = {'+'.join(['1'] * 20_000)}\n",
    "4,000 elif": f"{SCRIPT}if a:\n    pass\n{'elif b: pass' + chr(10)}" * 4_000,
    "NUL in the text": f"{SCRIPT}\0\n",
    "half an emoji": f"{SCRIPT}x = '\ud83d'\n",
    "binary": NOISE,
    "quotes": f"{SCRIPT}{chr(39) * 90_000}",
    "2 MB": f"{SCRIPT}{'x = 1' + chr(10)}" * 40_000,
    "2 MB on one line": f"{SCRIPT}x = '{'a' * 2_000_000}'\n",
    "100,000 lines": "\n" * 100_000 + SCRIPT,
    "nothing": "",
    "odd line separators": SCRIPT.replace("\n", "\n\x0c\u2028\x1c\n"),
    "carriage returns": SCRIPT.replace("\n", "\r"),
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RawClient]:
    """One language server for all the hostile texts: none of them may harm the next."""
    folder = tmp_path_factory.mktemp("session")
    with raw_client(folder) as client:
        client.initialize(folder)
        yield client


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_no_text_is_too_much(client: RawClient, tmp_path: Path, text: str) -> None:
    client.slowest = 0.0
    uri = (tmp_path / "score.py").as_uri()
    client.open(uri, text)
    client.pull(uri)
    place = {"textDocument": {"uri": uri}, "position": {"line": 3, "character": 5}}
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    for method in ("hover", "completion", "definition"):
        assert "error" not in client.request(f"textDocument/{method}", place)
    for method in ("documentSymbol", "documentLink", "codeLens"):
        assert "error" not in client.request(
            f"textDocument/{method}", {"textDocument": {"uri": uri}}
        )
    for method, more in (
        ("inlayHint", {"range": whole}),
        ("codeAction", {"range": whole, "context": {"diagnostics": []}}),
    ):
        assert "error" not in client.request(
            f"textDocument/{method}", {"textDocument": {"uri": uri}, **more}
        )
    client.open(uri, MISSPELLED)
    assert client.pull(uri) == ["AML101"]
    assert client.slowest < 1.0


def test_a_large_file_that_is_no_entry_script_is_not_told_of(editor: Editor) -> None:
    large = "x = 1\n" * 40_000
    assert editor.diagnostics(editor.open(large, "data.py")) == []
    assert [each.code for each in editor.diagnostics(editor.open(large))] == ["AML503"]
    both = editor.diagnostics(editor.open(SCRIPT + large, "data.py"))
    assert [each.code for each in both] == ["AML503"]


def test_messages_in_any_order_are_answered(tmp_path: Path) -> None:
    uri = (tmp_path / "score.py").as_uri()
    document = {"textDocument": {"uri": uri}}
    change = {
        "textDocument": {"uri": uri, "version": 2},
        "contentChanges": [{"text": MISSPELLED}],
    }
    with raw_client(tmp_path) as client:
        client.notify("textDocument/didChange", change)
        assert client.request("textDocument/diagnostic", document)["error"]["code"] == -32002
        client.initialize(tmp_path)
        assert client.request("initialize", {"capabilities": {}})["error"]["code"] == -32600
        assert client.pull(uri) == []
        assert client.request("textDocument/hover", document)["error"]["code"] == -32602
        assert client.request("no/such/method", document)["error"]["code"] == -32601
        client.notify("$/cancelRequest", {"id": 99})
        client.notify("$/setTrace", {"value": "off"})
        client.notify("no/such/notification", {})
        client.notify("textDocument/didClose", document)
        client.notify("textDocument/didOpen", {"textDocument": 3})
        client.notify("textDocument/didChange", change)
        assert client.pull(uri) == ["AML101"]
        client.notify("textDocument/didClose", document)
        client.notify("textDocument/didClose", document)
        assert client.pull(uri) == []
        client.send([1, 2])
        client.send({"jsonrpc": "2.0", "id": 77, "result": None})
        client.send_bytes(b"Content-Length: 3\r\n\r\n{,}")
        assert client.receive()["error"]["code"] == -32700
        client.send_bytes(b"garbage\r\ncontent-length:2\r\nContent-Type: x\r\n\r\n{}")
        client.open("untitled:Untitled-1", MISSPELLED)
        assert client.pull("untitled:Untitled-1") == []
        client.open("file://%00/\0", MISSPELLED)
        client.pull("file://%00/\0")
        assert client.request("shutdown")["result"] is None
        assert client.request("shutdown")["result"] is None
        assert client.request("textDocument/diagnostic", document)["error"]["code"] == -32600
        client.notify("exit")
        assert client.process.wait(SECONDS) == 0


def test_a_client_that_refuses_what_it_offered_still_gets_everything_else(tmp_path: Path) -> None:
    (tmp_path / "helpers.py").write_text("x = 1\n")
    (tmp_path / "blue-deployment.yml").write_text(
        "code_configuration:\n  code: .\n  scoring_script: helpers.py\n"
    )
    with raw_client(tmp_path) as client:
        client.initialize(
            tmp_path,
            workspace={
                "configuration": True,
                "didChangeWatchedFiles": {"dynamicRegistration": True},
                "didChangeConfiguration": {"dynamicRegistration": True},
                "diagnostics": {"refreshSupport": True},
            },
        )
        refused = []
        while (message := client.receive())["method"] != "workspace/diagnostic/refresh":
            refused.append(message["method"])
            error = {"code": -32601, "message": "no"}
            client.send({"jsonrpc": "2.0", "id": message["id"], "error": error})
        assert refused == [
            "client/registerCapability",
            "client/registerCapability",
            "workspace/configuration",
        ]
        # The deployment file has been read all the same: it says that this is an entry script.
        uri = (tmp_path / "helpers.py").as_uri()
        client.open(uri, "x = 1\n")
        assert "AML101" in client.pull(uri)


def test_a_file_that_goes_away_meanwhile_is_no_failure(tmp_path: Path) -> None:
    script = tmp_path / "score.py"
    script.write_text(MISSPELLED)
    with raw_client(tmp_path) as client:
        client.initialize(tmp_path)
        assert client.pull(script.as_uri()) == ["AML101"]
        script.unlink()
        assert client.pull(script.as_uri()) == []
        script.mkdir()
        assert client.pull(script.as_uri()) == []
        assert client.request("workspace/diagnostic", {"previousResultIds": []})["result"] == {
            "items": []
        }


def test_a_script_that_is_not_utf8_on_disk_is_read(tmp_path: Path) -> None:
    script = tmp_path / "score.py"
    script.write_bytes(b"# \xff\xfe\n" + MISSPELLED.encode())
    with raw_client(tmp_path) as client:
        client.initialize(tmp_path)
        assert client.pull(script.as_uri()) == ["AML101"]


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a privilege")
def test_links_in_a_circle_are_not_followed_for_ever(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model/again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "score.py").write_text(MISSPELLED)
    (tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    with raw_client(tmp_path) as client:
        client.initialize(tmp_path)
        answer = client.request("workspace/diagnostic", {"previousResultIds": []})
        assert len(answer["result"]["items"]) == 1
        client.pull((tmp_path / "loop.py").as_uri())
        assert client.slowest < 1.0


def test_100_000_model_files_cost_nothing(editor: Editor) -> None:
    folder = editor.folder / "model"
    folder.mkdir()
    for number in range(100_000):
        os.close(os.open(folder / f"{number}.bin", os.O_CREAT | os.O_WRONLY))
    text = (
        "import os\n\n\ndef init():\n"
        f'    x = open(os.path.join(os.environ["AZUREML_MODEL_DIR"], "99{CURSOR}"))\n\n\n'
        "def run(data):\n    return data\n"
    )
    began = time.monotonic()
    editor.complete(text)
    editor.hover(text.replace(CURSOR, "").replace("AZUREML", f"AZ{CURSOR}UREML"))
    editor.diagnostics(editor.open(text.replace(CURSOR, "")))
    took = time.monotonic() - began
    # Nobody wants to find them among the files that failed tests leave.
    shutil.rmtree(folder)
    assert took < 1.0


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="the administrator may read everything"
)
def test_a_model_folder_that_must_not_be_read_is_no_failure(editor: Editor) -> None:
    folder = editor.folder / "model"
    folder.mkdir()
    folder.chmod(0)
    try:
        text = f'import os\nx = os.environ["AZUREML{CURSOR}_MODEL_DIR"]\n'
        assert editor.hover(text)
    finally:
        folder.chmod(0o700)


def test_what_is_printed_does_not_reach_the_client(tmp_path: Path) -> None:
    program = (
        "import threading, os, sys\n"
        "from azmlinfsrv.language_server import serve\n"
        "take_over = serve.take_over\n"
        "def noisy():\n"
        "    pipes = take_over()\n"
        "    print('noise', flush=True)\n"
        "    os.system('echo noise')\n"
        "    os.write(1, b'noise')\n"
        "    return pipes\n"
        "serve.take_over = noisy\n"
        "sys.exit(serve.serve())\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        client = RawClient(process)
        client.initialize(tmp_path)
        assert client.shut_down() == 0
        assert process.stderr is not None
        assert process.stderr.read().count(b"noise") == 3


def test_it_ends_when_its_input_ends(tmp_path: Path) -> None:
    with raw_client(tmp_path) as client:
        client.initialize(tmp_path)
        assert client.process.stdin is not None
        client.process.stdin.close()
        assert client.process.wait(SECONDS) == 1


def test_it_ends_when_it_is_told_to_without_a_warning(tmp_path: Path) -> None:
    with raw_client(tmp_path) as client:
        client.initialize(tmp_path)
        client.notify("exit")
        assert client.process.wait(SECONDS) == 1


def test_it_ends_when_its_editor_is_killed_and_the_pipe_stays_open(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        with raw_client(tmp_path) as client:
            params = {"processId": parent.pid, "capabilities": {}}
            assert "result" in client.request("initialize", params)
            parent.kill()
            parent.wait()
            assert client.process.wait(SECONDS) == 1
    finally:
        parent.kill()
        parent.wait()


def test_it_says_what_it_is(tmp_path: Path) -> None:
    told = subprocess.run(
        [*COMMAND, "--help"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "Language Server Protocol" in told.stdout

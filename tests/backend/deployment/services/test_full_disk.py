"""Services on a disk that is full, and in a folder that may not be written."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ...conftest import WriteScript
from .command import write_v1

if sys.platform != "linux":
    pytest.skip("a small disk is mounted in a namespace of Linux", allow_module_level=True)

ECHO = """
    def init():
        pass
    def run(data):
        print("asked for", data)
        return data
"""
# Runs in a namespace of its own: HOME is a small disk, which `fill()` fills to the last byte.
PRELUDE = """
import contextlib, json, os, subprocess, sys
from pathlib import Path
home = Path(os.environ["AZMLINFSRV_HOME"])
home.mkdir(exist_ok=True)
filling = home / "filling"
def fill():
    with filling.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 512)
def leave(count):
    fill()
    os.truncate(filling, filling.stat().st_size - count)
def azmlinfsrv(*words):
    words = [sys.executable, "-m", "azmlinfsrv", *words]
    return subprocess.run(words, capture_output=True, text=True, timeout=60)
def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, write_script: WriteScript) -> Path:
    write_script(ECHO)
    write_v1(tmp_path)
    (tmp_path / "model.pkl").write_bytes(b"weights" * 100_000)
    return tmp_path


def on(mounted: str, folder: Path, code: str) -> None:
    """Run Python code where HOME is a disk of its own; whatever it has started must have ended."""
    (folder / "scenario.py").write_text(code)
    script = (
        f"mkdir home && mount -t tmpfs -o {mounted} none home && exec {sys.executable} scenario.py"
    )
    words = [
        "unshare",
        "--user",
        "--map-root-user",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "--mount-proc",
    ]
    env = {**os.environ, "AZMLINFSRV_HOME": str(folder / "home")}
    try:
        done = subprocess.run(
            [*words, "sh", "-c", script],
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("there is no unshare")
    if done.stderr.startswith("unshare"):
        pytest.skip(done.stderr)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("left", [0, 8192])
def test_a_deployment_without_room_is_refused_at_once_and_leaves_nothing(
    project: Path, left: int
) -> None:
    began = time.monotonic()
    code = f"""{PRELUDE}
leave({left})
done = azmlinfsrv("deploy", "--ic", "inferenceconfig.json", "-n", "echo")
assert done.returncode == 1, done
assert "no room for a service" in done.stderr or "No space left" in done.stderr, done
assert "AZMLINFSRV_HOME" in done.stderr, done
assert "Traceback" not in done.stderr, done
assert files(home / "services") == [], files(home)
assert "There is no service" in azmlinfsrv("services", "list").stdout
filling.unlink()
done = azmlinfsrv("deploy", "--ic", "inferenceconfig.json", "-n", "echo")
assert done.returncode == 0, done
assert azmlinfsrv("services", "delete", "echo").returncode == 0
"""
    on("size=3m", project, code)
    assert time.monotonic() - began < 60


def test_a_service_goes_on_while_the_disk_is_full_and_can_be_deleted(project: Path) -> None:
    code = f"""{PRELUDE}
assert azmlinfsrv("deploy", "--ic", "inferenceconfig.json", "-n", "echo").returncode == 0
service = home / "services" / "echo"
before = files(service)
fill()
large = "x" * 9000
assert azmlinfsrv("services", "run", "echo", "-d", large).stdout.strip() == json.dumps(large)
shown = json.loads(azmlinfsrv("services", "show", "echo", "--json").stdout)
assert shown["state"] == "Healthy", shown
for words in (["reload", "echo"], ["update", "echo"], ["update", "echo", "--auth", "key"]):
    done = azmlinfsrv("services", *words)
    assert done.returncode == 1, done
    assert "No space left on device" in done.stderr, done
    assert "Traceback" not in done.stderr, done
    assert azmlinfsrv("services", "run", "echo", "-d", "1").stdout.strip() == json.dumps("1")
left = [name for name in files(service) if name not in before]
assert left == [], left
filling.unlink()
assert azmlinfsrv("services", "run", "echo", "-d", "later").returncode == 0
assert "asked for later" in azmlinfsrv("services", "logs", "echo").stdout
fill()
pid = json.loads(azmlinfsrv("services", "show", "echo", "--json").stdout)["pid"]
done = azmlinfsrv("services", "delete", "echo")
assert done.returncode == 0, done
assert not Path(f"/proc/{{pid}}").exists()
assert [name for name in files(home / "services") if "echo" in name and ".locks" not in name] == []
"""
    on("size=6m", project, code)


def test_a_crash_is_told_and_mended_while_the_disk_is_full(project: Path) -> None:
    code = f"""{PRELUDE}
import signal, time
assert azmlinfsrv("deploy", "--ic", "inferenceconfig.json", "-n", "echo").returncode == 0
def shown():
    return json.loads(azmlinfsrv("services", "show", "echo", "--json").stdout)
first = shown()["pid"]
fill()
os.killpg(first, signal.SIGKILL)
end = time.monotonic() + 30
while shown()["state"] == "Healthy" and shown()["pid"] == first:
    assert time.monotonic() < end, shown()
filling.unlink()
while shown()["state"] != "Healthy":
    assert time.monotonic() < end, shown()
assert azmlinfsrv("services", "run", "echo", "-d", "1").stdout.strip() == json.dumps("1")
assert azmlinfsrv("services", "delete", "echo").returncode == 0
"""
    on("size=6m", project, code)


@pytest.mark.parametrize("left", [0, 65536])
def test_a_model_for_which_the_disk_has_no_room_is_told_and_nothing_is_left_of_it(
    project: Path, left: int
) -> None:
    code = f"""{PRELUDE}
words = ["models", "register", "--name", "m", "--path"]
assert azmlinfsrv(*words, "score.py").returncode == 0
models = home / "models"
def kept():
    return [name for name in files(models) if not name.startswith(".registry")]
before = kept()
leave({left})
done = azmlinfsrv(*words, "model.pkl")
assert done.returncode == 1, done
assert "no room for the model" in done.stderr, done
assert "Traceback" not in done.stderr, done
assert kept() == before, kept()
assert list((models / ".registry" / "stages").iterdir()) == []
assert azmlinfsrv("models", "show", "m:1", "--json").returncode == 0
done = azmlinfsrv("models", "delete", "m:1")
assert done.returncode == 0 or "no room" in done.stderr or "No space" in done.stderr, done
"""
    on("size=1m", project, code)


@pytest.mark.parametrize(
    "words",
    [
        ["deploy", "--ic", "inferenceconfig.json", "-n", "echo"],
        ["models", "register", "--name", "m", "--path", "score.py"],
    ],
)
def test_a_folder_that_may_not_be_written_is_named(project: Path, words: list[str]) -> None:
    code = f"""{PRELUDE}
done = azmlinfsrv(*{words!r})
assert done.returncode == 1, done
assert "Read-only file system" in done.stderr, done
assert str(home) in done.stderr, done
assert "Traceback" not in done.stderr, done
assert files(home) == []
"""
    on("ro", project, code)

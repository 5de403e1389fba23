"""What must not harm a registry: odd folders, full disks, killed processes, many at once."""

from __future__ import annotations

import ctypes
import hashlib
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from azmlinfsrv.registry import (
    DamagedModelError,
    NoSuchModelError,
    Registration,
    Registry,
    RegistryError,
    model_folder,
)

from ..conftest import wait_until
from .registering import everything_in, register

if sys.platform == "win32":
    pytest.skip("links, pipes and limits of this system", allow_module_level=True)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "registry")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "deep").mkdir(parents=True)
    (folder / "model.pkl").write_text("weights")
    return folder


def command(registry: Registry, path: Path, name: str = "big") -> list[str]:
    words = ["register", "--name", name, "--path", str(path), "--registry", str(registry.root)]
    return [sys.executable, "-m", "azmlinfsrv", "models", *words]


def start(words: list[str], before: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,
    )


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda f: (f / "deep" / "up").symlink_to("/etc/hostname"), "outside of"),
        (lambda f: (f / "deep" / "up").symlink_to("../../secret"), "outside of"),
        (lambda f: (f / "up").symlink_to(f.parent), "outside of"),
        (lambda f: (f / "deep" / "loop").symlink_to(f), "a folder that it lies in"),
        (lambda f: (f / "deep" / "loop").symlink_to("loop"), "leads nowhere"),
        (lambda f: (f / "gone").symlink_to("absent"), "leads nowhere"),
        (lambda f: os.mkfifo(f / "pipe"), "no file with content"),
        (lambda f: socket.socket(socket.AF_UNIX).bind(str(f / "socket")), "no file with content"),
        (lambda f: (f / "zero").symlink_to("/dev/zero"), "outside of"),
    ],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_would_climb_out_or_never_end_is_refused(
    registry: Registry, source: Path, make: Callable[[Path], object], told: str
) -> None:
    (source.parent / "secret").write_text("secret")
    make(source)
    with pytest.raises(RegistryError, match=told):
        registry.register(Registration("model", source))
    assert everything_in(registry.root) == set()


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null"])
def test_a_device_is_no_model(registry: Registry, path: str) -> None:
    # Nobody is to be told to remove a device.
    with pytest.raises(RegistryError, match=r"no file with content.*Name a file or a folder\.$"):
        registry.register(Registration("model", Path(path)))


def test_links_within_the_folder_become_what_they_lead_to(registry: Registry, source: Path) -> None:
    (source / "deep" / "again").symlink_to("../model.pkl")
    (source / "best").symlink_to("deep")
    model = registry.register(Registration("model", source))
    assert not any(path.is_symlink() for path in model.folder.rglob("*"))
    assert (model.folder / "best" / "again").read_text() == "weights"


def test_links_that_multiply_end(registry: Registry, source: Path) -> None:
    for number in range(20):
        (source / f"d{number}").mkdir()
        for name in "abcd":
            (source / f"d{number}" / name).symlink_to(f"../d{number + 1}")
    (source / "d20").mkdir()
    with pytest.raises(RegistryError, match="more than 1,000 links"):
        registry.register(Registration("model", source))


def test_a_path_that_is_itself_a_link_is_followed(registry: Registry, source: Path) -> None:
    (source.parent / "latest.pkl").symlink_to(source / "model.pkl")
    model = registry.register(Registration("model", source.parent / "latest.pkl"))
    assert (model.folder / "latest.pkl").read_text() == "weights"


def test_a_path_that_is_a_link_to_itself_is_told(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(RegistryError, match=r"leads nowhere|cannot be read"):
        registry.register(Registration("model", tmp_path / "loop"))


def test_an_empty_folder_and_a_missing_one_are_told(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "empty" / "inner").mkdir(parents=True)
    with pytest.raises(RegistryError, match="holds no file"):
        registry.register(Registration("model", tmp_path / "empty"))
    with pytest.raises(NoSuchModelError, match="does not exist"):
        registry.register(Registration("model", tmp_path / "absent"))
    assert not registry.root.exists()


def test_a_folder_that_holds_the_registry_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.pkl").write_text("weights")
    with pytest.raises(RegistryError, match="holds the registry itself"):
        Registry(tmp_path / "kept").register(Registration("model", tmp_path))
    with pytest.raises(RegistryError, match="holds the registry itself"):
        Registry(tmp_path / "kept").register(Registration("model", Path("/")))


def test_a_file_where_the_registry_should_be_is_told(tmp_path: Path, source: Path) -> None:
    (tmp_path / "file").write_text("")
    registry = Registry(tmp_path / "file" / "models")
    with pytest.raises(RegistryError, match="cannot be written"):
        registry.register(Registration("model", source))
    with pytest.raises(RegistryError, match="cannot be read"):
        registry.models()


def _obey_permissions() -> None:
    """Have the administrator refused what others are: tests in a container mostly run so."""
    drop_for_good, capabilities = 24, (1, 2)
    if os.geteuid() == 0:
        for capability in capabilities:
            if ctypes.CDLL(None).prctl(drop_for_good, capability, 0, 0, 0) != 0:
                os._exit(99)


@pytest.mark.parametrize("mode", [0o555, 0o000])
def test_a_registry_without_permission_is_told_and_stays_as_it_was(
    registry: Registry, source: Path, mode: int
) -> None:
    register(registry, "iris")
    before = everything_in(registry.root)
    registry.root.chmod(mode)
    try:
        process = start(command(registry, source), _obey_permissions)
        _, told = process.communicate(timeout=60)
        assert process.returncode == 1, told
        assert told.startswith("azmlinfsrv models register: ")
        assert "Permission denied" in told
        assert "Traceback" not in told
    finally:
        registry.root.chmod(0o755)
    assert everything_in(registry.root) == before


def test_a_file_that_may_not_be_read_is_named(registry: Registry, source: Path) -> None:
    (source / "secret").write_text("")
    (source / "secret").chmod(0)
    process = start(command(registry, source), _obey_permissions)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 1, told
    assert f"{source / 'secret'} cannot be read: Permission denied" in told
    assert everything_in(registry.root) == set()


def test_a_disk_without_room_is_told_and_nothing_is_left(registry: Registry, source: Path) -> None:
    register(registry, "big")
    before = everything_in(registry.root)
    with (source / "deep" / "large").open("wb") as file:
        file.truncate(3 << 20)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    process = start(command(registry, source), limit)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 1, told
    assert "no room for the model" in told
    assert "Traceback" not in told
    assert everything_in(registry.root) == before


def _begun(registry: Registry) -> bool:
    return any(path.stat().st_size for path in registry.root.glob(".registry/stages/*/files/large"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_registration_leaves_nothing(
    registry: Registry, source: Path, number: signal.Signals
) -> None:
    with (source / "large").open("wb") as file:
        file.truncate(2 << 30)
    process = start(command(registry, source))
    wait_until(lambda: _begun(registry))
    process.send_signal(number)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 128 + number, told
    assert "Traceback" not in told
    assert everything_in(registry.root) == set()
    assert registry.names() == []


def _ignore_closed_terminals() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def test_a_closed_terminal_does_not_end_what_runs_under_nohup(
    registry: Registry, source: Path
) -> None:
    with (source / "large").open("wb") as file:
        file.truncate(96 << 20)
    process = start(command(registry, source), _ignore_closed_terminals)
    wait_until(lambda: _begun(registry))
    process.send_signal(signal.SIGHUP)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 0, told
    registry.verify(registry.resolve("big:1"))


def test_what_a_killed_registration_leaves_goes_with_the_next(
    registry: Registry, source: Path
) -> None:
    with (source / "large").open("wb") as file:
        file.truncate(2 << 30)
    stages = registry.root / ".registry" / "stages"
    killed, living = start(command(registry, source)), start(command(registry, source))
    try:
        for process in (killed, living):
            wait_until(lambda pid=process.pid: any(stages.glob(f"{pid}-*/files/large")))  # type: ignore[misc]
            # Held where it is, so that it cannot end while the other is waited for.
            process.send_signal(signal.SIGSTOP)
        killed.kill()
        killed.communicate(timeout=60)
        assert registry.names() == []
        assert register(registry, "iris").version == 1
        (left,) = (path for path in stages.iterdir() if path.is_dir())
        assert left.name.startswith(f"{living.pid}-")
        living.terminate()
        living.send_signal(signal.SIGCONT)
        assert living.wait(60) == 128 + signal.SIGTERM
    finally:
        for process in (killed, living):
            process.kill()
            process.communicate(timeout=60)
    assert everything_in(registry.root) == {"iris/1/model.pkl", "iris/1.json", "iris/1.sha256"}


def test_a_record_without_files_is_no_model_and_goes(registry: Registry) -> None:
    model = register(registry, "iris")
    (model.folder / "model.pkl").unlink()
    model.folder.rmdir()
    assert registry.names() == []
    assert register(registry, "iris", "again").version == 1
    registry.verify(registry.resolve("iris"))


def test_fifty_registrations_at_once_lose_none_and_double_none(
    registry: Registry, tmp_path: Path
) -> None:
    for number in range(50):
        (tmp_path / f"{number}").write_text(f"weights {number}")
    code = """
import sys, threading
from pathlib import Path
from azmlinfsrv.registry import Registration, Registry
root, folder, first = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
go = threading.Barrier(10)
def one(number):
    go.wait()
    Registry(root).register(Registration("many", folder / str(number)))
threads = [threading.Thread(target=one, args=[number]) for number in range(first, first + 10)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""
    words = [sys.executable, "-c", code, str(registry.root), str(tmp_path)]
    for process in [start([*words, str(first)]) for first in range(0, 50, 10)]:
        _, told = process.communicate(timeout=120)
        assert (process.returncode, told) == (0, "")
    assert registry.versions("many") == list(range(1, 51))
    models, damaged = registry.models("many")
    assert damaged == []
    names = {path.name for model in models for path in model.folder.iterdir()}
    assert names == {str(number) for number in range(50)}
    for model in models:
        registry.verify(model)


def test_a_file_that_changes_while_it_is_copied_is_refused(
    registry: Registry, source: Path
) -> None:
    large = source / "large"
    with large.open("wb") as file:
        file.truncate(96 << 20)
    process = start(command(registry, source))
    wait_until(lambda: _begun(registry))
    with large.open("r+b") as file:
        file.write(b"x")
    _, told = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "was changed while it was copied" in told
    assert registry.names() == []


def test_several_that_ask_for_one_folder_of_models_get_the_same(registry: Registry) -> None:
    for name in ("a", "b"):
        register(registry, name)
    found: set[Path] = set()
    threads = [
        threading.Thread(target=lambda: found.add(model_folder(["a", "b"], registry.root)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    (folder,) = found
    assert {path.name for path in folder.rglob("*.pkl")} == {"model.pkl"}
    assert list((registry.root / ".registry" / "stages").iterdir()) == []


@pytest.mark.parametrize("name", ["../../outside", "/tmp/outside", "a/../../b"])
def test_a_registry_of_somebody_else_writes_nothing_outside_of_a_copy(
    registry: Registry, tmp_path: Path, name: str
) -> None:
    model = register(registry, "iris")
    text = model.hashes_file.read_text().replace("model.pkl", name)
    model.hashes_file.write_text(text)
    record = model.record_file.read_text()
    record = record.replace(model.sha256, hashlib.sha256(text.encode()).hexdigest())
    model.record_file.write_text(record)
    with pytest.raises(DamagedModelError, match="leads out of the model"):
        registry.copy_out(registry.resolve("iris"), tmp_path / "copy")

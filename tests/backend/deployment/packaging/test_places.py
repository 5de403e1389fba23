"""A package is written as a whole where there was none, or not at all."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import PUBLISHED_IMAGE, PackageCommand, tree


def test_a_package_is_only_replaced_when_asked(project: Path, run_package: PackageCommand) -> None:
    assert run_package().status == 0
    before = tree(project.parent / "package")
    outcome = run_package()
    assert (outcome.status, "--force replaces it" in outcome.err) == (1, True)
    assert tree(project.parent / "package") == before
    assert run_package("--force").status == 0


def test_other_peoples_files_are_not_replaced_even_when_asked(
    project: Path, run_package: PackageCommand
) -> None:
    output = project.parent / "thesis"
    output.mkdir()
    (output / "chapter.txt").write_text("ten years")
    outcome = run_package("--force", output=output)
    assert (outcome.status, "did not write" in outcome.err) == (1, True)
    assert (output / "chapter.txt").read_text() == "ten years"


def test_an_empty_folder_is_filled(project: Path, run_package: PackageCommand) -> None:
    output = project.parent / "package"
    output.mkdir()
    assert run_package().status == 0
    assert (output / "Dockerfile").is_file()


@pytest.mark.parametrize("inside", [".", "package", "a/b"])
def test_no_package_is_written_into_its_own_source(
    project: Path, run_package: PackageCommand, inside: str
) -> None:
    outcome = run_package(output=project / inside)
    assert (outcome.status, "is in the source folder" in outcome.err) == (1, True)
    assert [path.name for path in project.iterdir()] == ["score.py"]


def test_the_source_is_not_replaced_by_its_package(
    project: Path, run_package: PackageCommand
) -> None:
    assert run_package().status == 0
    shipped = project.parent / "package" / "azureml-app" / "score.py"
    outcome = run_package("--force", script=shipped)
    assert (outcome.status, "would take the place of" in outcome.err) == (1, True)
    assert shipped.is_file()


def test_the_current_folder_is_not_replaced(
    project: Path, run_package: PackageCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = project.parent / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    outcome = run_package(output=Path())
    assert (outcome.status, "name a folder of its own" in outcome.err) == (1, True)


def test_a_script_elsewhere_is_refused(project: Path, run_package: PackageCommand) -> None:
    other = project.parent / "other"
    other.mkdir()
    outcome = run_package("--source_directory", str(other))
    assert (outcome.status, "is not in the source folder" in outcome.err) == (1, True)
    if sys.platform == "win32":
        return
    (other / "score.py").symlink_to(project / "score.py")
    outcome = run_package(script=other / "score.py")
    assert (outcome.status, "outside of that folder" in outcome.err) == (1, True)


def test_home_is_not_shipped(
    project: Path, run_package: PackageCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(project))
    monkeypatch.setenv("USERPROFILE", str(project))
    outcome = run_package()
    assert (outcome.status, "all of which would be shipped" in outcome.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        (["--entry_script", "nowhere.py"], "nowhere.py"),
        (["--entry_script", "."], "is a folder"),
        (["-m", "nowhere.pkl"], "nowhere.pkl"),
        (["-m", ""], "names no model"),
        (["-m", "nothing:3"], "nothing"),
        (["--requirements", "nowhere.txt"], "nowhere.txt"),
        (["--source_directory", "nowhere"], "nowhere"),
    ],
)
def test_what_is_not_there_is_named(
    project: Path, run_package: PackageCommand, words: list[str], missing: str
) -> None:
    outcome = run_package(*words)
    assert (outcome.status, missing in outcome.err) == (2, True), outcome.err
    assert "Traceback" not in outcome.err
    assert not (project.parent / "package").exists()


def test_a_file_in_place_of_the_parent_is_told(project: Path, run_package: PackageCommand) -> None:
    (project.parent / "file").write_text("")
    outcome = run_package(output=project.parent / "file" / "package")
    assert (outcome.status, "file is a file, no folder" in outcome.err) == (1, True)


@pytest.mark.parametrize(
    ("mounted", "said"),
    [("size=1m", "No space left on device"), ("ro", "Read-only file system")],
)
def test_a_disk_that_takes_no_more_is_told_and_left_empty(
    project: Path, mounted: str, said: str
) -> None:
    """The model has more than the disk has room for; that it is known before is put aside."""
    room = project.parent / "room"
    room.mkdir()
    (project / "model").mkdir()
    (project / "model" / "weights.bin").write_bytes(b"\1" * 3_000_000)
    code = (
        "import sys; from azmlinfsrv.deployment.packaging import package; "
        "package.check_space = lambda *_: None; "
        "from azmlinfsrv.cli.package import main; sys.exit(main(sys.argv[1:]))"
    )
    script = (
        f"mount -t tmpfs -o {mounted} none room && {sys.executable} -c '{code}' "
        f"--entry_script project/score.py --base_image {PUBLISHED_IMAGE} -o room/package; "
        "echo $?; ls -A room"
    )
    words = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script]
    try:
        done = subprocess.run(words, cwd=project.parent, capture_output=True, text=True, timeout=60)
    except FileNotFoundError:
        pytest.skip("unshare is Linux's")
    if "unshare" in done.stderr:
        pytest.skip(done.stderr)
    assert said in done.stderr
    assert done.stdout.split() == ["1"]


def test_too_little_room_is_told_before_anything_is_copied(
    run_package: PackageCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 3})
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage)
    outcome = run_package()
    assert (outcome.status, "0.0 MB left" in outcome.err) == (1, True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to catch")
def test_an_interrupted_package_leaves_nothing(project: Path) -> None:
    model = project.parent / "weights.bin"
    with model.open("wb") as file:
        file.truncate(3 << 30)
    words = ["--entry_script", "project/score.py", "-m", "weights.bin", "-o", "package"]
    process = subprocess.Popen(
        [sys.executable, "-m", "azmlinfsrv", "package", "--base_image", PUBLISHED_IMAGE, *words],
        cwd=project.parent,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 30
    while not list(project.parent.glob(".package-*/new/azureml-models/*/*/*")):
        assert time.monotonic() < end
        assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGTERM)
    _out, err = process.communicate(timeout=30)
    assert (process.returncode, "nothing was written" in err) == (130, True), err
    assert sorted(path.name for path in project.parent.iterdir()) == ["project", "weights.bin"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory counts in other units")
def test_a_model_of_gigabytes_takes_little_memory(project: Path) -> None:
    model = project.parent / "weights.bin"
    with model.open("wb") as file:
        file.truncate(600 << 20)
    # ru_maxrss would count this process, too: a child inherits it.
    code = (
        "import re, sys; from azmlinfsrv.cli.package import main; s = main(sys.argv[1:]); "
        "status = open('/proc/self/status').read(); "
        "print(re.search(r'VmHWM:\\s+(\\d+)', status)[1], file=sys.stderr); sys.exit(s)"
    )
    words = ["--entry_script", "project/score.py", "-m", "weights.bin", "-o", "package"]
    done = subprocess.run(
        [sys.executable, "-c", code, "--base_image", PUBLISHED_IMAGE, *words],
        cwd=project.parent,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stderr) < 100_000, "kilobytes"

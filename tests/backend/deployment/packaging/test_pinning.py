"""Requirements come with exact versions and hashes, from whichever tool is there."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from azmlinfsrv.deployment.packaging import PackagingError
from azmlinfsrv.deployment.packaging.pinning import Pins, Target, Wanted, pin, tools
from azmlinfsrv.deployment.packaging.pinning.options import image_options
from azmlinfsrv.deployment.packaging.server_wheel import Wheel, build_server_wheel

PYTHON = "{}.{}".format(*sys.version_info[:2])
INSTALLED = {name: version(name) for name in ("flask", "werkzeug", "jinja2", "click", "markupsafe")}
INSTALLED |= {name: version(name) for name in ("itsdangerous", "blinker")}


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def pinned(work: Path, *lines: str, installed: dict[str, str] | None = None) -> Pins:
    target = Target.of(PYTHON)
    return pin(Wanted(lines, target, INSTALLED if installed is None else installed, work))


def without(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Hide tools, as on a machine that has none of them."""
    if "uv" in names:
        monkeypatch.setattr(tools, "_uv", lambda: None)
    if "pip" in names:
        monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)


@pytest.mark.parametrize("hidden", [(), ("uv",)], ids=["uv", "pip"])
def test_what_is_installed_here_is_what_is_pinned(
    work: Path, monkeypatch: pytest.MonkeyPatch, hidden: tuple[str, ...]
) -> None:
    without(monkeypatch, *hidden)
    wheel = own_wheel(work.parent)
    older = {**INSTALLED, "jinja2": "3.1.5"}
    pins = pinned(work, "flask>=3,<4", str(wheel), installed=older)
    # An index knows nothing of this one: it has to lie beside the others.
    assert pins.wheels == (wheel,)
    (own,) = (line for line in pins.lines if "wheels/" in line)
    assert own.startswith(f"./wheels/{wheel.name} --hash=sha256:")
    assert pins.has_hashes
    names = {line.split(" ")[0] for line in pins.lines if line != own}
    wanted = {f"{name}=={number}" for name, number in INSTALLED.items() if name != "jinja2"}
    # A version other than the newest, because it is the one here.
    assert names == wanted | {"jinja2==3.1.5"}
    assert all(" --hash=sha256:" in line for line in pins.lines)
    assert bool(pins.notes) == bool(hidden)


def test_a_requirement_counts_more_than_what_is_installed(work: Path) -> None:
    pins = pinned(work, "itsdangerous==2.1.2")
    assert [line.split(" ")[0] for line in pins.lines] == ["itsdangerous==2.1.2"]


@pytest.mark.parametrize("hidden", [(), ("uv",)], ids=["uv", "pip"])
def test_a_contradiction_is_told(
    work: Path, monkeypatch: pytest.MonkeyPatch, hidden: tuple[str, ...]
) -> None:
    without(monkeypatch, *hidden)
    with pytest.raises(PackagingError, match="finds no versions for Python"):
        pinned(work, "itsdangerous==2.1.2", "itsdangerous==2.2.0", installed={})


def test_without_an_index_the_versions_here_are_pinned_and_that_is_said(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith(("UV_", "PIP_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    for name in ("UV_DEFAULT_INDEX", "PIP_INDEX_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/simple")
    for name in ("UV_NO_CACHE", "PIP_NO_CACHE_DIR"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("PIP_RETRIES", "0")
    pins = pinned(work, "flask>=3,<4", "colorama; sys_platform == 'win32'")
    assert not pins.has_hashes
    assert pins.lines == tuple(sorted(f"{name}=={INSTALLED[name]}" for name in INSTALLED))
    assert "no index could be asked" in pins.notes[0]


def test_without_any_tool_what_is_missing_is_named(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, "uv", "pip")
    with pytest.raises(PackagingError, match="versions of not-here are not known"):
        pinned(work, "flask", "not_here")


def test_a_folder_of_code_is_refused_with_what_to_do(work: Path) -> None:
    project = work.parent / "library"
    project.mkdir()
    (project / "pyproject.toml").write_text("[project]\nname = 'library'\nversion = '1'\n")
    with pytest.raises(PackagingError, match="comes from no index"):
        pinned(work, str(project))


def own_wheel(folder: Path) -> Path:
    """A wheel that needs nothing, made of the server's by leaving out all but its name."""
    import io
    import zipfile

    server: Wheel = build_server_wheel()
    path = folder / "own_library-1.0-py3-none-any.whl"
    information = "own_library-1.0.dist-info"
    with zipfile.ZipFile(io.BytesIO(server.content)) as source, zipfile.ZipFile(path, "w") as own:
        names = [name for name in source.namelist() if name.endswith("/WHEEL")]
        own.writestr(f"{information}/WHEEL", source.read(names[0]))
        own.writestr(
            f"{information}/METADATA", "Metadata-Version: 2.1\nName: own-library\nVersion: 1.0\n"
        )
        own.writestr(f"{information}/RECORD", "")
    return path


def test_the_image_looks_where_the_requirements_say_without_their_password() -> None:
    lines = [
        "--extra-index-url https://me:hush@packages.example/simple",
        "--index-url=https://mirror.example/simple",
        "-f https://wheels.example/list.html",
        "--pre",
        "-c /here/constraints.txt",
        "flask",
    ]
    options = image_options(lines)
    assert options.lines == (
        "--extra-index-url https://packages.example/simple",
        "--index-url https://mirror.example/simple",
        "-f https://wheels.example/list.html",
        "--pre",
    )
    (note,) = options.notes
    assert "https://packages.example/simple" in note
    assert "hush" not in note
    with pytest.raises(PackagingError, match="a folder of this machine"):
        image_options(["--find-links /here/wheels"])


@pytest.mark.parametrize("hidden", [(), ("uv",)], ids=["uv", "pip"])
def test_hashes_that_the_requirements_have_are_kept(
    work: Path, monkeypatch: pytest.MonkeyPatch, hidden: tuple[str, ...]
) -> None:
    without(monkeypatch, *hidden)
    trusted = "sha256:c6242fc49e35958c8b15141343aa660db5fc54d4f13a1db01a3f5891b98700ef"
    other = f"sha256:{'0' * 64}"
    line = f"itsdangerous==2.2.0 ; python_version >= '3.8' --hash={other} --hash={trusted}"
    # Beside one without: pip by itself would then want hashes of all.
    pins = pinned(work, line, "blinker", installed={})
    assert f"itsdangerous==2.2.0 --hash={other} --hash={trusted}" in pins.lines
    assert len(pins.lines) == 2
    with pytest.raises(PackagingError, match=r"other files for itsdangerous==2\.2\.0"):
        pinned(work, line.replace(trusted, other))

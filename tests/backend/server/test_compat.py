"""Where a script works here and fails in the cloud: told once, or not so at all on demand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ..conftest import Server

PUBLISHED = ("--compat", "published")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ECHO = "def init(): pass\ndef run(data): return data\n"
DATACLASS = """
    from __future__ import annotations
    from dataclasses import dataclass

    @dataclass
    class Point:
        x: int

    def init(): pass
    def run(data): return Point(1).x
"""
IMPORTS = "import {name}\ndef init(): pass\ndef run(data): return {name}.VALUE\n"


def start(
    start_server: Any, folder: Path, source: str, files: dict[str, str], *options: str
) -> Server:
    """Start on a script in a folder that is not the application root."""
    script = folder / "app" / "score.py"
    script.parent.mkdir()
    for name, text in {"score.py": source, **files}.items():
        (script.parent / name).write_text(text)
    server: Server = start_server("", "--entry_script", str(script), *options)
    return server


def test_a_form_body_reaches_run_and_the_difference_is_told_once(start_server: Any) -> None:
    server = start_server(ECHO)
    for _ in range(2):
        assert server.request("/score", '{"data": 1}', FORM).json == '{"data": 1}'
    assert server.output.count('The published server passes ""') == 1


@pytest.mark.parametrize("content_type", [*FORM.values(), "multipart/form-data; boundary=x"])
def test_a_form_body_is_lost_as_published(start_server: Any, content_type: str) -> None:
    server = start_server(ECHO, *PUBLISHED)
    assert server.request("/score", "a=1", {"Content-Type": content_type}).json == ""
    assert server.request("/score", "a=1", {"Content-Type": "text/plain"}).json == "a=1"
    assert "compat" not in server.output.partition("ready for serving")[2]


def test_results_are_not_encoded_as_published(start_server: Any) -> None:
    source = "import datetime\ndef init(): pass\ndef run(data): return datetime.date(2026, 1, 2)\n"
    server = start_server(source, "--encode_results", *PUBLISHED)
    assert server.request("/score", "").status == 500
    assert "--encode_results has no effect with --compat published" in server.output


def test_a_dataclass_with_postponed_annotations_works_and_is_told(start_server: Any) -> None:
    server = start_server(DATACLASS)
    assert server.request("/score", "").json == 1
    assert server.output.count("the published server cannot load it") == 1


def test_a_dataclass_with_postponed_annotations_fails_as_published(start_server: Any) -> None:
    assert start_server(DATACLASS, *PUBLISHED).wait_for_exit() == 3


@pytest.mark.parametrize("name", ["helper", "utils", "config", "routes"])
def test_a_module_beside_the_script_is_found_and_the_difference_told(
    start_server: Any, tmp_path: Path, name: str
) -> None:
    files = {f"{name}.py": "VALUE = 'own'\n"}
    server = start(start_server, tmp_path, IMPORTS.format(name=name), files)
    assert server.request("/score", "").json == "own"
    assert server.output.count(f"{name}.py was imported as {name}: the published server") == 1


@pytest.mark.parametrize("name", ["helper", "utils"])
def test_a_module_beside_the_script_is_not_found_as_published(
    start_server: Any, tmp_path: Path, name: str
) -> None:
    files = {f"{name}.py": "VALUE = 'own'\n"}
    server = start(start_server, tmp_path, IMPORTS.format(name=name), files, *PUBLISHED)
    assert server.wait_for_exit() == 3
    assert server.events[-1]["line"] == 1


def test_a_module_in_the_application_root_is_found_and_nothing_is_told(
    start_server: Any, tmp_path: Path
) -> None:
    (tmp_path / "helper.py").write_text("VALUE = 'root'\n")
    for options in ((), PUBLISHED):
        server = start_server(IMPORTS.format(name="helper"), *options)
        assert server.request("/score", "").json == "root"
        assert "was imported as" not in server.output


def test_a_module_beside_the_script_wins_over_an_installed_one_and_is_told(
    start_server: Any, tmp_path: Path
) -> None:
    files = {"sortedcontainers.py": "VALUE = 'own'\n"}
    server = start(start_server, tmp_path, IMPORTS.format(name="sortedcontainers"), files)
    assert server.request("/score", "").json == "own"
    assert "the published server would import" in server.output


def test_the_modules_of_the_server_shadow_none_of_the_script(
    start_server: Any, tmp_path: Path
) -> None:
    # Names of our own modules, of Flask's routes and of what is imported late.
    names = ["service", "settings", "connection", "swagger", "entry", "exceptions", "server"]
    files = {f"{name}.py": f"VALUE = '{name}'\n" for name in names}
    source = "".join(f"import {name}\n" for name in names)
    source += "def init(): pass\n"
    source += f"def run(data): return [{', '.join(f'{name}.VALUE' for name in names)}]\n"
    server = start(start_server, tmp_path, source, files)
    assert server.request("/swagger.json").status == 200
    assert server.request("/score", "").json == names

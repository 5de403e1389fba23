"""A script that cannot be served is refused with what happened and where."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import Any

import pytest

from azmlinfsrv.scoring import EntryScriptError, load_entry_script
from azmlinfsrv.scoring.entry_script import InputStyle


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("def init(:\n    pass\n", 1, "SyntaxError"),
        ("def init():\npass\n", 2, "IndentationError"),
        ("import os\n\nos.no_such_thing\n", 3, "AttributeError"),
        ("import sys\nsys.exit(2)\n", 2, "SystemExit: 2"),
        ("def run(data):\n    pass\n", 1, "does not have a init() function"),
        ("def init():\n    pass\n", 1, "does not have a run() function"),
        ("init = 5\ndef run(data):\n    pass\n", 1, "init is a int, not a function"),
        ("def init(): pass\n\ndef run(*data): pass\n", 3, "cannot accept positional-only"),
        ("def init(): pass\n\ndef run(**data): pass\n", 3, "cannot accept positional-only"),
        ("def init(): pass\n\ndef run(data, /): pass\n", 3, "cannot accept positional-only"),
        ("def init(): pass\n\ndef run(): pass\n", 3, "needs to accept an argument for input"),
        ("def init(): pass\n\ndef run(request_headers): pass\n", 3, 'other than "request_headers"'),
    ],
)
def test_a_broken_script_is_refused_with_its_line(
    write_script: Any, source: str, line: int, message: str
) -> None:
    script = write_script(source)
    with pytest.raises(EntryScriptError) as refused:
        load_entry_script(script)
    assert message in refused.value.message
    assert refused.value.location is not None
    assert (refused.value.location.file, refused.value.location.line) == (str(script), line)


def test_no_frame_of_ours_is_shown_when_the_script_fails(write_script: Any) -> None:
    script = write_script("def helper():\n    1 / 0\n\nhelper()\n")
    with pytest.raises(EntryScriptError) as refused:
        load_entry_script(script)
    assert "line 4" in refused.value.details
    assert "line 2" in refused.value.details
    assert "azmlinfsrv" not in refused.value.details
    assert str(refused.value).startswith(f"{script}:2: ")


def test_a_missing_library_is_named_as_pip_knows_it(write_script: Any) -> None:
    script = write_script("import sklearn.no_such_module_here\n")
    sys.modules.pop("sklearn", None)
    with pytest.raises(EntryScriptError) as refused:
        load_entry_script(script)
    assert refused.value.missing_distribution == "scikit-learn"


def test_a_missing_file_is_told_with_the_scripts_that_are_there(write_script: Any) -> None:
    script = write_script("def init(): pass\n")
    with pytest.raises(EntryScriptError, match=r"does not exist; .* holds score\.py"):
        load_entry_script(script.with_name("scor.py"))


def test_a_folder_is_told_from_a_script(tmp_path: Path) -> None:
    with pytest.raises(EntryScriptError, match="is a folder"):
        load_entry_script(tmp_path)


@pytest.mark.parametrize("name", ["score.ipynb", "score"])
def test_a_file_that_is_not_python_is_refused_by_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{}")
    with pytest.raises(EntryScriptError, match=r"has to end in \.py"):
        load_entry_script(tmp_path / name)


@pytest.mark.parametrize("content", [b"\x00\x01binary", b"x = '\xff'\n"])
def test_a_binary_file_with_a_python_name_is_not_python_source(
    tmp_path: Path, content: bytes
) -> None:
    script = tmp_path / "score.py"
    script.write_bytes(content)
    with pytest.raises(EntryScriptError, match=r"not Python source text|SyntaxError"):
        load_entry_script(script)


def test_a_failed_load_leaves_no_half_made_module(write_script: Any) -> None:
    with pytest.raises(EntryScriptError):
        load_entry_script(write_script("1 / 0\n"), "half_made")
    assert "half_made" not in sys.modules


def test_classes_of_the_script_can_be_pickled_and_be_dataclasses(write_script: Any) -> None:
    script = write_script(
        """
        from __future__ import annotations
        from dataclasses import dataclass

        @dataclass
        class Row:
            value: int

        def init(): pass
        def run(data): return data
        """
    )
    loaded = load_entry_script(script)
    row = loaded.module.Row(5)
    assert pickle.loads(pickle.dumps(row)) == row


def test_an_undecorated_run_takes_text_and_its_headers(write_script: Any) -> None:
    loaded = load_entry_script(
        write_script("def init(): pass\ndef run(data, request_headers=None): pass\n")
    )
    assert loaded.style is InputStyle.TEXT
    assert loaded.parameters == ("data",)
    assert loaded.wants_headers


def test_a_schema_decorated_run_is_recognised(write_script: Any) -> None:
    loaded = load_entry_script(
        write_script(
            """
            from inference_schema.schema_decorators import input_schema
            from inference_schema.parameter_types.standard_py_parameter_type import (
                StandardPythonParameterType,
            )

            def init(): pass

            @input_schema("number", StandardPythonParameterType(1))
            def run(number, factor=2): return number * factor
            """
        )
    )
    assert loaded.style is InputStyle.SCHEMA
    assert loaded.parameters == ("number", "factor")
    assert loaded.defaults == {"factor": 2}


def test_breakpoints_match_a_script_that_is_opened_through_a_link(
    tmp_path: Path, write_script: Any
) -> None:
    script = write_script("def init(): pass\ndef run(data): pass\n")
    linked = tmp_path / "linked"
    linked.symlink_to(script.parent, target_is_directory=True)
    loaded = load_entry_script(linked / "score.py")
    assert loaded.run.__code__.co_filename == str(linked / "score.py")

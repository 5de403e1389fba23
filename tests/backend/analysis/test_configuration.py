"""`[tool.azmlinfsrv]`: what a project writes down once for every check."""

from __future__ import annotations

from pathlib import Path

import pytest

from azmlinfsrv.analysis.configuration import (
    Configuration,
    ConfigurationError,
    read_configuration,
)


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "pyproject.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_every_key_is_read(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        """
        [tool.azmlinfsrv]
        select = ["AML1", "aml201"]
        ignore = ["AML111"]
        strict = true
        model_dir = "models/best"
        exclude = ["generated/"]
        entry_scripts = ["serve/*.py"]
        """,
    )
    found = read_configuration(tmp_path)
    assert found == Configuration(
        file,
        ("AML1", "AML201"),
        ("AML111",),
        strict=True,
        model_dir=str(tmp_path / "models" / "best"),
        exclude=("generated/",),
        entry_scripts=("serve/*.py",),
    )


def test_dashes_are_as_good_as_underscores(tmp_path: Path) -> None:
    write(tmp_path, '[tool.azmlinfsrv]\nmodel-dir = "m"\nentry-scripts = ["a.py"]\n')
    found = read_configuration(tmp_path)
    assert found.model_dir == str(tmp_path / "m")
    assert found.entry_scripts == ("a.py",)


def test_the_nearest_file_with_the_table_decides(tmp_path: Path) -> None:
    write(tmp_path, "[tool.azmlinfsrv]\nstrict = true\n")
    write(tmp_path / "a", '[project]\nname = "without-the-table"\n')
    write(tmp_path / "b", "[tool.azmlinfsrv]\nstrict = false\n")
    (tmp_path / "a" / "deep").mkdir()
    assert read_configuration(tmp_path / "a" / "deep").strict
    assert not read_configuration(tmp_path / "b").strict


def test_a_broken_file_that_says_nothing_about_us_keeps_nobody_from_checking(
    tmp_path: Path,
) -> None:
    write(tmp_path, "[tool.other\n")
    assert read_configuration(tmp_path) == Configuration()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[tool.azmlinfsrv]\n\nselct = []\n", ":3: selct in [tool.azmlinfsrv]: there is no such"),
        ("[tool.azmlinfsrv]\nselct = []\n", "Did you mean select?"),
        ("[tool.azmlinfsrv]\nx = 1\n", "There are select, ignore, strict, model_dir, exclude"),
        (
            '[tool.azmlinfsrv]\nselect = "AML1"\n',
            ":2: select in [tool.azmlinfsrv]: it takes a list",
        ),
        ("[tool.azmlinfsrv]\nignore = [1]\n", "it takes a list of texts"),
        ("[tool.azmlinfsrv]\nstrict = 1\n", "it takes true or false"),
        ("[tool.azmlinfsrv]\nmodel_dir = []\n", "it takes a text"),
        ("[tool]\nazmlinfsrv = 3\n", ":2: [tool.azmlinfsrv] is not a table"),
        ("[tool.azmlinfsrv]\nselect = [\n", "is not TOML"),
        ('[tool]\nazmlinfsrv.strict = "no"\n', ":2: strict in [tool.azmlinfsrv]"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line(tmp_path: Path, text: str, told: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(ConfigurationError) as raised:
        read_configuration(tmp_path)
    assert str(raised.value).startswith(str(file))
    assert told in str(raised.value)


def test_a_file_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"[tool.azmlinfsrv]\n# caf\xe9\n")
    with pytest.raises(ConfigurationError, match="utf-8"):
        read_configuration(tmp_path)


def test_patterns_mean_what_they_mean_in_gitignore(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        [tool.azmlinfsrv]
        exclude = ["old/", "tests/**/fixtures", "*_copy.py"]
        entry_scripts = ["/serve.py", "jobs/*.py"]
        """,
    )
    found = read_configuration(tmp_path)
    excluded = ["old/score.py", "a/old/b/score.py", "tests/x/y/fixtures/score.py", "a_copy.py"]
    assert all(found.is_excluded(tmp_path / name) for name in excluded)
    assert not found.is_excluded(tmp_path / "src" / "score.py")
    assert not found.is_excluded(tmp_path.parent / "old" / "score.py")
    assert found.is_entry_script(tmp_path / "serve.py")
    assert found.is_entry_script(tmp_path / "jobs" / "one.py")
    assert not found.is_entry_script(tmp_path / "a" / "serve.py")

"""A script is read as Python reads it, and written back as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from azmlinfsrv.analysis.script_file import ScriptFileError, decode_script, write_script


def test_utf_8_is_the_default() -> None:
    assert decode_script("x = 'ä'\n".encode()).text == "x = 'ä'\n"


@pytest.mark.parametrize("cookie", ["latin-1", "cp1252", "utf-8"])
def test_a_declared_encoding_is_used_and_kept(cookie: str) -> None:
    data = f"#!/usr/bin/python\n# -*- coding: {cookie} -*-\nx = 'ä'\r\n".encode(cookie)
    script = decode_script(data)
    assert script.text.endswith("x = 'ä'\r\n")
    assert script.data == data


def test_a_byte_order_mark_is_kept_out_of_the_text_and_in_the_file() -> None:
    data = b"\xef\xbb\xbfx = 1\n"
    script = decode_script(data)
    assert script.text == "x = 1\n"
    assert script.with_text("y = 1\n").data == b"\xef\xbb\xbfy = 1\n"


@pytest.mark.parametrize(
    ("data", "line", "told"),
    [
        (b"x = 1\ny = '\xe9'\n", 1, "the file is not utf-8 (byte 0xe9 in line 2)"),
        (b"\xe9\n", 0, "the file is not utf-8"),
        (b"x = 1\n\n\nz = '\xe9'\n", 3, "declare its encoding"),
        (b"x = 1\n\0\n", 1, "NUL bytes"),
        ("x = 1\n".encode("utf-16"), 0, "NUL bytes"),
        (b"# coding: martian\n", 0, "unknown encoding"),
        (b"# coding: rot13\n", 0, "rot13"),
        (b"\xef\xbb\xbf# coding: latin-1\n", 0, "encoding problem"),
    ],
)
def test_what_python_would_refuse_is_told_with_its_line(data: bytes, line: int, told: str) -> None:
    with pytest.raises(ScriptFileError) as raised:
        decode_script(data)
    assert told in raised.value.message
    assert raised.value.line == line


@pytest.mark.skipif(os.name == "nt", reason="permissions and links of Unix")
def test_writing_keeps_permissions_and_symbolic_links(tmp_path: Path) -> None:
    file = tmp_path / "real.py"
    file.write_text("old")
    file.chmod(0o750)
    link = tmp_path / "link.py"
    link.symlink_to(file)
    write_script(link, decode_script(b"new"))
    assert link.is_symlink()
    assert file.read_text() == "new"
    assert file.stat().st_mode & 0o777 == 0o750
    assert sorted(tmp_path.iterdir()) == [link, file]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give files away")
def test_root_does_not_take_a_file_from_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "score.py"
    file.write_text("old")
    os.chown(file, 1234, 1235)
    write_script(file, decode_script(b"new"))
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 1235)


def test_a_file_that_is_write_protected_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "score.py"
    file.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_words: False)
    with pytest.raises(PermissionError):
        write_script(file, decode_script(b"new"))
    assert file.read_text() == "old"


def test_a_character_that_the_encoding_lacks_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "score.py"
    script = decode_script(b"# coding: latin-1\n")
    file.write_bytes(script.data)
    with pytest.raises(UnicodeEncodeError):
        write_script(file, script.with_text("# coding: latin-1\n'…'\n"))
    assert file.read_bytes() == script.data
    assert list(tmp_path.iterdir()) == [file]

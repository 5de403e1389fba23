"""Options and samples: what is understood, and what is refused in words that help."""

from __future__ import annotations

from pathlib import Path

import pytest

from azmlinfsrv.cli.profiling.bodies import SampleError, read_bodies
from azmlinfsrv.cli.profiling.options import parse_options


@pytest.mark.parametrize(
    ("text", "seconds"), [("10s", 10), ("500ms", 0.5), ("2m", 120), ("1.5", 1.5), ("3 S", 3)]
)
def test_durations_are_read_as_people_write_them(text: str, seconds: float) -> None:
    assert parse_options(["--entry-script", "a.py", "--duration", text]).duration == seconds


@pytest.mark.parametrize(
    ("option", "text", "told"),
    [
        ("--duration", "10 parsecs", "'10 parsecs' is no time: 10s, 500ms and 2m are"),
        ("--duration", "0s", "not between 10ms and 60m"),
        ("--duration", "3h", "is no time"),
        ("--concurrency", "0", "'0' is no whole number from 1 to 1000"),
        ("--concurrency", "x", "'x' is no whole number"),
        ("--concurrency", "1,,2", "'' is no whole number"),
        ("--concurrency", "-1", "'-1' is no whole number"),
        ("--concurrency", "1.5", "'1.5' is no whole number"),
        ("--concurrency", "²", "is no whole number"),
        ("--concurrency", "1001", "is no whole number from 1 to 1000"),
        ("--worker_count", "0", "is no whole number from 1 to 64"),
        ("--target_rps", "nan", "'nan' is no number above 0"),
        ("--target_rps", "-5", "'-5' is no number above 0"),
    ],
)
def test_an_option_that_cannot_be_used_is_a_usage_error(
    option: str, text: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_status:
        parse_options(["--entry_script", "a.py", option, text])
    assert exit_status.value.code == 1
    assert told in capsys.readouterr().err


def test_a_level_that_is_named_twice_is_measured_once() -> None:
    options = parse_options(["--entry_script", "a.py", "--concurrency", "4, 1,4"])
    assert options.concurrency == (4, 1)


def test_a_json_file_is_one_request_whatever_its_lines(tmp_path: Path) -> None:
    for name in ("a.json", "a.txt"):
        (tmp_path / name).write_text('{\n  "data": [1]\n}\n')
        (body,) = read_bodies([str(tmp_path / name)])
        assert body.content == b'{\n  "data": [1]\n}\n'
        assert body.content_type == "application/json"


def test_a_text_file_holds_a_request_in_each_line_as_published(tmp_path: Path) -> None:
    file = tmp_path / "samples.txt"
    file.write_bytes(b'{"data": [1]}\r\n\r\nnot json, but a request\n')
    bodies = read_bodies([str(file)])
    assert [body.content for body in bodies] == [b'{"data": [1]}', b"not json, but a request"]
    assert bodies[1].name.endswith("samples.txt, line 3")


def test_json_lines_are_known_by_what_they_hold(tmp_path: Path) -> None:
    file = tmp_path / "samples.json"
    file.write_text('{"data": [1]}\n{"data": [2]}\n')
    assert len(read_bodies([str(file)])) == 2


def test_a_picture_is_sent_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "cat.png"
    file.write_bytes(b"\x89PNG\r\n\x00\n")
    (body,) = read_bodies([str(file)])
    assert (body.content, body.content_type) == (file.read_bytes(), "image/png")
    (named,) = read_bodies([str(file)], "application/octet-stream")
    assert named.content_type == "application/octet-stream"


def test_several_files_take_turns(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1\n2\n3\n".replace("1", "one"))
    (tmp_path / "b.json").write_text("{}")
    bodies = read_bodies([str(tmp_path / "a.txt"), str(tmp_path / "b.json")])
    assert [body.content for body in bodies] == [b"one", b"{}", b"2", b"3"]


@pytest.mark.parametrize("content", ["", " \n\n"])
def test_an_empty_sample_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "sample.json"
    file.write_text(content)
    with pytest.raises(SampleError, match=r"sample\.json is empty: it holds no request to send"):
        read_bodies([str(file)])


def test_a_sample_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(SampleError, match="cannot be read: No such file"):
        read_bodies([str(tmp_path / "missing.json")])
    with pytest.raises(SampleError, match=r"is a folder\. Name the files in it"):
        read_bodies([str(tmp_path)])

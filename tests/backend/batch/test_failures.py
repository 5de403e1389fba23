"""What fails is counted as published, told, tried again, and ends the run when it is too much."""

from __future__ import annotations

from pathlib import Path

import pytest

from azmlinfsrv.cli import main

from .running import DOUBLE, batch, is_alive, lines, names_in, wait_until, write, write_files


def test_an_exception_fails_the_whole_mini_batch_after_its_retries(tmp_path: Path) -> None:
    expected = write_files(tmp_path, 20)
    write(tmp_path, DOUBLE)
    (tmp_path / "in/007.txt").write_text("seven")
    ran = batch(tmp_path, "--mini_batch_size", "5", "--retry", "2", "--json")
    assert ran.status == 0
    assert lines(tmp_path) == expected[:5] + expected[10:]
    summary = ran.summary
    names = ("failedItems", "failedMiniBatches", "retries", "rows", "doneItems")
    assert [summary[name] for name in names] == [5, 1, 2, 15, 20]
    [error] = summary["errors"]
    assert error["firstItem"].endswith("005.txt")
    assert "batch_score.py:8" in error["message"]
    assert "invalid literal for int()" in error["message"]
    assert "after 3 tries" in ran.err


def test_a_mini_batch_that_succeeds_at_a_later_try_is_no_failure(tmp_path: Path) -> None:
    expected = write_files(tmp_path, 4)
    write(
        tmp_path,
        DOUBLE.replace(
            "return",
            """
        with open(f"{__file__}.tries", "a") as file:
            file.write("x")
        if os.path.getsize(f"{__file__}.tries") < 3:
            raise ValueError("not yet")
        return""".replace("\n        ", "\n        ")
            .lstrip("\n")
            .strip(),
        ),
    )
    ran = batch(tmp_path, "--json")
    assert (ran.status, lines(tmp_path)) == (0, expected), ran.err
    assert (ran.summary["retries"], ran.summary["failedItems"]) == (2, 0)


def test_fewer_results_than_items_are_failed_items_and_not_tried_again(tmp_path: Path) -> None:
    write_files(tmp_path, 10)
    write(tmp_path, DOUBLE.replace("in mini_batch]", "in mini_batch[:3]]"))
    ran = batch(tmp_path, "--mini_batch_size", "5", "--json")
    assert ran.status == 0
    assert lines(tmp_path) == ["000.txt 0", "001.txt 2", "002.txt 4"] + [
        f"00{number}.txt {2 * number}" for number in (5, 6, 7)
    ]
    names = ("failedItems", "failedMiniBatches", "retries", "rows")
    assert [ran.summary[name] for name in names] == [4, 2, 0, 6]
    assert "2 of 5 items failed: run() gave 3 results" in ran.err


def test_more_failed_items_than_the_threshold_end_the_run(tmp_path: Path) -> None:
    expected = write_files(tmp_path, 40)
    write(tmp_path, DOUBLE)
    for number in (3, 13, 23):
        (tmp_path / f"in/0{number:02}.txt").write_text("x")
    words = ("--retry", "0", "--error_threshold")
    ran = batch(tmp_path, *words, "10", "--json")
    assert ran.status == 1
    assert ran.summary["state"] == "aborted"
    assert ran.summary["reason"] == "20 failed items are more than --error_threshold 10"
    assert not (tmp_path / "predictions.csv").exists()
    assert batch(tmp_path, *words, "30").status == 0
    assert lines(tmp_path) == expected[30:]


def test_failed_mini_batches_have_a_threshold_of_their_own(tmp_path: Path) -> None:
    write_files(tmp_path, 40)
    write(tmp_path, DOUBLE.replace("in mini_batch]", "in mini_batch[1:]]"))
    ran = batch(tmp_path, "--mini_batch_error_threshold", "2")
    assert ran.status == 1
    assert "3 failed mini batches are more than --mini_batch_error_threshold 2" in ran.out


@pytest.mark.parametrize(
    ("returned", "told"),
    [
        ("None", "run() returned None. run() has to return a list"),
        ("{'a': 1}", "run() returned a dict."),
        ("'text'", "run() returned a str."),
        ("3", "run() returned a int."),
        ("(each for each in mini_batch)", "run() returned a generator."),
        ("__import__('numpy').array(3)", "run() returned a ndarray."),
        ("['\\ud800']", "run() returned the character '\\ud800', which no UTF-8 file can hold."),
        ("[Unshown()]", "Element 1 that run() returned, a Unshown, cannot be written: OSError"),
        ("__import__('sys').exit(3)", "run() failed: SystemExit: 3"),
        ("asleep()", "run() is async, which nobody awaits"),
    ],
)
def test_a_result_that_is_none_is_told(tmp_path: Path, returned: str, told: str) -> None:
    write_files(tmp_path, 2)
    write(
        tmp_path,
        f"""
        class Unshown:
            def __str__(self):
                raise OSError("gone")

        async def asleep():
            pass

        def init():
            pass

        def run(mini_batch):
            return {returned}
        """,
    )
    ran = batch(tmp_path, "--retry", "0", "--json")
    assert ran.status == 0
    assert ran.summary["failedItems"] == 2
    assert told in ran.summary["errors"][0]["message"]
    assert (tmp_path / "predictions.csv").read_bytes() == b""


def test_a_hung_worker_is_killed_with_all_it_has_started_and_another_goes_on(
    tmp_path: Path,
) -> None:
    expected = write_files(tmp_path, 10)
    write(
        tmp_path,
        """
        import os, subprocess, sys, time

        def init():
            open(f"{__file__}.inits", "a").write("x")

        def run(mini_batch):
            if mini_batch[0].endswith("004.txt"):
                child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
                open(f"{__file__}.pids", "a").write(f"{child.pid} {os.getpid()} ")
                time.sleep(60)
            return [f"{os.path.basename(n)} {2 * int(open(n).read())}" for n in mini_batch]
        """,
    )
    words = ("--mini_batch_size", "2", "--timeout", "0.5", "--retry", "1", "--json")
    ran = batch(tmp_path, *words)
    assert (ran.status, lines(tmp_path)) == (0, expected[:4] + expected[6:])
    message = ran.summary["errors"][0]["message"]
    assert message == "run() took longer than 0.5 s (--timeout): it was killed"
    assert len((tmp_path / "batch_score.py.inits").read_text()) == 3
    pids = list(map(int, (tmp_path / "batch_score.py.pids").read_text().split()))
    assert len(pids) == 4

    wait_until(lambda: not is_alive(pids))


@pytest.mark.parametrize(
    ("crash", "how"),
    [("os._exit(7)", "with status 7"), ("os.kill(os.getpid(), 9)", "by SIGKILL")],
)
def test_a_crashed_worker_is_told_and_its_mini_batch_tried_again(
    tmp_path: Path, crash: str, how: str
) -> None:
    expected = write_files(tmp_path, 30)
    write(
        tmp_path,
        f"""
        import os

        def init():
            pass

        def run(mini_batch):
            if mini_batch[0].endswith("010.txt"):
                {crash}
            if mini_batch[0].endswith("020.txt") and not os.path.exists(f"{{__file__}}.once"):
                open(f"{{__file__}}.once", "w").close()
                {crash}
            return [f"{{os.path.basename(n)}} {{2 * int(open(n).read())}}" for n in mini_batch]
        """,
    )
    ran = batch(tmp_path, "--max_concurrency", "2", "--retry", "2", "--json")
    assert (ran.status, lines(tmp_path)) == (0, expected[:10] + expected[20:])
    assert ran.summary["retries"] == 3
    assert f"the worker ended {how}: os._exit(), a crash" in ran.summary["errors"][0]["message"]


def test_a_file_that_vanishes_midway_fails_its_mini_batch_alone(tmp_path: Path) -> None:
    expected = write_files(tmp_path, 6)
    write(
        tmp_path,
        DOUBLE.replace("pass", "os.remove(os.path.dirname(__file__) + '/in/003.txt')"),
    )
    ran = batch(tmp_path, "--mini_batch_size", "2", "--retry", "0", "--json")
    assert (ran.status, lines(tmp_path)) == (0, expected[:2] + expected[4:])
    assert "FileNotFoundError" in ran.summary["errors"][0]["message"]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def init():\n    raise ValueError('no model')\ndef run(mini_batch): ...", "no model"),
        ("import nowhere\ndef init(): ...\ndef run(mini_batch): ...", "Install nowhere."),
        ("def init(): ...\ndef run(mini_batch, a, b): ...", "nothing fills 'a' and 'b'"),
        ("def init(: ...", "SyntaxError"),
        ("def run(mini_batch): ...", "does not have a init() function"),
        ("import os\ndef init(): os._exit(5)\ndef run(mini_batch): ...", "ended with status 5"),
    ],
)
def test_a_script_that_cannot_start_ends_the_run_at_once(
    tmp_path: Path, source: str, told: str
) -> None:
    write_files(tmp_path, 30)
    write(tmp_path, source)
    ran = batch(tmp_path, "--max_concurrency", "2", "--items", "files", "--json")
    assert ran.status == 1
    assert told in ran.summary["error"]
    assert names_in(tmp_path) in (
        ["batch_score.py", "in"],
        ["__pycache__", "batch_score.py", "in"],
    )


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("--input", "nowhere"), 2, "--input: nowhere does not exist."),
        (("--input", "empty"), 2, "--input: the folder empty holds no file."),
        (("--input", "in/*.png"), 2, "--input: no file fits the pattern in/*.png."),
        (("--output", "in"), 0, ""),
        (("--output", "batch_score.py/p.csv"), 1, "cannot be made: "),
        (("--output", "/proc/p.csv"), 1, "cannot be written"),
        (("--output", "batch_score.py", "--force"), 2, "batch_score.py is the entry script"),
        (("--mini_batch_size", "0"), 2, "'0' is no whole number from 1"),
        (("--timeout", "soon"), 2, "'soon' is no number of seconds"),
        (("--separator", "ab"), 2, "'ab' is not one character"),
        (("--ray_address", "auto"), 2, "--ray_address: it goes with --engine ray"),
        (("--model_dir", "nowhere"), 2, "--model_dir: nowhere is no folder."),
        (("--model", "nowhere:1"), 2, "argument --model:"),
        (("--entry_script", "nowhere.py"), 2, "--entry_script: nowhere.py does not exist."),
    ],
)
def test_wrong_usage_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    status: int,
    told: str,
) -> None:
    write_files(tmp_path, 2)
    (tmp_path / "empty").mkdir()
    write(tmp_path, DOUBLE)
    monkeypatch.chdir(tmp_path)
    given = ["--entry_script", "batch_score.py", "--input", "in", *words]
    try:
        ended = main(["batch", *given])
    except SystemExit as exit_:
        ended = int(exit_.code or 0)
    errors = capsys.readouterr().err
    assert (ended, told in errors) == (status, True), errors


def test_help_has_an_example_and_dashes_are_as_good_as_underscores(tmp_path: Path) -> None:
    write_files(tmp_path, 2)
    write(tmp_path, DOUBLE)
    ran = batch(tmp_path, "--help")
    assert ran.status == 0
    assert "azmlinfsrv batch --entry_script batch_score.py --input data/" in ran.out
    assert batch(tmp_path, "--mini-batch-size", "1").status == 0

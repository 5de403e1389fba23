"""An interrupted run goes on where it ended: nothing is scored twice, nothing is lost."""

from __future__ import annotations

import functools
import json
import signal
import subprocess
from pathlib import Path

import pytest

from .running import (
    DOUBLE,
    batch,
    command,
    environment,
    is_alive,
    lines,
    names_in,
    wait_until,
    write,
    write_files,
)

COUNTING = """
    import os, time

    def init():
        with open(f"{__file__}.pids", "a") as file:
            file.write(f"{os.getpid()} ")

    def run(mini_batch):
        time.sleep(0.03)
        with open(f"{__file__}.scored", "a") as file:
            file.write("".join(os.path.basename(name) + "\\n" for name in mini_batch))
        return [f"{os.path.basename(n)} {2 * int(open(n).read())}" for n in mini_batch]
"""


def _have_ended(pids: list[int]) -> bool:
    return not is_alive(pids)


def _journal(folder: Path) -> list[str]:
    path = folder / "predictions.csv.journal"
    return path.read_text().split("\n")[:-1] if path.exists() else []


def _begin(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """Start a run, and return when it has scored a little."""
    process = subprocess.Popen(
        command(folder, "--input", "in", "--mini_batch_size", "2", *words),
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    seen = len(_journal(folder))
    wait_until(lambda: len(_journal(folder)) > seen + 5)
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_ended_again_and_again_scores_each_file_once(
    tmp_path: Path, number: signal.Signals
) -> None:
    expected = write_files(tmp_path, 80)
    write(tmp_path, COUNTING)
    kept = 0
    for _ in range(3):
        process = _begin(tmp_path, "--max_concurrency", "2")
        process.send_signal(number)
        status = process.wait(20)
        assert status == (-9 if number is signal.SIGKILL else 128 + number)
        assert not (tmp_path / "predictions.csv").exists()
        pids = list(map(int, (tmp_path / "batch_score.py.pids").read_text().split()))
        # Also without their parent they end at once.
        wait_until(functools.partial(_have_ended, pids))
        assert len(_journal(tmp_path)) > kept
        kept = len(_journal(tmp_path))
    done = {json.loads(line)["index"] for line in _journal(tmp_path)[1:]}
    (tmp_path / "batch_score.py.scored").unlink()
    ran = batch(tmp_path, "--mini_batch_size", "2", "--max_concurrency", "2", "--json")
    assert (ran.status, lines(tmp_path)) == (0, expected), ran.err
    assert ran.summary["resumedMiniBatches"] == len(done) > 15
    scored = lines(tmp_path, "batch_score.py.scored")
    assert sorted(scored) == [f"{n:03}.txt" for n in range(80) if n // 2 not in done]
    assert not (tmp_path / "predictions.csv.journal").exists()


def test_a_line_that_was_half_written_is_scored_again(tmp_path: Path) -> None:
    expected = write_files(tmp_path, 60)
    write(tmp_path, COUNTING)
    process = _begin(tmp_path)
    process.kill()
    process.wait()
    path = tmp_path / "predictions.csv.journal"
    whole = path.read_bytes()
    path.write_bytes(whole[:-15])
    ran = batch(tmp_path, "--mini_batch_size", "2")
    assert (ran.status, lines(tmp_path)) == (0, expected)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("script", "the entry script changed"),
        ("input", "the input changed"),
        ("model", "the model folder changed"),
        ("size", "--mini_batch_size changed"),
    ],
)
def test_the_journal_of_another_run_is_refused(tmp_path: Path, change: str, told: str) -> None:
    expected = write_files(tmp_path, 40)
    write(tmp_path, DOUBLE)
    (tmp_path / "model").mkdir()
    (tmp_path / "model/weights").write_text("1")
    (tmp_path / "in/013.txt").write_text("x")
    words = ["--error_threshold", "5", "--retry", "0"]
    assert batch(tmp_path, *words).status == 1
    before = _journal(tmp_path)
    if change == "script":
        write(tmp_path, DOUBLE + "    # changed\n")
    elif change == "input":
        (tmp_path / "in/013.txt").write_text("13")
    elif change == "model":
        (tmp_path / "model/weights").write_text("22")
    else:
        words += ["--mini_batch_size", "4"]
    ran = batch(tmp_path, *words)
    assert ran.status == 1
    assert told in ran.err
    assert "--force" in ran.err
    assert _journal(tmp_path) == before
    (tmp_path / "in/013.txt").write_text("13")
    assert batch(tmp_path, *words, "--force").status == 0
    assert lines(tmp_path) == expected


def test_a_damaged_journal_is_refused_with_its_line(tmp_path: Path) -> None:
    write_files(tmp_path, 40)
    write(tmp_path, DOUBLE)
    path = tmp_path / "predictions.csv.journal"
    path.write_text("not ours\n")
    ran = batch(tmp_path)
    assert ran.status == 1
    assert f"{path}, line 1, is not what a run has written" in ran.err
    assert path.read_text() == "not ours\n"


def test_what_failed_is_tried_again_when_the_run_is_resumed(tmp_path: Path) -> None:
    expected = write_files(tmp_path, 40)
    write(
        tmp_path,
        DOUBLE.replace("return", "assert os.path.exists(f'{__file__}.fixed'), 'broken'; return"),
    )
    ran = batch(tmp_path, "--error_threshold", "15", "--retry", "0", "--json")
    assert (ran.status, ran.summary["failedItems"]) == (1, 20)
    # Nothing has been scored: nothing is left behind.
    assert ran.summary["journal"] is None
    (tmp_path / "batch_score.py.fixed").touch()
    assert batch(tmp_path, "--error_threshold", "15").status == 0
    assert lines(tmp_path) == expected


def test_an_output_is_not_overwritten_and_two_runs_do_not_share_one(tmp_path: Path) -> None:
    write_files(tmp_path, 80)
    waiting = "while os.path.exists(f'{__file__}.hold'): time.sleep(0.01)"
    write(
        tmp_path,
        COUNTING.replace(
            "return", f"if '040' in mini_batch[0]:\n            {waiting}\n        return"
        ),
    )
    (tmp_path / "batch_score.py.hold").touch()
    (tmp_path / "predictions.csv").write_text("precious\n")
    ran = batch(tmp_path)
    assert ran.status == 1
    assert "exists already. --force overwrites it." in ran.err
    process = _begin(tmp_path, "--force")
    try:
        second = batch(tmp_path, "--mini_batch_size", "2", "--force")
        assert second.status == 1
        assert "is in use: another run writes it just now" in second.err
        # The old one stays until the new one is whole.
        assert lines(tmp_path) == ["precious"]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
    (tmp_path / "batch_score.py.hold").unlink()
    assert batch(tmp_path, "--mini_batch_size", "2").status == 0
    assert len(lines(tmp_path)) == 80


def test_a_journal_is_kept_when_the_output_cannot_be_written(tmp_path: Path) -> None:
    expected = write_files(tmp_path, 20)
    write(tmp_path, DOUBLE)
    (tmp_path / "predictions.csv.part").mkdir()
    ran = batch(tmp_path)
    assert ran.status == 1
    assert "The results are kept in" in ran.err
    (tmp_path / "predictions.csv.part").rmdir()
    ran = batch(tmp_path, "--json")
    assert ran.summary["resumedMiniBatches"] == 2
    assert lines(tmp_path) == expected
    assert names_in(tmp_path) == ["batch_score.py", "in", "predictions.csv"]

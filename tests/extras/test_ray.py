"""`azmlinfsrv batch --engine ray` on a Ray cluster of this machine, beside the workers of ours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from backend.batch.running import (
    DOUBLE,
    Ran,
    batch,
    is_alive,
    lines,
    wait_until,
    write,
    write_files,
)

_START_SECONDS = 120


@pytest.fixture(scope="module", autouse=True)
def _no_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what Ray leaves in a home, a token, out of this user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        # Who joins has to show the token that the cluster has made there.
        patch.setenv("RAY_AUTH_MODE", "token")
        yield


@pytest.fixture(scope="module")
def cluster(_no_home: None) -> Iterator[str]:
    """Run a cluster, and give its address."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("ray_cluster.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdin
    address = process.stdout.readline().strip()
    try:
        assert address
        yield address
    finally:
        process.stdin.close()
        process.wait(_START_SECONDS)
        process.stdout.close()


def _on_ray(folder: Path, address: str, *words: str, script: str = "batch_score.py") -> Ran:
    ray = ("--engine", "ray", "--ray_address", address, "--max_concurrency", "2")
    return batch(folder, *ray, *words, script=script, seconds=_START_SECONDS)


def test_results_are_the_same_and_in_order(tmp_path: Path, cluster: str) -> None:
    write_files(tmp_path, 100)
    (tmp_path / "in/033.txt").write_text("x")
    write(
        tmp_path,
        """
        import os, time
        import pandas as pd

        def init():
            open(f"{__file__}.inits", "a").write(f"{os.getpid()} ")

        def run(mini_batch):
            time.sleep(0.2 if mini_batch[0].endswith("000.txt") else 0)
            rows = [(os.path.basename(name), int(open(name).read()) / 7) for name in mini_batch]
            return pd.DataFrame(rows, columns=["file", "score"])

        def shutdown():
            open(f"{__file__}.shutdowns", "a").write("x")
        """,
    )
    words = ("--mini_batch_size", "3", "--retry", "0", "--json")
    assert batch(tmp_path, *words, "--output", "local.csv").status == 0
    (tmp_path / "batch_score.py.inits").unlink()
    (tmp_path / "batch_score.py.shutdowns").unlink()
    ran = _on_ray(tmp_path, cluster, *words, "--output", "ray.csv")
    assert ran.status == 0, ran.err
    assert (tmp_path / "ray.csv").read_bytes() == (tmp_path / "local.csv").read_bytes()
    assert len(lines(tmp_path, "ray.csv")) == 97
    assert (ran.summary["engine"], ran.summary["failedItems"]) == ("ray", 3)
    # The model is loaded once for each actor, and no worker outlives the run.
    pids = list(map(int, (tmp_path / "batch_score.py.inits").read_text().split()))
    assert 1 <= len(pids) <= 2
    wait_until(lambda: not is_alive(pids))


def test_a_crash_and_a_hang_are_tried_again_there_as_here(tmp_path: Path, cluster: str) -> None:
    expected = write_files(tmp_path, 12)
    write(
        tmp_path,
        DOUBLE.replace(
            "return",
            "time = __import__('time'); mini_batch[0].endswith('004.txt') and os._exit(3)"
            "; mini_batch[0].endswith('008.txt') and time.sleep(60); return",
        ),
    )
    words = ("--mini_batch_size", "2", "--retry", "1", "--timeout", "2", "--json")
    ran = _on_ray(tmp_path, cluster, *words)
    assert ran.status == 0, ran.err
    assert lines(tmp_path) == expected[:4] + expected[6:8] + expected[10:]
    first, second = (error["message"] for error in ran.summary["errors"])
    assert "the worker ended with status 3" in first
    assert "run() took longer than 2 s" in second


def test_a_script_that_cannot_start_is_told(tmp_path: Path, cluster: str) -> None:
    write_files(tmp_path, 4)
    write(tmp_path, DOUBLE.replace("pass", "raise ValueError('no model')"))
    ran = _on_ray(tmp_path, cluster, "--json")
    assert ran.status == 1
    assert "ValueError: no model" in ran.summary["error"]


def test_an_online_script_answers_requests_there(tmp_path: Path, cluster: str) -> None:
    write(
        tmp_path,
        """
        import json

        def init():
            pass

        def run(raw_data):
            return sum(json.loads(raw_data)["data"])
        """,
        "score.py",
    )
    bodies = "".join(f'{{"data": [{number}, 1]}}\n' for number in range(30))
    (tmp_path / "requests.jsonl").write_text(bodies)
    words = ("--input", "requests.jsonl", "--output")
    assert batch(tmp_path, *words, "local.jsonl", script="score.py").status == 0
    ran = _on_ray(tmp_path, cluster, *words, "ray.jsonl", script="score.py")
    assert ran.status == 0, ran.err
    answers = [(tmp_path / f"{name}.jsonl").read_text() for name in ("local", "ray")]
    assert answers[0] == answers[1]
    assert answers[0].count('"status": 200') == 30


def test_a_cluster_that_is_not_there_is_told(tmp_path: Path) -> None:
    write_files(tmp_path, 1)
    write(tmp_path, DOUBLE)
    ran = _on_ray(tmp_path, "127.0.0.1:1", "--json")
    assert ran.status == 1
    assert "--ray_address 127.0.0.1:1" in ran.summary["error"]

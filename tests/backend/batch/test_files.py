"""Batch scripts over files: order, format, variables, concurrency."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from .running import DOUBLE, batch, lines, names_in, write, write_files


@pytest.mark.parametrize("workers", ["1", "3"])
def test_results_come_in_the_order_of_the_input(tmp_path: Path, workers: str) -> None:
    expected = write_files(tmp_path, 47)
    write(
        tmp_path,
        """
        import os, time

        def init():
            pass

        def run(mini_batch):
            # The first ones take longest.
            time.sleep(0.1 if mini_batch[0].endswith("000.txt") else 0)
            return [f"{os.path.basename(n)} {2 * int(open(n).read())}" for n in mini_batch]
        """,
    )
    ran = batch(tmp_path, "--max_concurrency", workers, "--mini_batch_size", "5", "--json")
    assert (ran.status, lines(tmp_path)) == (0, expected)
    summary = ran.summary
    assert summary["state"] == "completed"
    assert summary["output"] == str(tmp_path / "predictions.csv")
    counts = ("items", "doneItems", "failedItems", "miniBatches", "rows", "retries")
    assert [summary[name] for name in counts] == [47, 47, 0, 10, 47, 0]
    assert names_in(tmp_path) == ["batch_score.py", "in", "predictions.csv"]


def test_published_variables_arguments_and_names_are_there(tmp_path: Path) -> None:
    write_files(tmp_path, 1)
    (tmp_path / "models").mkdir()
    (tmp_path / "helper.py").write_text("WORD = 'helped'")
    write(
        tmp_path,
        """
        import argparse, os, sys
        from azureml_user.parallel_run import EntryScript
        from azureml.core.model import Model
        from helper import WORD

        def init():
            global name
            parser = argparse.ArgumentParser()
            parser.add_argument("--model_name")
            name = parser.parse_args().model_name
            EntryScript().logger.info("told by the logger")

        def run(mini_batch, mini_batch_context):
            folders = os.environ["AZUREML_MODEL_DIR"], os.environ["AZUREML_BI_OUTPUT_PATH"]
            assert EntryScript().output_dir == folders[1]
            return [(*folders, WORD, name, mini_batch_context.minibatch_index)]

        def shutdown():
            print("shut down")
        """,
    )
    ran = batch(
        tmp_path,
        *("--output", "out/p.csv", "--separator", ",", "--items", "files"),
        *("--", "--model_name", "x"),
    )
    assert ran.status == 0, ran.err
    expected = f"{tmp_path / 'models'},{tmp_path / 'out'},helped,x,0"
    assert lines(tmp_path, "out/p.csv") == [expected]
    assert "told by the logger" in ran.err
    assert "shut down" in ran.err


def test_results_are_written_as_published(tmp_path: Path) -> None:
    write_files(tmp_path, 6)
    write(
        tmp_path,
        """
        import numpy as np
        import pandas as pd

        def init():
            pass

        def run(mini_batch):
            results = [
                ["text", 1.5, ("a", 2), {"k": [1]}],
                ("one",),
                np.array([1, 2]),
                np.array([[1, 2], [3, 4]]),
                pd.Series([7, 8]),
                pd.DataFrame({"file": ["a b.png", "c.png"], "class": [1, 2]}),
            ]
            return results[int(open(mini_batch[0]).read())]
        """,
    )
    assert batch(tmp_path, "--mini_batch_size", "1").status == 0
    shown = ["text", "1.5", "('a', 2)", "{'k': [1]}", "one", "1", "2", "[1 2]", "[3 4]", "7", "8"]
    assert lines(tmp_path) == [*shown, '"a b.png" 1', "c.png 2"]
    assert batch(tmp_path, "--mini_batch_size", "1", "--separator", ",", "--force").status == 0
    cells = ["text", "1.5", "a,2", "[1]", "one", "1", "2", "1,2", "3,4", "7", "8"]
    assert lines(tmp_path) == [*cells, "a b.png,1", "c.png,2"]


def test_summary_only_writes_no_output_of_ours(tmp_path: Path) -> None:
    write_files(tmp_path, 5)
    write(
        tmp_path,
        """
        import os

        def init():
            pass

        def run(mini_batch):
            for name in mini_batch:
                path = os.path.join(os.environ["AZUREML_BI_OUTPUT_PATH"], os.path.basename(name))
                open(path, "w").write("x")
            return mini_batch
        """,
    )
    ran = batch(tmp_path, "--output", "out/", "--output_action", "summary_only", "--json")
    assert ran.status == 0, ran.err
    assert (ran.summary["rows"], ran.summary["output"]) == (5, None)
    assert names_in(tmp_path / "out") == [f"00{number}.txt" for number in range(5)]


def test_input_is_a_folder_with_all_below_a_file_or_a_pattern(tmp_path: Path) -> None:
    write_files(tmp_path, 3)
    (tmp_path / "in/sub/.hidden").mkdir(parents=True)
    (tmp_path / "in/sub/9.txt").write_text("9")
    (tmp_path / "in/sub/.hidden/8.txt").write_text("8")
    write(tmp_path, DOUBLE)
    ran = batch(tmp_path)
    assert lines(tmp_path) == ["000.txt 0", "001.txt 2", "002.txt 4", "9.txt 18"]
    assert "1 hidden files in in are left out" in ran.err
    batch(tmp_path, "--force", "--input", "in/001.txt")
    assert lines(tmp_path) == ["001.txt 2"]
    batch(tmp_path, "--force", "--input", "in/**/[19]*.txt")
    assert lines(tmp_path) == ["9.txt 18"]
    # What a run writes is no input of the next one, though it lies beside it.
    batch(tmp_path, "--output", "in/p.csv")
    assert batch(tmp_path, "--output", "in/p.csv", "--force").status == 0
    assert len(lines(tmp_path, "in/p.csv")) == 4


@pytest.mark.skipif(sys.platform != "linux", reason="names there are always text")
def test_names_that_are_no_utf8_go_in_and_come_out_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    name = b"caf\xe9.txt"
    Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/" + name)).write_text("4")
    write(tmp_path, DOUBLE)
    ran = batch(tmp_path, "--json")
    assert ran.status == 0, ran.err
    assert (tmp_path / "predictions.csv").read_bytes() == name + b" 8\n"


def test_a_script_that_prints_a_lot_keeps_its_results_apart(tmp_path: Path) -> None:
    expected = write_files(tmp_path, 20)
    write(
        tmp_path,
        DOUBLE.replace("pass", "os.write(1, b'raw ' * 1000)").replace(
            "return", "print('noise ' * 50_000); return"
        ),
    )
    ran = batch(tmp_path, "--json")
    assert (ran.status, lines(tmp_path)) == (0, expected)
    assert ran.summary["rows"] == 20
    assert ran.err.count("noise") == 100_000


def test_standard_input_of_the_script_is_empty(tmp_path: Path) -> None:
    write_files(tmp_path, 2)
    write(
        tmp_path,
        """
        import sys

        def init():
            assert sys.stdin.read() == ""

        def run(mini_batch):
            return [sys.stdin.read() == "" for _ in mini_batch]
        """,
    )
    assert batch(tmp_path).status == 0
    assert lines(tmp_path) == ["True", "True"]

"""`azmlinfsrv models`, and `--model` wherever `--model_dir` is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from azmlinfsrv.cli import main
from azmlinfsrv.registry import Registry, registry_folder

from ..conftest import StartServer, WriteScript

TELLS_ITS_MODEL = """
    import os
    from azureml.core.model import Model

    def init():
        pass

    def run(data):
        folder = os.environ.get("AZUREML_MODEL_DIR")
        return {"folder": folder, "iris": Model.get_model_path("iris")}
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("AZUREML_MODEL_DIR", raising=False)
    monkeypatch.setenv("AZMLINFSRV_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    file = tmp_path / "outputs" / "model.pkl"
    file.parent.mkdir()
    file.write_text("weights")
    return file


def register(path: Path, name: str = "iris", *options: str) -> int:
    return main(["models", "register", "--name", name, "--path", str(path), *options])


def answer(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_model_is_registered_listed_shown_downloaded_and_deleted(
    model: Path, tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--tag", "area=iris", "--property", "k=v", "--description", "of flowers"]
    options += ["--framework", "scikit-learn", "--framework-version", "1.5"]
    assert register(model, "iris", *options) == 0
    told = capsys.readouterr().out
    assert "Registered iris:1: 1 file, 7 B" in told
    assert "--model iris:1" in told
    assert "az ml model create --name iris --version 1" in told
    assert main(["models", "list"]) == 0
    row = capsys.readouterr().out.splitlines()[1].split()
    created = Registry().resolve("iris").created[:16].split("T")
    assert row == ["iris", "1", *created, "7", "B", "scikit-learn", "1.5", "area=iris"]
    assert main(["models", "show", "iris", "--json", "--verify"]) == 0
    shown = answer(capsys)
    assert shown["reference"] == "iris:1"
    assert shown["folder"] == str(home / "models" / "iris" / "1")
    assert [file["name"] for file in shown["files"]] == ["model.pkl"]
    assert shown["tags"] == {"area": "iris"}
    assert main(["models", "download", "iris:1", "--target-dir", "copy"]) == 0
    assert (tmp_path / "copy" / "model.pkl").read_text() == "weights"
    assert main(["models", "delete", "iris:1", "--json"]) == 0
    capsys.readouterr()
    assert main(["models", "list", "--json"]) == 0
    assert answer(capsys) == []


def test_the_list_can_be_narrowed(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, tag in (("iris", "area=a"), ("iris", "area=b"), ("mnist", "area=a")):
        register(model, name, "--tag", tag)
    capsys.readouterr()
    for options, expected in (
        ([], ["iris:2", "iris:1", "mnist:1"]),
        (["--latest"], ["iris:2", "mnist:1"]),
        (["--name", "iris"], ["iris:2", "iris:1"]),
        (["--tag", "area=a"], ["iris:1", "mnist:1"]),
        (["--tag", "area", "--latest"], ["iris:2", "mnist:1"]),
        (["--tag", "other"], []),
    ):
        assert main(["models", "list", "--json", *options]) == 0
        assert [each["reference"] for each in answer(capsys)] == expected


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["register", "--name", "a/b", "--path", "outputs"], 2, "Allowed: 1 to 255 letters"),
        (["register", "--name", "a", "--path", "absent"], 2, "absent does not exist"),
        (["register", "--name", "a", "--path", "outputs", "--tag", "x"], 1, "KEY=VALUE"),
        (
            ["register", "--name", "a", "--path", "outputs", "--tag", "x=1", "--tag", "x=2"],
            1,
            "x is given twice",
        ),
        (
            ["register", "--name", "a", "--path", "outputs", "--framework_version", "1"],
            1,
            "without --framework",
        ),
        (["show", "absent"], 2, "No model absent is registered"),
        (["show", "iris:9"], 2, "no version 9"),
        (["show", "iris:x"], 2, "no whole number"),
        (["download", "absent"], 2, "No model absent"),
        (["delete", "iris"], 1, "--all_versions"),
        (["delete", "iris:7"], 2, "iris:7 is not registered"),
        (["delete", "absent", "--all_versions"], 2, "No model absent"),
    ],
)
def test_what_cannot_be_done_is_told_on_standard_error(
    model: Path, capsys: pytest.CaptureFixture[str], words: list[str], status: int, told: str
) -> None:
    register(model)
    capsys.readouterr()
    assert main(["models", *words]) == status
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"azmlinfsrv models {words[0]}: ")
    assert told in printed.err


@pytest.mark.parametrize(
    "words",
    [[], ["register"], ["register", "--name", "a"], ["list", "--registry", "file"], ["absent"]],
)
def test_wrong_options_end_with_2(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit) as ended:
        main(["models", *words])
    assert ended.value.code == 2


def test_a_download_overwrites_only_with_force_and_never_with_a_damaged_model(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    register(model)
    mine = tmp_path / "iris" / "model.pkl"
    mine.parent.mkdir()
    mine.write_text("mine")
    assert main(["models", "download", "iris"]) == 1
    assert "--force" in capsys.readouterr().err
    (Registry().resolve("iris").folder / "model.pkl").write_text("changed")
    assert main(["models", "download", "iris", "--force"]) == 1
    assert "not what was registered" in capsys.readouterr().err
    assert mine.read_text() == "mine"
    register(model, "iris", "--version", "1", "--force")
    assert main(["models", "download", "iris", "--force"]) == 0
    assert mine.read_text() == "weights"
    assert [path.name for path in mine.parent.iterdir()] == ["model.pkl"]


def test_a_damaged_version_is_told_and_can_be_deleted(
    model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    register(model)
    register(model)
    Registry().resolve("iris:1").record_file.write_text("{")
    capsys.readouterr()
    assert main(["models", "list", "--json"]) == 1
    printed = capsys.readouterr()
    assert [each["version"] for each in json.loads(printed.out)] == [2]
    assert "1.json is no record of a model" in printed.err
    assert main(["models", "delete", "iris:1"]) == 0
    assert main(["models", "list"]) == 0


def test_a_pickle_that_would_run_code_is_never_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trap = tmp_path / "trap.pkl"
    # What pickle.load() would do: make the file `sprung`.
    trap.write_bytes(b"cposix\nsystem\n(Vtouch sprung\ntR.")
    register(trap, "trap")
    for words in (["list"], ["show", "trap", "--verify"], ["download", "trap"]):
        assert main(["models", *words]) == 0
    main(["models", "delete", "trap:1"])
    capsys.readouterr()
    assert not (tmp_path / "sprung").exists()


def test_an_archive_is_kept_as_it_is(tmp_path: Path, model: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "model"), "gztar", model.parent)
    register(Path(archive), "packed")
    folder = Registry().resolve("packed").folder
    assert [path.name for path in folder.iterdir()] == ["model.tar.gz"]


def test_another_registry_can_be_named(model: Path, tmp_path: Path, home: Path) -> None:
    assert register(model, "iris", "--registry", str(tmp_path / "team")) == 0
    assert (tmp_path / "team" / "iris" / "1" / "model.pkl").is_file()
    assert not home.exists()


def test_the_server_serves_the_model_that_is_named(model: Path, start_server: StartServer) -> None:
    register(model)
    register(model)
    server = start_server(TELLS_ITS_MODEL, "--model", "iris:1")
    folder = registry_folder() / "iris" / "1"
    assert server.request("/score", "{}").json == {
        "folder": str(folder),
        "iris": str(folder / "model.pkl"),
    }
    assert f"Model Directory: {folder}" in server.output


def test_the_server_serves_several_models_in_one_folder(
    model: Path, start_server: StartServer
) -> None:
    register(model)
    register(model, "mnist")
    words = ["--model", "iris@latest", "--model", "mnist:1"]
    told = start_server(TELLS_ITS_MODEL, *words).request("/score", "{}").json
    assert told["iris"] == str(Path(told["folder"]) / "iris" / "1" / "model.pkl")
    assert sorted(path.name for path in Path(told["folder"]).iterdir()) == ["iris", "mnist"]


@pytest.mark.parametrize("served", [["iris:1"], ["iris:1", "mnist:1"]])
def test_a_model_that_a_server_serves_is_deleted_only_with_force(
    model: Path,
    start_server: StartServer,
    served: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("iris", "iris", "mnist"):
        register(model, name)
    words = [word for reference in served for word in ("--model", reference)]
    server = start_server(TELLS_ITS_MODEL, *words)
    server.wait_until_ready()
    capsys.readouterr()
    assert main(["models", "delete", "iris:1"]) == 1
    assert f"azmlinfsrv stop {server.process.pid}" in capsys.readouterr().err
    assert main(["models", "delete", "iris:2"]) == 0
    assert main(["models", "delete", "iris:1", "--force"]) == 0


def test_a_script_finds_a_model_in_the_registry_with_one_warning(
    model: Path, start_server: StartServer, front: str
) -> None:
    register(model)
    server = start_server(TELLS_ITS_MODEL, "--server", front)
    found = str(registry_folder() / "iris" / "1" / "model.pkl")
    for _ in range(2):
        assert server.request("/score", "{}").json["iris"] == found
    assert server.output.count("is not in AZUREML_MODEL_DIR") == 1


def test_a_script_does_not_find_it_where_the_cloud_would_not(
    model: Path, start_server: StartServer
) -> None:
    register(model)
    server = start_server(TELLS_ITS_MODEL, "--compat", "published")
    assert server.request("/score", "{}").status == 500
    assert "The model iris is not on this machine" in server.output


def test_another_model_is_not_taken_for_the_one_asked_for(
    model: Path, start_server: StartServer
) -> None:
    register(model, "mnist")
    server = start_server(TELLS_ITS_MODEL, "--model", "mnist", "--compat", "published")
    assert server.request("/score", "{}").status == 500
    assert "holds mnist (1)" in server.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--model", "absent"], "No model is registered"),
        (["--model", "a/b"], "a/b does not exist"),
        (["--model", "score.py", "--model_dir", "."], "not allowed with argument --model_dir"),
        (["--model", "./score.py", "--model", "iris"], "only one model can be named so"),
        (["--registry", "."], "it goes with --model"),
    ],
)
def test_the_server_refuses_models_that_it_cannot_serve(
    write_script: WriteScript, tmp_path: Path, words: list[str], told: str
) -> None:
    write_script(TELLS_ITS_MODEL)
    done = subprocess.run(
        [sys.executable, "-m", "azmlinfsrv", "--entry_script", "score.py", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert told in done.stderr


def test_a_file_or_a_folder_may_stand_for_the_model(model: Path, tmp_path: Path) -> None:
    (tmp_path / "score.py").write_text("def init(): pass\ndef run(data): pass\n")
    (model.parent / "notes.txt").write_text("")
    found = _found(["--model", str(model.parent)])
    assert found == model.parent
    found = _found(["--model", "outputs/model.pkl"])
    assert [path.name for path in found.iterdir()] == ["model.pkl"]
    model.write_text("trained again")
    assert (_found(["--model", "./outputs/model.pkl"]) / "model.pkl").read_text() == "trained again"


def _found(words: list[str]) -> Path:
    done = subprocess.run(
        [sys.executable, "-m", "azmlinfsrv", "find", "--json", "score.py", *words],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return Path(json.loads(done.stdout)["entry_scripts"][0]["model_dir"])


def test_check_takes_the_model_that_is_named(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    register(model)
    (tmp_path / "score.py").write_text(
        "import os\n\n\ndef init():\n"
        '    open(os.path.join(os.environ["AZUREML_MODEL_DIR"], "modl.pkl"))\n\n\n'
        "def run(data):\n    return data\n"
    )
    capsys.readouterr()
    assert main(["check", "--model", "iris", "--format", "json", "score.py"]) == 1
    assert [finding["code"] for finding in answer(capsys)] == ["AML301"]
    for words in (
        ["check", "--model", "absent", "score.py"],
        ["profile", "--model", "absent", "--entry_script", "score.py"],
        ["find", "--model", "absent", "score.py"],
    ):
        with pytest.raises(SystemExit):
            main(words)
        assert "argument --model: No model absent" in capsys.readouterr().err


def test_profile_measures_with_the_model_that_is_named(
    model: Path, tmp_path: Path, write_script: WriteScript, capsys: pytest.CaptureFixture[str]
) -> None:
    register(model)
    capsys.readouterr()
    write_script(TELLS_ITS_MODEL)
    (tmp_path / "body.json").write_text("{}")
    words = ["--entry_script", "score.py", "--model", "iris", "--request", "body.json"]
    words += ["--duration", "50ms", "--concurrency", "1", "--json"]
    assert main(["profile", *words]) == 0
    assert answer(capsys)["azmlinfsrv"]["modelDir"] == str(registry_folder() / "iris" / "1")


def test_a_script_that_asks_for_a_registered_model_is_not_blamed(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "other").mkdir()
    (tmp_path / "model" / "other" / "1").mkdir()
    (tmp_path / "score.py").write_text(
        "from azureml.core.model import Model\n\n\ndef init():\n"
        '    Model.get_model_path("iris")\n\n\ndef run(data):\n    return data\n'
    )
    assert main(["check", "--format", "json", "score.py"]) == 1
    assert [finding["code"] for finding in answer(capsys)] == ["AML305"]
    register(model)
    capsys.readouterr()
    assert main(["check", "--format", "json", "score.py"]) == 0
    assert answer(capsys) == []

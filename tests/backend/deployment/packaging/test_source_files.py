"""What of the source folder gets into an image, and what never does."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from .conftest import PackageCommand

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files, or names")
KEY = "-----BEGIN PRIVATE KEY-----\nabc\n"


def shipped(package: Path) -> list[str]:
    app = package / "azureml-app"
    return [path.relative_to(app).as_posix() for path in sorted(app.rglob("*")) if path.is_file()]


def write(folder: Path, *names: str, text: str = "x") -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def test_secrets_histories_and_environments_stay_behind_and_are_listed(
    project: Path, run_package: PackageCommand
) -> None:
    write(project, ".env", "sub/.env.local", ".git/config", "venv/pyvenv.cfg", "venv/bin/python")
    write(project, "__pycache__/score.cpython-311.pyc", "old.pyc", "id_rsa", ".vscode/launch.json")
    write(project, "server.pem", "tls.key", text=KEY)
    write(project, "ca.pem", text="-----BEGIN CERTIFICATE-----\n")
    write(project, "lib/util.py", "data/labels.txt")
    outcome = run_package("--json")
    assert outcome.status == 0, outcome.err
    assert shipped(project.parent / "package") == [
        *("ca.pem", "data/labels.txt", "lib/util.py", "score.py")
    ]
    assert {each["name"]: each["reason"] for each in outcome.json["left_out"]} == {
        ".env": "may hold secrets",
        ".git/": "the history of the source",
        ".vscode/": "an editor's settings",
        "__pycache__/": "made by Python when it runs",
        "id_rsa": "may hold secrets",
        "old.pyc": "made by Python when it runs",
        "server.pem": "holds a private key",
        "sub/.env.local": "may hold secrets",
        "tls.key": "holds a private key",
        "venv/": "an environment of Python",
    }


def test_files_with_the_password_of_a_package_index_stay_behind(
    project: Path, run_package: PackageCommand
) -> None:
    with_password = "--extra-index-url https://me:s3cret@packages.example.com/simple\n"
    write(project, "old/requirements-old.txt", "old/conda.yml", text=with_password)
    by_variable = "--extra-index-url https://me:${TOKEN}@packages.example.com/simple\n"
    write(project, "old/requirements.txt", text=by_variable)
    outcome = run_package("--json")
    assert outcome.status == 0, outcome.err
    assert shipped(project.parent / "package") == ["old/requirements.txt", "score.py"]
    reasons = {each["name"]: each["reason"] for each in outcome.json["left_out"]}
    assert reasons == dict.fromkeys(
        ("old/conda.yml", "old/requirements-old.txt"), "holds the password of an address"
    )


def test_what_stays_behind_is_told_to_people(project: Path, run_package: PackageCommand) -> None:
    write(project, ".env", *(f".env.{number}" for number in range(20)))
    outcome = run_package()
    assert "  .env  (may hold secrets)" in outcome.out
    assert "and 9 more: --json lists all" in outcome.out


@pytest.mark.parametrize(
    ("files", "kept"),
    [
        ({".gitignore": "*.csv\nnotes/\n"}, ["score.py"]),
        ({".gitignore": "*.csv\n", ".amlignore": "notes/\n"}, ["big.csv", "score.py"]),
        ({".amlignore": "*\n!score.py\n!.amlignore\n"}, ["score.py"]),
        ({"notes/.gitignore": "*\n"}, ["big.csv", "notes/a.txt", "score.py"]),
    ],
    ids=["git's", "Azure ML's comes first", "all but", "only the one of the folder itself"],
)
def test_ignore_files_count_as_for_an_upload(
    project: Path, run_package: PackageCommand, files: dict[str, str], kept: list[str]
) -> None:
    write(project, "big.csv", "notes/a.txt")
    for name, text in files.items():
        write(project, name, text=text)
    assert run_package().status == 0
    found = shipped(project.parent / "package")
    assert [name for name in found if not name.endswith("ignore")] == kept


def test_files_of_the_first_version_ship_everything(
    project: Path, run_package: PackageCommand
) -> None:
    write(project, ".amlignore", text="*.csv\n")
    write(project, "big.csv", ".env")
    (project / "inferenceconfig.json").write_text('{"entryScript": "score.py"}')
    outcome = run_package("--ic", str(project / "inferenceconfig.json"))
    assert outcome.status == 0, outcome.err
    assert "big.csv" in shipped(project.parent / "package")
    assert ".env" not in shipped(project.parent / "package")


@posix
def test_a_link_within_the_folder_is_shipped_as_what_it_leads_to(
    project: Path, run_package: PackageCommand
) -> None:
    write(project, "real/data.txt", text="content")
    (project / "link.txt").symlink_to("real/data.txt")
    (project / "again").symlink_to("real")
    assert run_package().status == 0
    app = project.parent / "package" / "azureml-app"
    assert not (app / "link.txt").is_symlink()
    assert (app / "link.txt").read_text() == "content"
    assert (app / "again" / "data.txt").read_text() == "content"


@posix
@pytest.mark.parametrize(
    ("target", "status", "said"),
    [
        ("../outside.txt", 1, "a link link to"),
        ("nowhere", 2, "which leads nowhere"),
        (".", 1, "the folder that it is in"),
        ("link", 2, "which leads nowhere"),
    ],
)
def test_a_link_that_leads_elsewhere_is_refused(
    project: Path, run_package: PackageCommand, target: str, status: int, said: str
) -> None:
    write(project.parent, "outside.txt")
    (project / "link").symlink_to(target)
    outcome = run_package()
    assert (outcome.status, said in outcome.err) == (status, True), outcome.err
    assert not (project.parent / "package").exists()


@posix
def test_an_ignored_link_may_lead_anywhere(project: Path, run_package: PackageCommand) -> None:
    (project / "data").symlink_to("/usr")
    write(project, ".amlignore", text="data\n")
    assert run_package().status == 0


@posix
def test_a_pipe_is_not_waited_for(project: Path, run_package: PackageCommand) -> None:
    os.mkfifo(project / "pipe.pem")
    outcome = run_package("--json")
    assert {"name": "pipe.pem", "reason": "is not a file"} in outcome.json["left_out"]


@posix
def test_folders_without_end_are_told(project: Path, run_package: PackageCommand) -> None:
    before = Path.cwd()
    try:
        os.chdir(project)
        for _level in range(300):
            Path("d").mkdir()
            os.chdir("d")
    finally:
        os.chdir(before)
    outcome = run_package()
    assert (outcome.status, "folders more than 200 deep" in outcome.err) == (1, True)


@posix
def test_a_name_that_a_terminal_would_obey_is_shipped_and_not_printed(
    project: Path, run_package: PackageCommand
) -> None:
    write(project, "a\x1b[2J\nb.txt", "\x1b[2J.env/.env")
    os.close(os.open(os.fsencode(project) + b"/\xff\xfe.txt", os.O_CREAT))
    outcome = run_package()
    assert outcome.status == 0, outcome.err
    assert "\x1b" not in outcome.out
    assert "a\x1b[2J\nb.txt" in shipped(project.parent / "package")
    assert run_package("--force", "--json").status == 0

"""The command itself: which subcommands there are, and what a mistyped one is told."""

from __future__ import annotations

import pytest

from azmlinfsrv import cli

# Started by the extension and by batch itself.
_FOR_PROGRAMS = {"language-server", "batch-worker"}


def test_the_help_names_every_subcommand(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    told = capsys.readouterr().out.partition("subcommands:\n")[2].splitlines()
    named = {line.split()[0] for line in told if line.strip()}
    assert set(cli.SUBCOMMANDS) - _FOR_PROGRAMS <= named


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("gatway", "gatway is no subcommand. Did you mean gateway?"),
        ("score.py", "score.py is no subcommand. `azmlinfsrv --help` names them"),
    ],
)
def test_a_mistyped_subcommand_is_told(
    capsys: pytest.CaptureFixture[str], word: str, told: str
) -> None:
    assert cli.main([word, "--endpoint", "endpoint.yml"]) == 2
    assert told in capsys.readouterr().err

"""The page for other editors says what there is."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from azmlinfsrv.language_server.settings import read_settings

PAGE = (Path(__file__).parents[3] / "docs/editors.md").read_text(encoding="utf-8")
SETTINGS = re.findall(r"^\| `([a-z]\w*(?:\.\w+)*)` \|.*\|.*\|$", PAGE, re.MULTILINE)


def test_every_setting_on_the_page_is_read() -> None:
    assert len(SETTINGS) == 6
    # A value that fits no setting is complained of by each that is read.
    _, complaints = read_settings(dict.fromkeys(SETTINGS, 3))
    assert [each.split()[2] for each in complaints] == [f"azmlinfsrv.{name}" for name in SETTINGS]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="TOML is read from Python 3.11 on")
def test_the_configuration_of_helix_is_toml_that_names_our_program() -> None:
    if sys.version_info >= (3, 11):
        import tomllib

        text = next(iter(re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)))
        server = tomllib.loads(text)["language-server"]["azmlinfsrv"]
        assert [server["command"], *server["args"]] == ["azmlinfsrv", "language-server"]
        assert read_settings(server["config"])[1] == []

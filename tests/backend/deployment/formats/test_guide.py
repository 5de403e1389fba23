"""docs/deployment-files.md names every key, with what it does here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from azmlinfsrv.deployment.formats.deployment_config import ACI, AKS, LOCAL
from azmlinfsrv.deployment.formats.inference_config import INFERENCE_CONFIG, LEGACY
from azmlinfsrv.deployment.formats.keys import Keys, Use
from azmlinfsrv.deployment.formats.online_deployment import KUBERNETES, MANAGED
from azmlinfsrv.deployment.formats.online_endpoint import ENDPOINT

GUIDE = Path(__file__).parents[4] / "docs" / "deployment-files.md"
TABLES = {
    "inferenceconfig.json": INFERENCE_CONFIG,
    "deploymentconfig.json, local": LOCAL,
    "deploymentconfig.json, aci": ACI,
    "deploymentconfig.json, aks": AKS,
    "Online deployment, managed": MANAGED,
    "Online deployment, Kubernetes": KUBERNETES,
    "Online endpoint": ENDPOINT,
}


def _rows(title: str) -> dict[str, str]:
    """Return what a table of the guide says of each key."""
    section = GUIDE.read_text(encoding="utf-8").split(f"## {title}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`.+?`(?:, `.+?`)*) \| (.*?) \| (\w+)", section, re.MULTILINE)
    return {key: use for keys, _, use in rows for key in re.findall(r"`(.+?)`", keys)}


def _of_kind(keys: Keys, path: str, use: Use) -> str:
    """Return what a key does: what is within something without effect has none either."""
    steps = path.split(".")
    above = [".".join(steps[:length]) for length in range(1, len(steps))]
    found = dict(keys.paths())
    return next(
        (found[way].use for way in above if way in found and found[way].use is Use.NOTED), use
    ).value


@pytest.mark.parametrize("title", TABLES)
def test_every_key_is_in_the_guide_with_what_it_does(title: str) -> None:
    keys = TABLES[title]
    uses = {path: _of_kind(keys, path, key.use) for path, key in keys.paths()}
    if keys is KUBERNETES:
        # The table has what differs.
        managed = dict(MANAGED.paths())
        uses = {path: use for path, use in uses.items() if path not in managed}
    assert _rows(title) == uses


def test_the_keys_of_2019_are_marked() -> None:
    section = GUIDE.read_text(encoding="utf-8").split("## inferenceconfig.json\n")[1]
    for key in LEGACY.keys() - {"description"}:
        (row,) = re.findall(rf"^\| .*`{key}`.*$", section, re.MULTILINE)
        assert "2019" in row

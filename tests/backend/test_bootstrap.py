"""The bundle inside a user's Python: whose libraries are used, and what an old Python is told."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SOURCE = Path(__file__).parents[2] / "python_backend" / "bootstrap.py"


@pytest.fixture
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site-packages"
    for name in ("flask-3.1.0", "werkzeug-3.0.4", "MarkupSafe-2.1.5"):
        (folder / f"{name}.dist-info").mkdir(parents=True)
    return folder


RANGES = {"flask": ((3, 0), (4,)), "werkzeug": ((3, 0), (4,)), "markupsafe": ((2, 1, 1), (4,))}


def test_an_old_python_can_at_least_read_the_file() -> None:
    ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 4))


def test_an_old_python_is_told_what_is_needed(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "NEEDED", (9, 1))
    assert bootstrap.main() == bootstrap.TOO_OLD_STATUS
    assert "needs Python 9.1 or later" in capsys.readouterr().err


def test_a_users_own_flask_is_used_when_all_of_it_will_do(
    bootstrap: ModuleType, site: Path
) -> None:
    assert bootstrap.user_has_web([str(site)], RANGES)


@pytest.mark.parametrize("other", ["flask-2.3.3", "flask-4.0"])
def test_a_users_flask_of_another_time_is_not(
    bootstrap: ModuleType, site: Path, other: str
) -> None:
    (site / "flask-3.1.0.dist-info").rename(site / f"{other}.dist-info")
    assert not bootstrap.user_has_web([str(site)], RANGES)


def test_the_first_installation_on_the_path_counts(
    bootstrap: ModuleType, site: Path, tmp_path: Path
) -> None:
    (tmp_path / "first" / "flask-1.0.dist-info").mkdir(parents=True)
    assert not bootstrap.user_has_web([str(tmp_path / "first"), str(site)], RANGES)


def test_the_language_server_sees_nothing_of_the_users(
    bootstrap: ModuleType, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standard = str(Path(ast.__file__).parent)
    monkeypatch.setattr(sys, "path", ["", str(site.parent), str(site), standard])
    bootstrap.isolate_import_path("bundle")
    folders = [str(Path("bundle", name)) for name in ("core", "editor", "extra")]
    assert sys.path == [*folders, standard]


def test_a_half_installed_flask_is_not_used(bootstrap: ModuleType, site: Path) -> None:
    (site / "werkzeug-3.0.4.dist-info").rmdir()
    assert not bootstrap.user_has_web([str(site), str(site / "gone")], RANGES)

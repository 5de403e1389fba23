"""Scripts as people write them, which work: an analyser that alarms on one is switched off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from azmlinfsrv.analysis.findings import Severity

from .plain_scripts import KINDS, PlainScript, read_scripts
from .serving import serve

HABITS = read_scripts("habits")
WAYS_TO_SAVE: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "with the line ends of Windows": lambda text: text.replace("\n", "\r\n"),
    "without a last line end": lambda text: text.rstrip("\n"),
    "with a byte order mark": lambda text: "\ufeff" + text,
}


@pytest.mark.parametrize("way", WAYS_TO_SAVE)
@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.id)
def test_nobody_is_alarmed_by_a_script_that_works(
    habit: PlainScript, way: str, tmp_path: Path
) -> None:
    text = WAYS_TO_SAVE[way](habit.text)
    alarms = [
        f"{each.range.start.line + 1} {each.code} {each.message}"
        for each in habit.findings(tmp_path, text)
        if each.severity is not Severity.INFORMATION
    ]
    assert alarms == []


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.id)
def test_a_script_is_taken_for_what_it_is(habit: PlainScript, tmp_path: Path) -> None:
    assert habit.kind(tmp_path) is KINDS[habit.file.parent.name]


def test_the_habits_do_work(tmp_path: Path) -> None:
    habits = [habit for habit in HABITS if habit.option("request")]
    asked = []
    for number, habit in enumerate(habits):
        folder = tmp_path / str(number)
        folder.mkdir()
        asked.append((habit.write(folder), habit.option("request")))
    outcomes = zip(habits, serve(asked), strict=True)
    assert {habit.id: outcome for habit, outcome in outcomes if any(outcome.values())} == {}


def test_each_online_habit_is_served_or_says_why_not() -> None:
    online = [habit for habit in HABITS if habit.file.parent.name == "online"]
    silent = [each.id for each in online if not (each.option("request") or each.option("not run"))]
    assert silent == []

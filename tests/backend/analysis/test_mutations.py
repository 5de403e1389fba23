"""Scripts that work, broken in one place: nearly all of them have to be found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from azmlinfsrv.analysis.facts.script_kind import ScriptKind
from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.project import Project
from azmlinfsrv.analysis.script import Script

from .mutations import MUTATIONS, Mutation, Text
from .plain_scripts import read_scripts
from .rule_cases import all_cases, findings_in, make_files
from .serving import serve

SHARE = 0.95
# As many scripts as the server gets through in time on a slow machine.
BATCH = 100


@dataclass(frozen=True)
class Healthy:
    """A script that works.

    Attributes:
        id: where it is from.
        name: what it is called.
        text: its text.
        files: the names of the files beside it.
        request: a request that it answers; None if it cannot be served here.
        places: in how many places each mutation is tried.
        alarms: what is told of it all the same, which should be nothing.

    """

    id: str
    name: str
    text: str
    files: str
    request: str | None
    places: int
    alarms: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Mutant:
    """A script that was broken."""

    of: Healthy
    by: Mutation
    text: str
    script: Path


def _healthy() -> Iterator[Healthy]:
    for habit in read_scripts("habits/online"):
        files = habit.option("files") or ""
        yield Healthy(habit.id, "score.py", habit.text, files, habit.option("request"), 3)
    for case in all_cases():
        if not case.is_bad and "Config" not in case.options:
            request = None if "Not run" in case.options else case.options.get("Request")
            files = case.options.get("Files", "")
            yield Healthy(f"{case.rule_code} {case.title}", case.name, case.code, files, request, 1)


def _mutants(folder: Path) -> Iterator[Mutant]:
    for number, healthy in enumerate(_healthy()):
        own = folder / str(number)
        own.mkdir()
        make_files(own, healthy.files)
        script = own / healthy.name
        healthy.alarms.update(_alarms(healthy.text, script))
        if Script(healthy.text, script, Project(own).context(script)).kind is not ScriptKind.ONLINE:
            continue
        text = Text(healthy.text, healthy.files)
        for by in MUTATIONS:
            if healthy.request is None and not by.is_certain:
                continue
            for place, mutant in enumerate(islice(by.mutate(text), healthy.places)):
                beside = own / f"{MUTATIONS.index(by)}-{place}"
                beside.mkdir()
                make_files(beside, healthy.files)
                (beside / healthy.name).write_text(mutant, encoding="utf-8")
                yield Mutant(healthy, by, mutant, beside / healthy.name)


def _failing(mutants: list[Mutant]) -> Iterator[Mutant]:
    """Yield those that the server fails by."""
    for start in range(0, len(mutants), BATCH):
        some = mutants[start : start + BATCH]
        outcomes = serve([(mutant.script, mutant.of.request) for mutant in some])
        yield from (
            mutant for mutant, outcome in zip(some, outcomes, strict=True) if any(outcome.values())
        )


def _alarms(text: str, script: Path) -> Counter[str]:
    return Counter(
        each.code for each in findings_in(text, script) if each.severity is not Severity.INFORMATION
    )


def _is_found(mutant: Mutant) -> bool:
    """Return whether there is something more to read than there was of the healthy script."""
    return bool(_alarms(mutant.text, mutant.script) - mutant.of.alarms)


def test_whoever_breaks_a_script_is_told(tmp_path: Path) -> None:
    found: list[Mutant] = []
    missed: list[Mutant] = []
    doubtful: list[Mutant] = []
    for mutant in _mutants(tmp_path):
        is_found = _is_found(mutant)
        # Some still work after all, and count on neither side.
        if mutant.of.request is not None and not (mutant.by.is_certain and is_found):
            doubtful.append(mutant)
        else:
            (found if is_found else missed).append(mutant)
    for mutant in _failing(doubtful):
        (found if _is_found(mutant) else missed).append(mutant)
    _print(found, missed)
    assert {by.name for by in MUTATIONS} == {mutant.by.name for mutant in found}
    assert len(found) >= SHARE * (len(found) + len(missed))


def _print(found: list[Mutant], missed: list[Mutant]) -> None:
    right = Counter(mutant.by.name for mutant in found)
    lost = Counter(mutant.by.name for mutant in missed)
    for by in MUTATIONS:
        print(f"{right[by.name]:5} of {right[by.name] + lost[by.name]:4} found: {by.name}")
    for mutant in missed:
        print(f"missed: {mutant.by.name}: {mutant.of.id}")
    print(f"{len(found)} of {len(found) + len(missed)} found")

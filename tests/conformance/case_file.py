"""The case files: what they may say, and how they are read.

A file is a list of servers; a server has cases; a case has steps. A case of one step may write the
step's keys directly. ``expect`` is what our server does; where that differs on purpose from the
published server, the case says ``improvement: <reason>`` and the step ``published: {...}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

import yaml

CASES = Path(__file__).parent / "cases"
FRONTS = ("gunicorn", "waitress")
UUID4 = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"

Text = str | re.Pattern[str]
HeaderValue = None | str | list[str] | re.Pattern[str]
Made = TypeVar("Made")


class _Unset:
    """What a case says nothing about (None is a JSON value)."""


UNSET = _Unset()


class CaseFileError(Exception):
    """A case file says something that the harness does not understand."""


@dataclass(frozen=True)
class Expectation:
    """What must be seen after one step. What is not named is not looked at."""

    status: int | None = None
    body: str | bytes | re.Pattern[str] | None = None
    json: Any = UNSET
    json_has: Any = UNSET  # objects: at least these keys; everything else: equal
    headers: Mapping[str, HeaderValue] = field(default_factory=dict)  # null: absent
    header_names: Sequence[str] = ()  # spelled exactly so
    same: Sequence[Sequence[str]] = ()  # headers that carry one and the same value
    chunks: Sequence[str] | None = None
    truncated: bool = False  # the body ends before its announced end
    no_answer: bool = False  # closed without a response, or silent until the time limit
    min_ms: float | None = None
    max_ms: float | None = None
    exit: int | None = None  # the process ends with this status
    hangs: bool = False  # the process neither serves nor ends
    within_s: float | None = None  # counted from the start, or from the last signal
    log: Sequence[Text] = ()  # in standard output or error, in any order
    log_in_order: Sequence[Text] = ()
    stdout: Sequence[Text] = ()
    stderr: Sequence[Text] = ()
    absent: Sequence[Text] = ()  # in neither output
    counts: Mapping[str, int] = field(default_factory=dict)  # how often a text is in the output


@dataclass(frozen=True)
class Step:
    """One thing done to the server: a request, a raw conversation, a signal, a wait, or a look."""

    request: str | None = None  # "METHOD /path"
    headers: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    body: str | bytes | None = None
    body_repeat: Sequence[Any] | None = None  # [text, times]
    json: Any = UNSET
    send_chunks: Sequence[str] | None = None
    raw: str | None = None  # sent as it stands
    hold: str | None = None  # a connection that sends this and stays open until the case ends
    port: str = "port"  # or health_port
    again: bool = False  # on the connection of the step before
    background: bool = False  # answered while the next steps run; checked when the case ends
    hang_up_after_s: float | None = None  # the client leaves before the answer
    timeout_s: float = 5
    wait_log: str | None = None
    wait_times: int = 1  # how often it has to be there
    signal: str | None = None  # TERM, INT, HUP
    write: Mapping[str, str] = field(default_factory=dict)  # files changed while it runs
    expect: Expectation = field(default_factory=Expectation)
    published: Expectation | None = None

    def expected(self, published: bool) -> Expectation:
        """What this step promises of our server, or of the published one."""
        return self.published if published and self.published is not None else self.expect


@dataclass(frozen=True)
class Case:
    """One promise; its name says what a user would lose without it."""

    name: str
    steps: Sequence[Step]
    improvement: str | None = None
    mercy: bool = False  # an improvement that --compat published takes back
    published_skip: str | None = None
    fronts: Sequence[str] = FRONTS
    fronts_reason: str | None = None


@dataclass(frozen=True)
class Server:
    """One start of the server, shared by its cases."""

    name: str
    topic: str
    cases: Sequence[Case]
    script: str | None = None
    entry: str = "score.py"
    files: Mapping[str, str | bytes] = field(default_factory=dict)  # a name ending in / is a folder
    env: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[str] = ()  # after --entry_script and --port
    command_line: Sequence[str] | None = None  # instead of them
    occupied: Sequence[str] = ()  # ports that someone else listens on
    wait_for: str = "answer"  # or "port": hand over as soon as the port accepts connections
    ready_s: float = 10
    needs: Sequence[str] = ()  # modules that the script imports
    fronts: Sequence[str] = FRONTS
    fronts_reason: str | None = None

    @property
    def id(self) -> str:
        """Unique among all servers."""
        return f"{self.topic}: {self.name}"


class _Loader(yaml.SafeLoader):
    """YAML with ``!re <pattern>``."""


def _pattern(loader: yaml.SafeLoader, node: yaml.Node) -> re.Pattern[str]:
    assert isinstance(node, yaml.ScalarNode)
    return re.compile(str(loader.construct_scalar(node)))


_Loader.add_constructor("!re", _pattern)


def _make(cls: type[Made], said: Mapping[str, Any], where: str) -> Made:
    unknown = set(said) - {each.name for each in fields(cls)}  # type: ignore[arg-type]
    if unknown:
        raise CaseFileError(f"{where}: unknown keys {sorted(unknown)}")
    return cls(**said)


def _texts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _expectation(said: Mapping[str, Any], where: str) -> Expectation:
    said = dict(said)
    for key in ("log", "log_in_order", "stdout", "stderr", "absent", "header_names"):
        if key in said:
            said[key] = _texts(said[key])
    headers = said.get("headers", {})
    said["headers"] = {name: _header(value) for name, value in headers.items()}
    return _make(Expectation, said, where)


def _header(value: Any) -> HeaderValue:
    if value == "<uuid>":
        return re.compile(UUID4)
    if value is None or isinstance(value, re.Pattern):
        return value
    return [str(each) for each in value] if isinstance(value, list) else str(value)


def _step(said: Mapping[str, Any], where: str) -> Step:
    said = dict(said)
    for key in ("expect", "published"):
        if key in said:
            said[key] = _expectation(said[key], where)
    return _make(Step, said, where)


def _case(said: Mapping[str, Any], where: str) -> Case:
    said = dict(said)
    where = f"{where}: {said.get('name')}"
    said_of_case = ("name", "improvement", "mercy", "fronts", "fronts_reason")
    about: dict[str, Any] = {key: said.pop(key) for key in said_of_case if key in said}
    published = said.get("published")
    if isinstance(published, dict) and "skip" in published:
        about["published_skip"] = published["skip"]
        del said["published"]
    steps = [_step(each, where) for each in said.pop("steps", None) or [said]]
    case = _make(Case, {**about, "steps": steps}, where)
    differs = case.published_skip is not None or any(step.published for step in steps)
    if differs != (case.improvement is not None):
        raise CaseFileError(f"{where}: an improvement has a reason and the published behaviour")
    if case.mercy and not any(step.published for step in steps):
        raise CaseFileError(f"{where}: a mercy says what the published server does")
    _front_reason(case, where)
    return case


def _front_reason(said: Case | Server, where: str) -> None:
    if (tuple(said.fronts) != FRONTS) != (said.fronts_reason is not None):
        raise CaseFileError(f"{where}: a case that is not for every front says why")


def read_file(path: Path) -> list[Server]:
    """Read one topic."""
    servers = []
    said: dict[str, Any]
    try:
        everything = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except yaml.YAMLError as error:
        raise CaseFileError(f"{path.name}: {error}") from error
    for said in everything:
        where = f"{path.name}: {said['server']}"
        about = {key: value for key, value in said.items() if key != "server"}
        about["cases"] = [_case(each, where) for each in said["cases"]]
        about["env"] = {name: str(value) for name, value in said.get("env", {}).items()}
        about |= {"name": said["server"], "topic": path.stem}
        server = _make(Server, about, where)
        _front_reason(server, where)
        servers.append(server)
    return servers


def read_all(folder: Path = CASES) -> list[Server]:
    """Read every topic; the names of servers and of their cases must be unique."""
    servers = [server for path in sorted(folder.glob("*.yaml")) for server in read_file(path)]
    names = [server.id for server in servers]
    names += [f"{server.id}: {case.name}" for server in servers for case in server.cases]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise CaseFileError(f"names used twice: {sorted(twice)}")
    return servers

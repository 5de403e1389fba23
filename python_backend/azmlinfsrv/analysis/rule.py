"""What a rule is: a code, a page for people, and a function from a script's facts to problems."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from azmlinfsrv.analysis.findings import Finding, Fix, Range, Related, Severity, Tag

if TYPE_CHECKING:
    from azmlinfsrv.analysis.script import Script

DOCS_URL = "https://github.com/azmlinfsrv/azmlinfsrv/blob/main/docs/rules"


@dataclass(frozen=True)
class Problem:
    """What a rule has found; the code and the name come from the rule.

    Attributes:
        where: the text to underline.
        message: what will happen, and what to write instead.
        fixes: the best one first.
        related: other places.
        tags: see `Tag`.
        severity: where it differs from the rule's.

    """

    where: ast.AST | Range
    message: str
    fixes: tuple[Fix, ...] = ()
    related: tuple[Related, ...] = ()
    tags: tuple[Tag, ...] = ()
    severity: Severity | None = None


Check = Callable[["Script"], Iterable[Problem]]


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        code: keeps its meaning once it is published: "AML201".
        name: the bad pattern: "schema-name-not-a-parameter".
        severity: what it means for whoever calls the endpoint.
        check: yields the problems in a script.
        page: the rule's page in Markdown: the docstring of its module.
        in_batch: whether batch scripts are held to it, too.
        needs_whole_text: whether lines that do not parse make it guess; then it waits.
        is_python: whether every Python linter has it as well, so that an editor may leave it out.

    """

    code: str
    name: str
    severity: Severity
    check: Check
    page: str
    in_batch: bool = False
    needs_whole_text: bool = False
    is_python: bool = False

    @property
    def url(self) -> str:
        """The address of the rule's page."""
        return f"{DOCS_URL}/{self.code}.md"

    def findings(self, script: Script) -> list[Finding]:
        """Return what the rule has to say about a script."""
        return [
            Finding(
                self.code,
                self.name,
                problem.severity or self.severity,
                problem.message,
                problem.where
                if isinstance(problem.where, tuple)
                else script.source.range_of(problem.where),
                problem.fixes,
                problem.related,
                problem.tags,
            )
            for problem in self.check(script)
        ]


def rule(
    code: str,
    name: str,
    severity: Severity,
    *,
    in_batch: bool = False,
    needs_whole_text: bool = False,
    is_python: bool = False,
) -> Callable[[Check], Rule]:
    """Make a rule of a module's check; the module's docstring becomes its page."""

    def make(check: Check) -> Rule:
        page = inspect.cleandoc(sys.modules[check.__module__].__doc__ or "")
        return Rule(code, name, severity, check, page, in_batch, needs_whole_text, is_python)

    return make

"""Run the steps of a case against a running server."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace

from .case_file import Case, Step
from .checks import check_answer, check_process
from .http_client import Answer, Client
from .server import Running

_TAIL = 3000
_WAIT_LOG_S = 5.0


@dataclass
class _Background:
    """A request that is being answered while the case goes on."""

    thread: threading.Thread
    step: Step
    answers: list[Answer] = field(default_factory=list)


class CaseRun:
    """One run of one case."""

    def __init__(self, running: Running, case: Case, published: bool) -> None:
        self._running = running
        self._case = case
        self._published = published
        self._client = Client()
        self._background: list[_Background] = []
        looks_only = all(_only_looks(step) or self._sees_an_end(step) for step in case.steps)
        self._start = (0, 0) if looks_only else running.mark()

    def complaints(self) -> list[str]:
        """Take every step; stop at the first that is not answered as promised."""
        try:
            for number, step in enumerate(self._case.steps, 1):
                if found := self._take(step):
                    return self._told(f"step {number}", found)
            for each in self._background:
                each.thread.join()
                if found := self._judge(each.step, each.answers[0]):
                    return self._told("the request in the background", found)
        finally:
            for each in self._background:
                each.thread.join()
            self._client.close()
        return []

    def _told(self, where: str, found: list[str]) -> list[str]:
        tail = self._running.output(None, self._start)[-_TAIL:]
        return [f"{where}: {complaint}" for complaint in found] + [f"--- output ---\n{tail}"]

    def _take(self, step: Step) -> list[str]:
        running = self._running
        if self._sees_an_end(step):
            return self._judge(step, None)
        if not _only_looks(step) and not running.ready:
            status = running.process.poll()
            return [f"the server is not serving (exit status {status})"]
        for name, text in step.write.items():
            running.write(name, text)
        if step.wait_log is not None:
            return self._wait_for(running.fill(step.wait_log), step.wait_times)
        if step.signal is not None:
            running.send_signal(step.signal)
        if step.hold is not None:
            self._client.hold(running.fill(step.hold).replace("\n", "\r\n"), self._port(step))
        if step.request is None and step.raw is None:
            return self._judge(step, None)
        if step.background:
            self._send_in_background(step)
            return []
        return self._judge(step, self._client.send(self._filled(step), self._port(step)))

    def _sees_an_end(self, step: Step) -> bool:
        """Whether the server is to end by itself, so that there is nobody to talk to."""
        return step.signal is None and step.expected(self._published).exit is not None

    def _filled(self, step: Step) -> Step:
        raw = None if step.raw is None else self._running.fill(step.raw)
        return replace(step, raw=raw)

    def _port(self, step: Step) -> int:
        return self._running.ports[step.port]

    def _send_in_background(self, step: Step) -> None:
        def send() -> None:
            each.answers.append(self._client.send(self._filled(step), self._port(step)))

        each = _Background(threading.Thread(target=send), step)
        self._background.append(each)
        each.thread.start()

    def _judge(self, step: Step, answer: Answer | None) -> list[str]:
        expect = step.expected(self._published)
        complaints = [] if answer is None else check_answer(answer, expect)
        if complaints:
            complaints.append(str(answer))
        return complaints + check_process(self._running, expect, self._start)

    def _wait_for(self, text: str, times: int) -> list[str]:
        deadline = time.monotonic() + _WAIT_LOG_S
        # What several workers say at the start may have been said before this case began.
        start = (0, 0) if times > 1 else self._start
        while self._running.output(None, start).count(text) < times:
            if time.monotonic() > deadline:
                return [f"{text!r} was not logged"]
            time.sleep(0.01)
        return []


def _only_looks(step: Step) -> bool:
    done = (step.request, step.raw, step.hold, step.signal, step.wait_log)
    return all(each is None for each in done) and not step.write

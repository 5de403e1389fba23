"""Two threads that answer one request behind waitress."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any, cast

import pytest

from azmlinfsrv.debugging.figures import WorkerFigures
from azmlinfsrv.scoring import ScoringRequest
from azmlinfsrv.server.lane import Lane
from azmlinfsrv.server.waitress_front.channel import Channel, ClientDisconnected
from azmlinfsrv.server.waitress_front.lanes import Lanes


def test_a_client_gets_the_answer_of_a_timeout_although_run_returns_meanwhile() -> None:
    # The watchdog has taken the request, and has not sent its answer yet, when run() is over.
    service = SimpleNamespace(
        lane=lambda *_: Lane.SCORING,
        refusal=lambda _: None,
        score=lambda _: None,
        figures=WorkerFigures(),
    )
    lanes = Lanes(cast("Any", service), 1)
    channel = cast("Channel", SimpleNamespace(is_answered=threading.Event()))
    lanes._channels[threading.get_ident()] = channel
    sent: list[str] = []

    def send() -> None:
        sent.append("timeout")
        channel.is_answered.set()

    watchdog = threading.Timer(0.2, send)
    watchdog.start()
    with pytest.raises(ClientDisconnected):
        lanes.answer(ScoringRequest())
    assert sent == ["timeout"]
    watchdog.join()
    lanes.shutdown()

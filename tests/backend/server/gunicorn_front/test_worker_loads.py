"""Siblings see which of them has least to do."""

from __future__ import annotations

from azmlinfsrv.server.gunicorn_front.worker_loads import Load, WorkerLoads


def test_a_worker_that_has_not_booted_is_nobodys_sibling() -> None:
    loads = WorkerLoads(3)
    own, other = loads.claim(), loads.claim()
    assert loads.lightest_of_others(own) is None
    loads.set_booted(other)
    loads.set(other, Load(2, 5))
    assert loads.lightest_of_others(own) == Load(2, 5)


def test_a_row_is_free_again_when_its_worker_has_gone() -> None:
    loads = WorkerLoads(2)
    first = loads.claim()
    loads.claim()
    loads.set_booted(first)
    loads.release(first)
    assert loads.claim() == first
    assert not loads.has_booted(first)


def test_waiting_requests_weigh_more_than_open_connections() -> None:
    assert Load(0, 200) < Load(1, 0)


def test_a_load_beyond_a_byte_is_just_very_high() -> None:
    loads = WorkerLoads(2)
    own, other = loads.claim(), loads.claim()
    loads.set_booted(other)
    loads.set(other, Load(1000, 1000))
    found = loads.lightest_of_others(own)
    assert found is not None
    assert found.pending > 200

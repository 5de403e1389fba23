"""Whose turn it is: shares are exact over any number of requests."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azmlinfsrv.server.gateway.table import Portion, Shares


def per_cent() -> st.SearchStrategy[dict[str, int]]:
    """Shares of up to five deployments that sum up to 100."""
    cuts = st.lists(st.integers(0, 100), min_size=0, max_size=4).map(sorted)
    return cuts.map(
        lambda at: {
            f"d{number}": end - begin
            for number, (begin, end) in enumerate(zip([0, *at], [*at, 100], strict=True))
        }
    )


@given(per_cent(), st.integers(1, 300))
def test_each_deployment_gets_its_share_of_any_number_of_requests(
    weights: dict[str, int], count: int
) -> None:
    shares = Shares(weights)
    dealt = Counter(shares.next() for _ in range(count))
    for name, weight in weights.items():
        # With several deployments the rounding of each can come together.
        assert abs(dealt[name] - count * weight / 100) < len(weights)


@given(per_cent())
def test_each_hundred_requests_are_shared_out_exactly(weights: dict[str, int]) -> None:
    shares = Shares(weights)
    for _ in range(3):
        dealt = Counter(shares.next() for _ in range(100))
        assert dealt == Counter({name: weight for name, weight in weights.items() if weight})


def test_ten_requests_meet_a_deployment_with_a_tenth() -> None:
    shares = Shares({"blue": 90, "green": 10})
    assert [shares.next() for _ in range(10)].count("green") == 1


def test_without_a_share_it_is_nobodys_turn() -> None:
    assert Shares({}).next() is None
    assert Shares({"blue": 0}).next() is None


@pytest.mark.parametrize("share", [0, 1, 10, 33, 50, 100])
def test_a_portion_is_exact_over_a_hundred(share: int) -> None:
    portion = Portion(share)
    assert sum(portion.takes_next() for _ in range(100)) == share

"""What the file of an online endpoint says, and what is wrong with one."""

from __future__ import annotations

import pytest

from .project import MANAGED, Project, having

ENDPOINT = {"name": "diabetes", "auth_mode": "key"}


@pytest.mark.parametrize(
    ("mode", "auth"),
    [("key", "key"), ("aml_token", "token"), ("aad_token", "token"), (None, "key")],
)
def test_the_endpoint_says_what_a_request_brings(
    project: Project, mode: str | None, auth: str
) -> None:
    assert project.v2(MANAGED, having(ENDPOINT, "auth_mode", mode)).auth == auth


@pytest.mark.parametrize(
    ("endpoint", "message"),
    [
        (
            {"auth_mode": "password"},
            '`auth_mode` is "password"; it takes key, aml_token or aad_token.',
        ),
        ({"traffic": {"blue": 90}}, "sum up to 90; they have to sum up to 100, or all be 0."),
        (
            {"traffic": {"blue": 101}},
            "`traffic.blue` is 101; it takes a whole number from 0 to 100.",
        ),
        ({"mirror_traffic": {"green": 51}}, "`mirror_traffic.green` is 51;"),
        ({"mirror_traffic": {"green": 5, "red": 5}}, "names 2 deployments; it takes one."),
        (
            {"traffic": {"blue": 100}, "mirror_traffic": {"blue": 5}},
            "`blue` has a share of `traffic` already",
        ),
        ({"name": "other"}, '`endpoint_name` is "diabetes", and the endpoint in'),
        ({"name": "x"}, '`name` is "x"; it takes a name of 3 to 32'),
        ({"deployments": []}, "Each deployment has a file of its own, which goes with --file."),
        ({"compute": "azureml:aks"}, "An endpoint with `compute` runs on Kubernetes"),
        ({"identity": {"type": "user_assigned"}}, "does not name one."),
        (
            {"identity": {"type": "system_assigned", "user_assigned_identities": ["a"]}},
            "which takes no `user_assigned_identities`.",
        ),
        ({"public_network_access": "maybe"}, "it takes enabled or disabled."),
        (
            {"instance_count": 1},
            "`instance_count` is no key of an online endpoint. It belongs in the",
        ),
    ],
)
def test_what_is_wrong_with_an_endpoint_is_told(
    project: Project, endpoint: dict[str, object], message: str
) -> None:
    problems = project.v2_problems(MANAGED, {**ENDPOINT, **endpoint})
    assert len(problems) == 1
    assert message in problems[0]

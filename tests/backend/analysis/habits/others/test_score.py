import json

from score import init, run


def setup_module():
    init()


def test_run():
    assert run(json.dumps({"data": [1]})) == [1]

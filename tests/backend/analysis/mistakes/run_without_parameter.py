# expect: AML103
# name: score.py
# request: {"a": 1}
from datetime import date


def init():
    pass


def run():
    return {"today": date.today().isoformat()}

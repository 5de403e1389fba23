# expect: AML504
# request: 1
from .helpers import clean


def init():
    pass


def run(raw_data):
    return clean(raw_data)

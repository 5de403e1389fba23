# expect: AML114
# request: 1
import sys


def init():
    pass


def run(raw_data):
    return raw_data


init()
sys.exit()

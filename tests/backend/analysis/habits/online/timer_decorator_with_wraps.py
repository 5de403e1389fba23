# request: {"a": 1}
import json
from functools import wraps
from time import perf_counter


def timeit(func):
    @wraps(func)
    def wrapper(*args, **kwargs):
        began = perf_counter()
        answer = func(*args, **kwargs)
        print(f"{func.__name__} took {perf_counter() - began:.3f} s")
        return answer
    return wrapper


@timeit
def init():
    global ready
    ready = True


@timeit
def run(raw_data):
    return [ready, json.loads(raw_data)]

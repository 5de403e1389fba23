# expect: AML106
# request: {"a": 1}
import asyncio
import json


async def fetch(x):
    await asyncio.sleep(0)
    return x


def init():
    pass


async def run(raw_data):
    return await fetch(json.loads(raw_data))

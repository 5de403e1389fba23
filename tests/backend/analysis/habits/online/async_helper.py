# request: [1, 2]
import asyncio
import json


async def _one(value):
    await asyncio.sleep(0)
    return value * 2


async def _all(values):
    return await asyncio.gather(*(_one(value) for value in values))


def init():
    pass


def run(raw_data):
    return asyncio.run(_all(json.loads(raw_data)))

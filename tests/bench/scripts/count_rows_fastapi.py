# What count_rows.py does, the way FastAPI's documentation shows: the body is declared, FastAPI
# parses it. Reading the raw bytes through a dependency was measured too and is slower.
from fastapi import FastAPI

app = FastAPI()


@app.post("/score")
def score(payload: dict):
    return {"n": len(payload["data"])}

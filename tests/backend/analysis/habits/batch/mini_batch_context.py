import pandas as pd


def init():
    global factor
    factor = 2


def run(input_data: pd.DataFrame, mini_batch_context):
    input_data["score"] = input_data["x"] * factor
    return input_data

import numpy as np
import pandas as pd


def init():
    pass


def run(mini_batch):
    if len(mini_batch) > 100:
        return np.zeros(len(mini_batch))
    return pd.DataFrame({"file": mini_batch})

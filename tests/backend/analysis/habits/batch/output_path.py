import os
from pathlib import Path
from typing import List

import pandas as pd


def init():
    global output_path
    output_path = os.environ["AZUREML_BI_OUTPUT_PATH"]


def run(mini_batch: List[str]) -> pd.DataFrame:
    rows = []
    for path in mini_batch:
        frame = pd.read_csv(path)
        frame.to_parquet(os.path.join(output_path, Path(path).stem + ".parquet"))
        rows.append([path, len(frame)])
    return pd.DataFrame(rows, columns=["path", "rows"])

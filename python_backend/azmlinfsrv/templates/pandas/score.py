"""Score tables: a sample names the columns, and run() gets the rows as a DataFrame.

Deployed, the environment needs the package inference-schema beside pandas.
"""

import pandas as pd
from inference_schema.parameter_types.pandas_parameter_type import PandasParameterType
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema, output_schema

# One row is enough: it tells the names of the columns and the type of each.
INPUT_SAMPLE = pd.DataFrame({"area": [72.5], "city": ["Oslo"]})
OUTPUT_SAMPLE = [217500.0]


# Called once, when the server starts: load the model here.
def init():
    global price_per_area
    # model = joblib.load(os.path.join(os.getenv("AZUREML_MODEL_DIR"), "model.pkl"))
    price_per_area = {"Oslo": 3000.0, "Bergen": 2400.0}


# Called for each request, such as {"data": [{"area": 72.5, "city": "Oslo"}]}.
@input_schema("data", PandasParameterType(INPUT_SAMPLE))
@output_schema(StandardPythonParameterType(OUTPUT_SAMPLE))
def run(data):
    prices = data["area"] * data["city"].map(price_per_area).fillna(2000.0)
    return prices.tolist()

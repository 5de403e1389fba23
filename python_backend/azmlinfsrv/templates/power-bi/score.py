"""Score for Power BI, which looks for Inputs, GlobalParameters and Results.

Deployed, the environment needs the package inference-schema beside pandas.
"""

import pandas as pd
from inference_schema.parameter_types.pandas_parameter_type import PandasParameterType
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema, output_schema

# Power BI tells upper and lower case apart: do not rename Inputs, GlobalParameters and Results.
ROWS = PandasParameterType(pd.DataFrame({"sales": [120.0], "visitors": [300.0]}))
INPUTS = StandardPythonParameterType({"rows": ROWS})
GLOBAL_PARAMETERS = StandardPythonParameterType({"growth": 1.1})
RESULTS = StandardPythonParameterType({"Results": [132.0]})


# Called once, when the server starts: load the model here.
def init():
    global model
    # model = joblib.load(os.path.join(os.getenv("AZUREML_MODEL_DIR"), "model.pkl"))
    model = forecast


def forecast(rows, growth):
    return rows["sales"] * growth


# Called for each request. Whatever is to be sent for the whole table, and not for each row of it,
# is a global parameter.
@input_schema("Inputs", INPUTS)
@input_schema("GlobalParameters", GLOBAL_PARAMETERS)
@output_schema(RESULTS)
def run(Inputs, GlobalParameters):
    predictions = model(Inputs["rows"], GlobalParameters["growth"])
    return {"Results": predictions.round(2).tolist()}

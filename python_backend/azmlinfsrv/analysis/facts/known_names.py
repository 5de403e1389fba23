"""The libraries' names that mean something to the rules, as dotted paths."""

from __future__ import annotations

SCHEMA_PACKAGE = "inference_schema"
DECORATORS_MODULE = f"{SCHEMA_PACKAGE}.schema_decorators"
TYPES_PACKAGE = f"{SCHEMA_PACKAGE}.parameter_types"

PARAMETER_TYPES = {
    "StandardPythonParameterType": f"{TYPES_PACKAGE}.standard_py_parameter_type",
    "NumpyParameterType": f"{TYPES_PACKAGE}.numpy_parameter_type",
    "PandasParameterType": f"{TYPES_PACKAGE}.pandas_parameter_type",
    "SparkParameterType": f"{TYPES_PACKAGE}.spark_parameter_type",
}
"""The classes of samples and the module of each."""

INPUT_SCHEMA = "input_schema"
OUTPUT_SCHEMA = "output_schema"
RAW_HTTP = "rawhttp"
RAW_RESPONSE = "AMLResponse"
RAW_REQUEST = "AMLRequest"

RAW_MODULES = ("azureml.contrib.services", "azureml_inference_server_http.api")

WELL_KNOWN = {
    INPUT_SCHEMA: f"{DECORATORS_MODULE}.{INPUT_SCHEMA}",
    OUTPUT_SCHEMA: f"{DECORATORS_MODULE}.{OUTPUT_SCHEMA}",
    RAW_HTTP: f"{RAW_MODULES[0]}.aml_request.{RAW_HTTP}",
    RAW_REQUEST: f"{RAW_MODULES[0]}.aml_request.{RAW_REQUEST}",
    RAW_RESPONSE: f"{RAW_MODULES[0]}.aml_response.{RAW_RESPONSE}",
    **{name: f"{module}.{name}" for name, module in PARAMETER_TYPES.items()},
}
"""Names that are taken for what they say even if their import is missing or half typed."""


def is_schema_name(path: str | None, name: str) -> bool:
    """Return whether a dotted path names something of inference-schema, from whichever module."""
    return path is not None and path.startswith(f"{SCHEMA_PACKAGE}.") and path.endswith(f".{name}")


def is_raw_name(path: str | None, name: str) -> bool:
    """Return whether a dotted path names something of the raw HTTP modules."""
    return path is not None and path.startswith(RAW_MODULES) and path.endswith(f".{name}")

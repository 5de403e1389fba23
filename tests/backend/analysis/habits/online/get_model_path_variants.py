# not run: needs registered models and azureml-core
import argparse
import json
import os

from azureml.core import Model, Workspace

CONFIG = json.loads('{"model": "iris"}')


def init():
    global paths
    ws = Workspace.from_config()
    name = os.environ["AZUREML_MODEL_DIR"].split('/')[-2]
    paths = [
        Model.get_model_path("iris"),
        Model.get_model_path(model_name="iris", version=3),
        Model.get_model_path("iris", _workspace=ws),
        Model.get_model_path(CONFIG["model"]),
        Model.get_model_path(name),
        os.path.join(Model.get_model_path("iris"), "model.pkl"),
    ]


def run(raw_data):
    return paths

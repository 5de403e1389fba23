# not run: needs azureml-ai-monitoring
import json
import os

import pandas as pd
from azureml.ai.monitoring import Collector


def init():
    global inputs_collector, outputs_collector
    inputs_collector = Collector(name='model_inputs')
    outputs_collector = Collector(name='model_outputs', on_error=lambda e: print(f"ex:{e}"))


def run(data):
    pdf_data = pd.DataFrame(json.loads(data)["data"])
    context = inputs_collector.collect(pdf_data)
    output = pdf_data.mean().to_frame("mean")
    outputs_collector.collect(output, context)
    return output.to_dict()

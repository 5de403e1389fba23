# not run: needs onnxruntime
import json
import os
import time

import numpy as np
import onnxruntime


def init():
    global session, input_name, output_name
    model = os.path.join(os.getenv('AZUREML_MODEL_DIR'), 'model.onnx')
    session = onnxruntime.InferenceSession(model, None)
    input_name = session.get_inputs()[0].name
    output_name = session.get_outputs()[0].name


def run(input_data):
    try:
        data = np.array(json.loads(input_data)['data']).astype('float32')
        start = time.time()
        r = session.run([output_name], {input_name: data})[0]
        end = time.time()
        return {"result": np.argmax(r, axis=1).tolist(), "time_in_sec": end - start}
    except Exception as e:
        return {"error": str(e), "time_in_sec": 0}

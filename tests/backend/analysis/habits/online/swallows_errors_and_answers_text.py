# request: {"data": [1, 2]}
import json
import numpy as np
import time
import traceback


def init():
    global model
    model = np.mean


# note you can pass in multiple rows for scoring
def run(raw_data):
    try:
        start = time.time()
        data = json.loads(raw_data)['data']
        data = np.array(data)
        result = model(data)
        print("took", time.time() - start)
        return {"result": result.tolist(), "message": "ok"}
    except Exception as e:
        result = str(e)
        print(traceback.format_exc())
        return {"error": result, "message": "failed: " + result}

# files: model/classifier/1/clf.bin, model/vectorizer/12/vec.bin
# request: {"text": "x"}
import json
import os


def init():
    global clf, vec
    # several models: AZUREML_MODEL_DIR holds name/version/file
    clf = open(os.path.join(os.environ["AZUREML_MODEL_DIR"], "classifier/1/clf.bin"), "rb").read()
    vec = open(os.environ["AZUREML_MODEL_DIR"] + "/vectorizer/12/vec.bin", "rb").read()


def run(request):
    text = json.loads(request)["text"]
    return [text, len(clf), len(vec)]

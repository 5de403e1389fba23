# expect: AML111
import os


def init():
    global text
    try:
        with open(os.path.join(os.getenv("AZUREML_MODEL_DIR"), "rules.txt")) as file:
            text = file.read()
    except:
        pass


def run(raw_data):
    return text

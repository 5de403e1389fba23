# request: 1
import os


def init():
    print('AZUREML_MODEL_DIR:', os.getenv('AZUREML_MODEL_DIR'))
    print("AZURE_MODEL_DIR is not what it is called")
    print(f"content of {os.getcwd()}: {os.listdir('.')}")


def run(data):
    return os.getenv("AZUREML_MODEL_DIR") or "unset"

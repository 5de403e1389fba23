# files: model/tok/vocab.txt, model/net.bin
# request: 1
import os


def init():
    global vocab, net
    vocab = open(f"{os.getenv('AZUREML_MODEL_DIR')}/tok/vocab.txt").read()
    net = open("{}/{}".format(os.getenv("AZUREML_MODEL_DIR"), "net.bin"), "rb").read()


def run(data):
    return {"vocab": len(vocab), "net": len(net), "data": data}

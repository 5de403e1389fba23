# not run: needs modules of its own
from utils import *
from fastai.vision.all import *


def init():
    global learn
    path = Path(os.getenv('AZUREML_MODEL_DIR')) / 'export.pkl'
    learn = load_learner(path)


def run(raw_data):
    name, _, probabilities = learn.predict(decode_image(json.loads(raw_data)['image']))
    return {'label': str(name), 'p': float(probabilities.max())}

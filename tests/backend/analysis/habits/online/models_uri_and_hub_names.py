# not run: needs mlflow and transformers
import json

import mlflow
from transformers import AutoTokenizer, pipeline

MODEL_URI = "models:/churn/Production"


def init():
    global model, tokenizer, classify
    model = mlflow.pyfunc.load_model(MODEL_URI)
    tokenizer = AutoTokenizer.from_pretrained("distilbert-base-uncased")
    classify = pipeline("text-classification", model="org/name-of-model")


def run(raw_data):
    text = json.loads(raw_data)["text"]
    return {"label": classify(text)[0]["label"], "tokens": len(tokenizer(text)["input_ids"])}

# not run: needs torch and transformers
import json
import os
import torch
from transformers import GPT2LMHeadModel, GPT2Tokenizer

device = 'cuda' if torch.cuda.is_available() else 'cpu'


def init():
    global tokenizer, model
    path = os.path.join(os.getenv('AZUREML_MODEL_DIR'), 'gpt2')
    tokenizer = GPT2Tokenizer.from_pretrained(path)
    model = GPT2LMHeadModel.from_pretrained(path).to(device)


def run(raw_data):
    request = json.loads(raw_data)
    prompt, length = request['prompt'], int(request.get('length', 20))
    tokens = tokenizer.encode(prompt, return_tensors='pt').to(device)
    with torch.no_grad():
        for _ in range(length):
            logits = model(tokens)[0][:, -1, :]
            tokens = torch.cat([tokens, logits.argmax(-1, keepdim=True)], dim=1)
    return {'text': tokenizer.decode(tokens[0]), 'pad': '<pad>'}

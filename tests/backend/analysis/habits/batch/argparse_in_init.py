import argparse
import os


def init():
    global args, names
    parser = argparse.ArgumentParser()
    parser.add_argument("--model_name", dest="model_name", required=True)
    parser.add_argument("--labels-dir", default=None)
    args, _ = parser.parse_known_args()
    names = os.listdir(args.labels_dir) if args.labels_dir else []


def run(input_data):
    return input_data.assign(model=args.model_name)

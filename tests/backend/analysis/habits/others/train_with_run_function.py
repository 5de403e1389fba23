import os

MODEL_DIR = os.environ.get("MODEL_DIR", "outputs")


def run(epochs, learning_rate=0.1):
    for epoch in range(epochs):
        print(epoch, learning_rate)


if __name__ == "__main__":
    run(epochs=3)

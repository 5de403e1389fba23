"""Train the example's model on scikit-learn's built-in diabetes data and save it in model/."""

from pathlib import Path

import joblib
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split

MODEL_FILE = Path(__file__).parent / "model" / "sklearn_regression_model.pkl"


def main() -> None:
    """Train, tell how good the model is, and save it."""
    features, target = load_diabetes(return_X_y=True)
    train_x, test_x, train_y, test_y = train_test_split(
        features, target, test_size=0.2, random_state=0
    )
    model = Ridge(alpha=0.03).fit(train_x, train_y)
    MODEL_FILE.parent.mkdir(exist_ok=True)
    joblib.dump(model, MODEL_FILE)
    print(f"R^2 on the test set: {model.score(test_x, test_y):.3f}; saved {MODEL_FILE.name}")


if __name__ == "__main__":
    main()

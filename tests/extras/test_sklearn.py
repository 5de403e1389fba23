"""Models of scikit-learn that were fitted on a DataFrame, on text, on several targets."""

from __future__ import annotations

from pathlib import Path

import joblib
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from .serving import Case, check_both

OSLO = {"age": 3, "city": "Oslo"}
PEOPLE = pd.DataFrame({"age": [1.0, 2, 3, 4], "city": ["Oslo", "Bergen", "Oslo", "Bergen"]})


def test_a_pipeline_on_a_dataframe(tmp_path: Path) -> None:
    encoded = make_column_transformer((OneHotEncoder(), ["city"]), remainder="passthrough")
    model = make_pipeline(encoded, LogisticRegression()).fit(PEOPLE, [0, 1, 0, 1])
    joblib.dump(model, tmp_path / "people.joblib", compress=("xz", 3))
    expected = {"predict_proba": model.predict_proba(PEOPLE[:1]).tolist()}
    cases = {
        "records": Case({"data": [{"age": 1, "city": "Oslo"}]}, expected),
        "another order": Case({"data": [{"city": "Oslo", "id": 7, "age": 1}]}, expected),
        "rows": Case({"data": [[1, "Oslo"]]}, expected),
        "method": Case({"data": [[1, "Oslo"]], "method": "predict"}, {"predict": [0]}),
        "column": Case({"data": [{"age": 1}]}, told='Row 1 of "data" has no city.'),
        "width": Case({"data": [[1]]}, told="has the length 1, not 2: age, city."),
        "category": Case({"data": [[1, "Rome"]]}, told="Found unknown categories ['Rome']"),
        "kinds of rows": Case({"data": [[1, "Oslo"], {}]}, told="or each an object with"),
        "type": Case({"data": [["x", "Oslo"]]}, told="could not convert string to float: 'x'"),
    }
    output = check_both(tmp_path, "people.joblib", cases)
    assert "warning: people.joblib is a pickle" in output


def test_a_sample_of_records_is_the_schema(tmp_path: Path) -> None:
    encoded = make_column_transformer((OneHotEncoder(), ["city"]), remainder="passthrough")
    model = make_pipeline(encoded, LogisticRegression()).fit(PEOPLE, [0, 1, 0, 1])
    joblib.dump(model, tmp_path / "people.pkl")
    (tmp_path / "sample.json").write_text('{"data": [{"age": 3, "city": "Oslo"}]}')
    cases = {
        "records": Case(
            {"data": [{"age": 3, "city": "Oslo"}], "method": "predict"}, {"predict": [0]}
        ),
        "no rows": Case({"data": "x"}, told="has to be a list of rows"),
        "no data": Case({}, told="A value is not provided for the 'data' parameter."),
        "column": Case({"data": [{"age": 3}]}, told="has no city"),
    }
    check_both(tmp_path, "people.pkl", cases, "--sample", "sample.json")


def test_texts_go_to_a_model_that_begins_with_a_vectorizer(tmp_path: Path) -> None:
    texts = ["good day", "bad night", "good night", "bad day"]
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, [1, 0, 1, 0])
    joblib.dump(model, tmp_path / "texts.pkl")
    cases = {
        "texts": Case({"data": ["good"], "method": "predict"}, {"predict": [1]}),
        "no rows": Case({"data": {"text": "good"}}, told='"data" has to be a list of rows'),
    }
    check_both(tmp_path, "texts.pkl", cases)


def test_several_targets_have_a_list_each(tmp_path: Path) -> None:
    model = RandomForestClassifier(3, random_state=1).fit(
        [[0.0], [1], [2]], [[0, 1], [1, 0], [1, 0]]
    )
    joblib.dump(model, tmp_path / "forest.pkl")
    expected = [each.tolist() for each in model.predict_proba([[2.0]])]
    check_both(
        tmp_path, "forest.pkl", {"both": Case({"data": [[2.0]]}, {"predict_proba": expected})}
    )


def test_a_model_without_probabilities_predicts_and_can_transform(tmp_path: Path) -> None:
    model = KMeans(2, n_init=1, random_state=1).fit([[0.0, 0], [9, 9]])
    joblib.dump(model, tmp_path / "clusters.pkl")
    row = [[8.0, 9.0]]
    cases = {
        "default": Case({"data": row}, {"predict": model.predict(row).tolist()}),
        "transform": Case(
            {"data": row, "method": "transform"}, {"transform": model.transform(row).tolist()}
        ),
        "method": Case({"data": row, "method": "fit"}, told="This model has predict, transform."),
    }
    check_both(tmp_path, "clusters.pkl", cases)

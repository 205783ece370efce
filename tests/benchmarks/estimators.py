"""Fitting to the end: the tutorial's maximum beside scikit-learn's solvers, and the article's two tests.

Ratios are taken in one run, fits in turn, medians of several. Every side gets the loosest `tol` of a power of
ten that brings it within a relative gap of 1e-8 to the maximum of the likelihood.
"""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression as TheirLogisticRegression

from logreg_gui.core.datasets import tutorial_sagar
from logreg_gui.core.estimators import (
    ConvergenceWarning,
    LogisticRegression,
    SoftmaxRegression,
    StandardScaler,
    train_test_split,
)
from logreg_gui.core.objectives import add_intercept, log_likelihood

GAP = 1e-8
MAXIMUM = -1032.16543046651
"""Log-likelihood of the tutorial's 20,000 points at its maximum, by Newton's method in 80 bits."""

ARTICLE_SECONDS = {"binary": 0.92, "softmax": 1.83}
"""What the article reports for its two tests; the target is a fifth of it."""

Row = tuple[str, float, str, float]


def run(quick: bool) -> list[Row]:
    """Rows (what, value, relation, target)."""
    repeats = 1 if quick else 15
    seconds = _seconds_to_the_maximum(repeats)
    ours = seconds.pop("ours")
    rows: list[Row] = [
        (f"MLE of 20,000 points: {name} takes times ours", theirs / ours, ">", 1.0)
        for name, theirs in seconds.items()
    ]
    for case, target in ARTICLE_SECONDS.items():
        rows.append((f"the article's iris test, {case}, s", _article_seconds(case, repeats), "<", target / 5))
    return rows


def _seconds_to_the_maximum(repeats: int) -> dict[str, float]:
    data = tutorial_sagar().sample()
    features, labels = data.features.astype(np.float64), data.labels.astype(np.int64)
    makers: dict[str, Callable[[float], Any]] = {
        "ours": lambda tol: LogisticRegression(tol=tol),
        "lbfgs": lambda tol: _theirs("lbfgs", tol),
        "newton-cholesky": lambda tol: _theirs("newton-cholesky", tol),
    }
    models = {name: _loosest(maker, features, labels) for name, maker in makers.items()}
    seconds: dict[str, list[float]] = {name: [] for name in models}
    for _ in range(repeats):
        for name, model in models.items():
            began = time.perf_counter()
            model.fit(features, labels)
            seconds[name].append(time.perf_counter() - began)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def _theirs(solver: str, tol: float) -> TheirLogisticRegression:
    # C = inf: its default of 1 is a penalty, and its optimum another one.
    return TheirLogisticRegression(C=np.inf, solver=solver, tol=tol, max_iter=1000)


def _loosest(maker: Callable[[float], Any], features: np.ndarray, labels: np.ndarray) -> Any:
    """The model with the loosest tolerance that reaches the maximum."""
    wide = add_intercept(features)
    for exponent in range(1, 13):
        model = maker(10.0**-exponent).fit(features, labels)
        weights = np.concatenate((model.intercept_, model.coef_[0]))
        if log_likelihood(wide, labels, weights) >= MAXIMUM * (1.0 + GAP):
            return model
    raise RuntimeError(f"{model} does not reach the maximum")


def _article_seconds(case: str, repeats: int) -> float:
    """Split, standardise, fit and score, as the article's test does."""
    features, target = load_iris(return_X_y=True)
    model: LogisticRegression | SoftmaxRegression = SoftmaxRegression()
    if case == "binary":
        features, target, model = features[50:], target[50:], LogisticRegression()
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        train, test, train_target, test_target = train_test_split(
            features, target, test_size=0.2, random_state=42
        )
        scaler = StandardScaler().fit(train)
        with warnings.catch_warnings():
            # Its rows can be separated, and the fit says so.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(scaler.transform(train), train_target)
        accuracy = model.score(scaler.transform(test), test_target)
        seconds.append(time.perf_counter() - began)
        if accuracy < (0.80 if case == "binary" else 0.85):
            raise RuntimeError(f"accuracy of the {case} test is {accuracy}")
    return statistics.median(seconds)

"""The tutorials' data, drawn once, and oracles that share no code with the core."""

import numpy as np
import pytest

from logreg_gui.core.datasets import Dataset, tutorial_becker, tutorial_sagar


class LongDouble:
    """The textbook formulas in 80-bit arithmetic (where the platform has it), row by row sums."""

    def __init__(self, features, target):
        rows = np.asarray(features, dtype=np.longdouble)
        self.rows = np.column_stack((np.ones(len(rows), dtype=np.longdouble), rows))
        self.target = np.asarray(target, dtype=np.longdouble)

    def margins(self, weights):
        scores = (self.rows * np.asarray(weights, dtype=np.longdouble)).sum(axis=1)
        return (2 * self.target - 1) * scores

    def value(self, weights):
        return -np.logaddexp(np.longdouble(0), -self.margins(weights)).sum()

    def gradient(self, weights):
        return self.terms(weights).sum(axis=0)

    def terms(self, weights):
        """One row of the gradient's sum per row of the data."""
        margins = self.margins(weights)
        signed = (2 * self.target - 1) * np.exp(-np.logaddexp(np.longdouble(0), margins))
        return self.rows * signed[:, np.newaxis]

    def hessian(self, weights):
        margins = self.margins(weights)
        curvature = np.exp(-np.logaddexp(0, margins) - np.logaddexp(0, -margins))
        return -np.einsum("ni,n,nj->ij", self.rows, curvature, self.rows)


def central_differences(function, point, width):
    """Numerical derivative of `function` along each coordinate of `point`, one row each."""
    rows = []
    for axis in range(len(point)):
        shift = np.zeros(len(point))
        shift[axis] = width
        rows.append((function(point + shift) - function(point - shift)) / (2 * width))
    return np.array(rows)


@pytest.fixture(scope="session")
def becker() -> Dataset:
    return tutorial_becker().sample()


@pytest.fixture(scope="session")
def sagar() -> Dataset:
    return tutorial_sagar().sample()


@pytest.fixture
def overlapping():
    """400 rows of two features whose classes overlap, with about 0.7 of them told apart."""
    rng = np.random.default_rng(4)
    features = rng.normal(size=(400, 2)) * [1.0, 2.0] + [0.5, -1.0]
    probability = 1 / (1 + np.exp(-(0.4 + features @ [1.1, -0.3])))
    return features, (rng.random(400) < probability).astype(np.int64)

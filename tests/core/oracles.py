"""Formulas as textbooks print them, in 80-bit arithmetic where the platform has it: no code of the core."""

import numpy as np


class LongSoftmax:
    """Softmax over K classes, row by row, with weights (K p,)."""

    def __init__(self, features, labels, n_classes, counts=None):
        rows = np.asarray(features, dtype=np.longdouble)
        self.rows = np.column_stack((np.ones(len(rows), dtype=np.longdouble), rows))
        self.labels = np.asarray(labels)
        self.n_classes = n_classes
        self.counts = np.ones(len(rows)) if counts is None else np.asarray(counts)

    def log_probabilities(self, weights):
        matrix = np.asarray(weights, dtype=np.longdouble).reshape(self.n_classes, -1)
        scores = np.stack([(self.rows * row).sum(axis=1) for row in matrix], axis=1)
        largest = scores.max(axis=1, keepdims=True)
        return scores - largest - np.log(np.exp(scores - largest).sum(axis=1, keepdims=True))

    def value(self, weights):
        own = self.log_probabilities(weights)[np.arange(len(self.rows)), self.labels]
        return (self.counts * own).sum()

    def terms(self, weights):
        """The rows of the gradient's sum: (n, K p)."""
        residuals = -np.exp(self.log_probabilities(weights))
        residuals[np.arange(len(self.rows)), self.labels] += 1
        residuals *= self.counts[:, np.newaxis]
        return (residuals[:, :, np.newaxis] * self.rows[:, np.newaxis, :]).reshape(len(self.rows), -1)

    def gradient(self, weights):
        return self.terms(weights).sum(axis=0)

    def hessian(self, weights):
        shares = np.exp(self.log_probabilities(weights))
        total = np.zeros((self.n_classes * self.rows.shape[1],) * 2, dtype=np.longdouble)
        for x, p, count in zip(self.rows, shares, self.counts, strict=True):
            total -= count * np.kron(np.diag(p) - np.outer(p, p), np.outer(x, x))
        return total


class LongSquaredError:
    """Minus half the sum of squared errors, row by row."""

    def __init__(self, features, target, counts=None):
        rows = np.asarray(features, dtype=np.longdouble)
        self.rows = np.column_stack((np.ones(len(rows), dtype=np.longdouble), rows))
        self.target = np.asarray(target, dtype=np.longdouble)
        self.counts = np.ones(len(rows)) if counts is None else np.asarray(counts)

    def errors(self, weights):
        return self.target - (self.rows * np.asarray(weights, dtype=np.longdouble)).sum(axis=1)

    def value(self, weights):
        return -0.5 * (self.counts * self.errors(weights) ** 2).sum()

    def terms(self, weights):
        return self.rows * (self.counts * self.errors(weights))[:, np.newaxis]

    def gradient(self, weights):
        return self.terms(weights).sum(axis=0)


def three_clouds(n_rows=300, seed=3):
    """Overlapping clouds of three classes: rows (n, 2) and labels, every class with rows."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n_rows) % 3
    centres = np.array([[0.0, 0.0], [2.0, 0.5], [1.0, 2.5]])
    return rng.normal(size=(n_rows, 2)) * [1.0, 1.4] + centres[labels], labels

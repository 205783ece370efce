"""Value, gradient and Hessian against the textbook's formulas in decimal arithmetic of 60 digits.

The same on every platform: long double is no wider than a double on some.
"""

from decimal import Context, Decimal, localcontext

import numpy as np
import pytest

from logreg_gui.core.kernels import LogisticObjective
from logreg_gui.core.softmax_objective import SoftmaxObjective
from tests.core.oracles import three_clouds

# Exponentials of scores in the thousands need a wide exponent.
DIGITS = Context(prec=60, Emax=10**9, Emin=-(10**9))


def exact_softmax(features, labels, weights):
    """l(W) with its gradient (K p,) and Hessian (K p, K p) for weights (K, p), row by row."""
    n_classes, p = weights.shape
    size = n_classes * p
    value, gradient = Decimal(0), [Decimal(0)] * size
    hessian = [[Decimal(0)] * size for _ in range(size)]
    matrix = [[Decimal(float(weight)) for weight in row] for row in weights]
    for numbers, label in zip(features, labels, strict=True):
        x = [Decimal(1), *(Decimal(float(number)) for number in numbers)]
        powers = [sum(w * v for w, v in zip(row, x, strict=True)).exp() for row in matrix]
        shares = [power / sum(powers) for power in powers]
        value += shares[label].ln()
        for i in range(size):
            k, a = divmod(i, p)
            gradient[i] += (int(k == label) - shares[k]) * x[a]
            for j in range(size):
                m, b = divmod(j, p)
                hessian[i][j] -= shares[k] * (int(k == m) - shares[m]) * x[a] * x[b]
    return float(value), np.array(gradient, dtype=float), np.array(hessian, dtype=float)


def assert_agrees(objective, weights, value, gradient, hessian):
    assert objective.value(weights) == pytest.approx(value, rel=1e-12)
    both, slope = objective.value_and_gradient(weights)
    assert both == pytest.approx(value, rel=1e-12)
    # Where rows cancel each other, digits are lost against the terms of the sum: at most 1e2 here.
    np.testing.assert_allclose(slope, gradient, rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(objective.gradient(weights), gradient, rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(objective.hessian(weights), hessian, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("scale", [0.1, 1.0, 300.0])
def test_softmax(scale):
    features, labels = three_clouds(30)
    weights = scale * np.random.default_rng(5).normal(size=(3, 3))
    with localcontext(DIGITS):
        exact = exact_softmax(features, labels, weights)
    assert_agrees(SoftmaxObjective(features, labels, 3), weights.ravel(), *exact)


@pytest.mark.parametrize("scale", [0.1, 1.0, 300.0])
def test_logistic(scale):
    features, labels = three_clouds(30)
    labels = np.minimum(labels, 1)
    weights = scale * np.random.default_rng(6).normal(size=3)
    # Logistic regression is softmax with the weights of class 0 held at zero.
    with localcontext(DIGITS):
        value, gradient, hessian = exact_softmax(features, labels, np.stack((np.zeros(3), weights)))
    assert_agrees(LogisticObjective(features, labels), weights, value, gradient[3:], hessian[3:, 3:])

"""The tutorials' functions against formulas in higher precision, differences and published figures."""

import numpy as np
import pytest

from logreg_gui import core
from logreg_gui.core import (
    add_intercept,
    log_likelihood,
    log_likelihood_gradient,
    log_likelihood_hessian,
    logistic_regression,
    sigmoid,
)
from tests.core.conftest import LongDouble, central_differences

LN2 = 0.6931471805599453


def test_the_tutorials_names_are_at_hand_in_the_core():
    assert {"sigmoid", "log_likelihood", "logistic_regression", "add_intercept"} <= set(core.__all__)


def test_sigmoid_agrees_with_its_definition_in_long_double():
    scores = np.linspace(-700, 700, 2801)
    exact = 1 / (1 + np.exp(-scores.astype(np.longdouble)))
    np.testing.assert_allclose(sigmoid(scores), exact.astype(float), rtol=2e-15)


def test_sigmoid_reaches_its_limits_without_a_warning():
    np.testing.assert_array_equal(sigmoid([-np.inf, -1e4, 0, 1e4, np.inf]), [0.0, 0.0, 0.5, 1.0, 1.0])


def test_sigmoid_passes_nan_on():
    assert np.isnan(sigmoid(np.nan))


def test_sigmoid_keeps_the_shape_and_gives_float64():
    result = sigmoid(np.zeros((2, 3), dtype=np.float32))
    assert result.shape == (2, 3)
    assert result.dtype == np.float64


def test_sigmoid_stays_silent_when_underflow_is_an_error():
    with np.errstate(all="raise"):
        assert sigmoid(-800.0) == 0.0


def test_log_likelihood_agrees_with_long_double(overlapping):
    features, target = overlapping
    weights = np.array([0.3, -1.2, 0.7])
    expected = float(LongDouble(features, target).value(weights))
    assert log_likelihood(add_intercept(features), target, weights) == pytest.approx(expected, rel=1e-14)


def test_log_likelihood_at_zero_weights_is_minus_n_log_2(becker, sagar):
    assert log_likelihood(becker.features, becker.labels, [0, 0]) == pytest.approx(-10_000 * LN2, rel=1e-14)
    assert log_likelihood(sagar.features, sagar.labels, [0, 0]) == pytest.approx(-20_000 * LN2, rel=1e-14)


def test_log_likelihood_is_exact_for_huge_scores():
    # One row far on the wrong side, one on the right side: -1e4 and -exp(-1e4), which float64 holds as 0.
    assert log_likelihood([[1e4], [1e4]], [0, 1], [1.0]) == -1e4
    assert log_likelihood([[-1e4], [-1e4]], [1, 0], [1.0]) == -1e4


def test_log_likelihood_keeps_the_digits_of_rows_fitted_almost_perfectly():
    # log sigma(50) = -log1p(exp(-50)) = -exp(-50) to 22 digits; 1 - sigma(50) is 0 in float64.
    assert log_likelihood([[50.0], [-50.0]], [1, 0], [1.0]) == pytest.approx(
        -2 * np.exp(-50.0), rel=1e-14, abs=0
    )
    assert log_likelihood_gradient([[50.0]], [1], [1.0]) == pytest.approx(
        50 * np.exp(-50.0), rel=1e-14, abs=0
    )


def test_gradient_agrees_with_central_differences(overlapping):
    features, target = overlapping
    design = add_intercept(features)
    weights = np.array([0.2, 0.5, -0.4])
    numerical = central_differences(lambda w: log_likelihood(design, target, w), weights, 1e-5)
    np.testing.assert_allclose(log_likelihood_gradient(design, target, weights), numerical, rtol=1e-7)


def test_hessian_agrees_with_central_differences_of_the_gradient(overlapping):
    features, target = overlapping
    design = add_intercept(features)
    weights = np.array([0.2, 0.5, -0.4])
    numerical = central_differences(lambda w: log_likelihood_gradient(design, target, w), weights, 1e-5)
    hessian = log_likelihood_hessian(design, target, weights)
    np.testing.assert_allclose(hessian, numerical, rtol=1e-7, atol=1e-6)
    np.testing.assert_array_equal(hessian, hessian.T)
    assert np.linalg.eigvalsh(hessian).max() < 0


def test_gradient_and_hessian_are_finite_for_huge_scores():
    assert log_likelihood_gradient([[1e4], [-1e4]], [0, 0], [1.0]) == pytest.approx([-1e4])
    np.testing.assert_array_equal(log_likelihood_hessian([[1e4], [-1e4]], [0, 1], [1.0]), [[0.0]])


def test_doubling_every_row_doubles_the_log_likelihood(overlapping):
    features, target = overlapping
    weights = [0.3, -0.2]
    once = log_likelihood(features, target, weights)
    twice = log_likelihood(np.vstack((features, features)), np.concatenate((target, target)), weights)
    assert twice == pytest.approx(2 * once, rel=1e-14)


def test_permuting_rows_and_columns_changes_nothing(overlapping):
    features, target = overlapping
    rows = np.random.default_rng(0).permutation(len(target))
    weights = np.array([0.3, -0.2])
    expected = log_likelihood(features, target, weights)
    assert log_likelihood(features[rows], target[rows], weights) == pytest.approx(expected, rel=1e-14)
    assert log_likelihood(features[:, ::-1], target, weights[::-1]) == pytest.approx(expected, rel=1e-14)


def test_exchanging_the_classes_and_the_sign_of_the_weights_changes_nothing(overlapping):
    features, target = overlapping
    weights = np.array([0.3, -0.2])
    np.testing.assert_allclose(
        log_likelihood_gradient(features, 1 - target, -weights),
        -log_likelihood_gradient(features, target, weights),
        rtol=1e-13,
    )


def test_float32_features_are_multiplied_in_float64():
    features = np.full((3, 1), 0.1, dtype=np.float32)
    expected = float(LongDouble(features, [1, 0, 1]).value([0, 1.7]))
    assert log_likelihood(features, [1, 0, 1], [1.7]) == pytest.approx(expected, rel=1e-15)


def test_lists_integers_and_booleans_are_taken():
    assert log_likelihood([[1], [2]], [True, False], [1]) == log_likelihood(
        np.array([[1.0], [2.0]]), np.array([1.0, 0.0]), np.array([1.0])
    )


def test_add_intercept_puts_ones_in_front():
    result = add_intercept(np.array([[3, 4], [5, 6]], dtype=np.float32))
    np.testing.assert_array_equal(result, [[1, 3, 4], [1, 5, 6]])
    assert result.dtype == np.float64


def test_logistic_regression_takes_plain_steps_of_the_summed_gradient(overlapping):
    features, target = overlapping
    design = np.column_stack((np.ones(len(features)), features))
    weights = np.zeros(3)
    for _ in range(50):  # the tutorial's loop, as it is written there
        weights = weights + 1e-3 * design.T @ (target - 1 / (1 + np.exp(-design @ weights)))
    result = logistic_regression(features, target, num_steps=50, learning_rate=1e-3, add_intercept=True)
    np.testing.assert_allclose(result, weights, rtol=1e-12)
    without = logistic_regression(design, target, num_steps=50, learning_rate=1e-3)
    np.testing.assert_array_equal(without, result)


def test_logistic_regression_prints_nothing(capsys):
    logistic_regression([[0.0], [1.0]], [0, 1], num_steps=3, learning_rate=0.1)
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_logistic_regression_of_no_steps_gives_zero_weights():
    np.testing.assert_array_equal(
        logistic_regression([[1.0, 2.0]], [1], 0, 0.1, add_intercept=True), np.zeros(3)
    )


@pytest.mark.parametrize(
    ("step_index", "expected"),
    [(0, -4346.264779152), (10, -2653.585269), (100, -742.358231), (999, -240.776800)],
)
def test_becker_log_likelihoods_after_published_and_computed_steps(becker, step_index, expected):
    weights = logistic_regression(becker.features, becker.labels, step_index + 1, 5e-5, add_intercept=True)
    value = log_likelihood(add_intercept(becker.features), becker.labels, weights)
    assert value == pytest.approx(expected, abs=1e-6)


def test_the_four_point_set_reaches_its_known_weights():
    features = [[-1, -1], [-1, 0], [0, 1], [1, 1]]
    weights = logistic_regression(features, [0, 0, 1, 1], 3000, 0.1, add_intercept=True)
    np.testing.assert_allclose(weights, [0, 5.72495553, 5.72495553], atol=1e-8)
    assert log_likelihood(add_intercept(features), [0, 0, 1, 1], weights) == pytest.approx(
        -0.00653767, abs=1e-8
    )


GOOD = {"features": [[1.0], [2.0]], "target": [0, 1], "weights": [0.5]}


@pytest.mark.parametrize("function", [log_likelihood, log_likelihood_gradient, log_likelihood_hessian])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"features": [1.0, 2.0]}, r"features must have two dimensions \(rows, columns\), got shape \(2,\)"),
        ({"features": np.empty((0, 1))}, "features must have at least one row"),
        ({"features": [[1.0], [np.nan]]}, "features must hold only finite numbers, got nan"),
        ({"features": [[1.0], [np.inf]]}, "features must hold only finite numbers, got inf"),
        ({"features": [["a"], ["b"]]}, "features must hold numbers"),
        ({"features": [[1.0], [2.0, 3.0]]}, "features must be a rectangular array of numbers"),
        ({"target": [0, 1, 1]}, r"target must have one entry per row of features \(2\), got shape \(3,\)"),
        ({"target": [[0], [1]]}, "target must have one entry per row"),
        ({"target": [0, 2]}, "target must hold only 0 and 1, got 2"),
        ({"target": [np.nan, 1]}, "target must hold only 0 and 1, got nan"),
        ({"target": ["0", "1"]}, "target must hold numbers"),
        ({"weights": [0.5, 1.0]}, r"weights must have one entry per column \(1\), got shape \(2,\)"),
        ({"weights": [[0.5]]}, "weights must have one dimension"),
        ({"weights": [np.nan]}, "weights must hold only finite numbers, got nan"),
    ],
)
def test_arguments_that_do_not_fit_are_named(function, change, words):
    with pytest.raises(ValueError, match=words):
        function(**{**GOOD, **change})


@pytest.mark.parametrize("learning_rate", [0, -0.1, np.nan, np.inf, True, "fast", None])
def test_a_learning_rate_must_be_positive_and_finite(learning_rate):
    with pytest.raises(ValueError, match="learning_rate must be a positive finite number, got"):
        logistic_regression([[1.0]], [1], 1, learning_rate)


@pytest.mark.parametrize("num_steps", [-1, 2.5, np.nan, np.inf, True, "many"])
def test_the_number_of_steps_must_be_whole(num_steps):
    with pytest.raises(ValueError, match="num_steps must be a whole number of at least 0, got"):
        logistic_regression([[1.0]], [1], num_steps, 0.1)

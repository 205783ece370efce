"""Data that break naive fits: each has its answer, or a sentence that says why there is none.

Oracles: 80-bit gradients at the weights found, linear programming, closed forms, numpy's pseudo-inverse, and
symmetry.
"""

import math
import warnings

import numpy as np
import pytest
from scipy.optimize import linprog
from sklearn.datasets import load_iris

from logreg_gui.core.estimators import (
    ConvergenceWarning,
    ElasticNet,
    Lasso,
    LinearRegression,
    LogisticRegression,
    OneHotEncoder,
    PolynomialFeatures,
    PolynomialRegression,
    Ridge,
    SoftmaxRegression,
    StandardScaler,
)
from tests.core.conftest import LongDouble

SUPERVISED = [
    LogisticRegression,
    SoftmaxRegression,
    LinearRegression,
    PolynomialRegression,
    Ridge,
    Lasso,
    ElasticNet,
]
CLASSIFIERS = SUPERVISED[:2]
REGRESSORS = SUPERVISED[2:]


def weights_of(classifier):
    """Intercept and slopes of the second class's log-odds."""
    if isinstance(classifier, LogisticRegression):
        return np.concatenate((classifier.intercept_, classifier.coef_[0]))
    return np.concatenate((np.diff(classifier.intercept_), np.diff(classifier.coef_, axis=0)[0]))


def assert_at_the_maximum(features, target, weights, relative=1e-12):
    """The gradient is 0 up to the rounding of the weights: the maximum, since the likelihood is concave."""
    terms = LongDouble(features, target).terms(weights)
    assert (np.abs(terms.sum(axis=0)) <= relative * np.abs(terms).sum(axis=0)).all()


def overlapping(n_rows=60, seed=3):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n_rows, 2))
    return features, (features @ [1.0, -0.5] + rng.logistic(size=n_rows) > 0).astype(int)


# scores


@pytest.mark.parametrize("size", [1e4, -1e4])
def test_probabilities_at_scores_of_ten_thousand_are_exact(size):
    binary = LogisticRegression("l2").fit([[-1.0], [1.0]], ["no", "yes"])
    binary.coef_, binary.intercept_ = np.array([[size]]), np.array([0.0])
    # log sigma(-1e4) = -1e4 - log(1 + exp(-1e4)), and the second term is far below float64.
    assert binary.predict_log_proba([[1.0]]).tolist() == [[min(-size, 0.0), min(size, 0.0)]]
    assert binary.predict_proba([[1.0]]).tolist() == [[float(size < 0), float(size > 0)]]
    three = SoftmaxRegression("l2").fit([[-1.0], [0.0], [1.0]], [0, 1, 2])
    three.coef_, three.intercept_ = np.array([[0.0], [size], [-size]]), np.zeros(3)
    scores = np.array([0.0, size, -size])
    assert three.predict_log_proba([[1.0]])[0].tolist() == (scores - scores.max()).tolist()
    assert three.predict_proba([[1.0]])[0].tolist() == (scores == scores.max()).astype(float).tolist()


@pytest.mark.parametrize("start", [1e4, -1e4])
@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_a_start_at_scores_of_ten_thousand_still_finds_the_maximum(kind, start):
    features, target = overlapping()
    model = kind(warm_start=True).fit(features, target)
    model.coef_ = model.coef_ / np.abs(model.coef_).max() * start
    model.fit(features, target)
    assert model.converged_
    assert_at_the_maximum(features, target, weights_of(model))


@pytest.mark.parametrize("size", [1e4, 1e150])
def test_huge_features_need_no_scaling_by_hand(size):
    features, target = overlapping()
    model = LogisticRegression().fit(features * size, target)
    plain = LogisticRegression().fit(features, target)
    np.testing.assert_allclose(model.coef_ * size, plain.coef_, rtol=1e-10)


# separation


def stripes(gap, offset=0.0, n_rows=40, seed=7):
    """Two classes on either side of a tilted line, `gap` apart; a negative gap overlaps."""
    rng = np.random.default_rng(seed)
    sign = np.where(np.arange(n_rows) % 2 == 1, 1.0, -1.0)
    across = sign * (np.concatenate(([0.0, 0.0], rng.exponential(size=n_rows - 2))) + gap / 2)
    turn = 0.6
    axes = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    return np.column_stack((across, rng.normal(size=n_rows))) @ axes + offset, (sign > 0).astype(int)


@pytest.mark.parametrize("gap", [3.0, 0.1, 1e-3, 1e-6])
@pytest.mark.parametrize("offset", [0.0, 1000.0])
@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_separated_classes_end_the_fit_with_a_sentence_and_a_remedy(kind, gap, offset):
    features, target = stripes(gap, offset)
    model = kind()
    with pytest.warns(ConvergenceWarning, match=r"separated perfectly.*infinite; .*penalty='l2'"):
        model.fit(features, target)
    assert not model.converged_
    assert model.n_iter_ < 60
    assert model.score(features, target) == 1.0
    assert np.isfinite(model.coef_).all()


@pytest.mark.parametrize("solver", ["lbfgs", "gradient-ascent", "sgd", "nesterov", "adam", "proximal"])
def test_every_solver_recognises_separated_classes(solver):
    features, target = stripes(1.0)
    model = LogisticRegression(solver=solver, random_state=0)
    with pytest.warns(ConvergenceWarning, match="separated perfectly"):
        model.fit(features, target)
    assert model.score(features, target) == 1.0


def test_three_separated_classes_are_recognised():
    features = [[0.0, 0.0], [0.1, 0.0], [5.0, 0.0], [5.0, 0.1], [0.0, 5.0], [0.1, 5.0]]
    with pytest.warns(ConvergenceWarning, match="separated perfectly"):
        model = SoftmaxRegression().fit(features, list("aabbcc"))
    assert model.predict(features).tolist() == list("aabbcc")


@pytest.mark.parametrize("kind", CLASSIFIERS)
@pytest.mark.parametrize(
    ("features", "target"),
    [
        ([[0.0], [1.0], [1.0], [2.0]], [0, 0, 1, 1]),
        ([[0.0], [1.0], [2.0], [3.0], [2.0], [4.0]], [0, 0, 0, 1, 1, 1]),
        ([[-1, 0.3], [0, 1], [0, 1], [0, -1], [0, -1], [2, 0.7]], [0, 0, 1, 0, 1, 1]),
        (
            [[i, j] for i in range(4) for j in range(4)],
            [int(i + j > 3 or (i + j == 3 and i % 2)) for i in range(4) for j in range(4)],
        ),
    ],
)
@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_classes_that_touch_are_recognised_as_quasi_separated(kind, features, target, offset):
    with pytest.warns(ConvergenceWarning, match="lie exactly on the boundary.*penalty='l2'"):
        model = kind().fit(np.array(features, dtype=float) + offset, target)
    assert not model.converged_


@pytest.mark.parametrize("solver", ["newton", "lbfgs"])
def test_one_class_apart_from_two_that_overlap_is_recognised(solver):
    features, target = overlapping()
    apart = features[:5] + 50.0
    with pytest.warns(ConvergenceWarning, match="lie exactly on the boundary"):
        SoftmaxRegression(solver=solver).fit(np.vstack((features, apart)), [*target, 2, 2, 2, 2, 2])


@pytest.mark.parametrize("kind", CLASSIFIERS)
@pytest.mark.parametrize("overlap", [0.1, 1e-3, 1e-6])
@pytest.mark.parametrize("seed", range(5))
def test_overlapping_classes_are_never_called_separable(kind, overlap, seed):
    features, target = stripes(0.0, seed=seed)
    along = np.array([-math.sin(0.6), math.cos(0.6)]) * 5
    normal = np.array([math.cos(0.6), math.sin(0.6)]) * overlap
    # Rows of each class beyond rows of the other, at both ends of the line: no line has them all right.
    features = np.vstack((features, along + normal, -along + normal, along - normal, -along - normal))
    target = np.concatenate((target, [0, 0, 1, 1]))
    model = kind().fit(features, target)
    assert model.converged_
    assert_at_the_maximum(features, target, weights_of(model), relative=1e-10)


@pytest.mark.parametrize("kind", CLASSIFIERS)
@pytest.mark.parametrize("overlap", [1e-2, 1e-4, 1e-8, 1e-12])
def test_the_thinnest_overlap_has_a_maximum(kind, overlap):
    # By symmetry w0 = 0; the derivative of 2 log sigma(w) + 2 log sigma(-overlap w) is 0 at the slope.
    model = kind().fit([[-1.0], [overlap], [1.0], [-overlap]], [0, 0, 1, 1])
    assert model.converged_
    intercept, slope = weights_of(model)
    left = np.exp(-np.logaddexp(0, slope))
    right = overlap * np.exp(-np.logaddexp(0, -overlap * slope))
    assert left == pytest.approx(right, rel=1e-8, abs=0)
    assert intercept == pytest.approx(0, abs=1e-8)


def separability(features, labels, n_classes):
    """What linear programming says of the classes: as many margins above 0 as possible, none below."""
    wide = np.column_stack((np.ones(len(features)), features))
    margins = []
    for row, own in zip(wide, labels, strict=True):
        for other in set(range(n_classes)) - {int(own)}:
            margin = np.zeros((n_classes, wide.shape[1]))
            margin[own], margin[other] = row, -row
            margins.append(margin.ravel())
    n_margins, n_weights = np.shape(margins)
    found = linprog(
        np.repeat([0.0, -1.0], [n_weights, n_margins]),
        A_ub=np.hstack((-np.array(margins), np.eye(n_margins))),
        b_ub=np.zeros(n_margins),
        bounds=[(None, None)] * n_weights + [(0, 1)] * n_margins,
    )
    parted = found.x[n_weights:] > 0.5
    return "separated perfectly" if parted.all() else "lie exactly on the boundary" if parted.any() else ""


@pytest.mark.filterwarnings("ignore::logreg_gui.core.estimators.ConvergenceWarning")
@pytest.mark.parametrize("seed", range(150))
def test_linear_programming_says_the_same_of_points_on_a_grid(seed):
    # Points on small grids lie on common lines, so that all three answers are frequent.
    rng = np.random.default_rng(seed)
    n_classes, n_columns = rng.integers(2, 5), rng.integers(1, 4)
    features = rng.integers(0, rng.integers(2, 6), size=(20, n_columns)).astype(float)
    noise = rng.normal(size=(20, n_classes)) * rng.choice([0.0, 0.0, 0.5])
    scores = features @ rng.normal(size=(n_columns, n_classes)) + rng.normal(size=n_classes) + noise
    classes, labels = np.unique(scores.argmax(axis=1), return_inverse=True)
    if len(classes) == 1:
        return
    expected = separability(features, labels, len(classes))
    units = 10.0 ** rng.integers(-8, 8, size=n_columns)
    for kind in CLASSIFIERS if len(classes) == 2 else [SoftmaxRegression]:
        model = kind().fit((features + rng.choice([0.0, 1000.0])) * units, labels)
        assert model.converged_ is (not expected)
        assert expected in model.message_


@pytest.mark.parametrize("penalty", ["l2", "l1", "elasticnet"])
@pytest.mark.parametrize("strength", [1e-12, 1e6])
def test_the_weakest_and_the_strongest_penalty_have_their_optimum(penalty, strength):
    # Setosa parts from the others, which overlap: without a penalty softmax weights are infinite here.
    features, target = load_iris(return_X_y=True)
    model = SoftmaxRegression(penalty, C=strength, l1_ratio=0.5).fit(features, target)
    assert model.converged_
    if strength > 1.0:
        # What no weights can better is the loss of the two that overlap, without a penalty.
        pair = LogisticRegression().fit(features[50:], target[50:])
        assert model.loss_history_[-1] == pytest.approx(pair.loss_history_[-1], rel=1e-3)
        assert model.loss_history_[-1] > pair.loss_history_[-1]
    else:
        np.testing.assert_allclose(model.predict_proba(features), 1 / 3, rtol=1e-8)


def test_a_penalty_lost_in_rounding_ends_the_fit_and_is_said_to():
    features, target = load_iris(return_X_y=True)
    with pytest.warns(ConvergenceWarning, match="no step lowers the loss any more"):
        model = SoftmaxRegression("l2", C=1e12).fit(features, target)
    pair = LogisticRegression().fit(features[50:], target[50:])
    assert model.loss_history_[-1] == pytest.approx(pair.loss_history_[-1], rel=1e-9)
    assert model.n_iter_ < 200


def test_a_penalty_is_the_remedy_for_separated_classes():
    features, target = stripes(1.0)
    for penalty in ("l2", "l1", "elasticnet"):
        assert LogisticRegression(penalty).fit(features, target).converged_


@pytest.mark.parametrize("kind", CLASSIFIERS)
@pytest.mark.parametrize("label", [0, "only", True])
def test_one_class_only_is_an_error_that_names_it(kind, label):
    with pytest.raises(ValueError, match=f"at least two classes, got one class: {label!r}"):
        kind().fit([[0.0], [1.0], [2.0]], [label] * 3)


def test_one_class_that_counts_is_one_class():
    with pytest.raises(ValueError, match="got one class: 1"):
        LogisticRegression().fit([[0.0], [1.0], [2.0]], [0, 1, 1], sample_weight=[0, 1, 1])


# columns


@pytest.mark.parametrize("kind", CLASSIFIERS)
@pytest.mark.parametrize("penalty", [None, "l2"])
def test_constant_and_repeated_columns_change_no_probability_of_the_maximum(kind, penalty):
    features, target = overlapping()
    more = np.column_stack((features[:, 0], np.full(60, 4.2), features, features.sum(axis=1)))
    model = kind(penalty, C=1e9).fit(more, target)
    plain = kind(None).fit(features, target)
    assert model.converged_
    np.testing.assert_allclose(model.predict_proba(more), plain.predict_proba(features), rtol=1e-6)
    np.testing.assert_allclose(model.coef_[:, 1], 0.0, atol=1e-12)


@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_of_many_maxima_the_shortest_is_taken(kind):
    features, target = overlapping()
    model = kind().fit(features[:, [0, 0, 1]], target)
    plain = kind().fit(features, target)
    np.testing.assert_allclose(model.coef_, plain.coef_[:, [0, 0, 1]] * [0.5, 0.5, 1.0], rtol=1e-9)


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("shape", [(10, 30), (30, 10), (10, 10), (1, 5)])
def test_least_squares_are_those_of_the_pseudo_inverse(shape, fit_intercept):
    rng = np.random.default_rng(1)
    features = rng.normal(size=shape) * np.logspace(-2, 2, shape[1])
    features[:, -1] = features[:, 0] * 3.0
    target = rng.normal(size=shape[0])
    shift = features.mean(axis=0) if fit_intercept else 0.0
    slopes = np.linalg.pinv(features - shift, rcond=1e-12) @ (target - fit_intercept * target.mean())
    model = LinearRegression(fit_intercept=fit_intercept).fit(features, target)
    np.testing.assert_allclose(model.coef_, slopes, rtol=1e-9, atol=1e-10 * np.abs(slopes).max())
    expected = target.mean() - features.mean(axis=0) @ slopes if fit_intercept else 0.0
    assert model.intercept_ == pytest.approx(expected, rel=1e-9, abs=1e-10)


@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_more_columns_than_rows_are_always_separable_and_said_to_be(kind):
    features = np.random.default_rng(2).normal(size=(12, 40))
    with pytest.warns(ConvergenceWarning, match="separated perfectly"):
        model = kind().fit(features, np.arange(12) % 2)
    assert model.score(features, np.arange(12) % 2) == 1.0


def test_more_columns_than_rows_with_a_penalty_have_their_maximum():
    features = np.random.default_rng(2).normal(size=(12, 40))
    target = np.arange(12) % 2
    model = LogisticRegression("l2").fit(features, target)
    probabilities = 1 / (1 + np.exp(-(features @ model.coef_[0] + model.intercept_)))
    np.testing.assert_allclose(features.T @ (target - probabilities), model.coef_[0], atol=1e-10)
    assert (target - probabilities).sum() == pytest.approx(0, abs=1e-10)


@pytest.mark.parametrize("kind", SUPERVISED[:4])
def test_columns_at_1e8_beside_columns_at_1e_8_cost_no_digits(kind):
    features, target = overlapping()
    scale = np.array([1e8, 1e-8])
    model, plain = kind().fit(features * scale, target), kind().fit(features, target)
    np.testing.assert_allclose(model.predict(features * scale), plain.predict(features), rtol=1e-9)
    if kind is not PolynomialRegression:
        np.testing.assert_allclose(model.coef_ * scale, plain.coef_, rtol=1e-9)


def test_a_penalty_sees_columns_of_any_scale_exactly():
    # The second column is penalised away to the last digit, so the first must be fitted as if alone.
    features, target = overlapping()
    for penalty in ("l2", "l1"):
        both = LogisticRegression(penalty).fit(features * [1e8, 1e-8], target)
        alone = LogisticRegression(penalty).fit(features[:, :1] * 1e8, target)
        assert both.coef_[0, 0] == pytest.approx(alone.coef_[0, 0], rel=1e-9)
        assert abs(both.coef_[0, 1]) < 1e-6
    assert both.coef_[0, 1] == 0.0


@pytest.mark.parametrize("kind", SUPERVISED)
def test_a_column_offset_by_a_million_moves_the_intercept_alone(kind):
    features, target = overlapping()
    if kind is PolynomialRegression:
        # The terms of a polynomial change with the origin, its predictions do not; x^2 at 1e6 keeps 4 digits.
        moved = kind().fit(features + 1e3, target).predict(features + 1e3)
        np.testing.assert_allclose(moved, kind().fit(features, target).predict(features), atol=1e-6)
        return
    offset = np.array([2.0**20, 0.0])
    moved, plain = kind().fit(features + offset, target), kind().fit(features, target)
    np.testing.assert_allclose(moved.coef_, plain.coef_, rtol=1e-8, atol=1e-9)
    expected = plain.intercept_ - plain.coef_ @ offset
    np.testing.assert_allclose(moved.intercept_, expected, rtol=1e-8, atol=1e-9)


def test_a_scaler_keeps_its_digits_at_an_offset_of_a_million():
    column = np.array([[0.0], [1.0], [2.0], [3.0]]) + 1e6
    scaled = StandardScaler().fit_transform(column)
    np.testing.assert_allclose(scaled[:, 0], (np.arange(4) - 1.5) / math.sqrt(1.25), rtol=1e-14)


@pytest.mark.parametrize("value", [0.1, 1e300, -3.0, 0.0])
def test_a_scaler_makes_zeros_of_a_constant_column(value):
    scaler = StandardScaler().fit(np.full((7, 1), value))
    assert scaler.transform(np.full((3, 1), value)).tolist() == [[0.0]] * 3
    assert scaler.scale_.tolist() == [1.0]


# tails and balance


def test_heavy_tails_on_which_undamped_newton_runs_away():
    first = [-3.8, -0.8, -1.7, -1.6, 8.0, -2.5, -1.3, -1.3, 96.8, -1.0, 1.7]
    second = [-0.5, 0.0, 37.4, -0.2, -4.9, -0.4, 0.2, 2.2, 7.3, 2.9, -1.3]
    features, target = np.column_stack((first, second)), np.array([0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1])
    rows, weights = np.column_stack((np.ones(11), features)), np.zeros(3)
    for _ in range(12):  # the textbook's step, taken in full
        with np.errstate(over="ignore"):
            p = 1 / (1 + np.exp(-rows @ weights))
        curvature = (rows * (p * (1 - p))[:, None]).T @ rows
        if np.linalg.cond(curvature) > 1e14:
            break
        weights = weights + np.linalg.solve(curvature, rows.T @ (target - p))
    assert np.abs(weights).max() > 100
    for kind in CLASSIFIERS:
        model = kind().fit(features, target)
        assert model.converged_
        assert (np.diff(model.loss_history_) <= 1e-12).all()
        assert np.abs(weights_of(model)).max() < 5
        assert_at_the_maximum(features, target, weights_of(model))


@pytest.mark.parametrize("seed", range(5))
def test_cauchy_features_have_their_maximum_found(seed):
    rng = np.random.default_rng(seed)
    features = rng.standard_cauchy((500, 2))
    chance = 1 / (1 + np.exp(-np.clip(0.3 + features @ [1.0, -0.5], -30, 30)))
    target = (rng.random(500) < chance).astype(int)
    model = LogisticRegression().fit(features, target)
    assert model.converged_
    assert_at_the_maximum(features, target, weights_of(model))


@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_an_imbalance_of_ten_thousand_to_one_has_its_maximum(kind):
    rng = np.random.default_rng(0)
    features = np.vstack((rng.normal(size=(20_000, 2)), [[0.7, -0.3], [1.4, 0.2]]))
    target = np.repeat([0, 1], [20_000, 2])
    model = kind().fit(features, target)
    assert model.converged_
    # At the maximum the expected number of rows of a class is their number.
    assert model.predict_proba(features)[:, 1].sum() == pytest.approx(2, rel=1e-9)
    assert_at_the_maximum(features, target, weights_of(model), relative=1e-11)


def test_imbalance_by_weights_is_the_same():
    features, target = overlapping()
    weights = np.where(target == 1, 1.0, 10_000.0)
    model = LogisticRegression().fit(features, target, weights)
    assert weights @ model.predict_proba(features)[:, 1] == pytest.approx(target.sum(), rel=1e-9)


# sample weights


@pytest.mark.parametrize("penalty", [None, "l2", "l1", "elasticnet"])
@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_whole_weights_equal_repeated_rows(kind, penalty):
    features, target = overlapping()
    counts = np.arange(60) % 4
    model = kind(penalty).fit(features, target, sample_weight=counts)
    repeated = kind(penalty).fit(features.repeat(counts, axis=0), target.repeat(counts))
    np.testing.assert_allclose(model.coef_, repeated.coef_, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(model.intercept_, repeated.intercept_, rtol=1e-9)


@pytest.mark.parametrize("kind", REGRESSORS)
def test_whole_weights_equal_repeated_rows_in_regression(kind):
    features, _ = overlapping()
    target = features @ [1.0, -2.0] + np.random.default_rng(5).normal(size=60)
    counts = np.arange(60) % 4
    model = kind().fit(features, target, sample_weight=counts)
    repeated = kind().fit(features.repeat(counts, axis=0), target.repeat(counts))
    np.testing.assert_allclose(model.coef_, repeated.coef_, rtol=1e-9, atol=1e-12)
    assert model.intercept_ == pytest.approx(repeated.intercept_, rel=1e-9)
    assert model.score(features, target, counts) == pytest.approx(
        repeated.score(features.repeat(counts, axis=0), target.repeat(counts)), rel=1e-12
    )


def test_whole_weights_equal_repeated_rows_in_a_scaler():
    features, _ = overlapping()
    counts = np.arange(60) % 4
    scaler = StandardScaler().fit(features, sample_weight=counts)
    repeated = StandardScaler().fit(features.repeat(counts, axis=0))
    np.testing.assert_allclose(scaler.mean_, repeated.mean_, rtol=1e-12)
    np.testing.assert_allclose(scaler.scale_, repeated.scale_, rtol=1e-12)
    assert scaler.n_samples_seen_ == counts.sum()


@pytest.mark.parametrize("size", [1e-12, 1e12])
def test_the_unit_of_weights_does_not_move_the_maximum(size):
    features, target = overlapping()
    model = LogisticRegression().fit(features, target, np.full(60, size))
    np.testing.assert_allclose(model.coef_, LogisticRegression().fit(features, target).coef_, rtol=1e-9)


@pytest.mark.parametrize("kind", [*SUPERVISED, StandardScaler])
@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([1.0, -0.5, 1.0, 1.0], "sample_weight must hold no negative numbers, got -0.5"),
        ([1.0, math.nan, 1.0, 1.0], "sample_weight must hold only finite numbers, got NaN in row 2"),
        ([1.0, math.inf, 1.0, 1.0], "sample_weight must hold only finite numbers, got infinity in row 2"),
        ([0.0, 0.0, 0.0, 0.0], "sample_weight must hold at least one non-zero number"),
        ([1.0, 1.0], r"sample_weight must have one entry per row \(4\), got shape \(2,\)"),
        ([[1.0]] * 4, r"sample_weight must have one entry per row \(4\), got shape \(4, 1\)"),
        (["a", "b", "c", "d"], "sample_weight must hold numbers"),
    ],
)
def test_weights_that_do_not_fit_are_named(kind, weights, words):
    with pytest.raises(ValueError, match=words):
        kind().fit([[0.0], [1.0], [2.0], [3.0]], [0, 1, 0, 1], sample_weight=weights)


# what does not fit


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("kind", SUPERVISED)
def test_nan_and_infinity_are_named_in_features_and_targets(kind, value):
    word = "NaN" if math.isnan(value) else "infinity"
    with pytest.raises(ValueError, match=f"X must hold only finite numbers, got {word} in row 2"):
        kind().fit([[0.0], [value], [1.0]], [0, 1, 0])
    with pytest.raises(ValueError, match=f"y must hold only finite numbers, got {word} in row 3"):
        kind().fit([[0.0], [2.0], [1.0]], [0, 1, value])
    model = kind().fit([[0.0], [2.0], [1.0], [3.0]], [0, 1, 1, 0])
    with pytest.raises(ValueError, match=f"got {word}"):
        model.predict([[value]])


@pytest.mark.parametrize("kind", [*SUPERVISED, StandardScaler, PolynomialFeatures, OneHotEncoder])
@pytest.mark.parametrize(
    ("features", "words"),
    [
        (np.empty((0, 3)), r"0 sample\(s\)"),
        (np.empty((3, 0)), r"0 feature\(s\)"),
        ([], "two dimensions"),
        ([1.0, 2.0], "Reshape your data"),
        (np.zeros((2, 2, 2)), "two dimensions"),
        ([[1.0], [2.0, 3.0]], "rectangular"),
        ([[1j], [2j]], "Complex data not supported"),
    ],
)
def test_empty_and_misshapen_features_are_refused_in_words(kind, features, words):
    with pytest.raises(ValueError, match=words):
        kind().fit(features, [0, 1, 0][: len(features)])


@pytest.mark.parametrize("kind", SUPERVISED)
@pytest.mark.parametrize(
    ("target", "words"),
    [
        (None, "requires y to be passed"),
        ([0, 1], r"y must have one entry per row of X \(3\), got 2"),
        ([[0, 1], [1, 0], [0, 0]], "y should be a 1d array"),
        ([1j, 0j, 1j], "Complex|numbers"),
    ],
)
def test_targets_that_do_not_fit_are_refused_in_words(kind, target, words):
    with pytest.raises(ValueError, match=words):
        kind().fit([[0.0], [1.0], [2.0]], target)


@pytest.mark.parametrize("labels", [[0.5, 1.0, 0.5], [0, "a", 0], [None, "a", "b"]])
@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_what_names_no_classes_is_no_label(kind, labels):
    with pytest.raises(ValueError, match="Unknown label type"):
        kind().fit([[0.0], [1.0], [2.0]], np.array(labels, dtype=object))


@pytest.mark.parametrize("kind", CLASSIFIERS)
@pytest.mark.parametrize(
    ("argument", "value", "words"),
    [
        ("penalty", "l3", "penalty must be None, 'l2', 'l1' or 'elasticnet', got 'l3'"),
        ("C", 0.0, "C must be a positive finite number, got 0.0"),
        ("C", -1, "C must be a positive finite number, got -1"),
        ("C", math.inf, "C must be"),
        ("l1_ratio", 1.5, "l1_ratio must be a number from 0 to 1, got 1.5"),
    ],
)
def test_penalties_out_of_range_are_named(kind, argument, value, words):
    with pytest.raises(ValueError, match=words):
        kind(**{argument: value}).fit([[0.0], [1.0], [2.0]], [0, 1, 0])


@pytest.mark.parametrize("kind", [Ridge, Lasso, ElasticNet])
@pytest.mark.parametrize("alpha", [-0.1, math.nan, math.inf, "much", None, True])
def test_alphas_out_of_range_are_named(kind, alpha):
    with pytest.raises(ValueError, match=r"alpha must be a finite number"):
        kind(alpha).fit([[0.0], [1.0], [2.0]], [0, 1, 0])


@pytest.mark.parametrize("kind", SUPERVISED)
@pytest.mark.parametrize(
    ("argument", "value", "words"),
    [
        ("learning_rate", -0.1, "learning_rate must be a positive finite number, got -0.1"),
        ("learning_rate", 0, "learning_rate must be a positive finite number, got 0"),
        ("learning_rate", math.nan, "learning_rate must be"),
        ("batch_size", 0, "batch_size must be a whole number of at least 1, got 0"),
        ("batch_size", 2.5, "batch_size must be a whole number"),
        ("momentum", 1.0, "momentum must be a number of at least 0 and below 1, got 1.0"),
        ("momentum", -0.1, "momentum must be"),
        ("max_iter", 0, "max_iter must be a whole number of at least 1, got 0"),
        ("tol", 0.0, "tol must be a positive finite number, got 0.0"),
        ("random_state", -1, "random_state must be a whole number of at least 0, got -1"),
        ("random_state", "x", "random_state must be"),
        ("solver", "magic", "solver must be .*'newton'.* got 'magic'"),
        ("fit_intercept", "yes", "fit_intercept must be True or False, got 'yes'"),
        ("warm_start", 1, "warm_start must be True or False, got 1"),
    ],
)
def test_arguments_out_of_range_are_named_by_fit(kind, argument, value, words):
    with pytest.raises(ValueError, match=words):
        kind(**{argument: value}).fit([[0.0], [1.0], [2.0]], [0, 1, 0])


@pytest.mark.parametrize("degree", [0, 7, 1.5, "2"])
def test_a_polynomial_out_of_range_is_named(degree):
    with pytest.raises(ValueError, match="degree must be a whole number from 1 to 6"):
        PolynomialRegression(degree).fit([[0.0], [1.0], [2.0]], [0, 1, 0])


@pytest.mark.parametrize("solver", ["lbfgs", "momentum", "adam"])
@pytest.mark.parametrize("model", [LogisticRegression("l1"), ElasticNet(), Lasso()], ids=repr)
def test_a_solver_that_cannot_climb_an_l1_penalty_is_refused(model, solver):
    with pytest.raises(ValueError, match=f"solver must be .*newton.* with an l1 penalty, got '{solver}'"):
        model.set_params(solver=solver).fit([[0.0], [1.0], [2.0]], [0, 1, 0])


@pytest.mark.parametrize("kind", [LogisticRegression, LinearRegression])
def test_a_learning_rate_that_diverges_is_said_to(kind):
    features, target = overlapping()
    model = kind(solver="gradient-ascent", learning_rate=1e200)
    with pytest.raises(ValueError, match="learning_rate must be smaller for these data, 1e\\+200 diverged"):
        model.fit(features * 1e120, target)


@pytest.mark.parametrize("kind", SUPERVISED)
def test_a_fit_that_fails_leaves_the_last_one_as_it_was(kind):
    model = kind().fit([[0.0], [2.0], [1.0], [3.0]], [0, 1, 1, 0])
    before = {name: np.copy(value) for name, value in vars(model).items() if name.endswith("_")}
    with pytest.raises(ValueError, match="X must hold"):
        model.fit([[0.0], [math.nan]], [0, 1])
    for name, value in before.items():
        np.testing.assert_array_equal(getattr(model, name), value)


@pytest.mark.parametrize("kind", SUPERVISED)
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_features_of_nothing_but_zeros_leave_the_intercept_alone(kind, fit_intercept):
    model = kind(fit_intercept=fit_intercept).fit(np.zeros((4, 2)), [0, 1, 1, 1])
    assert not np.any(model.coef_)
    if kind in CLASSIFIERS:
        share = 0.75 if fit_intercept else 0.5
        np.testing.assert_allclose(model.predict_proba([[0.0, 0.0]]), [[1 - share, share]], rtol=1e-12)
    else:
        assert model.predict([[0.0, 0.0]])[0] == pytest.approx(0.75 if fit_intercept else 0.0)


def test_nothing_above_warns_of_arithmetic():
    features, target = overlapping()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for size in (1e-150, 1e-8, 1e8, 1e150):
            LogisticRegression().fit(features * size, target).predict_proba(features * size)
            LogisticRegression("l2").fit(features * size, target)

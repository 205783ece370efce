"""Maxima of the grid against scikit-learn, published figures, their conditions, and certificates."""

import warnings
from itertools import permutations

import numpy as np
import pytest
from scipy.optimize import linprog
from sklearn.datasets import load_iris
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

from logreg_gui.core.models import ModelSpec, build, reference
from logreg_gui.core.penalties import stationarity
from logreg_gui.core.separation import SeparationCertificate
from logreg_gui.core.training import advance, start
from tests.core.oracles import three_clouds


@pytest.fixture(scope="module")
def iris():
    return load_iris(return_X_y=True)


@pytest.fixture(scope="module")
def scaled_iris(iris):
    features, labels = iris
    return StandardScaler().fit_transform(features), labels


def maximum(features, target, **settings):
    model = build(ModelSpec(optimizer="proximal", **settings), features, target)
    return model, reference(model)


def assert_stationary(model, found):
    """Karush, Kuhn and Tucker, each to the rounding of the sum that its gradient is."""
    sizes = np.sqrt(np.diagonal(model.objective.curvature_bound()) * model.objective.n_rows)
    residual = np.abs(stationarity(model.objective, found.weights))
    assert (residual <= 1e-11 * np.maximum(sizes, 1.0)).all()


# published figures


def test_iris_has_the_maximum_that_is_usually_quoted(iris):
    features, labels = iris
    _, found = maximum(features[50:], (labels[50:] == 2).astype(int))
    np.testing.assert_allclose(
        found.weights, [-42.63780381, -2.4652202, -6.68088701, 9.42938515, 18.28613689], rtol=1e-8
    )
    np.testing.assert_allclose(
        found.standard_errors, [25.70766, 2.39430, 4.47956, 4.73721, 9.74261], rtol=1e-5
    )
    assert found.log_likelihood == pytest.approx(-5.949273396, abs=1e-9)
    _, petals = maximum(features[50:, 2:], (labels[50:] == 2).astype(int))
    np.testing.assert_allclose(petals.weights, [-45.27234377, 5.75453232, 10.44669989], rtol=1e-8)
    assert petals.log_likelihood == pytest.approx(-10.281754052, abs=1e-9)


def test_three_gaussians_have_their_known_maximum():
    legacy = np.random.RandomState(0)  # the figures belong to this stream
    features = np.vstack(
        [legacy.multivariate_normal(mean, np.eye(2), 1000) for mean in ((0, 0), (4, 0), (2, 3.5))]
    )
    labels = np.repeat([0, 1, 2], 1000)
    model, found = maximum(features, labels, objective="softmax")
    matrix = found.weights.reshape(3, 3)
    np.testing.assert_allclose(matrix[1] - matrix[0], [-8.11762817, 4.15320897, -0.02213423], atol=2e-8)
    np.testing.assert_allclose(matrix[2] - matrix[0], [-8.23064638, 2.13989426, 3.54039713], atol=2e-8)
    np.testing.assert_allclose(matrix.sum(axis=0), 0.0, atol=1e-12)
    assert found.log_likelihood == pytest.approx(-315.0628506644, abs=1e-9)
    assert model.log_likelihood(np.zeros(9)) == pytest.approx(-3295.8368660, abs=1e-7)
    assert model.likelihood.accuracy(found.weights) == pytest.approx(0.962667, abs=1e-6)
    bayes = np.array([[0, 0, 0], [-8, 4, 0], [-8.125, 2, 3.5]], dtype=float).ravel()
    assert model.log_likelihood(bayes) < found.log_likelihood


def test_the_four_point_set_trains_as_it_was_worked_out_by_hand():
    model = build(ModelSpec(learning_rate=0.1), [[-1, -1], [-1, 0], [0, 1], [1, 1]], [0, 0, 1, 1])
    state = advance(start(np.zeros(3), model.optimizer), model.objective, model.optimizer, 3000)
    np.testing.assert_allclose(state.weights, [0.0, 5.72495553, 5.72495553], atol=1e-8)
    assert model.log_likelihood(state.weights) == pytest.approx(-0.00653767, abs=1e-8)
    assert "separated perfectly" in reference(model).reason


def test_penalised_iris_has_its_known_intercepts(iris):
    model, found = maximum(*iris, objective="softmax", penalty="l2", C=1.0)
    np.testing.assert_allclose(
        found.weights.reshape(3, 5)[:, 0], [9.84954988, 2.23721669, -12.08676657], atol=3e-5
    )
    assert found.log_likelihood == pytest.approx(-17.945504, abs=3e-6)
    assert model.likelihood.accuracy(found.weights) == pytest.approx(0.973333, abs=1e-6)


# scikit-learn


@pytest.mark.parametrize("C", [0.05, 1.0, 100.0])
def test_l2_logistic_regression_agrees_with_scikit_learn(iris, C):
    features, labels = iris[0][50:], (iris[1][50:] == 2).astype(int)
    theirs = LogisticRegression(C=C, solver="newton-cholesky", tol=1e-12).fit(features, labels)
    model, found = maximum(features, labels, penalty="l2", C=C)
    np.testing.assert_allclose(found.weights, [*theirs.intercept_, *theirs.coef_[0]], rtol=1e-6, atol=1e-6)
    assert_stationary(model, found)


def test_unpenalised_logistic_regression_agrees_with_scikit_learn(scaled_iris):
    features, labels = scaled_iris[0][50:], (scaled_iris[1][50:] == 2).astype(int)
    theirs = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-12, max_iter=200)
    theirs.fit(features, labels)
    _, found = maximum(features, labels)
    np.testing.assert_allclose(found.weights, [*theirs.intercept_, *theirs.coef_[0]], rtol=1e-6)


@pytest.mark.parametrize("C", [0.05, 1.0, 100.0])
def test_l2_softmax_agrees_with_scikit_learn(scaled_iris, C):
    theirs = LogisticRegression(C=C, solver="newton-cg", tol=1e-12, max_iter=1000).fit(*scaled_iris)
    model, found = maximum(*scaled_iris, objective="softmax", penalty="l2", C=C)
    expected = np.column_stack((theirs.intercept_, theirs.coef_))
    np.testing.assert_allclose(found.weights.reshape(3, 5), expected, rtol=1e-6, atol=1e-6)
    assert_stationary(model, found)


@pytest.mark.parametrize(("penalty", "l1_ratio"), [("l1", 1.0), ("elasticnet", 0.3)])
@pytest.mark.parametrize("C", [0.05, 1.0])
@pytest.mark.parametrize("objective", ["logistic", "softmax"])
def test_l1_penalties_agree_with_scikit_learn(scaled_iris, penalty, l1_ratio, C, objective):
    features, labels = scaled_iris
    if objective == "logistic":
        features, labels = features[50:], (labels[50:] == 2).astype(int)
    theirs = LogisticRegression(C=C, l1_ratio=l1_ratio, solver="saga", tol=1e-10, max_iter=100_000)
    theirs.fit(features, labels)
    model, found = maximum(features, labels, objective=objective, penalty=penalty, C=C, l1_ratio=0.3)
    expected = np.column_stack((theirs.intercept_, theirs.coef_))
    if objective == "softmax":
        # Its intercepts may all be shifted by one number.
        expected[:, 0] -= expected[:, 0].mean()
    np.testing.assert_allclose(found.weights.reshape(expected.shape), expected, rtol=1e-6, atol=1e-6)
    assert_stationary(model, found)
    assert (found.weights == 0).any() or penalty == "elasticnet"


@pytest.mark.parametrize(
    ("theirs", "settings"),
    [
        (LinearRegression(), {}),
        (Ridge(2.0), {"penalty": "l2", "C": 1 / 2.0}),
        # Its least squares are a mean over the rows, half of it: 150 rows.
        (Lasso(0.1, tol=1e-14, max_iter=100_000), {"penalty": "l1", "C": 1 / 15.0}),
        (
            ElasticNet(0.1, l1_ratio=0.4, tol=1e-14, max_iter=100_000),
            {"penalty": "elasticnet", "C": 1 / 15.0, "l1_ratio": 0.4},
        ),
    ],
    ids=["linear", "ridge", "lasso", "elastic net"],
)
@pytest.mark.parametrize("intercept", [True, False])
def test_regressions_agree_with_scikit_learn(iris, theirs, settings, intercept):
    features, target = iris[0][:, :3], iris[0][:, 3]
    theirs.set_params(fit_intercept=intercept)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its tolerance, which no run could meet
        theirs.fit(features, target)
    model, found = maximum(features, target, objective="squared-error", intercept=intercept, **settings)
    expected = [theirs.intercept_, *theirs.coef_] if intercept else theirs.coef_
    np.testing.assert_allclose(found.weights, expected, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(
        model.scores(found.weights, features), theirs.predict(features), rtol=1e-10, atol=1e-12
    )
    assert model.likelihood.r2(found.weights) == pytest.approx(theirs.score(features, target), rel=1e-10)


# conditions


@pytest.mark.parametrize("objective", ["logistic", "softmax", "squared-error"])
@pytest.mark.parametrize("penalty", ["l2", "l1", "elasticnet"])
@pytest.mark.parametrize("C", [1e-3, 0.1, 10.0])
@pytest.mark.parametrize("intercept", [True, False])
def test_no_weights_nearby_are_better(objective, penalty, C, intercept):
    features, labels = three_clouds(120)
    target = {"logistic": labels % 2, "softmax": labels, "squared-error": features[:, 0] ** 2 + labels}
    model, found = maximum(
        features, target[objective], objective=objective, penalty=penalty, C=C, intercept=intercept, degree=2
    )
    assert found.reason == "found"
    assert_stationary(model, found)
    best = found.penalised_value
    assert best == model.penalised_value(found.weights)
    rng = np.random.default_rng(0)
    for size in (1e-1, 1e-3):
        for _ in range(30):
            other = found.weights + size * rng.normal(size=model.n_weights)
            assert model.penalised_value(other) < best
    for weight in np.flatnonzero(found.weights == 0):
        nudged = found.weights.copy()
        nudged[weight] = 1e-3
        assert model.penalised_value(nudged) < best


def test_a_strong_enough_l1_penalty_leaves_only_the_intercept():
    features, labels = three_clouds(120)
    target = labels % 2
    slopes = np.abs(features.T @ (target - target.mean())).max()
    _, just_enough = maximum(features, target, penalty="l1", C=1 / (1.0001 * slopes))
    _, not_quite = maximum(features, target, penalty="l1", C=1 / (0.9999 * slopes))
    assert (just_enough.weights[1:] == 0).all()
    assert just_enough.weights[0] == pytest.approx(np.log(target.mean() / (1 - target.mean())), rel=1e-12)
    assert (not_quite.weights[1:] != 0).any()


def test_repeated_columns_share_an_l2_penalised_weight_and_leave_an_l1_penalised_one_open():
    features, labels = three_clouds(120)
    target, double = labels % 2, np.column_stack((features, features[:, 0]))
    _, shared = maximum(double, target, penalty="l2", C=0.5)
    assert shared.weights[1] == pytest.approx(shared.weights[3], rel=1e-9)
    _, both = maximum(double, target, penalty="elasticnet", C=0.5)
    assert both.weights[1] == pytest.approx(both.weights[3], rel=1e-9)
    _, either = maximum(double, target, penalty="l1", C=0.5)
    assert "not unique" in either.reason
    assert either.weights is None
    _, free = maximum(double, target)
    assert "column 3 repeats" in free.reason


def test_two_softmax_classes_with_an_l1_penalty_are_balanced():
    features, labels = three_clouds(120)
    _, found = maximum(features, labels % 2, objective="softmax", penalty="l1", C=0.5)
    matrix = found.weights.reshape(2, 3)
    np.testing.assert_allclose(matrix[0], -matrix[1], rtol=1e-9)
    # F of w_1 = -w_0 = w / 2 has |w| for the sum of both, as logistic regression has it.
    _, logistic = maximum(features, labels % 2, penalty="l1", C=0.5)
    np.testing.assert_allclose(matrix[1] - matrix[0], logistic.weights, rtol=1e-8, atol=1e-10)


def test_columns_of_very_different_size_have_their_ridge(iris):
    features, target = iris[0][:, :2], iris[0][:, 3]
    factors = np.array([1e6, 1e-6])
    _, found = maximum(features * factors, target, objective="squared-error", penalty="l2", C=1.0)
    # In units of its own each column carries the penalty divided by the square of its factor.
    rows = features - features.mean(axis=0)
    matrix = rows.T @ rows + np.diag(1 / factors**2)
    slopes = np.linalg.solve(matrix, rows.T @ (target - target.mean())) / factors
    np.testing.assert_allclose(found.weights[1:], slopes, rtol=1e-7)


def test_more_columns_than_rows_have_a_ridge():
    rng = np.random.default_rng(0)
    features, target = rng.normal(size=(8, 20)), rng.normal(size=8)
    _, found = maximum(features, target, objective="squared-error", penalty="l2", C=0.1)
    theirs = Ridge(10.0, solver="svd").fit(features, target)
    np.testing.assert_allclose(found.weights[1:], theirs.coef_, rtol=1e-9)
    _, free = maximum(features, target, objective="squared-error")
    assert "fewer rows (8) than weights (21)" in free.reason


# no maximum


def blobs(centres, n_rows=40, spread=0.3, seed=0):
    rng = np.random.default_rng(seed)
    labels = np.arange(n_rows * len(centres)) % len(centres)
    return rng.uniform(-spread, spread, (len(labels), 2)) + np.asarray(centres)[labels], labels


def test_softmax_classes_apart_are_recognised():
    _, found = maximum(*blobs([[0, 0], [2, 0], [0, 2]]), objective="softmax")
    assert "each class can be separated perfectly" in found.reason
    assert found.weights is found.log_likelihood is found.penalised_value is None
    assert found.always_climbing_learning_rate > 0


def test_margins_as_small_as_rounding_certify_nothing():
    basis = np.array([[-1.0], [1.0]]) / np.sqrt(2)
    rows, labels = np.array([[1.0 + 2**-52], [-1.0]]), np.array([1, 0])
    certifier = SeparationCertificate(rows, np.eye(1), labels, basis, True)
    assert not certifier.is_separating(np.array([1.0, -1.0, -1.0, 1.0]))  # margins 4e-16 and 4
    assert certifier.is_separating(np.array([1.0 - 1e-12, -1.0, -1.0, 1.0]))


def test_one_class_apart_from_two_that_overlap_is_enough(iris):
    _, found = maximum(*iris, objective="softmax")
    assert "some classes can be separated" in found.reason
    _, other = maximum(*blobs([[0, 0], [0.1, 0], [0, 9]]), objective="softmax")
    assert "some classes can be separated" in other.reason


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("overlap", [0.3, 0.03, 0.003])
def test_overlapping_classes_are_never_called_separated(seed, overlap):
    centres = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, 1.0]])
    features, labels = blobs(centres, spread=0.2, seed=seed)
    for here, there in permutations(range(3), 2):
        # Three rows of one class beyond the line half-way to another: no line turns around them.
        way = centres[there] - centres[here]
        across = np.array([-way[1], way[0]])
        beyond = centres[here] + way * (0.5 + overlap)
        features = np.vstack((features, beyond, beyond + across, beyond - across))
        labels = np.append(labels, [here] * 3)
    model, found = maximum(features, labels, objective="softmax")
    assert found.reason == "found"
    assert_stationary(model, found)


def kind_of_separation(features, labels, n_classes):
    """By linear programming: the largest margins, each held in [0, 1], that one direction gives all pairs."""
    rows = np.column_stack((np.ones(len(features)), features))
    pairs = [
        np.kron(np.eye(n_classes)[label] - np.eye(n_classes)[other], row)
        for row, label in zip(rows, labels, strict=True)
        for other in range(n_classes)
        if other != label
    ]
    n_pairs, n_weights = np.shape(pairs)
    best = linprog(
        np.concatenate((np.zeros(n_weights), -np.ones(n_pairs))),
        A_ub=np.hstack((-np.array(pairs), np.eye(n_pairs))),
        b_ub=np.zeros(n_pairs),
        bounds=[(-1e4, 1e4)] * n_weights + [(0, 1)] * n_pairs,
    )
    margins = best.x[n_weights:]
    if margins.max() < 1e-7:
        return "none"
    return "all" if margins.min() > 1 - 1e-7 else "some"


@pytest.mark.parametrize("n_classes", [2, 3])
def test_separation_on_a_lattice_agrees_with_linear_programming(n_classes):
    rng = np.random.default_rng(n_classes)
    seen = set()
    for _ in range(40):
        # Whole coordinates put many rows exactly on lines: touches are as common as gaps.
        features = rng.integers(-3, 4, (rng.integers(8, 30), 2)).astype(float)
        weights = rng.normal(size=(n_classes, 3))
        scores = weights[:, 0] + features @ weights[:, 1:].T
        labels = np.argmax(scores + rng.choice([0, 0.3, 1.5]) * rng.normal(size=scores.shape), axis=1)
        if len(set(labels.tolist())) < n_classes or np.linalg.matrix_rank(features - features[0]) < 2:
            continue
        expected = kind_of_separation(features, labels, n_classes)
        seen.add(expected)
        reason = maximum(features, labels, objective="softmax")[1].reason
        words = {"none": "found", "all": "each class can be", "some": "some classes can be"}
        assert reason.startswith(words[expected])
        if n_classes == 2:
            reason = maximum(features, labels)[1].reason
            assert {"none": "found", "all": "perfectly", "some": "exactly on it"}[expected] in reason
    assert seen == {"none", "all", "some"}


@pytest.mark.parametrize("objective", ["logistic", "softmax"])
@pytest.mark.parametrize("penalty", ["l2", "l1", "elasticnet"])
def test_a_penalty_gives_separated_classes_a_maximum(objective, penalty):
    features, labels = blobs([[0, 0], [2, 0]])
    for C in (1.0, 1e4):
        model, found = maximum(features, labels, objective=objective, penalty=penalty, C=C)
        assert found.reason == "found"
        assert_stationary(model, found)


@pytest.mark.parametrize("penalty", ["none", "l2", "l1"])
def test_a_class_without_rows_has_no_maximum(penalty):
    features, labels = blobs([[0, 0], [0.1, 0]])
    model = build(ModelSpec("softmax", penalty=penalty, optimizer="proximal"), features, labels, 3)
    assert "class 2 has no rows" in reference(model).reason
    one = build(ModelSpec(penalty="l2", optimizer="proximal"), features, np.ones(80))
    assert "class 0 has no rows" in reference(one).reason


def test_a_regression_on_a_constant_column_has_no_single_maximum():
    features = np.column_stack((np.arange(9.0), np.full(9, 3.0)))
    _, found = maximum(features, np.arange(9.0) ** 2, objective="squared-error")
    assert "column 2 is constant" in found.reason
    _, line = maximum(features, 1 + 2 * np.arange(9.0), objective="squared-error", intercept=False)
    np.testing.assert_allclose(line.weights, [2.0, 1 / 3], rtol=1e-12)

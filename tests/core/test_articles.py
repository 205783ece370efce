"""The cases of the article "from scratch in the same style as scikit-learn", by name, and agreement with it.

The article splits 80 to 20 with the seed 42, standardises, fits and asks for an accuracy: at least 0.80 on
iris versicolor against virginica, at least 0.85 on the three species. Its library names seven models. Its
rows of the binary training set can be separated, so only accuracies are asked for there.
"""

import numpy as np
import pytest
import sklearn.linear_model as theirs
from sklearn import model_selection
from sklearn.datasets import load_breast_cancer, load_iris, load_wine

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
    accuracy_score,
    log_loss,
    mean_squared_error,
    r2_score,
    sigmoid,
    softmax,
    train_test_split,
)

SPLITS = {"ours": train_test_split, "scikit-learn": model_selection.train_test_split}


def iris(species=(0, 1, 2)):
    features, target = load_iris(return_X_y=True)
    chosen = np.isin(target, species)
    return features[chosen], target[chosen]


@pytest.fixture(params=SPLITS)
def split(request):
    """Train and test rows as the article makes them: 80 to 20, seed 42, standardised by the training rows."""

    def parts(features, target):
        train, test, train_target, test_target = SPLITS[request.param](
            features, target, test_size=0.20, random_state=42
        )
        scaler = StandardScaler()
        return scaler.fit_transform(train), scaler.transform(test), train_target, test_target

    return parts


# the two test cases


def test_iris_binary_reaches_the_articles_accuracy(split):
    train, test, train_target, test_target = split(*iris((1, 2)))
    model = LogisticRegression("l2").fit(train, train_target)
    assert accuracy_score(test_target, model.predict(test)) >= 0.80
    assert model.score(test, test_target) >= 0.80


def test_iris_binary_reaches_it_without_a_penalty(split, recwarn):
    train, test, train_target, test_target = split(*iris((1, 2)))
    model = LogisticRegression().fit(train, train_target)
    # Whether these rows can be separated is the luck of the split; the model knows, and says so.
    assert bool(recwarn) is not model.converged_
    assert model.converged_ or model.score(train, train_target) == 1.0
    assert model.score(test, test_target) >= 0.80


def test_the_articles_training_rows_can_be_separated_and_are_said_to():
    features, target = iris((1, 2))
    train, _, train_target, _ = model_selection.train_test_split(
        features, target, test_size=0.20, random_state=42
    )
    with pytest.warns(ConvergenceWarning, match="separated perfectly"):
        LogisticRegression().fit(StandardScaler().fit_transform(train), train_target)


@pytest.mark.filterwarnings("ignore::logreg_gui.core.estimators.ConvergenceWarning")
def test_iris_binary_reaches_it_by_the_articles_gradient_ascent(split):
    train, test, train_target, test_target = split(*iris((1, 2)))
    model = LogisticRegression(solver="gradient-ascent", learning_rate=1e-3, max_iter=10_000)
    assert model.fit(train, train_target).score(test, test_target) >= 0.80


@pytest.mark.filterwarnings("ignore::logreg_gui.core.estimators.ConvergenceWarning")
@pytest.mark.parametrize(
    "model",
    [
        SoftmaxRegression(),
        SoftmaxRegression("l2"),
        SoftmaxRegression(solver="gradient-ascent", learning_rate=1e-2, max_iter=3000),
    ],
    ids=repr,
)
def test_iris_softmax_reaches_the_articles_accuracy(split, model):
    train, test, train_target, test_target = split(*iris())
    assert model.fit(train, train_target).score(test, test_target) >= 0.85


def test_probabilities_have_one_column_per_class_and_sum_to_one(split):
    train, test, train_target, _ = split(*iris())
    probabilities = SoftmaxRegression("l2").fit(train, train_target).predict_proba(test)
    assert probabilities.shape == (30, 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, rtol=1e-15)


# the seven models by name


def line():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(40, 1))
    return features, 3.0 * features[:, 0] - 2.0


def test_linear_regression_finds_the_line():
    model = LinearRegression().fit(*line())
    assert model.coef_ == pytest.approx([3.0], rel=1e-12)
    assert model.intercept_ == pytest.approx(-2.0, rel=1e-12)
    assert model.score(*line()) == pytest.approx(1.0, abs=1e-14)


def test_linear_regression_finds_it_by_gradient_ascent():
    model = LinearRegression(solver="gradient-ascent").fit(*line())
    assert model.converged_
    assert [*model.coef_, model.intercept_] == pytest.approx([3.0, -2.0], rel=1e-6)


def test_polynomial_regression_finds_the_articles_parabola():
    x = np.linspace(-3.0, 3.0, 50)[:, np.newaxis]
    y = 0.5 * x[:, 0] ** 2 + x[:, 0] + 2.0
    model = PolynomialRegression(degree=2).fit(x, y)
    assert model.coef_ == pytest.approx([1.0, 0.5], rel=1e-10)
    assert model.intercept_ == pytest.approx(2.0, rel=1e-10)
    assert model.predict([[4.0]]) == pytest.approx([14.0], rel=1e-10)
    steps = PolynomialFeatures(degree=2, include_bias=False).fit_transform(x)
    assert LinearRegression().fit(steps, y).coef_ == pytest.approx(model.coef_, rel=1e-10)


def test_polynomial_regression_finds_the_parabola_under_noise():
    rng = np.random.default_rng(42)
    x = rng.uniform(-3.0, 3.0, size=(1000, 1))
    y = 0.5 * x[:, 0] ** 2 + x[:, 0] + 2.0 + rng.normal(size=1000)
    model = PolynomialRegression(degree=2).fit(x, y)
    # Standard errors are about 0.02 for the slopes and 0.05 for the intercept.
    assert model.coef_ == pytest.approx([1.0, 0.5], abs=0.08)
    assert model.intercept_ == pytest.approx(2.0, abs=0.2)


@pytest.mark.parametrize("model", [Ridge(alpha=0.5), Lasso(alpha=0.1)], ids=repr)
@pytest.mark.parametrize(("shape", "least"), [((6, 5), 0.47), ((5, 10), 0.65)])
def test_ridge_and_lasso_explain_the_articles_random_rows(model, shape, least):
    # The article draws other rows every time; these are twenty of its draws.
    scores = []
    for seed in range(20):
        rng = np.random.RandomState(seed)
        target, features = rng.randn(shape[0]), rng.randn(*shape)
        scores.append(model.fit(features, target).score(features, target))
    assert np.median(scores) > least


def test_lasso_with_hardly_a_penalty_finds_the_articles_weights():
    model = Lasso(alpha=1e-8).fit([[-1.0, -1.0], [-1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [-1.0, 0.0, 1.0, 1.0])
    assert model.coef_ == pytest.approx([0.0, 1.0], abs=1e-6)


def test_lasso_has_exact_zeros_and_ridge_has_none():
    rng = np.random.default_rng(1)
    features = rng.normal(size=(50, 6))
    target = 2.0 * features[:, 0] - features[:, 1] + 0.1 * rng.normal(size=50)
    assert np.flatnonzero(Lasso(0.2).fit(features, target).coef_).tolist() == [0, 1]
    assert np.count_nonzero(Ridge(0.2).fit(features, target).coef_) == 6


def test_elastic_net_lies_between_ridge_and_lasso():
    rng = np.random.default_rng(1)
    features, target = rng.normal(size=(50, 6)), rng.normal(size=50)
    lasso = Lasso(0.05).fit(features, target).coef_
    ridge = Ridge(0.05 * 50).fit(features, target).coef_
    np.testing.assert_allclose(ElasticNet(0.05, l1_ratio=1.0).fit(features, target).coef_, lasso, atol=1e-12)
    np.testing.assert_allclose(ElasticNet(0.05, l1_ratio=0.0).fit(features, target).coef_, ridge, atol=1e-12)


def test_logistic_and_softmax_regression_tell_the_articles_four_points_apart():
    features, target = [[-1, -1], [-1, 0], [0, 1], [1, 1]], [0, 0, 1, 1]
    for kind in (LogisticRegression, SoftmaxRegression):
        with pytest.warns(ConvergenceWarning, match="separated"):
            model = kind().fit(features, target)
        assert model.predict(features).tolist() == target


def test_the_articles_helpers_are_at_hand():
    assert OneHotEncoder().fit_transform([[1], [2], [0]]).tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
    assert sigmoid(0.0) == 0.5
    np.testing.assert_allclose(softmax([1000.0, 1000.0]), [0.5, 0.5])
    assert mean_squared_error([1.0, 2.0], [1.0, 4.0]) == 2.0
    assert r2_score([1.0, 2.0, 3.0], [2.0, 2.0, 2.0]) == 0.0
    assert log_loss([0, 1], [0.5, 0.5]) == pytest.approx(np.log(2.0))


# agreement with scikit-learn

DATA = {"iris": load_iris, "breast cancer": load_breast_cancer, "wine": load_wine}
STRICT = {"tol": 1e-10, "max_iter": 100_000}


@pytest.fixture(params=DATA)
def data(request):
    features, target = DATA[request.param](return_X_y=True)
    # scikit-learn needs scaled columns to converge as far; ours would not.
    return StandardScaler().fit_transform(features), target


def assert_agree(ours, peer, absolute=1e-6):
    assert ours.converged_
    np.testing.assert_allclose(ours.coef_, peer.coef_, atol=absolute, rtol=1e-6)
    np.testing.assert_allclose(ours.intercept_, peer.intercept_, atol=absolute, rtol=1e-6)


@pytest.mark.parametrize("strength", [0.03, 1.0, 30.0])
def test_logistic_regression_with_l2_agrees(data, strength):
    features, target = data[0], data[1] == 1
    peer = theirs.LogisticRegression(C=strength, solver="newton-cholesky", **STRICT)
    assert_agree(LogisticRegression("l2", C=strength).fit(features, target), peer.fit(features, target))


@pytest.mark.parametrize("strength", [0.03, 1.0])
def test_softmax_regression_with_l2_agrees(data, strength):
    if len(np.unique(data[1])) == 2:
        features, target = data[0], data[1] + (data[0][:, 0] > 1.0)  # three classes of the two
    else:
        features, target = data
    peer = theirs.LogisticRegression(C=strength, solver="newton-cholesky", **STRICT)
    ours = SoftmaxRegression("l2", C=strength).fit(features, target)
    assert_agree(ours, peer.fit(features, target))
    np.testing.assert_allclose(ours.predict_proba(features), peer.predict_proba(features), atol=1e-8)


@pytest.mark.parametrize("l1_ratio", [1.0, 0.4])
def test_logistic_regression_with_l1_agrees(data, l1_ratio):
    features, target = data[0], data[1] == 1
    peer = theirs.LogisticRegression(C=0.1, l1_ratio=l1_ratio, solver="saga", random_state=0, **STRICT)
    penalty = "l1" if l1_ratio == 1.0 else "elasticnet"
    ours = LogisticRegression(penalty, C=0.1, l1_ratio=l1_ratio).fit(features, target)
    peer.fit(features, target)
    assert_agree(ours, peer)
    assert ((ours.coef_ == 0) == (peer.coef_ == 0)).all()


def test_softmax_regression_with_l1_agrees():
    for load in (load_iris, load_wine):
        features, target = load(return_X_y=True)
        features = StandardScaler().fit_transform(features)
        peer = theirs.LogisticRegression(C=0.1, l1_ratio=1.0, solver="saga", random_state=0, **STRICT)
        assert_agree(SoftmaxRegression("l1", C=0.1).fit(features, target), peer.fit(features, target))


def test_logistic_regression_without_a_penalty_agrees_where_a_maximum_exists():
    # Two columns each, so that the classes overlap.
    for load, columns in ((load_iris, [0, 1]), (load_breast_cancer, [0, 1]), (load_wine, [1, 4])):
        features, target = load(return_X_y=True)
        features, target = StandardScaler().fit_transform(features[:, columns]), target == 1
        peer = theirs.LogisticRegression(C=np.inf, solver="newton-cholesky", **STRICT)
        assert_agree(LogisticRegression().fit(features, target), peer.fit(features, target))


def test_softmax_regression_without_a_penalty_agrees_where_a_maximum_exists():
    features, target = load_wine(return_X_y=True)
    features = StandardScaler().fit_transform(features[:, [1, 2]])
    peer = theirs.LogisticRegression(C=np.inf, solver="newton-cholesky", **STRICT).fit(features, target)
    ours = SoftmaxRegression().fit(features, target)
    np.testing.assert_allclose(ours.coef_, peer.coef_ - peer.coef_.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(ours.predict_proba(features), peer.predict_proba(features), atol=1e-8)


@pytest.mark.parametrize(
    ("ours", "peer"),
    [
        (LinearRegression(), theirs.LinearRegression()),
        (Ridge(2.0), theirs.Ridge(2.0)),
        (Lasso(0.05), theirs.Lasso(0.05, **STRICT)),
        (ElasticNet(0.05, l1_ratio=0.3), theirs.ElasticNet(0.05, l1_ratio=0.3, **STRICT)),
    ],
    ids=repr,
)
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("is_weighted", [True, False])
def test_regressors_agree(data, ours, peer, fit_intercept, is_weighted):
    features, target = data[0][:, 1:], data[0][:, 0] + data[1]
    weights = np.linspace(0.5, 2.0, len(target)) if is_weighted else None
    ours.set_params(fit_intercept=fit_intercept).fit(features, target, weights)
    peer.set_params(fit_intercept=fit_intercept).fit(features, target, sample_weight=weights)
    assert_agree(ours, peer)
    expected = peer.score(features, target, weights)
    assert ours.score(features, target, weights) == pytest.approx(expected, rel=1e-9)


# what every maximum with an l1 part fulfils (Karush, Kuhn and Tucker), by a few lines of numpy


def demand_a_maximum(gradient, weights, l1, l2):
    """`gradient` (m, d) of the log-likelihood, or minus the loss, at `weights`; l1 and l2 its penalties."""
    residual = gradient - l2 * weights
    scale = np.abs(gradient).max()
    held = weights != 0
    np.testing.assert_allclose(residual[held], l1 * np.sign(weights[held]), atol=1e-7 * scale)
    assert (np.abs(residual[~held]) <= l1 * (1 + 1e-7)).all()


@pytest.mark.parametrize("l1_ratio", [1.0, 0.4])
@pytest.mark.parametrize("strength", [0.02, 1.0])
@pytest.mark.parametrize("kind", [LogisticRegression, SoftmaxRegression])
def test_classifiers_with_an_l1_part_fulfil_the_conditions_of_a_maximum(data, kind, strength, l1_ratio):
    features, target = data[0], data[1] if kind is SoftmaxRegression else (data[1] == 1).astype(int)
    penalty = "l1" if l1_ratio == 1.0 else "elasticnet"
    model = kind(penalty, C=strength, l1_ratio=l1_ratio).fit(features, target)
    scores = features @ model.coef_.T + model.intercept_
    if kind is SoftmaxRegression:
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        missing = np.eye(scores.shape[1])[target] - powers / powers.sum(axis=1, keepdims=True)
    else:
        missing = target[:, np.newaxis] - 1 / (1 + np.exp(-scores))
    np.testing.assert_allclose(missing.sum(axis=0), 0.0, atol=1e-7 * len(target))  # the intercept is free
    demand_a_maximum(missing.T @ features, model.coef_, l1_ratio / strength, (1 - l1_ratio) / strength)
    wanted = model.coef_ == 0 if strength == 0.02 else model.coef_ != 0
    assert wanted.any()


@pytest.mark.parametrize("l1_ratio", [1.0, 0.3])
@pytest.mark.parametrize("alpha", [0.01, 0.3])
def test_lasso_and_elastic_net_fulfil_the_conditions_of_a_minimum(data, alpha, l1_ratio):
    features, target = data[0][:, 1:], data[0][:, 0] + data[1]
    model = Lasso(alpha) if l1_ratio == 1.0 else ElasticNet(alpha, l1_ratio=l1_ratio)
    model.fit(features, target)
    missing = target - model.intercept_ - features @ model.coef_
    assert abs(missing.sum()) <= 1e-7 * len(target)
    slope = features.T @ missing / len(target)  # of minus the mean of half the squares
    demand_a_maximum(slope, model.coef_, alpha * l1_ratio, alpha * (1 - l1_ratio))
    assert (model.coef_ != 0).any()

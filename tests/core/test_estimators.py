"""Estimators and transformers: conventions, formulas, and every route to one number agreeing.

Oracles: scikit-learn, 80-bit arithmetic, the textbook's formulas written out, and `models.reference`.
"""

import math
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sklearn.exceptions
import sklearn.preprocessing as theirs
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.datasets import load_iris, load_wine
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline

from logreg_gui.core import estimators
from logreg_gui.core.estimators import (
    ConvergenceWarning,
    DataConversionWarning,
    ElasticNet,
    Lasso,
    LinearRegression,
    LogisticRegression,
    NotFittedError,
    OneHotEncoder,
    PolynomialFeatures,
    PolynomialRegression,
    Ridge,
    SoftmaxRegression,
    StandardScaler,
    log_sigmoid,
    log_softmax,
    sigmoid,
    softmax,
)
from logreg_gui.core.models import ModelSpec, build
from tests.core.conftest import LongDouble

ROOT = Path(__file__).resolve().parents[2]

CLASSIFIERS = [LogisticRegression, SoftmaxRegression]
REGRESSORS = [LinearRegression, PolynomialRegression, Ridge, Lasso, ElasticNet]
TRANSFORMERS = [StandardScaler, PolynomialFeatures, OneHotEncoder]
EVERY = [*CLASSIFIERS, *REGRESSORS, *TRANSFORMERS]

SMOOTH_SOLVERS = ["lbfgs", "gradient-ascent", "momentum", "nesterov", "adam", "proximal"]


@pytest.fixture
def wine():
    features, target = load_wine(return_X_y=True)
    features = features[:, [1, 2]]  # two columns, in which the three classes overlap
    return (features - features.mean(axis=0)) / features.std(axis=0), target


# what is offered


def test_everything_promised_is_there():
    promised = """LogisticRegression SoftmaxRegression LinearRegression PolynomialRegression Ridge Lasso
        ElasticNet StandardScaler PolynomialFeatures OneHotEncoder train_test_split sigmoid log_sigmoid
        softmax log_softmax accuracy_score log_loss confusion_matrix roc_curve roc_auc_score calibration_curve
        mean_squared_error r2_score"""
    assert set(promised.split()) <= set(estimators.__all__)
    assert all(hasattr(estimators, name) for name in estimators.__all__)


def test_scikit_learn_is_never_imported():
    program = (
        "import sys\n"
        "from logreg_gui.core.estimators import *\n"
        "model = LogisticRegression('l2')\n"
        "try:\n"
        "    model.predict([[0.0]])\n"
        "except NotFittedError as error:\n"
        "    assert type(error) is NotFittedError\n"
        "model.fit([[0.0], [1.0], [2.0]], [0, 1, 0]).predict([[0.0]])\n"
        "assert not {'sklearn', 'scipy', 'pandas'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


# parameters


@pytest.mark.parametrize("kind", EVERY)
def test_the_constructor_stores_its_arguments_untouched(kind):
    arguments = {name: object() for name in kind().get_params()}
    made = kind(**arguments)
    assert made.get_params() == arguments == vars(made)


@pytest.mark.parametrize("kind", EVERY)
def test_parameters_can_be_set_and_cloned(kind):
    made = kind()
    name = next(iter(made.get_params()))
    assert made.set_params(**{name: 7}) is made
    assert clone(made).get_params()[name] == 7
    with pytest.raises(ValueError, match="Invalid parameter 'colour' for estimator"):
        made.set_params(colour=1)


def test_a_name_that_is_unknown_changes_nothing():
    model = Ridge(alpha=2.0)
    with pytest.raises(ValueError, match="Invalid parameter"):
        model.set_params(alpha=3.0, beta=1.0)
    assert model.alpha == 2.0


def test_the_representation_shows_what_was_changed():
    assert repr(LogisticRegression()) == "LogisticRegression()"
    assert repr(LogisticRegression("l1", C=0.5)) == "LogisticRegression(C=0.5, penalty='l1')"


# what is learned


@pytest.mark.parametrize("labels", [[0, 1], [-1, 1], ["no", "yes"], [False, True], [3, 7], [1.0, 2.0]])
@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_labels_of_any_kind_come_back_as_they_were(kind, labels):
    features = np.array([[0.0], [1.0], [2.0], [3.0]])
    target = np.array(labels)[[0, 1, 0, 1]]
    model = kind().fit(features, target)
    assert model.classes_.tolist() == labels
    assert model.classes_.dtype == target.dtype
    assert model.predict([[-9.0], [9.0]]).tolist() == labels
    as_objects = kind().fit(features, target.astype(object))
    np.testing.assert_array_equal(as_objects.predict(features), model.predict(features))


def test_dates_may_be_labels():
    days = np.array(["2020-01-01", "2021-01-01"], dtype="datetime64[D]")
    model = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], days[[0, 1, 0, 1]])
    assert model.predict([[9.0]])[0] == days[1]


def test_shapes_are_scikit_learns(wine):
    features, target = wine
    two = LogisticRegression().fit(features, target == 0)
    assert (two.coef_.shape, two.intercept_.shape, two.n_features_in_) == ((1, 2), (1,), 2)
    assert two.decision_function(features).shape == (178,)
    assert two.predict_proba(features).shape == two.predict_log_proba(features).shape == (178, 2)
    three = SoftmaxRegression().fit(features, target)
    assert (three.coef_.shape, three.intercept_.shape) == ((3, 2), (3,))
    assert three.decision_function(features).shape == three.predict_proba(features).shape == (178, 3)
    line = Ridge().fit(features, target)
    assert line.coef_.shape == (2,)
    assert isinstance(line.intercept_, float)
    assert isinstance(line.score(features, target), float)


def test_logarithms_of_probabilities_are_those_of_the_probabilities(wine):
    features, target = wine
    for model in (LogisticRegression().fit(features, target > 0), SoftmaxRegression().fit(features, target)):
        logarithms = model.predict_log_proba(features)
        np.testing.assert_allclose(logarithms, np.log(model.predict_proba(features)), rtol=1e-12)


@pytest.mark.parametrize(
    "model", [LogisticRegression("l2"), Ridge(), StandardScaler(), PolynomialFeatures()], ids=repr
)
def test_names_of_a_data_frame_are_kept_and_compared(model):
    frame = pd.DataFrame({"a": [0.0, 1.0, 2.0], "b": [1.0, 0.0, 5.0]})
    model = clone(model).fit(frame, [0, 1, 0])
    assert model.feature_names_in_.tolist() == ["a", "b"]
    use = model.predict if hasattr(model, "predict") else model.transform
    with pytest.raises(ValueError, match="Feature names must be in the same order"):
        use(frame[["b", "a"]])
    with pytest.raises(ValueError, match=r"unseen at fit time:\n- c"):
        use(frame.rename(columns={"a": "c"}))
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        use(frame.to_numpy())
    model.fit(frame.to_numpy(), [0, 1, 0])
    assert not hasattr(model, "feature_names_in_")
    with pytest.warns(UserWarning, match="was fitted without feature names"):
        use(frame)


def test_names_of_two_kinds_are_refused():
    with pytest.raises(TypeError, match="only supported if all input features have string names"):
        Ridge().fit(pd.DataFrame({"a": [0.0, 1.0], 3: [1.0, 0.0]}), [0, 1])


@pytest.mark.parametrize("kind", EVERY)
def test_nothing_works_before_fit_and_either_library_catches_it(kind):
    methods = ("predict", "transform", "decision_function", "predict_proba", "get_feature_names_out")
    for method in (getattr(kind(), name) for name in methods if hasattr(kind, name)):
        arguments = () if method.__name__ == "get_feature_names_out" else ([[0.0]],)
        with pytest.raises(NotFittedError, match="not fitted yet"):
            method(*arguments)
        with pytest.raises(sklearn.exceptions.NotFittedError):
            method(*arguments)


def test_warnings_are_those_of_either_library():
    for library in (estimators, sklearn.exceptions):
        with pytest.warns(library.ConvergenceWarning):
            LogisticRegression().fit([[0.0], [1.0]], [0, 1])
        with pytest.warns(library.DataConversionWarning, match="A column-vector y was passed"):
            Ridge().fit([[0.0], [1.0]], [[0], [1]])
    assert issubclass(DataConversionWarning, UserWarning)


def test_a_shared_exception_survives_pickling():
    with pytest.raises(NotFittedError) as caught:
        Ridge().predict([[0.0]])
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is type(caught.value)
    assert str(again) == str(caught.value)


def test_warnings_point_at_the_caller():
    with pytest.warns(ConvergenceWarning) as caught:
        LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    assert caught[0].filename == __file__


# at work in scikit-learn


def test_a_pipeline_and_a_grid_search_take_them():
    features, target = load_iris(return_X_y=True)
    pipeline = make_pipeline(StandardScaler(), PolynomialFeatures(), SoftmaxRegression("l2"))
    search = GridSearchCV(
        pipeline, {"softmaxregression__C": [0.01, 1.0], "polynomialfeatures__degree": [1, 2]}
    )
    search.fit(features, target)
    assert search.best_score_ > 0.95
    assert search.best_estimator_.predict(features).shape == (150,)


def test_cross_validation_takes_them_and_stratifies_classifiers():
    features, target = load_iris(return_X_y=True)
    species = np.array(["setosa", "versicolor", "virginica"])[target]
    # The rows are sorted by class: folds that were not stratified would score 0.
    assert cross_val_score(SoftmaxRegression("l2"), features, species, cv=3).min() > 0.9
    assert is_classifier(LogisticRegression())
    assert is_regressor(Lasso())
    assert cross_val_predict(Ridge(), features, target * 1.0, cv=3).shape == (150,)


def test_weights_reach_them_through_a_pipeline():
    features, target = load_iris(return_X_y=True)
    counts = np.arange(150) % 3
    pipeline = make_pipeline(PolynomialFeatures(), SoftmaxRegression("l2"))
    pipeline.fit(features, target, softmaxregression__sample_weight=counts)
    direct = SoftmaxRegression("l2").fit(pipeline[0].transform(features), target, counts)
    np.testing.assert_array_equal(pipeline[-1].coef_, direct.coef_)


# the numbers


@pytest.mark.parametrize(
    ("tutorial", "weights", "loss"),
    [
        ("becker", [-14.09229958, -5.05901203, 8.2895831], 140.725421353),
        ("sagar", [-8.43285581576399, -1.45325095128831, 4.62900441386681], 1032.16543046651),
    ],
)
def test_the_tutorials_maxima_are_found_to_all_digits(request, tutorial, weights, loss):
    data = request.getfixturevalue(tutorial)
    model = LogisticRegression().fit(data.features, data.labels)
    assert [*model.intercept_, *model.coef_[0]] == pytest.approx(weights, rel=2e-9)
    assert model.loss_history_[-1] == pytest.approx(loss, rel=1e-11)
    two = SoftmaxRegression().fit(data.features, data.labels)
    assert (two.coef_[1] - two.coef_[0]).tolist() == pytest.approx(weights[1:], rel=2e-9)


def test_iris_has_the_published_maximum():
    features, target = load_iris(return_X_y=True)
    model = LogisticRegression().fit(features[50:], target[50:])
    expected = [-42.63780381, -2.4652202, -6.68088701, 9.42938515, 18.28613689]
    assert [*model.intercept_, *model.coef_[0]] == pytest.approx(expected, rel=1e-8)
    assert model.loss_history_[-1] == pytest.approx(5.949273396, rel=1e-9)
    assert model.score(features[50:], target[50:]) == 0.98
    three = SoftmaxRegression("l2").fit(features, target)
    assert three.intercept_ == pytest.approx([9.84954988, 2.23721669, -12.08676657], rel=1e-4)
    assert three.score(features, target) == pytest.approx(0.973333, abs=1e-6)


def test_three_gaussians_have_the_published_maximum():
    rng = np.random.RandomState(0)
    means = [(0, 0), (4, 0), (2, 3.5)]
    features = np.vstack([rng.multivariate_normal(mean, np.eye(2), 1000) for mean in means])
    model = SoftmaxRegression().fit(features, np.repeat([0, 1, 2], 1000))
    weights = np.column_stack((model.intercept_, model.coef_))
    np.testing.assert_allclose(weights[1] - weights[0], [-8.11762817, 4.15320897, -0.02213423], rtol=1e-6)
    np.testing.assert_allclose(weights[2] - weights[0], [-8.23064638, 2.13989426, 3.54039713], rtol=1e-8)
    assert model.loss_history_[0] == pytest.approx(3000 * math.log(3), rel=1e-13)
    assert model.loss_history_[-1] == pytest.approx(315.0628506644, rel=1e-11)
    np.testing.assert_allclose(weights.sum(axis=0), 0.0, atol=1e-12)


def test_the_reference_of_the_live_trainer_is_the_fit(overlapping):
    features, target = overlapping
    for penalty in (None, "l2", "l1", "elasticnet"):
        model = LogisticRegression(penalty, C=0.2).fit(features, target)
        spec = ModelSpec(penalty=penalty or "none", C=0.2, optimizer="proximal")
        live = build(spec, features, target)
        weights = np.concatenate((model.intercept_, model.coef_[0]))
        assert -live.penalised_value(weights) == pytest.approx(model.loss_history_[-1], rel=1e-12)
        probabilities = live.probabilities(weights, features)
        np.testing.assert_allclose(model.predict_proba(features), probabilities, rtol=1e-12)


def loss_written_out(model, features, target, penalty):
    """The sum of the class docstring, in 80-bit arithmetic."""
    weights = np.concatenate((model.intercept_, model.coef_[0]))
    slopes = model.coef_[0].astype(np.longdouble)
    sizes = {
        None: 0.0,
        "l2": (slopes**2).sum() / 2,
        "l1": np.abs(slopes).sum(),
        "elasticnet": 0.3 * np.abs(slopes).sum() + 0.7 / 2 * (slopes**2).sum(),
    }
    return -LongDouble(features, target).value(weights) + sizes[penalty] / model.C


@pytest.mark.parametrize("penalty", [None, "l2", "l1", "elasticnet"])
def test_the_loss_is_the_formula_and_nothing_nearby_is_lower(overlapping, penalty):
    features, target = overlapping
    model = LogisticRegression(penalty, C=0.05, l1_ratio=0.3).fit(features, target)
    lowest = loss_written_out(model, features, target, penalty)
    assert float(lowest) == pytest.approx(model.loss_history_[-1], rel=1e-13)
    for step in np.random.default_rng(0).normal(size=(50, 3)) * 1e-4:
        other = LogisticRegression(penalty, C=0.05)
        other.intercept_, other.coef_ = model.intercept_ + step[0], model.coef_ + step[1:]
        assert loss_written_out(other, features, target, penalty) > lowest


@pytest.mark.parametrize("alpha", [1e-3, 0.1, 1.0])
@pytest.mark.parametrize("l1_ratio", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("shape", [(60, 8), (20, 40)])
def test_elastic_net_meets_the_conditions_of_karush_kuhn_and_tucker(alpha, l1_ratio, shape):
    rng = np.random.default_rng(4)
    features = rng.normal(size=shape) @ (np.eye(shape[1]) + 0.5)  # correlated columns
    target = features[:, :3] @ [1.0, -1.0, 0.5] + rng.normal(size=shape[0])
    model = ElasticNet(alpha, l1_ratio=l1_ratio).fit(features, target)
    assert model.converged_
    errors = target - model.predict(features)
    slope = features.T @ errors / shape[0] - alpha * (1 - l1_ratio) * model.coef_
    is_zero = model.coef_ == 0.0
    scale = np.abs(features.T @ target).max() / shape[0]
    assert (np.abs(slope[is_zero]) <= alpha * l1_ratio + 1e-10 * scale).all()
    np.testing.assert_allclose(
        slope[~is_zero], alpha * l1_ratio * np.sign(model.coef_[~is_zero]), atol=1e-10 * scale
    )
    assert errors.mean() == pytest.approx(0.0, abs=1e-10)


@pytest.mark.parametrize("penalty", ["l1", "elasticnet", "l2"])
@pytest.mark.parametrize("strength", [0.03, 0.3, 3.0])
def test_newton_needs_few_steps_with_any_penalty(penalty, strength):
    # A shift common to all classes changes nothing: rounding must not drive the weights along it for ever.
    features, target = load_iris(return_X_y=True)
    scaled = StandardScaler().fit_transform(features)
    model = SoftmaxRegression(penalty, C=strength).fit(scaled, target)
    assert model.n_iter_ <= 13
    assert model.intercept_.sum() == pytest.approx(0.0, abs=1e-12)
    if penalty == "l2":
        np.testing.assert_allclose(model.coef_.sum(axis=0), 0.0, atol=1e-12)


@pytest.mark.parametrize("fit_intercept", [True, False])
def test_two_classes_of_softmax_are_logistic_regression(overlapping, fit_intercept):
    features, target = overlapping
    for penalty, factor in ((None, 1.0), ("l2", 2.0)):
        two = SoftmaxRegression(penalty, C=0.05, fit_intercept=fit_intercept).fit(features, target)
        one = LogisticRegression(penalty, C=0.05 * factor, fit_intercept=fit_intercept).fit(features, target)
        np.testing.assert_allclose(
            two.decision_function(features), one.decision_function(features), rtol=1e-8
        )


@pytest.mark.parametrize("penalty", [None, "l2"])
@pytest.mark.parametrize("solver", SMOOTH_SOLVERS)
def test_every_solver_comes_to_the_same_weights(overlapping, solver, penalty):
    features, target = overlapping
    exact = LogisticRegression(penalty, C=0.1).fit(features, target)
    model = LogisticRegression(penalty, C=0.1, solver=solver, max_iter=5000).fit(features, target)
    assert model.converged_
    assert model.message_ == ""
    np.testing.assert_allclose(model.coef_, exact.coef_, rtol=1e-5)
    np.testing.assert_allclose(model.intercept_, exact.intercept_, rtol=1e-5)


@pytest.mark.parametrize("solver", ["gradient-ascent", "proximal"])
def test_solvers_that_take_an_l1_penalty_come_to_the_same_zeros(overlapping, solver):
    features = np.column_stack((overlapping[0], np.random.default_rng(0).normal(size=(400, 3))))
    exact = LogisticRegression("l1", C=0.03).fit(features, overlapping[1])
    model = LogisticRegression("l1", C=0.03, solver=solver, max_iter=5000).fit(features, overlapping[1])
    assert model.converged_
    assert ((model.coef_ == 0) == (exact.coef_ == 0)).all()
    assert np.count_nonzero(exact.coef_) < 5
    np.testing.assert_allclose(model.coef_, exact.coef_, atol=1e-6)


def test_stochastic_steps_come_near_and_repeat_with_their_seed(overlapping):
    features, target = overlapping
    exact = LogisticRegression().fit(features, target)

    def fitted(random_state):
        model = LogisticRegression(solver="sgd", max_iter=100, random_state=random_state)
        with pytest.warns(ConvergenceWarning, match="max_iter = 100"):
            return model.fit(features, target)

    first, again, other = fitted(1), fitted(1), fitted(2)
    np.testing.assert_array_equal(first.coef_, again.coef_)
    assert (first.coef_ != other.coef_).any()
    np.testing.assert_allclose(first.coef_, exact.coef_, atol=0.1)
    assert len(first.loss_history_) == 101
    for generator in (np.random.default_rng(3), np.random.RandomState(3)):
        assert (fitted(generator).coef_ != fitted(generator).coef_).any()


def test_the_global_random_state_is_left_alone(overlapping):
    features, target = overlapping
    before = np.random.get_state()[1].copy()  # noqa: NPY002  # the legacy state is the one to be left alone
    LogisticRegression("l2", solver="sgd", max_iter=1, tol=1e9).fit(features, target)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize("penalty", [None, "l2", "l1"])
def test_the_loss_falls_at_every_step_of_newton_and_of_gradient_ascent(overlapping, penalty):
    features, target = overlapping
    for solver in ("newton", "gradient-ascent"):
        model = LogisticRegression(penalty, solver=solver, max_iter=5000).fit(features, target)
        losses = model.loss_history_
        assert losses[0] == pytest.approx(400 * math.log(2), rel=1e-13)
        assert (np.diff(losses) <= 1e-12 * losses[0]).all()
        assert model.n_iter_ == len(losses) - 1


def test_too_few_iterations_are_said_to_be_too_few(overlapping):
    model = LogisticRegression(max_iter=2)
    with pytest.warns(ConvergenceWarning, match="max_iter = 2 iterations did not reach the optimum"):
        model.fit(*overlapping)
    assert not model.converged_
    assert model.n_iter_ == 2


@pytest.mark.parametrize("solver", ["newton", "gradient-ascent"])
@pytest.mark.parametrize(
    "model",
    [LogisticRegression(), LogisticRegression("l2"), SoftmaxRegression(), LinearRegression()],
    ids=repr,
)
def test_a_warm_start_is_already_there(overlapping, model, solver):
    model = clone(model).set_params(warm_start=True, solver=solver, max_iter=5000)
    first = model.fit(*overlapping).n_iter_
    coef = model.coef_
    assert model.fit(*overlapping).n_iter_ <= max(1, first // 3)
    np.testing.assert_allclose(model.coef_, coef, rtol=1e-6)


def test_a_warm_start_with_other_columns_is_refused(overlapping):
    features, target = overlapping
    model = LogisticRegression(warm_start=True).fit(features, target)
    with pytest.raises(ValueError, match="warm_start must be False for other classes or features"):
        model.fit(features[:, :1], target)


def test_exchanging_the_classes_flips_the_signs(overlapping):
    features, target = overlapping
    model, other = (LogisticRegression("l2").fit(features, labels) for labels in (target, 1 - target))
    np.testing.assert_allclose(other.coef_, -model.coef_, rtol=1e-12)


def test_a_score_of_zero_predicts_the_first_class():
    model = LogisticRegression("l2", C=1e-12).fit([[0.0], [0.0]], ["a", "b"])
    assert model.decision_function([[0.0]])[0] == 0.0
    assert model.predict([[0.0]])[0] == "a"


# polynomials


@pytest.mark.parametrize("interactions", [True, False])
def test_polynomial_regression_is_least_squares_of_the_terms(interactions):
    rng = np.random.default_rng(0)
    features, target = rng.normal(size=(80, 3)), rng.normal(size=80)
    model = PolynomialRegression(3, interactions=interactions).fit(features, target)
    assert len(model.powers_) == (19 if interactions else 9)
    terms = np.array([np.prod(features**row, axis=1) for row in model.powers_]).T
    design = np.column_stack((np.ones(80), terms))
    weights = np.linalg.lstsq(design, target, rcond=None)[0]
    np.testing.assert_allclose([model.intercept_, *model.coef_], weights, atol=1e-10)
    np.testing.assert_allclose(model.predict(features), design @ weights, atol=1e-10)


# transformers


@pytest.mark.parametrize("with_mean", [True, False])
@pytest.mark.parametrize("with_std", [True, False])
@pytest.mark.parametrize("is_weighted", [True, False])
def test_standard_scores_are_scikit_learns(with_mean, with_std, is_weighted):
    rng = np.random.default_rng(0)
    features = rng.normal(size=(50, 4)) * [1, 100, 1e-5, 0] + [0, 5, 1, 3]
    weights = rng.random(50) if is_weighted else None
    if is_weighted:
        features = features[:, :3]  # of a constant column its weighted variance may come out below 0
    ours = StandardScaler(with_mean=with_mean, with_std=with_std).fit(features, None, weights)
    peer = theirs.StandardScaler(with_mean=with_mean, with_std=with_std).fit(features, None, weights)
    np.testing.assert_allclose(ours.transform(features), peer.transform(features), rtol=1e-9, atol=1e-10)
    if with_mean:
        np.testing.assert_allclose(ours.mean_, peer.mean_, rtol=1e-12)
    np.testing.assert_allclose(ours.inverse_transform(ours.transform(features)), features, rtol=1e-13)
    assert ours.get_feature_names_out().tolist() == ["x0", "x1", "x2", "x3"][: features.shape[1]]
    if with_std:
        np.testing.assert_allclose(ours.scale_, peer.scale_, rtol=1e-12)
        np.testing.assert_allclose(ours.var_, peer.var_, rtol=1e-12, atol=1e-25)
    else:
        assert ours.scale_ is ours.var_ is None


def test_transforming_never_returns_or_changes_what_came_in():
    features = np.arange(6.0).reshape(3, 2)
    for scaler in (StandardScaler(with_mean=False, with_std=False), StandardScaler()):
        result = scaler.fit_transform(features)
        assert not np.shares_memory(result, features)
        assert not np.shares_memory(scaler.inverse_transform(result), result)
    assert features.tolist() == [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]


@pytest.mark.parametrize("degree", [1, 2, 3, 4])
@pytest.mark.parametrize("interaction_only", [True, False])
@pytest.mark.parametrize("include_bias", [True, False])
def test_polynomial_terms_are_scikit_learns(degree, interaction_only, include_bias):
    features = np.random.default_rng(0).normal(size=(20, 3))
    arguments = {"degree": degree, "interaction_only": interaction_only, "include_bias": include_bias}
    ours, peer = PolynomialFeatures(**arguments), theirs.PolynomialFeatures(**arguments)
    np.testing.assert_allclose(ours.fit_transform(features), peer.fit_transform(features), rtol=1e-14)
    np.testing.assert_array_equal(ours.powers_, peer.powers_)
    names = ["a", "b", "c"]
    assert ours.get_feature_names_out(names).tolist() == peer.get_feature_names_out(names).tolist()
    assert ours.n_output_features_ == peer.n_output_features_


def test_terms_beyond_float64_are_refused():
    with pytest.raises(ValueError, match="X is too large for degree 2: a term exceeds float64"):
        PolynomialFeatures().fit_transform([[1e200]])


@pytest.mark.parametrize("drop", [None, "first"])
@pytest.mark.parametrize(
    "table",
    [
        np.array([["red", "s"], ["blue", "m"], ["red", "l"], ["green", "s"]]),
        np.array([["red", 1], ["blue", 2], ["red", 2], ["green", 1]], dtype=object),
        np.array([[3, 0], [1, 0], [2, 0], [1, 0]]),
    ],
)
def test_one_hot_columns_are_scikit_learns(table, drop):
    ours = OneHotEncoder(drop=drop).fit(table)
    peer = theirs.OneHotEncoder(drop=drop, sparse_output=False).fit(table)
    np.testing.assert_array_equal(ours.transform(table), peer.transform(table))
    for mine, other in zip(ours.categories_, peer.categories_, strict=True):
        assert mine.tolist() == other.tolist()
    np.testing.assert_array_equal(ours.inverse_transform(ours.transform(table)), table)
    assert ours.get_feature_names_out().tolist() == peer.get_feature_names_out().tolist()


def test_text_in_lists_stays_beside_numbers():
    encoder = OneHotEncoder().fit([["a", 1], ["b", 2]])
    assert [categories.tolist() for categories in encoder.categories_] == [["a", "b"], [1, 2]]


def test_unknown_categories_are_an_error_or_a_row_of_zeros():
    with pytest.raises(ValueError, match="X holds 'c' in column 1, which fit has not seen"):
        OneHotEncoder().fit([["a"], ["b"]]).transform([["c"]])
    encoder = OneHotEncoder(handle_unknown="ignore").fit([["a"], ["b"]])
    assert encoder.transform([["c"], ["b"]]).tolist() == [[0.0, 0.0], [0.0, 1.0]]
    assert encoder.inverse_transform([[0.0, 0.0], [0.0, 1.0]]).tolist() == [[None], ["b"]]


@pytest.mark.parametrize(
    ("table", "error", "words"),
    [
        ([["a"], [None]], ValueError, "no missing values, got None or NaN in row 2"),
        ([["a"], [1]], TypeError, "either text or numbers in every column, got int, str"),
        ([[1.0], [math.nan]], ValueError, "NaN in row 2"),
    ],
)
def test_what_is_no_category_is_refused(table, error, words):
    with pytest.raises(error, match=words):
        OneHotEncoder().fit(table)


@pytest.mark.parametrize(
    ("transformer", "words"),
    [
        (OneHotEncoder(drop="last"), "drop must be None or 'first', got 'last'"),
        (OneHotEncoder(handle_unknown="zeros"), "handle_unknown must be 'error' or 'ignore', got 'zeros'"),
        (StandardScaler(with_mean="yes"), "with_mean must be True or False, got 'yes'"),
        (StandardScaler(with_std=1), "with_std must be True or False, got 1"),
        (PolynomialFeatures(0), "degree must be a whole number of at least 1, got 0"),
        (PolynomialFeatures(include_bias=None), "include_bias must be True or False"),
    ],
)
def test_arguments_of_transformers_are_named_by_fit(transformer, words):
    with pytest.raises(ValueError, match=words):
        transformer.fit([[1.0], [2.0]])


def test_sparse_matrices_are_refused_in_words():
    from scipy import sparse

    for kind in (LogisticRegression, StandardScaler, OneHotEncoder):
        with pytest.raises(TypeError, match="Sparse data was passed"):
            kind().fit(sparse.csr_array(np.eye(2)), [0, 1])


# scores to probabilities


def test_logarithms_of_sigmoid_and_softmax_keep_all_digits():
    scores = np.array([-1e4, -800.0, -40.0, -1.0, 0.0, 1.0, 40.0, 800.0, 1e4])
    exact = -np.logaddexp(np.longdouble(0), -scores.astype(np.longdouble))
    np.testing.assert_allclose(log_sigmoid(scores), exact.astype(float), rtol=1e-15)
    np.testing.assert_allclose(log_softmax(np.column_stack((0 * scores, scores)))[:, 1], log_sigmoid(scores))
    np.testing.assert_allclose(softmax(np.column_stack((0 * scores, scores)))[:, 1], sigmoid(scores))
    assert log_sigmoid([-np.inf, np.inf]).tolist() == [-np.inf, 0.0]


def test_softmax_takes_any_shape_and_infinities():
    scores = np.random.default_rng(0).normal(size=(4, 5, 3)) * 100
    # log p_k = -log(1 + sum over j != k of exp(s_j - s_k)), in 80 bits and with nothing that cancels
    gaps = scores.astype(np.longdouble)[..., np.newaxis, :] - scores[..., :, np.newaxis]
    gaps[..., range(3), range(3)] = -np.inf
    exact = -np.log1p(np.exp(gaps).sum(axis=-1))
    np.testing.assert_allclose(softmax(scores), np.exp(exact).astype(float), rtol=1e-13)
    np.testing.assert_allclose(log_softmax(scores), exact.astype(float), rtol=1e-13)
    assert softmax([np.inf, 0.0, -np.inf]).tolist() == [1.0, 0.0, 0.0]
    assert softmax([-np.inf, -np.inf]).tolist() == [0.5, 0.5]
    assert softmax([1e4, -1e4]).tolist() == [1.0, 0.0]

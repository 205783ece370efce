"""scikit-learn's own checks of its conventions, on every estimator and transformer, with nothing skipped."""

import warnings

import pytest
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import check_estimator

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

PENALTIES = (None, "l2", "l1", "elasticnet")

CLASSIFIERS = [kind(penalty) for kind in (LogisticRegression, SoftmaxRegression) for penalty in PENALTIES]
REGRESSORS = [LinearRegression(), PolynomialRegression(), Ridge(), Lasso(), ElasticNet()]
TRANSFORMERS = [
    StandardScaler(),
    StandardScaler(with_mean=False),
    PolynomialFeatures(),
    PolynomialFeatures(3, interaction_only=True, include_bias=False),
    OneHotEncoder(),
    OneHotEncoder(drop="first", handle_unknown="ignore"),
]

# Not sgd: its batches are other ones when a row is repeated than when it is weighed. Not rmsprop: with a
# constant learning rate it never comes to rest, and where it stands at the end is a matter of rounding.
FULL_BATCH = ("lbfgs", "gradient-ascent", "momentum", "nesterov", "adagrad", "adam", "proximal")
OTHER_SOLVERS = [LogisticRegression("l2", solver=solver) for solver in FULL_BATCH]

EXPECTED_FAILURES: dict[str, str] = {}
"""Check by name and the reason in principle why it cannot pass. There is none."""

EXTRA_CHECKS = (
    "check_dataframe_column_names_consistency",
    "check_inplace_ensure_writeable",
)
EXTRA_TRANSFORMER_CHECKS = (
    "check_transformer_get_feature_names_out",
    "check_transformer_get_feature_names_out_pandas",
    "check_get_feature_names_out_error",
)


@pytest.fixture(autouse=True)
def with_array_api(monkeypatch):
    # Without it scikit-learn skips the check with arrays under its array API.
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")


@pytest.fixture(autouse=True)
def quiet():
    """Let the checks fit separable classes, and say so, as scikit-learn lets its own estimators."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        # Said once per run of the checks, of every estimator that stands on its own feet.
        warnings.filterwarnings("ignore", "Estimator .* does not inherit from", UserWarning)
        yield


@pytest.mark.parametrize("estimator", [*CLASSIFIERS, *REGRESSORS, *TRANSFORMERS, *OTHER_SOLVERS], ids=repr)
def test_every_check_of_scikit_learn_passes_and_none_is_skipped(estimator):
    results = check_estimator(estimator, on_fail=None, on_skip=None, expected_failed_checks=EXPECTED_FAILURES)
    assert len(results) > 40
    others = {result["check_name"]: result["exception"] for result in results if result["status"] != "passed"}
    assert others == {}


@pytest.mark.parametrize("check", EXTRA_CHECKS)
@pytest.mark.parametrize(
    "estimator", [LogisticRegression(), SoftmaxRegression(), *REGRESSORS, *TRANSFORMERS], ids=repr
)
def test_checks_beyond_check_estimator_pass_too(estimator, check):
    getattr(estimator_checks, check)(type(estimator).__name__, estimator)


@pytest.mark.parametrize("check", EXTRA_TRANSFORMER_CHECKS)
@pytest.mark.parametrize("transformer", TRANSFORMERS, ids=repr)
def test_names_of_new_columns_follow_the_conventions(transformer, check):
    getattr(estimator_checks, check)(type(transformer).__name__, transformer)


class Forgetful(LogisticRegression):
    """Breaks one convention: predicting must leave no trace."""

    def predict(self, X):
        self.was_used = True
        return super().predict(X)


def test_the_checks_see_a_broken_convention():
    results = check_estimator(Forgetful("l2"), on_fail=None, on_skip=None)
    assert {result["check_name"] for result in results if result["status"] == "failed"} == {
        "check_dict_unchanged"
    }

"""A scenario as a script of plain numpy, which prints the numbers of the window without this package.

The text is put together from sections: data and test set (`script_data`), features, objective, optimizer
(`script_optimizers`), training, numbers. Each is written out for what the scenario uses and for nothing else,
so that a student can read it from top to bottom. Data that come from a file, or were measured or painted, are
part of the script.

It trains in float64, from step 0, with the settings as they are: a run whose settings were changed on its way
has other weights, and one in single precision has fewer digits.
"""

from __future__ import annotations

from textwrap import dedent

from logreg_gui.core.models import ModelSpec
from logreg_gui.core.optimizers import OPTIMIZERS
from logreg_gui.scenario import Scenario
from logreg_gui.session.script_data import NoScriptError as NoScriptError
from logreg_gui.session.script_data import data_section, test_section, wrong_labels_section
from logreg_gui.session.script_optimizers import optimizer_section


def python_script(scenario: Scenario, step: int, learning_rate: float | None) -> str:
    """The script that trains `scenario` to `step`; `learning_rate` is that in use, found for these rows.

    Raises:
        NoScriptError: the rows would have to be part of it and are too many.
    """
    sections = (
        _heading(scenario, step),
        data_section(scenario),
        wrong_labels_section(scenario),
        test_section(scenario),
        _features(scenario),
        _objective(scenario),
        _penalty(scenario.model),
        optimizer_section(scenario.model, learning_rate),
        _training(scenario, step),
        _numbers(scenario),
    )
    return "\n\n\n".join(section.strip("\n") for section in sections if section) + "\n"


def _heading(scenario: Scenario, step: int) -> str:
    title = scenario.preset.replace("\\", "/").replace('"', "'")
    needs_itertools = scenario.model.degree > 1
    imports = "import itertools\n\nimport numpy as np" if needs_itertools else "import numpy as np"
    return f'''"""{title}: step {step:,} of {_model_words(scenario.model)}, in plain numpy (float64)."""

{imports}'''


def _model_words(model: ModelSpec) -> str:
    penalty = "" if model.penalty == "none" else f" with the penalty {model.penalty}, C = {model.C!r}"
    degree = f" of degree {model.degree}" if model.degree > 1 else ""
    return f"{model.objective} regression{degree}{penalty} by {OPTIMIZERS[model.optimizer].noun}"


def _features(scenario: Scenario) -> str:
    model = scenario.model
    lines = ["# Features, and a column of ones for the intercept" if model.intercept else "# Features"]
    if model.standardise:
        lines += [
            "def mean_and_deviation(columns):",
            "    deviation = columns.std(axis=0)",
            "    is_constant = (columns == columns[0]).all(axis=0)",
            "    return columns.mean(axis=0), np.where(is_constant | (deviation == 0.0), 1.0, deviation)",
            "",
            "",
            "centre, scale = mean_and_deviation(features)",
        ]
    inputs = "(rows - centre) / scale" if model.standardise else "rows"
    if model.degree > 1:
        kept = (
            ""
            if model.interactions
            else "\n    if len(set(factors)) == 1  # no products of different features"
        )
        lines += [
            "factors_of_terms = [",
            "    factors",
            f"    for degree in range(1, {model.degree + 1})",
            "    for factors in itertools.combinations_with_replacement(range(features.shape[1]), degree)"
            + kept,
            "]",
            "",
            "",
            "def products(rows):",
            f"    inputs = {inputs}",
            "    return np.stack([inputs[:, list(one)].prod(axis=1) for one in factors_of_terms], axis=1)",
            "",
            "",
        ]
        terms = "products(rows)"
        if model.standardise:
            lines.append("term_centre, term_scale = mean_and_deviation(products(features))\n\n")
            terms = "(products(rows) - term_centre) / term_scale"
    else:
        lines += ["", ""]
        terms = inputs
    lines += ["def design(rows):", f"    terms = {terms}"]
    if model.intercept:
        lines.append("    return np.column_stack((np.ones(len(rows)), terms))")
    else:
        lines.append("    return terms")
    lines += ["", "", "X, y = design(features), target", "n, p = X.shape"]
    return "\n".join(lines)


def _objective(scenario: Scenario) -> str:
    if scenario.model.objective == "softmax":
        return _softmax(scenario.n_classes)
    return _LOGISTIC if scenario.model.objective == "logistic" else _SQUARED_ERROR


_LOGISTIC = """
# Logistic regression: log-likelihood, gradient and Hessian, sums over the rows
n_weights = p


def log_likelihood(w, X=X, y=y):
    return -np.logaddexp(0.0, np.where(y == 1, -1.0, 1.0) * (X @ w)).sum()


def gradient(w, X=X, y=y):
    sign = np.where(y == 1, 1.0, -1.0)
    return X.T @ (sign * np.exp(-np.logaddexp(0.0, sign * (X @ w))))


def hessian(w):
    s = X @ w
    return -(X.T * np.exp(-np.logaddexp(0.0, s) - np.logaddexp(0.0, -s))) @ X


def accuracy(w, X, y):
    return np.mean((X @ w >= 0.0) == (y == 1))
"""

_SQUARED_ERROR = """
# Least squares: minus half the squared error, its gradient and Hessian
n_weights = p


def log_likelihood(w, X=X, y=y):
    return -0.5 * np.sum((y - X @ w) ** 2)


def gradient(w, X=X, y=y):
    return X.T @ (y - X @ w)


def hessian(w):
    return -X.T @ X


def accuracy(w, X, y):
    return np.mean((X @ w >= 0.5) == (y == 1))


def r2(w, X, y):
    return 1.0 - np.sum((y - X @ w) ** 2) / np.sum((y - y.mean()) ** 2)
"""


def _softmax(n_classes: int) -> str:
    return f"""
# Softmax regression: log-likelihood, gradient and Hessian, sums over the rows; weights class after class
K = {n_classes}
n_weights = K * p


def log_probabilities(w, X):
    s = X @ w.reshape(K, -1).T
    s = s - s.max(axis=1, keepdims=True)
    return s - np.log(np.exp(s).sum(axis=1, keepdims=True))


def log_likelihood(w, X=X, y=y):
    return log_probabilities(w, X)[np.arange(len(y)), y].sum()


def gradient(w, X=X, y=y):
    return ((np.eye(K)[y] - np.exp(log_probabilities(w, X))).T @ X).ravel()


def hessian(w):
    P = np.exp(log_probabilities(w, X))
    H = np.empty((K, p, K, p))
    for j in range(K):
        for k in range(K):
            H[j, :, k] = -(X.T * (P[:, j] * ((j == k) - P[:, k]))) @ X
    return H.reshape(K * p, K * p)


def accuracy(w, X, y):
    s = X @ w.reshape(K, -1).T
    return np.mean(K - 1 - np.argmax(s[:, ::-1], axis=1) == y)  # of equal scores the last class
"""


def _penalty(model: ModelSpec) -> str:
    penalty = model.penalty_value
    mask = "np.arange(n_weights) % p > 0" if model.intercept else "np.ones(n_weights, dtype=bool)"
    if penalty.kind == "none":
        return "# Nothing is penalised\nclimbed, slope, bend = log_likelihood, gradient, hessian"
    corner = " + l1 * np.abs(w[is_penalised]).sum()" if penalty.l1 else ""
    return dedent(f"""
    # The penalty, which leaves the intercept alone; the corners of |w| are no part of `climbed` and its slope
    strength = 1.0 / {model.C!r}
    l1, l2 = {_times_strength(penalty.l1, model, "l1")}, {_times_strength(penalty.l2, model, "l2")}
    is_penalised = {mask}
    shrinkage = np.where(is_penalised, l2, 0.0)


    def climbed(w):
        return log_likelihood(w) - 0.5 * w @ (shrinkage * w)


    def slope(w, X=X, y=y):
        return gradient(w, X, y) - shrinkage * w


    def bend(w):
        return hessian(w) - np.diag(shrinkage)


    def cost(w):
        return 0.5 * w @ (shrinkage * w){corner}


    def soft_threshold(w, step):
        return np.sign(w) * np.maximum(np.abs(w) - step * l1 * is_penalised, 0.0)
    """)


def _times_strength(factor: float, model: ModelSpec, part: str) -> str:
    if not factor:
        return "0.0"
    if model.penalty != "elasticnet":
        return "strength"
    return f"strength * {model.l1_ratio!r}" if part == "l1" else f"strength * (1.0 - {model.l1_ratio!r})"


def _training(scenario: Scenario, step: int) -> str:
    weights = list(scenario.initial_weights)
    start = "w = np.zeros(n_weights)"
    if scenario.start == "random":
        start = f"w = np.random.default_rng({scenario.start_seed}).standard_normal(n_weights)"
    elif scenario.start == "weights" and weights:
        start = (
            f"start = {weights!r}\nw = np.array(start if len(start) == n_weights else np.zeros(n_weights))"
        )
    return f"# Training\n{start}\nfor _ in range({step}):\n    w = step(w)"


def _numbers(scenario: Scenario) -> str:
    penalised = "value" if scenario.model.penalty == "none" else "value - cost(w)"
    lines = [
        "# The numbers\nvalue = log_likelihood(w)",
        'print("log_likelihood =", float(value))',
        f'print("penalised_objective =", float({penalised}))',
        'print("weights =", w.tolist())',
    ]
    tested = []
    if scenario.n_classes:
        lines.append('print("accuracy =", float(accuracy(w, X, y)))')
        tested.append('print("test_accuracy =", float(accuracy(w, test_X, test_target)))')
    else:
        lines.append('print("r2 =", float(r2(w, X, y)))')
        tested.append('print("test_r2 =", float(r2(w, test_X, test_target)))')
    if scenario.test_size:
        lines += [
            "test_X = design(test_features)",
            'print("test_log_likelihood =", float(log_likelihood(w, test_X, test_target)))',
            *tested,
        ]
    return "\n".join(lines)

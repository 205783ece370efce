"""A scenario as a script of plain numpy, which prints the numbers of the window without this package.

The text is put together from sections: data, test set, features, objective, optimizer, training, numbers.
Each is written out for what the scenario uses and for nothing else, so that a student can read it from top to
bottom. Data that come from a file, or were measured or painted, are part of the script.

It trains in float64, from step 0, with the settings as they are: a run whose settings were changed on its way
has other weights, and one in single precision has fewer digits.
"""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import numpy as np

from logreg_gui.core.datasets import GaussianData
from logreg_gui.core.generators import (
    OUTLIER_CENTRE,
    OUTLIER_WIDTH,
    STRIPE_DISTANCE,
    STRIPE_LENGTH,
    STRIPE_WIDTH,
    XOR_GAP,
    Circles,
    Moons,
    NoisyCurve,
    Spirals,
    StripeWithOutlier,
    Xor,
)
from logreg_gui.core.models import ModelSpec
from logreg_gui.core.optimizers import EPSILON, OPTIMIZERS
from logreg_gui.core.samples import draw
from logreg_gui.scenario import Scenario

MOST_NUMBERS = 200_000
"""Written into a script; more are a file of data, not a text to read."""


class NoScriptError(ValueError):
    """A scenario that is no script, and why, in one sentence."""


def python_script(scenario: Scenario, step: int, learning_rate: float | None) -> str:
    """The script that trains `scenario` to `step`; `learning_rate` is that in use, found for these rows.

    Raises:
        NoScriptError: the rows would have to be part of it and are too many.
    """
    sections = (
        _heading(scenario, step),
        _data(scenario),
        _wrong_labels(scenario),
        _test_rows(scenario),
        _features(scenario),
        _objective(scenario),
        _penalty(scenario.model),
        _optimizer(scenario.model, learning_rate),
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


# data


def _data(scenario: Scenario) -> str:
    data: Any = scenario.data
    writers: dict[type[Any], Any] = {
        GaussianData: _gaussians,
        Moons: _moons,
        Circles: _circles,
        Xor: _xor,
        Spirals: _spirals,
        StripeWithOutlier: _stripes,
        NoisyCurve: _curve,
    }
    write = writers.get(type(data))
    if write is None:
        return _rows_themselves(scenario)
    columns = "\nfeatures = features[:, :1]" if scenario.inputs == "first" and scenario.n_classes else ""
    return dedent(write(data)).strip("\n") + columns


def _gaussians(data: GaussianData) -> str:
    lines = [
        "# Gaussian classes: mean, covariance, size",
        "classes = [",
        *(f"    ({one.mean!r}, {one.covariance!r}, {one.size})," for one in data.classes),
        "]",
        "rows = []",
    ]
    if data.legacy_covariances is None:
        lines += [
            "for k, (mean, covariance, size) in enumerate(classes):",
            f"    z = np.random.default_rng([{data.seed}, k]).standard_normal((size, 2))",
            "    values, vectors = np.linalg.eigh(covariance)",
            "    root = vectors * np.sqrt(np.maximum(values, 0.0)) @ vectors.T  # root @ root = covariance",
            "    rows.append(z @ root + mean)",
        ]
    else:
        lines += [
            f"legacy = {list(data.legacy_covariances)!r}",
            f"generator = np.random.RandomState({data.seed})",
            "for (mean, covariance, size), drawn in zip(classes, legacy):",
            "    if covariance == drawn:",
            "        rows.append(generator.multivariate_normal(mean, covariance, size))",
            "    else:  # the same draws, deformed",
            "        z = generator.standard_normal((size, 2)) @ np.linalg.svd(np.array(drawn))[2]",
            "        values, vectors = np.linalg.eigh(covariance)",
            "        rows.append(z @ (vectors * np.sqrt(np.maximum(values, 0.0)) @ vectors.T) + mean)",
        ]
    rounded = "" if data.is_double else ".astype(np.float32).astype(float)"
    lines += [
        f"features = np.vstack(rows){rounded}",
        "target = np.repeat(np.arange(len(classes)), [size for _, _, size in classes])",
    ]
    return "\n".join(lines)


def _moons(data: Moons) -> str:
    return f"""
    # Two half circles, each reaching into the other
    n, noise, seed = {data.size}, {data.noise!r}, {data.seed}
    target = np.arange(n) % 2
    t = np.pi * np.random.default_rng([seed, 0]).random(n)
    x1 = np.where(target == 0, np.cos(t), 1.0 - np.cos(t))
    x2 = np.where(target == 0, np.sin(t), 0.5 - np.sin(t))
    {_NOISY_PLANE}
    """


def _circles(data: Circles) -> str:
    return f"""
    # A circle around a smaller one
    n, noise, seed = {data.size}, {data.noise!r}, {data.seed}
    target = np.arange(n) % 2
    t = 2.0 * np.pi * np.random.default_rng([seed, 0]).random(n)
    r = np.where(target == 0, 1.0, {data.factor!r})
    x1, x2 = r * np.cos(t), r * np.sin(t)
    {_NOISY_PLANE}
    """


def _spirals(data: Spirals) -> str:
    return f"""
    # Arms that wind around the origin
    n, noise, seed, n_arms = {data.size}, {data.noise!r}, {data.seed}, {data.classes}
    target = np.arange(n) % n_arms
    r = np.sqrt(np.random.default_rng([seed, 0]).random(n))
    t = 2.0 * np.pi * ({data.turns!r} * r + target / n_arms)
    x1, x2 = r * np.cos(t), r * np.sin(t)
    {_NOISY_PLANE}
    """


def _xor(data: Xor) -> str:
    return f"""
    # Four squares, those across from each other of one class
    n, noise, seed = {data.size}, {data.noise!r}, {data.seed}
    target = np.arange(n) % 2
    points = 2.0 * np.random.default_rng([seed, 0]).random((n, 2)) - 1.0
    points += np.copysign({XOR_GAP!r}, points)
    x1 = points[:, 0]
    x2 = np.copysign(points[:, 1], np.where(target == 0, 1.0, -1.0) * np.copysign(1.0, x1))
    {_NOISY_PLANE}
    """


_NOISY_PLANE = """z = np.random.default_rng([seed, 1]).standard_normal((n, 2))
    features = (np.column_stack((x1, x2)) + noise * z).astype(np.float32).astype(float)"""


def _stripes(data: StripeWithOutlier) -> str:
    return f"""
    # Two stripes, and outliers of class 1 far out on its own side
    n, n_outliers, seed = {data.size}, {data.outliers}, {data.seed}
    target = np.arange(n) % 2
    u = np.random.default_rng([seed, 0]).random((n, 2)) - 0.5
    stripes = u * ({STRIPE_LENGTH!r}, {STRIPE_WIDTH!r})
    stripes[:, 1] += np.where(target == 0, -0.5, 0.5) * {STRIPE_DISTANCE!r}
    u = np.random.default_rng([seed, 2]).random((n_outliers, 2)) - 0.5
    outliers = np.array({OUTLIER_CENTRE!r}) + {OUTLIER_WIDTH!r} * u
    features = np.concatenate((stripes, outliers)).astype(np.float32).astype(float)
    target = np.concatenate((target, np.ones(n_outliers, dtype=int)))
    """


def _curve(data: NoisyCurve) -> str:
    return f"""
    # A noisy parabola
    n, noise, seed = {data.size}, {data.noise!r}, {data.seed}
    x = 6.0 * np.random.default_rng([seed, 0]).random(n) - 3.0
    z = np.random.default_rng([seed, 1]).standard_normal(n)
    features = x[:, np.newaxis]
    target = 0.5 * x * x + x + 2.0 + noise * z
    """


def _rows_themselves(scenario: Scenario) -> str:
    sample = draw(scenario.data, scenario.inputs)
    n_numbers = sample.features.size + sample.n_rows
    if n_numbers > MOST_NUMBERS:
        raise NoScriptError(
            f"these data are not drawn but read, and {n_numbers:,} numbers are too many to write into a "
            f"script: at most {MOST_NUMBERS:,}"
        )
    kind = sample.features.dtype.name
    names = ", ".join(sample.feature_names)
    target = "float" if not sample.n_classes else "int"
    # float32 in its own shortest digits: they give the same float32 again.
    rows = "\n".join(f"    [{', '.join(_digits(number) for number in row)}]," for row in sample.features)
    numbers = [_digits(number) for number in sample.target]
    return "\n".join(
        (
            f"# Rows of {_one_line(names)}",
            f"features = np.array([\n{rows}\n], dtype=np.{kind}).astype(float)",
            f"target = np.array([\n{_wrapped(numbers)}\n], dtype={target})",
        )
    )


def _digits(number: Any) -> str:
    return str(number.item()) if number.dtype.kind in "iu" else np.format_float_scientific(number, trim="-")


def _wrapped(words: list[str], per_line: int = 20) -> str:
    return "\n".join(
        "    " + ", ".join(words[first : first + per_line]) + ","
        for first in range(0, len(words), per_line)
    )  # fmt: skip


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _wrong_labels(scenario: Scenario) -> str:
    if not scenario.label_noise or not scenario.n_classes:
        return ""
    return dedent(f"""
    # A share of the labels made wrong
    draws = np.random.default_rng([{scenario.split_seed}, 1000]).random((len(target), 2))
    changed = np.argsort(draws[:, 0], kind="stable")[: round({scenario.label_noise!r} * len(target))]
    n_others = {scenario.n_classes - 1}
    ways = np.minimum(1 + np.floor(draws[:, 1] * n_others), n_others).astype(int)
    target[changed] = (target[changed] + ways[changed]) % {scenario.n_classes}
    """)


def _test_rows(scenario: Scenario) -> str:
    if not scenario.test_size:
        return ""
    n_test = draw(
        scenario.data,
        scenario.inputs,
        label_noise=scenario.label_noise,
        test_size=scenario.test_size,
        split_seed=scenario.split_seed,
    ).n_test
    start = f"""
    # Rows set apart to test on
    generator = np.random.default_rng({scenario.split_seed})
    n, n_test = len(target), {n_test}
    order = generator.permutation(n)
    """
    if scenario.n_classes:
        # Class by class, as even as whole numbers allow.
        parts = """
        sizes = np.bincount(target)
        codes = np.unique(target, return_inverse=True)[1]
        sizes = sizes[sizes > 0]
        shares, remainders = np.divmod(sizes * (n - n_test), n)
        shares[np.lexsort((generator.random(len(sizes)), -remainders))[: n - n_test - shares.sum()]] += 1
        is_test = np.zeros(n, dtype=bool)
        for k, share in enumerate(shares):  # the first rows of each class, in the order drawn, are trained on
            is_test[order[codes[order] == k][share:]] = True
        """
    else:
        parts = """
        is_test = np.zeros(n, dtype=bool)
        is_test[order[:n_test]] = True
        """
    end = """
    test_features, test_target = features[is_test], target[is_test]
    features, target = features[~is_test], target[~is_test]
    """
    return "\n".join(dedent(part).strip("\n") for part in (start, parts, end))


# model


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


# optimizers


def _optimizer(model: ModelSpec, learning_rate: float | None) -> str:
    rate = "" if learning_rate is None else f"rate = {float(learning_rate)!r}\n"
    if learning_rate is not None and model.learning_rate is None:
        rate = rate.rstrip() + "  # the automatic one for these rows\n"
    has_corners = model.penalty_value.l1 > 0.0
    title = f"# One step of {OPTIMIZERS[model.optimizer].noun}\n"
    bodies: dict[str, str] = {
        "gradient-ascent": _ascent(has_corners),
        "sgd": _sgd(model, has_corners),
        "momentum": f"""
        velocity = np.zeros(n_weights)


        def step(w):
            global velocity
            velocity = {model.momentum!r} * velocity + rate * slope(w)
            return w + velocity
        """,
        "nesterov": f"""
        velocity = np.zeros(n_weights)


        def step(w):
            global velocity
            drift = {model.momentum!r} * velocity
            velocity = drift + rate * slope(w + drift)
            return w + velocity
        """,
        "adagrad": f"""
        squares = np.zeros(n_weights)


        def step(w):
            global squares
            g = slope(w)
            squares = squares + g * g
            return w + rate * g / (np.sqrt(squares) + {EPSILON!r})
        """,
        "rmsprop": f"""
        squares = np.zeros(n_weights)


        def step(w):
            global squares
            g = slope(w)
            squares = 0.9 * squares + (1.0 - 0.9) * g * g
            return w + rate * g / (np.sqrt(squares) + {EPSILON!r})
        """,
        "adam": f"""
        count, first, second = 0, np.zeros(n_weights), np.zeros(n_weights)


        def step(w):
            global count, first, second
            g = slope(w)
            count += 1
            first = 0.9 * first + (1.0 - 0.9) * g
            second = 0.999 * second + (1.0 - 0.999) * g * g
            mean, root = first / (1.0 - 0.9**count), np.sqrt(second / (1.0 - 0.999**count))
            return w + rate * mean / (root + {EPSILON!r})
        """,
        "newton": _NEWTON,
        "lbfgs": _LBFGS,
        "proximal": _fista(has_corners),
    }
    return title + rate + dedent(bodies[model.optimizer]).removeprefix("\n")


def _ascent(has_corners: bool) -> str:
    ahead = "w + rate * slope(w)"
    return f"""

        def step(w):
            return {f"soft_threshold({ahead}, rate)" if has_corners else ahead}
        """


def _sgd(model: ModelSpec, has_corners: bool) -> str:
    moved = "soft_threshold(moved, rate)" if has_corners else "moved"
    shrinks = "" if model.penalty == "none" else " - shrinkage * w"
    return f"""
        batch_size, epoch, position = {model.batch_size}, 0, 0
        order = np.random.default_rng(({model.seed}, 0)).permutation(n)


        def step(w):
            global epoch, position, order
            batch = order[position : position + batch_size]
            moved = w + rate * (n / len(batch) * gradient(w, X[batch], y[batch]){shrinks})
            position += len(batch)
            if position >= n:
                epoch, position = epoch + 1, 0
                order = np.random.default_rng(({model.seed}, epoch)).permutation(n)
            return {moved}
        """


def _fista(has_corners: bool) -> str:
    moved = "ahead + rate * slope(ahead)"
    return f"""
        before, acceleration = None, 0.0


        def step(w):
            global before, acceleration
            faster = 0.5 * (1.0 + np.sqrt(1.0 + 4.0 * acceleration**2))
            ahead = w + (acceleration - 1.0) / faster * (w - before) if acceleration > 1.0 else w
            moved = {f"soft_threshold({moved}, rate)" if has_corners else moved}
            # When a step turns against the last, start afresh.
            acceleration = 0.0 if (ahead - moved) @ (moved - w) > 0.0 else faster
            before = w
            return moved
        """


_NEWTON = """

        def step(w):
            value, g, H = climbed(w), slope(w), bend(w)
            # Scaled to a diagonal of ones, without directions in which there is no curvature.
            d = np.sqrt(np.maximum(-np.diag(H), 0.0))
            d[d == 0.0] = 1.0
            curvatures, axes = np.linalg.eigh(-H / np.outer(d, d))
            is_curved = curvatures > 1e-13 * max(curvatures[-1], 0.0)
            move = axes[:, is_curved] @ (axes[:, is_curved].T @ (g / d) / curvatures[is_curved]) / d
            if not is_curved.all():  # the shortest of the steps that differ by such directions
                flat = np.linalg.qr(axes[:, ~is_curved] / d[:, np.newaxis])[0]
                move = move - flat @ (flat.T @ move)
            promised = g @ move
            while promised > 1e-10 * abs(value) and not climbed(w + move) >= value + 1e-4 * promised:
                move, promised = 0.5 * move, 0.5 * promised  # too far
            return w + move
        """

_LBFGS = """
        pairs = []  # change of the weights and fall of the gradient in the last 10 steps


        def direction_of(g):
            direction, shares = g.copy(), []
            for change, fall in reversed(pairs):
                share = change @ direction / (change @ fall)
                direction -= share * fall
                shares.append(share)
            if pairs:
                change, fall = pairs[-1]
                direction *= change @ fall / (fall @ fall)
            for (change, fall), share in zip(pairs, reversed(shares)):
                direction += (share - fall @ direction / (change @ fall)) * change
            return direction if pairs else direction / max(1.0, np.linalg.norm(direction))


        def line_search(w, g, direction):
            value, promised = climbed(w), g @ direction
            if not promised > 0.0:
                return None
            shortest, longest, length, best = 0.0, np.inf, 1.0, None
            for _ in range(60):
                moved = w + length * direction
                reached, steepness = climbed(moved), slope(moved)
                ahead = steepness @ direction
                if length * promised <= 1e-10 * abs(value):  # the gain drowns in rounding; the slope tells
                    is_too_far = ahead < -0.8 * promised
                else:
                    is_too_far = not reached >= value + 1e-4 * length * promised
                if is_too_far or not np.isfinite(ahead):
                    longest = length
                else:
                    if best is None or reached >= best[0]:
                        best = reached, (moved, steepness)
                    if ahead <= 0.9 * promised:
                        return moved, steepness
                    shortest = length
                length = 2.0 * shortest if np.isinf(longest) else 0.5 * (shortest + longest)
            return None if best is None else best[1]


        def step(w):
            global pairs
            g = slope(w)
            found = line_search(w, g, direction_of(g))
            if found is None:
                pairs = []
                return w
            moved, g_moved = found
            change, fall = moved - w, g - g_moved
            if change @ fall > 1e-14 * np.linalg.norm(change) * np.linalg.norm(fall):
                pairs = [*pairs, (change, fall)][-10:]
            return moved
        """


# training and numbers


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

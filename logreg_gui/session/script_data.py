"""The data of a script of plain numpy: how they are drawn, made wrong and set apart, or their rows."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

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
from logreg_gui.core.samples import draw
from logreg_gui.scenario import Scenario

MOST_NUMBERS = 200_000
"""Written into a script; more are a file of data, not a text to read."""


class NoScriptError(ValueError):
    """A scenario that is no script, and why, in one sentence."""


def data_section(scenario: Scenario) -> str:
    """`features` and `target`, drawn as the scenario draws them or written out.

    Raises:
        NoScriptError: the rows would have to be written out and are too many.
    """
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
    columns = [list(map(str, column)) for column in sample.features.T]
    rows = "\n".join(f"    [{', '.join(row)}]," for row in zip(*columns, strict=True))
    numbers = list(map(str, sample.target.tolist()))
    return "\n".join(
        (
            f"# Rows of {_one_line(names)}",
            f"features = np.array([\n{rows}\n], dtype=np.{kind}).astype(float)",
            f"target = np.array([\n{_wrapped(numbers)}\n], dtype={target})",
        )
    )


def _wrapped(words: list[str], per_line: int = 20) -> str:
    return "\n".join(
        "    " + ", ".join(words[first : first + per_line]) + ","
        for first in range(0, len(words), per_line)
    )  # fmt: skip


def _one_line(text: str) -> str:
    return " ".join(text.split())


def wrong_labels_section(scenario: Scenario) -> str:
    """`target` with wrong labels, if there are any; else nothing."""
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


def test_section(scenario: Scenario) -> str:
    """Which rows are trained on, and which are not."""
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

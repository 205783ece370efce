"""A step of full-batch training beside the article's own code, and how much of numpy's own speed it reaches.

Both take turns in one process, BLAS on one thread; a result is the median of the rounds' ratios. Targets are
those of the tables below, measured on an Intel Xeon; numpy and the processor say which counts. They are
ratios to the article's code, and its own speed, that of OpenBLAS for tall row-major matrices, differs between
processors by a factor of five.

So there is a second measure, the ceiling: the article's time over that of the calls of numpy no step can do
without (two products, an exponential, a sum, a quotient; with float32 rows the update of float64 weights and
their conversion), each in its fastest form, back to back on one cache-sized block, with nothing around them.
Where 0.8 of the ceiling is less than a target, that is the target: more is not in numpy on that processor.
"""

from __future__ import annotations

import ctypes
import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from logreg_gui.core.datasets import tutorial_sagar
from logreg_gui.core.features import FeatureMap
from logreg_gui.core.kernels import LogisticObjective, block_rows, fastest_exponential
from logreg_gui.core.objectives import add_intercept
from logreg_gui.core.softmax_objective import SoftmaxObjective

Row = tuple[str, float, str, float]
Run = Callable[[int], object]

ROWS = (200, 2_000, 20_000, 200_000, 2_000_000)

# Times the article's speed at ROWS: in the better precision, and in float64.
TARGETS = {
    "AVX-512, numpy from 2.4": ((4.5, 4.5, 9.0, 9.0, 8.0), (4.5, 3.5, 3.0, 3.0, 3.2)),
    "AVX-512, numpy before 2.4": ((4.0, 3.0, 4.8, 5.3, 6.5), (4.0, 2.1, 1.5, 1.8, 2.6)),
    "no AVX-512": ((2.2, 2.7, 3.7, 4.8, 5.0), (2.2, 1.3, 1.2, 1.4, 1.7)),
}
DEGREE_3 = {2_000: 3.5, 20_000: 5.5}
THREE_CLASSES = {2_000: 12.0, 20_000: 25.0}
SHARE_OF_CEILING = 0.8

TURN_SECONDS = 0.001
"""Shorter than a time slice, so that another program's work falls into few turns and not into the median."""

FEWEST_STEPS = 8
"""In a turn: the first finds the caches full of what came before."""

CASE_SECONDS = 1.5


class Case(NamedTuple):
    """One problem: the article's loop, ours in both precisions, and the indispensable calls in both."""

    name: str
    target: float
    article: Run
    ours: dict[str, Run]
    ceiling: dict[str, Run]


def run(quick: bool) -> list[Row]:
    """Rows (what, value, relation, target)."""
    demand_one_thread()
    print(f"numpy {np.__version__}, {processor()}; targets: {set_up()}", flush=True)
    rows: list[Row] = []
    for make in cases(ROWS[:3] if quick else ROWS):
        rows += measured(make(), quick)
    rows.append(value_row(2_000 if quick else 200_000, quick))
    return rows


def demand_one_thread() -> None:
    """Hold OpenBLAS to one thread: a variable of the environment would come too late for a loaded numpy."""
    for library in {line.split()[-1] for line in _mapped() if "openblas" in line}:
        for name in (
            "scipy_openblas_set_num_threads64_",
            "openblas_set_num_threads64_",
            "openblas_set_num_threads",
        ):
            function = getattr(ctypes.CDLL(library), name, None)
            if function is not None:
                function(1)
                return
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        print("BLAS may use several threads: set OPENBLAS_NUM_THREADS=1", file=sys.stderr)


def _mapped() -> list[str]:
    maps = Path("/proc/self/maps")
    return maps.read_text().splitlines() if maps.exists() else []


def features_of_processor() -> set[str]:
    """What numpy found on this processor."""
    try:
        from numpy._core._multiarray_umath import __cpu_features__ as found
    except ImportError:  # numpy 1
        from numpy.core._multiarray_umath import __cpu_features__ as found
    return {name for name, is_there in found.items() if is_there}


def processor() -> str:
    found = features_of_processor()
    # numpy 2.4 names levels of x86-64 instead of single features.
    best = [name for name in ("X86_V4", "AVX512_SKX", "X86_V3", "AVX2", "ASIMD", "SVE") if name in found]
    models = [line.split(":")[1].strip() for line in _cpu_lines() if line.startswith("model name")]
    core_type = os.environ.get("OPENBLAS_CORETYPE")
    return ", ".join([*(models[:1]), *best, *([f"OPENBLAS_CORETYPE={core_type}"] if core_type else [])])


def _cpu_lines() -> list[str]:
    info = Path("/proc/cpuinfo")
    return info.read_text().splitlines() if info.exists() else []


def set_up() -> str:
    """The key of TARGETS for this numpy and processor."""
    if not features_of_processor() & {"AVX512_SKX", "X86_V4"}:
        return "no AVX-512"
    version = tuple(int(part) for part in np.__version__.split(".")[:2])
    return "AVX-512, numpy from 2.4" if version >= (2, 4) else "AVX-512, numpy before 2.4"


def cases(sizes: tuple[int, ...]) -> list[Callable[[], Case]]:
    """Makers of the cases: the data of the largest need room that the others shall not miss."""
    best, double = TARGETS[set_up()]
    makers: list[Callable[[], Case]] = []
    for n_rows, target, target64 in zip(ROWS, best, double, strict=True):
        if n_rows in sizes:
            makers += [
                lambda n=n_rows, t=target: logistic(n, 1, t, ("float64", "float32")),
                lambda n=n_rows, t=target64: logistic(n, 1, t, ("float64",)),
            ]
    makers += [lambda n=n, t=t: logistic(n, 3, t, ("float64", "float32")) for n, t in DEGREE_3.items()]
    makers += [lambda n=n, t=t: softmax(n, t) for n, t in THREE_CLASSES.items()]
    return makers


def logistic(n_rows: int, degree: int, target: float, precisions: tuple[str, ...]) -> Case:
    """Two features of the tutorial's kind, or their terms up to `degree`."""
    features, labels = tutorial_rows(n_rows)
    if degree > 1:
        features = FeatureMap(degree, True, True).fit(features).transform(features)
    wide = np.ascontiguousarray(add_intercept(features))  # row-major, whatever the terms are
    objective = LogisticObjective(features, labels)
    n_weights, rate = objective.n_weights, 0.1 / n_rows
    y = labels.astype(np.float64)

    def article(steps: int) -> np.ndarray:
        w = np.zeros(n_weights)
        for _ in range(steps):
            scores = wide @ w
            p = 1 / (1 + np.exp(-scores))
            g = wide.T @ (y - p)
            w += rate * g
        return w

    objectives = {"float64": objective, "float32": objective.in_single_precision()}
    name = f"{n_rows:,} rows" + (f", degree {degree}" if degree > 1 else "")
    return Case(
        name if len(precisions) == 2 else f"{name}, float64",
        target,
        article,
        {
            precision: lambda steps, o=objectives[precision]: o.ascend(np.zeros(n_weights), rate, steps)
            for precision in precisions
        },
        {precision: indispensable(n_rows, n_weights, precision) for precision in precisions},
    )


def softmax(n_rows: int, target: float) -> Case:
    """Three clouds of two features."""
    rng = np.random.default_rng(0)
    labels = np.arange(n_rows) % 3
    features = rng.normal(size=(n_rows, 2)) + np.array([[0.0, 0.0], [4.0, 0.0], [2.0, 3.5]])[labels]
    wide = add_intercept(features)
    one_hot = np.eye(3)[labels]
    rate = 0.1 / n_rows
    objective = SoftmaxObjective(features, labels, 3)

    def article(steps: int) -> np.ndarray:
        w = np.zeros((3, 3))
        for _ in range(steps):
            scores = wide @ w
            exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
            p = exponentials / exponentials.sum(axis=1, keepdims=True)
            w += rate * (wide.T @ (one_hot - p))
        return w.T.ravel()

    objectives = {"float64": objective, "float32": objective.in_single_precision()}
    return Case(
        f"{n_rows:,} rows, softmax of 3 classes",
        target,
        article,
        {
            precision: lambda steps, o=o: o.ascend(np.zeros(9), rate, steps)
            for precision, o in objectives.items()
        },
        {precision: indispensable(n_rows, 3, precision, n_classes=3) for precision in objectives},
    )


def indispensable(n_rows: int, n_weights: int, precision: str, n_classes: int = 2) -> Run:
    """The calls of numpy that a step needs, on one block, as often as the rows have such blocks.

    K - 1 scores per row; rows sorted by class, so that each class of a softmax has its products.
    """
    longest = min(n_rows, block_rows(n_weights))
    times = n_rows / longest
    pieces = n_classes if n_classes > 2 else 1
    rows, others = longest // pieces, n_classes - 1
    rng = np.random.default_rng(1)
    columns = rng.normal(size=(n_weights + (n_weights % 4 == 3), rows)).astype(precision)
    weights = np.full((others, n_weights), 0.01, precision)
    scores, sums = np.zeros((others, rows), precision), np.zeros((others, len(columns)), precision)
    flat, rest = np.zeros(others * rows * pieces, precision), np.zeros(rows * pieces, precision)
    part, one = rest[:rows], np.array(1.0, precision)
    exponential = np.exp if precision == "float64" else fastest_exponential()
    forward, backward = columns[:n_weights].T.dot, columns.dot
    few, transposed = columns[:n_weights], columns.T

    master, step, rate = np.zeros(n_weights), np.zeros(n_weights), np.array(1e-9)
    gradient = np.zeros(n_weights)

    add, divide, multiply = np.add, np.divide, np.multiply

    def update() -> None:
        multiply(gradient, rate, step)
        add(master, step, master)
        np.copyto(weights[0], master, casting="same_kind")

    def binary(steps: int) -> None:
        w, z, g = weights[0], scores[0], sums[0]
        for _ in range(math.ceil(steps * times)):
            if times == 1.0 and precision == "float32":
                update()
            forward(w, z)
            exponential(z, z)
            add(z, one, z)
            divide(one, z, z)
            backward(z, g)

    def several(steps: int) -> None:
        for _ in range(math.ceil(steps * times)):
            for _ in range(pieces):
                weights.dot(few, scores)
                add(scores[0], scores[-1], part)
                multiply(scores, part, scores)
                scores.dot(transposed, sums)
            exponential(flat, flat)
            add(rest, one, rest)
            divide(one, rest, rest)
            flat[:] = 0.0
            scores[:] = 0.0

    return binary if n_classes == 2 else several


def measured(case: Case, quick: bool) -> list[Row]:
    """The row of a case, after a look at whether all sides do the same."""
    for precision, ours in case.ours.items():
        np.testing.assert_allclose(
            ours(20), case.article(20), rtol=0, atol=1e-10 if precision == "float64" else 1e-4
        )
    runs = {"article": case.article, **case.ours}
    runs |= {f"calls, {precision}": calls for precision, calls in case.ceiling.items()}
    seconds = seconds_in_turn(runs, quick)
    medians = {name: 1e6 * float(np.median(taken)) for name, taken in seconds.items()}
    best = min(case.ours, key=medians.__getitem__)
    calls = min((f"calls, {precision}" for precision in case.ceiling), key=medians.__getitem__)
    value = ratio(seconds, "article", best)
    ceiling = value / ratio(seconds, calls, best)
    target = min(case.target, round(SHARE_OF_CEILING * ceiling, 2))
    print(
        f"  {case.name:34} article {medians['article']:9.2f} us, "
        + ", ".join(f"{precision} {medians[precision]:9.2f} us" for precision in case.ours)
        + f"; ceiling {ceiling:5.2f} x, target on an Intel Xeon {case.target:g} x",
        flush=True,
    )
    what = f"step, {case.name}: times the article's ({best})"
    return [(what, value, ">", target)]


def seconds_in_turn(runs: dict[str, Run], quick: bool) -> dict[str, np.ndarray]:
    """Seconds per step, for each run one number per round; in a round each takes its turn."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    with np.errstate(over="ignore", under="ignore"):
        steps, round_seconds = {}, 0.0
        for name, steps_of in runs.items():
            steps_of(2)
            each = max(_seconds(steps_of, 2) / 2, 1e-7)
            steps[name] = max(FEWEST_STEPS, int(TURN_SECONDS / each))
            round_seconds += steps[name] * each
        for _ in range(1 if quick else max(9, int(CASE_SECONDS / round_seconds))):
            for name, steps_of in runs.items():
                taken[name].append(_seconds(steps_of, steps[name]) / steps[name])
    return {name: np.array(seconds) for name, seconds in taken.items()}


def ratio(seconds: dict[str, np.ndarray], one: str, other: str) -> float:
    """How many times as long `one` takes as `other`: the median over the rounds, because load varies."""
    return float(np.median(seconds[one] / seconds[other]))


def _seconds(steps_of: Run, steps: int) -> float:
    began = time.perf_counter()
    steps_of(steps)
    return time.perf_counter() - began


def value_row(n_rows: int, quick: bool) -> Row:
    """What a log-likelihood and an accuracy for a frame cost, in steps."""
    features, labels = tutorial_rows(n_rows)
    objective, weights = LogisticObjective(features, labels), np.array([-4.0, -0.6, 2.3])

    def frames(count: int) -> None:
        for _ in range(count):
            objective.value_and_accuracy(weights)

    runs: dict[str, Run] = {"frame": frames, "step": lambda steps: objective.ascend(weights, 1e-9, steps)}
    seconds = seconds_in_turn(runs, quick)
    per_row = 1e9 * float(np.median(seconds["frame"])) / n_rows
    print(f"  log-likelihood and accuracy: {per_row:.2f} ns per row", flush=True)
    what = f"log-likelihood and accuracy of {n_rows:,} rows, in float64 steps"
    return (what, ratio(seconds, "frame", "step"), "<", 3.0)


def tutorial_rows(n_rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the tutorial's distribution: its own, or some or many of the kind."""
    data = tutorial_sagar().sample()
    features, labels = data.features, data.labels
    if n_rows < len(labels):
        chosen = np.linspace(0, len(labels) - 1, n_rows).astype(np.intp)
        return features[chosen], labels[chosen]
    copies = n_rows // len(labels)
    noise = np.random.default_rng(0).normal(scale=0.01, size=(n_rows, 2)).astype(np.float32)
    return np.repeat(features, copies, axis=0) + noise * (copies > 1), np.repeat(labels, copies)

"""Rows set apart to test on: which ones, at random or class by class.

Sizes are scikit-learn's: of n rows a fraction f gives ceil(f n) to the test and the rest to training.
Stratified, a class with n_k rows gives floor(n_k m / n) of the m training rows, and the rows still missing
come one each from the classes with the largest remainders, ties broken at random. This is done in whole
numbers: as floats equal remainders may differ in their last bit.

All chance comes from one `numpy.random.Generator`, so the rows of a seed are not those that scikit-learn,
with numpy's legacy generator, picks for it.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logreg_gui.core.pieces import Pieces, finished, pieces_of_rows
from logreg_gui.core.validation import real_number, whole_number

Indices = NDArray[np.intp]


def train_test_split(
    *arrays: ArrayLike,
    test_size: float = 0.25,
    random_state: int | np.random.Generator | None = None,
    shuffle: bool = True,
    stratify: ArrayLike | None = None,
) -> list[NDArray[Any]]:
    """Every array (n, ...) in two: [train of the first, test of the first, train of the second, ...], copies.

    `test_size` is a fraction (a float) or a number of rows (an int). Without `shuffle` the last rows are the
    test. With `stratify`, labels (n,), every class keeps its share in both parts.

    Raises:
        ValueError: no array, arrays of different lengths, or as `split_indices`.
    """
    if not arrays:
        raise ValueError("arrays must be at least one, got none")
    whole = [np.asarray(array) for array in arrays]
    lengths = [len(array) if array.ndim else 0 for array in whole]
    if len(set(lengths)) > 1:
        raise ValueError(f"arrays must have equally many rows, got {', '.join(map(str, lengths))}")
    if shuffle:
        train, test = split_indices(lengths[0], test_size, random_state, stratify)
    elif stratify is None:
        n_test = _test_rows(lengths[0], test_size)
        train, test = np.split(np.arange(lengths[0]), [lengths[0] - n_test])
    else:
        raise ValueError("stratify goes with shuffle=True alone")
    return [array[rows] for array in whole for rows in (train, test)]


def split_indices(
    n: int,
    test_size: float,
    seed: int | np.random.Generator | None,
    labels: ArrayLike | None = None,
) -> tuple[Indices, Indices]:
    """The rows of `n` to train and to test on, both in random order; None as seed is another one every time.

    Raises:
        ValueError: a part would be empty, or, with `labels` (n,), a class has a single row or a part has
            fewer rows than there are classes.
    """
    return finished(split_pieces(n, test_size, seed, labels))


def split_pieces(
    n: int,
    test_size: float,
    seed: int | np.random.Generator | None,
    labels: ArrayLike | None = None,
) -> Pieces[tuple[Indices, Indices]]:
    """`split_indices`, some rows at a time."""
    n = whole_number("n", n, smallest=0)
    n_test = _test_rows(n, test_size)
    rng = np.random.default_rng(_seed(seed))
    order = rng.permutation(n)
    yield
    if labels is None:
        return order[n_test:], order[:n_test]
    classes, codes, sizes = _strata(labels, n)
    yield
    demand_rows_for_both(n, test_size, dict(zip(classes, sizes.tolist(), strict=True)))
    shares = _shares(sizes, n - n_test, rng)
    is_train, seen = np.empty(n, dtype=np.bool_), np.zeros_like(sizes)
    for part in pieces_of_rows(n):
        own = codes[order[part]]
        counts = np.bincount(own, minlength=len(sizes))
        is_train[part] = seen[own] + _ranks(own, counts) < shares[own]
        seen += counts
        yield
    return order[is_train], order[~is_train]


def demand_rows_for_both(n: int, test_size: float, sizes: Mapping[Any, int]) -> None:
    """See that both parts get rows of each class, of `sizes` by class; of none, some rows.

    Raises:
        ValueError: they do not.
    """
    n_test = _test_rows(n, test_size)
    single = next((name for name, size in sizes.items() if size < 2), None)
    if single is not None:
        raise ValueError(f"labels must have two rows of every class at least, got one of {single!r}")
    if min(n_test, n - n_test) < len(sizes):
        raise ValueError(
            f"test_size must leave {len(sizes)} rows, one per class, to either part, got {test_size!r} of {n}"
        )


def _test_rows(n: int, test_size: float) -> int:
    if isinstance(test_size, numbers.Integral) and not isinstance(test_size, bool):
        n_test = int(test_size)
    else:
        fraction = real_number("test_size", test_size)
        if not 0.0 < fraction < 1.0:
            raise ValueError(f"test_size must be a fraction between 0 and 1, got {test_size!r}")
        n_test = math.ceil(fraction * n)
    if not 0 < n_test < n:
        raise ValueError(
            f"test_size must leave a row to train and one to test on, got {test_size!r} of {n} rows"
        )
    return n_test


def _seed(seed: int | np.random.Generator | None) -> int | np.random.Generator | None:
    if seed is None or isinstance(seed, np.random.Generator):
        return seed
    return whole_number("seed", seed, smallest=0)


def _strata(labels: ArrayLike, n: int) -> tuple[list[Any], Indices, Indices]:
    """The classes, the number of that of every row, and how many rows each has."""
    array = np.asarray(labels)
    if array.shape != (n,):
        raise ValueError(f"labels must have one entry per row ({n}), got shape {array.shape}")
    if array.dtype == np.int8 and array.min(initial=0) >= 0:
        # Without sorting, a tenth of the time.
        counts = np.bincount(array)
        present = np.flatnonzero(counts)
        return present.tolist(), (np.cumsum(counts > 0) - 1)[array], counts[present]
    classes, codes, sizes = np.unique(array, return_inverse=True, return_counts=True)
    return classes.tolist(), codes, sizes


def _shares(sizes: Indices, n_train: int, rng: np.random.Generator) -> Indices:
    """How many of the `n_train` rows every class gives."""
    shares, remainders = np.divmod(sizes * n_train, sizes.sum())
    # By remainder, the largest first, equal ones in the order of their draws.
    first = np.lexsort((rng.random(len(sizes)), -remainders))[: n_train - shares.sum()]
    shares[first] += 1
    return shares


def _ranks(codes: Indices, sizes: Indices) -> Indices:
    """For every row, how many rows of its class come before it."""
    by_class = np.argsort(codes, kind="stable")
    ranks = np.empty_like(codes)
    ranks[by_class] = np.arange(len(codes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return ranks

"""Metrics: how well predictions agree with what is true.

Names, arguments and numbers are scikit-learn's; what it leaves undefined or answers with a warning is a
ValueError here. Symbols: n rows, w_i their weights (`sample_weight`, 1 where none are given), K classes.

    accuracy             sum w_i [y_i = prediction_i] / sum w_i
    log loss             -sum w_i log p_i / sum w_i, p_i the probability given to the row's own class
    confusion matrix     C[j, k] = sum of w_i over the rows of class j that are predicted as class k
    ROC curve            true against false positive rate of the rule "positive where score >= threshold"
    AUC                  its area by trapezia: the chance that a positive row scores above a negative one,
                         ties counted half
    calibration          fraction of positives against mean probability, bin by bin
    mean squared error   sum w_i (y_i - prediction_i)^2 / sum w_i
    R^2                  1 - sum w_i (y_i - prediction_i)^2 / sum w_i (y_i - mean)^2

Labels are text, whole numbers or booleans; classes stand in ascending order, text by its characters.
Arithmetic is float64, with counts and whole weights exact below 2^53. The log loss alone heeds the type it is
given: probabilities are clipped to [eps, 1 - eps] by the machine epsilon of their own type (2.2e-16 for
float64, 1.2e-7 for float32), so a certain hit costs eps and a certain miss -log(eps), 36.04 for float64.
"""

from __future__ import annotations

import numbers
from itertools import combinations
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logreg_gui.core.validation import FloatArray, whole_number

LabelArray = NDArray[Any]
BoolArray = NDArray[np.bool_]

TWO_CLASSES = ({0, 1}, {-1, 1})
"""Labels whose positive class, 1, needs not be named."""


def accuracy_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    normalize: bool = True,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Fraction of the labels `y_true` (n,) that `y_pred` (n,) meets; their weight if not `normalize`.

    Raises:
        ValueError: labels or weights that do not fit.
    """
    truth, predicted = _label_pair(y_true, y_pred)
    return _mean_or_sum(truth == predicted, _row_weights(sample_weight, len(truth)), normalize)


def log_loss(
    y_true: ArrayLike,
    y_proba: ArrayLike,
    *,
    normalize: bool = True,
    sample_weight: ArrayLike | None = None,
    labels: ArrayLike | None = None,
) -> float:
    """Mean of -log(probability of the row's own class); the sum if not `normalize`.

    `y_proba` (n, K) has a column per class in ascending order, or is (n,): the probability of the second of
    two classes. `labels` (K,), ascending, names the classes where `y_true` (n,) lacks one.

    Raises:
        ValueError: labels, probabilities or weights that do not fit, or rows that do not sum to one.
    """
    truth = _labels("y_true", y_true)
    classes = _classes(truth, labels)
    if len(classes) < 2:
        raise ValueError(f"y_true holds one class only, {classes.tolist()[0]!r}: name all classes in labels")
    probabilities = _probabilities(y_proba, len(truth))
    if probabilities.shape[1] != len(classes):
        raise ValueError(
            f"y_proba must have one column per class ({len(classes)}), got {probabilities.shape[1]}"
        )
    own = probabilities[np.arange(len(truth)), _positions(truth, classes)]
    epsilon = np.finfo(own.dtype).eps
    losses = -np.log(np.clip(own, epsilon, 1 - epsilon), dtype=np.float64)
    return _mean_or_sum(losses, _row_weights(sample_weight, len(truth)), normalize)


def confusion_matrix(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    normalize: Literal["true", "pred", "all"] | None = None,
) -> NDArray[Any]:
    """Matrix (K, K) of counts: true classes down, predicted classes across; int64 unless weights are floats.

    `labels` chooses the classes and their order; rows of other classes are left out. `normalize` divides by
    the sums of the rows, of the columns or by the total, which gives float64, zero where a sum is zero.

    Raises:
        ValueError: labels or weights that do not fit, or no row is of one of `labels`.
    """
    if normalize not in (None, "true", "pred", "all"):
        raise ValueError(f"normalize must be 'true', 'pred', 'all' or None, got {normalize!r}")
    truth, predicted = _label_pair(y_true, y_pred)
    weights = _row_weights(sample_weight, len(truth))
    classes = np.unique(np.concatenate((truth, predicted))) if labels is None else _distinct_labels(labels)
    rows, columns = _positions(truth, classes), _positions(predicted, classes)
    if not (rows >= 0).any():
        raise ValueError(f"labels must hold a class of y_true, got {classes.tolist()}")
    is_chosen = (rows >= 0) & (columns >= 0)
    cells = rows[is_chosen] * len(classes) + columns[is_chosen]
    counts = np.bincount(cells, None if weights is None else weights[is_chosen], minlength=len(classes) ** 2)
    is_whole = weights is None or weights.dtype.kind in "biu"
    matrix = counts.reshape(len(classes), -1).astype(np.int64 if is_whole else np.float64)
    if normalize is None:
        return matrix
    totals = matrix.sum(axis={"true": 1, "pred": 0, "all": None}[normalize], keepdims=True)
    shares: FloatArray = np.divide(matrix, totals, out=np.zeros(matrix.shape), where=totals != 0)
    return shares


def roc_curve(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    pos_label: object = None,
    sample_weight: ArrayLike | None = None,
    drop_intermediate: bool = True,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """False positive rates, true positive rates and thresholds, which descend from infinity; each (m,).

    `pos_label` says which label is positive, all others being negative; unsaid it is 1, for labels 0 and 1 or
    -1 and 1. `drop_intermediate` leaves out points on the straight line between their neighbours.

    Raises:
        ValueError: labels, scores or weights that do not fit, or there is no positive or no negative row.
    """
    truth = _labels("y_true", y_true)
    is_positive = _is_positive(truth, pos_label)
    scores = _numbers("y_score", y_score, len(truth))
    false, true, thresholds = _cumulated(is_positive, scores, _row_weights(sample_weight, len(truth)))
    if drop_intermediate and len(thresholds) > 2:
        is_corner = np.ones(len(thresholds), dtype=np.bool_)
        is_corner[1:-1] = (np.diff(false, 2) != 0) | (np.diff(true, 2) != 0)
        false, true, thresholds = false[is_corner], true[is_corner], thresholds[is_corner]
    false, true = _from_the_origin(false), _from_the_origin(true)
    return false / false[-1], true / true[-1], np.concatenate(([np.inf], thresholds))


def roc_auc_score(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    average: Literal["macro", "weighted"] = "macro",
    sample_weight: ArrayLike | None = None,
    multi_class: Literal["raise", "ovr", "ovo"] = "raise",
    labels: ArrayLike | None = None,
) -> float:
    """Area under the ROC curve of `y_score` (n,) for the larger of two labels; 1 is perfect, 0.5 is chance.

    With K > 2 classes `y_score` (n, K) holds probabilities, a column per class (ascending; `labels` names
    them), and `multi_class` says how areas are combined: each class against the rest ("ovr"), or every pair
    of classes ("ovo"; Hand and Till 2001, without weights). `average` takes their plain mean, or weighs them
    by the rows of the class or the pair.

    Raises:
        ValueError: labels, scores, weights or choices that do not fit, or a class without rows.
    """
    truth = _labels("y_true", y_true)
    weights = _row_weights(sample_weight, len(truth))
    present = np.unique(truth)
    if np.ndim(y_score) == 2 or len(present) > 2:
        return _multiclass_area(truth, y_score, average, weights, multi_class, labels)
    if len(present) == 1:
        raise ValueError(f"y_true must hold two classes, got only {present.tolist()[0]!r}")
    return _area(truth == present[1], _numbers("y_score", y_score, len(truth)), weights)


def calibration_curve(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: object = None,
    n_bins: int = 5,
    strategy: Literal["uniform", "quantile"] = "uniform",
) -> tuple[FloatArray, FloatArray]:
    """Fraction of positives and mean probability of every bin that holds a row; each (m,), m <= `n_bins`.

    Bins are equally wide, or with "quantile" hold equally many rows; an upper edge belongs to its bin.

    Raises:
        ValueError: labels that are not two classes, or probabilities or choices that do not fit.
    """
    n_bins = whole_number("n_bins", n_bins, smallest=1)
    if strategy not in ("uniform", "quantile"):
        raise ValueError(f"strategy must be 'uniform' or 'quantile', got {strategy!r}")
    truth = _labels("y_true", y_true)
    is_positive = _is_positive(truth, pos_label)
    if len(np.unique(truth)) > 2:
        raise ValueError(f"y_true must hold at most two classes, got {np.unique(truth).tolist()}")
    probabilities = _numbers("y_prob", y_prob, len(truth))
    _demand_probabilities("y_prob", probabilities)
    edges = np.linspace(0.0, 1.0, n_bins + 1)
    if strategy == "quantile":
        edges = np.percentile(probabilities, 100.0 * edges)
    bins = np.searchsorted(edges[1:-1], probabilities)
    sizes = np.bincount(bins, minlength=n_bins)
    positives = np.bincount(bins, is_positive, minlength=n_bins)
    sums = np.bincount(bins, probabilities, minlength=n_bins)
    is_used = sizes > 0
    return positives[is_used] / sizes[is_used], sums[is_used] / sizes[is_used]


def mean_squared_error(
    y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> float:
    """Mean of (y_true - y_pred)^2 over two vectors (n,).

    Raises:
        ValueError: vectors or weights that do not fit.
    """
    truth, predicted, weights = _regression(y_true, y_pred, sample_weight)
    return float(np.average((truth - predicted) ** 2, weights=weights))


def r2_score(y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None) -> float:
    """R^2, the share of the variance of `y_true` (n >= 2,) that `y_pred` (n,) explains; 1 at best.

    Where `y_true` does not vary it is 1 for perfect predictions and 0 for all others.

    Raises:
        ValueError: vectors or weights that do not fit, or fewer than two rows.
    """
    truth, predicted, weights = _regression(y_true, y_pred, sample_weight)
    if len(truth) < 2:
        raise ValueError(f"y_true must have at least two entries, got {len(truth)}")
    unexplained = np.average((truth - predicted) ** 2, weights=weights)
    counted = truth if weights is None else truth[weights > 0]
    # Not by a variance of zero: the mean of equal numbers may miss them by a rounding.
    if (counted == counted[0]).all():
        return 1.0 if unexplained == 0.0 else 0.0
    variance = np.average((truth - np.average(truth, weights=weights)) ** 2, weights=weights)
    return float(1.0 - unexplained / variance)


def _mean_or_sum(values: NDArray[Any], weights: NDArray[Any] | None, is_mean: bool) -> float:
    if is_mean:
        return float(np.average(values, weights=weights))
    return float(values.sum() if weights is None else values @ weights)


def _cumulated(
    is_positive: BoolArray, scores: FloatArray, weights: NDArray[Any] | None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """False positives, true positives and threshold of every distinct score, the highest first."""
    if weights is None:
        weights = np.ones(len(scores))
    counts = weights > 0  # a row without weight must not even give a threshold
    is_positive, scores, weights = is_positive[counts], scores[counts], weights[counts]
    if not is_positive.any() or is_positive.all():
        missing = "negative" if is_positive.any() else "positive"
        raise ValueError(f"y_true must hold both classes, got no {missing} row that has a weight")
    order = np.argsort(-scores, kind="stable")
    scores = scores[order]
    is_last_of_its_score = np.append(np.diff(scores) != 0, True)
    # Two sums of one sign each: as a difference from the total the false ones might fall again by rounding.
    true = np.cumsum(np.where(is_positive, weights, 0.0)[order])
    false = np.cumsum(np.where(is_positive, 0.0, weights)[order])
    return false[is_last_of_its_score], true[is_last_of_its_score], scores[is_last_of_its_score]


def _from_the_origin(cumulated: FloatArray) -> FloatArray:
    return np.concatenate(([0.0], cumulated))


def _area(is_positive: BoolArray, scores: FloatArray, weights: NDArray[Any] | None) -> float:
    # In counts, divided at the end: whole numbers, so the area of unweighted rows is rounded only once.
    false, true, _ = _cumulated(is_positive, scores, weights)
    false, true = _from_the_origin(false), _from_the_origin(true)
    doubled = np.diff(false) @ (true[1:] + true[:-1])
    return float(doubled / (2.0 * false[-1] * true[-1]))


def _multiclass_area(
    truth: LabelArray,
    y_score: ArrayLike,
    average: str,
    weights: NDArray[Any] | None,
    multi_class: str,
    labels: ArrayLike | None,
) -> float:
    if average not in ("macro", "weighted"):
        raise ValueError(f"average must be 'macro' or 'weighted', got {average!r}")
    if multi_class not in ("ovr", "ovo"):
        raise ValueError(f"multi_class must be 'ovr' or 'ovo' for more than two classes, got {multi_class!r}")
    if multi_class == "ovo" and weights is not None:
        raise ValueError("sample_weight goes with multi_class 'ovr' alone, got 'ovo'")
    codes, scores = _multiclass_scores(truth, y_score, labels)
    if multi_class == "ovr":
        areas, shares = _class_areas(codes, scores, weights)
    else:
        areas, shares = _pair_areas(codes, scores)
    return float(np.average(areas, weights=shares if average == "weighted" else None))


def _multiclass_scores(
    truth: LabelArray, y_score: ArrayLike, labels: ArrayLike | None
) -> tuple[NDArray[np.intp], FloatArray]:
    """Every row's class number and its probabilities (n, K), K > 2; no class is without rows."""
    if np.ndim(y_score) != 2 or np.shape(y_score)[1] < 3:
        raise ValueError(
            "y_score must have one entry per row for two classes, and for more one column per class, "
            f"got shape {np.shape(y_score)} for {len(np.unique(truth))} classes"
        )
    scores = _probabilities(y_score, len(truth), "y_score").astype(np.float64, copy=False)
    classes = _classes(truth, labels)
    if scores.shape[1] != len(classes):
        raise ValueError(f"y_score must have one column per class ({len(classes)}), got {scores.shape[1]}")
    codes = _positions(truth, classes)
    is_missing = np.bincount(codes, minlength=len(classes)) == 0
    if is_missing.any():
        raise ValueError(f"y_true must hold every class, got no row of {classes[is_missing].tolist()[0]!r}")
    return codes, scores


def _class_areas(
    codes: NDArray[np.intp], scores: FloatArray, weights: NDArray[Any] | None
) -> tuple[list[float], FloatArray]:
    """Of every class its area against the rest, and the weight of its rows."""
    n_classes = scores.shape[1]
    areas = [_area(codes == k, scores[:, k], weights) for k in range(n_classes)]
    return areas, np.bincount(codes, weights, minlength=n_classes).astype(np.float64)


def _pair_areas(codes: NDArray[np.intp], scores: FloatArray) -> tuple[list[float], FloatArray]:
    """Of every two classes the mean of both areas, and the number of their rows."""
    areas, sizes = [], []
    for first, second in combinations(range(scores.shape[1]), 2):
        is_either = (codes == first) | (codes == second)
        is_first = codes[is_either] == first
        one = _area(is_first, scores[is_either, first], None)
        other = _area(~is_first, scores[is_either, second], None)
        areas.append(0.5 * (one + other))
        sizes.append(int(is_either.sum()))
    return areas, np.array(sizes, dtype=np.float64)


def _label_pair(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[LabelArray, LabelArray]:
    truth, predicted = _labels("y_true", y_true), _labels("y_pred", y_pred)
    if truth.shape != predicted.shape:
        raise ValueError(
            f"y_pred must have one entry per entry of y_true ({len(truth)}), got {len(predicted)}"
        )
    _demand_one_kind("y_pred", predicted, truth)
    return truth, predicted


def _labels(field: str, values: ArrayLike) -> LabelArray:
    """`values` as a vector of text, whole numbers or booleans."""
    array = np.asarray(values, dtype=None if isinstance(values, np.ndarray) else object)
    if array.ndim != 1 or not len(array):
        raise ValueError(f"{field} must be a vector of at least one label, got shape {array.shape}")
    if array.dtype == object:
        array = _from_objects(field, array)
    is_number = array.dtype.kind in "biuf"
    if array.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            is_whole = array == np.floor(array)
        is_whole &= np.isfinite(array)
        if not is_whole.all():
            raise ValueError(f"{field} must hold text or whole numbers, got {array[~is_whole][0]}")
    if not is_number and array.dtype.kind != "U":
        raise ValueError(f"{field} must hold text or whole numbers, got values of type {array.dtype}")
    return array


def _from_objects(field: str, array: NDArray[np.object_]) -> LabelArray:
    # Not left to numpy, which turns 1 beside "a" into text.
    are_text = {isinstance(value, str) for value in array}
    if are_text == {True, False}:
        raise ValueError(f"{field} must hold either text or numbers, got both")
    for value in array:
        if not isinstance(value, str | numbers.Real | np.bool_):
            raise ValueError(f"{field} must hold text or whole numbers, got {value!r}")
    return np.array(array.tolist())


def _demand_one_kind(field: str, array: LabelArray, other: LabelArray) -> None:
    if (array.dtype.kind == "U") != (other.dtype.kind == "U"):
        kinds = ["text" if one.dtype.kind == "U" else "numbers" for one in (other, array)]
        raise ValueError(f"{field} must hold {kinds[0]} as y_true does, got {kinds[1]}")


def _distinct_labels(labels: ArrayLike) -> LabelArray:
    array = _labels("labels", labels)
    if len(np.unique(array)) < len(array):
        raise ValueError(f"labels must all be different, got {array.tolist()}")
    return array


def _classes(truth: LabelArray, labels: ArrayLike | None) -> LabelArray:
    """The classes in ascending order: those of `truth`, or `labels`, which must cover them."""
    if labels is None:
        return np.unique(truth)
    classes = _distinct_labels(labels)
    if (classes[1:] < classes[:-1]).any():
        raise ValueError(f"labels must ascend as the columns of the scores do, got {classes.tolist()}")
    is_unknown = _positions(truth, classes) < 0
    if is_unknown.any():
        raise ValueError(
            f"labels must hold every label of y_true, {truth[is_unknown].tolist()[0]!r} is missing"
        )
    return classes


def _positions(values: LabelArray, classes: LabelArray) -> NDArray[np.intp]:
    """Where each value stands in `classes`, all different, in any order; -1 where it does not."""
    _demand_one_kind("labels", classes, values)
    order = np.argsort(classes)
    found = order[np.searchsorted(classes, values, sorter=order).clip(max=len(classes) - 1)]
    return np.where(classes[found] == values, found, -1)


def _is_positive(truth: LabelArray, pos_label: object) -> BoolArray:
    if pos_label is not None:
        positive = _labels("pos_label", np.array([pos_label]))
        _demand_one_kind("pos_label", positive, truth)
        return np.asarray(truth == positive[0])
    present = np.unique(truth).tolist()
    if not any(set(present) <= pair for pair in TWO_CLASSES):
        raise ValueError(f"pos_label must name the positive label: y_true holds {present}")
    return np.asarray(truth == 1)


def _probabilities(values: ArrayLike, n_rows: int, field: str = "y_proba") -> NDArray[Any]:
    """`values` as a matrix (n_rows, K) whose rows sum to one; (n_rows,) is the second of two columns."""
    array = np.asarray(values)
    if array.dtype not in (np.float32, np.float64):
        array = _as_float(field, array)
    if array.ndim not in (1, 2) or len(array) != n_rows:
        raise ValueError(f"{field} must have one row per label ({n_rows}), got shape {array.shape}")
    _demand_probabilities(field, array)
    if array.ndim == 1 or array.shape[1] == 1:
        array = array.reshape(-1, 1)
        return np.hstack((1 - array, array))
    sums = array.sum(axis=1)
    is_off = np.abs(sums - 1) > np.sqrt(np.finfo(array.dtype).eps)
    if is_off.any():
        raise ValueError(f"{field} must sum to 1 in every row, got a row that sums to {sums[is_off][0]}")
    return array


def _demand_probabilities(field: str, array: NDArray[Any]) -> None:
    is_probability = (array >= 0) & (array <= 1)
    if not is_probability.all():
        raise ValueError(f"{field} must hold probabilities from 0 to 1, got {array[~is_probability][0]}")


def _row_weights(sample_weight: ArrayLike | None, n_rows: int) -> NDArray[Any] | None:
    if sample_weight is None:
        return None
    weights = np.asarray(sample_weight)
    if weights.dtype.kind not in "biu":
        weights = _as_float("sample_weight", weights)
    if weights.shape != (n_rows,):
        raise ValueError(f"sample_weight must have one entry per row ({n_rows}), got shape {weights.shape}")
    is_weight = (weights >= 0) & np.isfinite(weights)
    if not is_weight.all():
        raise ValueError(
            f"sample_weight must hold finite numbers of at least 0, got {weights[~is_weight][0]}"
        )
    if not weights.any():
        raise ValueError("sample_weight must hold a positive number, got zeros only")
    return weights


def _regression(
    y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None
) -> tuple[FloatArray, FloatArray, NDArray[Any] | None]:
    truth = _numbers("y_true", y_true, n_rows=None)
    predicted = _numbers("y_pred", y_pred, len(truth))
    return truth, predicted, _row_weights(sample_weight, len(truth))


def _numbers(field: str, values: ArrayLike, n_rows: int | None) -> FloatArray:
    """`values` as a finite float64 vector, of `n_rows` entries if that is given."""
    array = _as_float(field, np.asarray(values))
    if array.ndim != 1 or not len(array):
        raise ValueError(f"{field} must be a vector of at least one number, got shape {array.shape}")
    if n_rows is not None and len(array) != n_rows:
        raise ValueError(f"{field} must have one entry per entry of y_true ({n_rows}), got {len(array)}")
    if not np.isfinite(array).all():
        raise ValueError(f"{field} must hold only finite numbers, got {array[~np.isfinite(array)][0]}")
    return array


def _as_float(field: str, array: NDArray[Any]) -> FloatArray:
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{field} must hold numbers, got values of type {array.dtype}")
    return array.astype(np.float64, copy=False)

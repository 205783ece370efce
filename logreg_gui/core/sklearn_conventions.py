"""scikit-learn's conventions without scikit-learn: parameters, tags, checks of what comes in, warnings.

An `Estimator` keeps its constructor arguments untouched, checks them in `fit`, and learns attributes that
end in an underscore: that is all that `Pipeline`, `GridSearchCV`, `cross_val_score` and `clone` rely on.
Nothing here imports scikit-learn, which would cost a second and more. Where it is loaded already, tags are
its `Tags`, and `NotFittedError`, `DataConversionWarning` and `ConvergenceWarning` are raised as subclasses of
both our class and its class of that name, so that either is caught.

A fit that raises leaves the estimator as it was: attributes are set at the end. Rows of weight 0 are left out
before anything is learned, classes included, so that a whole weight c always equals c copies of the row.

Wording: some messages follow scikit-learn's to the letter, because its checks (`check_estimator`) look for
them.
"""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logreg_gui.core.validation import FloatArray

ObjectArray = NDArray[np.object_]

NUMBER_KINDS = "biuf"
SHOWN_NAMES = 5

_SHARED: dict[type[Exception], type[Exception]] = {}


class NotFittedError(ValueError, AttributeError):
    """Something was asked of an estimator that only `fit` can give."""


class DataConversionWarning(UserWarning):
    """The data were taken in another shape than they came in."""


class ConvergenceWarning(UserWarning):
    """The fit ended before it reached its optimum, or there is none."""


def shared_with_sklearn(ours: type[Exception]) -> type[Exception]:
    """A subclass of `ours` and of scikit-learn's class of that name; `ours` itself without scikit-learn."""
    if "sklearn.exceptions" not in sys.modules:
        return ours
    if ours not in _SHARED:
        _SHARED[ours] = _subclass_of_both(ours)
    return _SHARED[ours]


def _subclass_of_both(ours: type[Exception]) -> type[Exception]:
    theirs = getattr(sys.modules["sklearn.exceptions"], ours.__name__)
    members = {"__module__": ours.__module__, "__doc__": ours.__doc__, "__reduce__": _reduce}
    return type(ours.__name__, (ours, theirs), members)


def _reduce(error: Exception) -> tuple[Any, ...]:
    # Pickle finds classes by their names, and this one shares its name with ours.
    ours = type(error).__mro__[1]
    return _made, (ours, error.args)


def _made(ours: type[Exception], arguments: tuple[object, ...]) -> Exception:
    return shared_with_sklearn(ours)(*arguments)


def warn(category: type[Warning], message: str) -> None:
    """Warn with `category`, as one that scikit-learn's filters know too."""
    shared: Any = shared_with_sklearn(category)
    # The frames between: this one, a check or a fit, and the method that the user called.
    warnings.warn(message, shared, stacklevel=4)


class Estimator:
    """What all estimators and transformers have in common."""

    n_features_in_: int

    @classmethod
    def _parameter_names(cls) -> list[str]:
        return sorted(name for name in inspect.signature(cls.__init__).parameters if name != "self")

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The constructor's arguments by name; `deep` makes no difference, as none is an estimator."""
        return {name: getattr(self, name) for name in self._parameter_names()}

    def set_params(self, **parameters: Any) -> Self:
        """Change some of the constructor's arguments; they are checked by `fit`.

        Raises:
            ValueError: the constructor has no argument of that name.
        """
        known = self._parameter_names()
        for name in parameters:
            if name not in known:
                raise ValueError(
                    f"Invalid parameter {name!r} for estimator {self}. Valid parameters are: {known}."
                )
        for name, value in parameters.items():
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        defaults = inspect.signature(type(self).__init__).parameters
        changed = [
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if repr(value) != repr(defaults[name].default)
        ]
        return f"{type(self).__name__}({', '.join(changed)})"

    def __sklearn_tags__(self) -> Any:
        # Asked for by scikit-learn alone, so it is loaded.
        utils = sys.modules["sklearn.utils"]
        tags = utils.Tags(estimator_type=None, target_tags=utils.TargetTags(required=False))
        self._set_tags(tags, utils)
        return tags

    def _set_tags(self, tags: Any, utils: Any) -> None:
        """Add what this kind of estimator says of itself."""

    def _demand_fitted(self) -> None:
        if not hasattr(self, "n_features_in_"):
            raise shared_with_sklearn(NotFittedError)(
                f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with appropriate "
                "arguments before using this estimator."
            )

    def _remember_columns(self, columns: Columns) -> None:
        self.n_features_in_ = columns.number
        if columns.names is not None:
            self.feature_names_in_ = columns.names
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_

    def _checked_features(self, features: Any) -> FloatArray:
        """`features` for a fitted estimator: finite float64 (n, d), with the columns that fit has seen."""
        self._demand_fitted()
        self._demand_same_names(feature_names(features))
        matrix = finite_matrix(features)
        self._demand_same_number(matrix.shape[1])
        return matrix

    def _demand_same_number(self, n_columns: int) -> None:
        if n_columns != self.n_features_in_:
            raise ValueError(
                f"X has {n_columns} features, but {type(self).__name__} is expecting {self.n_features_in_} "
                "features as input."
            )

    def _demand_same_names(self, names: ObjectArray | None) -> None:
        fitted: ObjectArray | None = getattr(self, "feature_names_in_", None)
        if names is None and fitted is None:
            return
        if fitted is None:
            warnings.warn(
                f"X has feature names, but {type(self).__name__} was fitted without feature names",
                stacklevel=4,
            )
        elif names is None:
            warnings.warn(
                f"X does not have valid feature names, but {type(self).__name__} was fitted with feature "
                "names",
                stacklevel=4,
            )
        elif not np.array_equal(names, fitted):
            raise ValueError(_difference(names.tolist(), fitted.tolist()))


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns of the features a fit has seen: how many, and their names (d,) if all are text."""

    number: int
    names: ObjectArray | None


class Transformer(Estimator):
    """An estimator that changes features; a subclass has `fit`, `transform` and `_names_out`."""

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn from `X` (n, d); `y` is not looked at."""
        raise NotImplementedError

    def transform(self, X: Any) -> FloatArray:
        """`X` (n, d) changed."""
        raise NotImplementedError

    def _names_out(self, names: Sequence[str]) -> list[str]:
        raise NotImplementedError

    def fit_transform(self, X: Any, y: Any = None, **fit_parameters: Any) -> FloatArray:
        """Learn from `X` (n, d) and change it; further arguments are those of `fit`."""
        return self.fit(X, y, **fit_parameters).transform(X)

    def get_feature_names_out(self, input_features: ArrayLike | None = None) -> ObjectArray:
        """Names of the columns that `transform` gives, made from those that `fit` has seen, or x0, x1 ...

        Raises:
            ValueError: `input_features` (d,) are not the names seen, or not d.
            NotFittedError: `fit` was not called.
        """
        self._demand_fitted()
        seen: ObjectArray | None = getattr(self, "feature_names_in_", None)
        if input_features is None:
            names = [f"x{i}" for i in range(self.n_features_in_)] if seen is None else seen.tolist()
            return np.array(self._names_out(names), dtype=object)
        given = np.asarray(input_features, dtype=object)
        if seen is not None and not np.array_equal(given, seen):
            raise ValueError("input_features is not equal to feature_names_in_")
        if len(given) != self.n_features_in_:
            raise ValueError(
                f"input_features should have length equal to number of features ({self.n_features_in_}), "
                f"got {len(given)}"
            )
        return np.array(self._names_out(given.tolist()), dtype=object)

    def _set_tags(self, tags: Any, utils: Any) -> None:
        tags.estimator_type = "transformer"
        tags.transformer_tags = utils.TransformerTags()


@dataclass(frozen=True, eq=False)
class Rows:
    """What a supervised fit works on: the rows that count.

    `features` (n, d) float64, `target` (n,) as it came or float64, `weights` (n,) positive or None.
    """

    features: FloatArray
    target: NDArray[Any]
    weights: FloatArray | None
    columns: Columns


def checked_rows(name: str, X: Any, y: Any, sample_weight: Any, target: Literal["labels", "numbers"]) -> Rows:
    """The arguments of `fit` of the estimator called `name`, checked; rows of weight 0 are left out.

    Raises:
        ValueError: anything is missing, of the wrong shape, not finite, or no labels or numbers.
        TypeError: `X` is sparse or holds objects that are no numbers.
    """
    names = feature_names(X)
    features = finite_matrix(X)
    columns = Columns(features.shape[1], names)
    if y is None:
        raise ValueError(f"{name} requires y to be passed, but the target y is None")
    truth = target_vector(y, len(features))
    truth = checked_labels(truth) if target == "labels" else _finite_target(truth)
    weights = row_weights(sample_weight, len(features))
    if weights is not None and not weights.all():
        counts = weights > 0.0
        features, truth, weights = features[counts], truth[counts], weights[counts]
    return Rows(features, truth, weights, columns)


def feature_names(features: Any) -> ObjectArray | None:
    """The names of the columns of a data frame, if all are text.

    Raises:
        TypeError: some names are text and some are not.
    """
    columns = getattr(features, "columns", None)
    if columns is None or not len(columns):
        return None
    names = np.empty(len(columns), dtype=object)
    names[:] = list(columns)
    are_text = {isinstance(name, str) for name in names}
    if are_text == {True, False}:
        raise TypeError(
            "Feature names are only supported if all input features have string names, but X has names of "
            "other types too: convert them all to text"
        )
    return names if are_text == {True} else None


def finite_matrix(features: Any) -> FloatArray:
    """`features` as finite float64 (n >= 1, d >= 1).

    Raises:
        ValueError: it is not that.
        TypeError: it is sparse, or an entry is no number.
    """
    matrix = matrix_of(features)
    if matrix.dtype.kind in "SU":
        raise ValueError(f"X must hold numbers, got text: {matrix.ravel()[0]!r}")
    numbers = matrix.astype(np.float64, copy=False)
    demand_finite("X", numbers)
    return numbers


def matrix_of(features: Any) -> NDArray[Any]:
    """`features` as an array (n >= 1, d >= 1) of any type.

    Raises:
        ValueError: it has another shape, or holds complex numbers.
        TypeError: it is sparse.
    """
    if hasattr(features, "toarray"):
        raise TypeError("Sparse data was passed as X, but dense data is required: use X.toarray()")
    try:
        matrix = np.asarray(features)
    except ValueError as error:
        raise ValueError(f"X must be a rectangular array: {error}") from error
    if matrix.dtype.kind == "c":
        raise ValueError("Complex data not supported: X must hold real numbers")
    if matrix.ndim != 2:
        raise ValueError(
            f"X must have two dimensions (rows, columns), got shape {matrix.shape}. Reshape your data with "
            "X.reshape(-1, 1) if it is one column, or with X.reshape(1, -1) if it is one row."
        )
    for axis, what in enumerate(("sample", "feature")):
        if not matrix.shape[axis]:
            raise ValueError(
                f"Found array with 0 {what}(s) (shape={matrix.shape}) while a minimum of 1 is required."
            )
    return matrix


def target_vector(target: Any, n_rows: int) -> NDArray[Any]:
    """`target` as a vector of `n_rows` entries of any type; a single column passes with a warning.

    Raises:
        ValueError: it has another shape.
    """
    vector = np.asarray(target)
    if vector.ndim == 2 and vector.shape[1] == 1:
        warn(
            DataConversionWarning,
            "A column-vector y was passed when a 1d array was expected. Please change the shape of y to "
            "(n_samples,), for example using ravel().",
        )
        vector = vector.ravel()
    if vector.ndim != 1:
        raise ValueError(f"y should be a 1d array, got an array of shape {vector.shape} instead.")
    if len(vector) != n_rows:
        raise ValueError(f"y must have one entry per row of X ({n_rows}), got {len(vector)}")
    return vector


def checked_labels(labels: NDArray[Any]) -> NDArray[Any]:
    """`labels` (n,) if they name classes: text, whole numbers, booleans or anything else that has an order.

    Raises:
        ValueError: they are fractions, not finite, or of kinds that cannot be compared.
    """
    if labels.dtype.kind == "c":
        raise ValueError("Complex data not supported: y must hold labels")
    if labels.dtype.kind == "f":
        demand_finite("y", labels)
        is_whole = labels == np.floor(labels)
        if not is_whole.all():
            raise ValueError(
                "Unknown label type: continuous. A classifier needs labels in y (text or whole numbers), "
                f"got {labels[~is_whole][0]}"
            )
    if labels.dtype.kind == "O":
        _demand_one_order(labels)
    return labels


def row_weights(sample_weight: Any, n_rows: int) -> FloatArray | None:
    """`sample_weight` as float64 (n_rows,), at least 0 and not all 0; None stays None.

    Raises:
        ValueError: it is not that.
    """
    if sample_weight is None:
        return None
    weights = np.asarray(sample_weight)
    if weights.dtype.kind not in NUMBER_KINDS and weights.dtype != object:
        raise ValueError(f"sample_weight must hold numbers, got values of type {weights.dtype}")
    weights = weights.astype(np.float64)
    if weights.shape != (n_rows,):
        raise ValueError(f"sample_weight must have one entry per row ({n_rows}), got shape {weights.shape}")
    demand_finite("sample_weight", weights)
    if (weights < 0.0).any():
        raise ValueError(f"sample_weight must hold no negative numbers, got {weights[weights < 0.0][0]}")
    if not weights.any():
        raise ValueError("sample_weight must hold at least one non-zero number, got zeros only")
    return weights


def demand_finite(field: str, numbers: NDArray[Any]) -> None:
    """Refuse NaN and infinity in words that name the first row that holds them."""
    is_finite = np.isfinite(numbers)
    if not is_finite.all():
        place = np.argwhere(~is_finite)[0]
        what = "NaN" if np.isnan(numbers[tuple(place)]) else "infinity"
        raise ValueError(f"{field} must hold only finite numbers, got {what} in row {place[0] + 1}")


def chosen(field: str, value: object, choices: Sequence[object]) -> None:
    """Refuse a parameter that is none of `choices`.

    Raises:
        ValueError: naming field and value.
    """
    if not any(value is choice or (isinstance(value, str) and value == choice) for choice in choices):
        wanted = ", ".join(map(repr, choices[:-1]))
        raise ValueError(f"{field} must be {wanted} or {choices[-1]!r}, got {value!r}")


def switch(field: str, value: object) -> bool:
    """A parameter that is True or False.

    Raises:
        ValueError: naming field and value.
    """
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{field} must be True or False, got {value!r}")
    return bool(value)


def _finite_target(target: NDArray[Any]) -> FloatArray:
    if target.dtype.kind not in NUMBER_KINDS and target.dtype != object:
        raise ValueError(f"y must hold numbers, got values of type {target.dtype}")
    try:
        numbers = target.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"y must hold numbers: {error}") from error
    demand_finite("y", numbers)
    return numbers


def _demand_one_order(labels: NDArray[Any]) -> None:
    if any(isinstance(label, float) and label != np.floor(label) for label in labels):  # NaN too
        raise ValueError(
            "Unknown label type: continuous. A classifier needs labels in y, got fractions or NaN"
        )
    try:
        np.unique(labels)
    except TypeError as error:
        kinds = sorted({type(label).__name__ for label in labels})
        raise ValueError(
            f"Unknown label type: y must hold labels of one kind, got {', '.join(kinds)}"
        ) from error


def _difference(names: list[str], fitted: list[str]) -> str:
    message = "The feature names should match those that were passed during fit.\n"
    unseen, missing = sorted(set(names) - set(fitted)), sorted(set(fitted) - set(names))
    if unseen:
        message += f"Feature names unseen at fit time:\n{_listed(unseen)}"
    if missing:
        message += f"Feature names seen at fit time, yet now missing:\n{_listed(missing)}"
    if not unseen and not missing:
        message += "Feature names must be in the same order as they were in fit.\n"
    return message


def _listed(names: list[str]) -> str:
    shown = [f"- {name}\n" for name in names[:SHOWN_NAMES]]
    return "".join(shown) + ("- ...\n" if len(names) > SHOWN_NAMES else "")

"""The state of a run as plain values for a JSON file.

Every number that the window shows, to its last digit.
"""

from __future__ import annotations

from typing import Any

from logreg_gui.frames import Frame
from logreg_gui.scenario import Scenario


def state_of(frame: Frame, scenario: Scenario) -> dict[str, Any]:
    """The numbers of a frame whose references are known.

    `weights` and `mle.weights` hold the intercept first; `gradient_norm` is that of the summed gradient;
    `largest_stable_learning_rate` is None, as are the members of `mle` but for `reason`, when there is no
    finite maximum.
    """
    references = frame.data.references
    maximum = references.maximum_likelihood if references is not None else None
    bayes = frame.data.bayes
    return {
        "preset": scenario.preset,
        "step": frame.step,
        "status": frame.status.value.lower(),
        "notice": frame.notice,
        "learning_rate": frame.learning_rate,
        "weights": frame.weights.tolist(),
        "log_likelihood": frame.log_likelihood,
        "accuracy": frame.accuracy,
        "gradient_norm": frame.gradient_norm,
        "mle": {
            "weights": _listed(maximum.weights) if maximum is not None else None,
            "log_likelihood": maximum.log_likelihood if maximum is not None else None,
            "standard_errors": _listed(maximum.standard_errors) if maximum is not None else None,
            "reason": maximum.reason if maximum is not None else "not computed",
        },
        "largest_stable_learning_rate": references.largest_stable_learning_rate
        if references is not None
        else None,
        "always_climbing_learning_rate": references.always_climbing_learning_rate
        if references is not None
        else None,
        "bayes_weights": _listed(bayes.weights) if bayes is not None and bayes.is_line else None,
        "classes": [
            {
                "mean": list(gaussian.mean),
                "covariance": [list(row) for row in gaussian.covariance],
                "size": gaussian.size,
            }
            for gaussian in frame.data.classes
        ],
        "seed": frame.data.seed,
        "precision": frame.precision,
    }


def _listed(values: Any) -> list[float] | None:
    return None if values is None else [float(value) for value in values]

"""The numerical core: numpy alone, usable and testable without a window.

The functions of the tutorials are at hand here under the names the tutorials gave them.
"""

from logreg_gui.core.objectives import (
    add_intercept,
    log_likelihood,
    log_likelihood_gradient,
    log_likelihood_hessian,
    logistic_regression,
    sigmoid,
)

__all__ = [
    "add_intercept",
    "log_likelihood",
    "log_likelihood_gradient",
    "log_likelihood_hessian",
    "logistic_regression",
    "sigmoid",
]

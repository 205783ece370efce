"""One step of each optimizer by hand, and the checks of its settings."""

import dataclasses

import numpy as np
import pytest

from logreg_gui.core.models import ModelSpec, build, reference
from logreg_gui.core.optimizers import OPTIMIZERS, GradientAscent, Optimizer
from logreg_gui.core.stability import stable_rates


def test_gradient_ascent_adds_the_learning_rate_times_the_gradient():
    optimizer: Optimizer = GradientAscent(0.25)
    weights = np.array([1.0, -2.0])
    state = optimizer.init(weights)
    moved, _ = optimizer.update(weights, np.array([4.0, 8.0]), state)
    np.testing.assert_array_equal(moved, [2.0, 0.0])
    np.testing.assert_array_equal(weights, [1.0, -2.0])


def test_an_optimizer_is_a_value():
    assert GradientAscent(0.1) == GradientAscent(learning_rate=0.1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        GradientAscent(0.1).learning_rate = 0.2


def test_the_learning_rate_is_kept_as_a_float():
    assert type(GradientAscent(np.float32(1)).learning_rate) is float
    assert type(GradientAscent(1).learning_rate) is float


@pytest.mark.parametrize(
    "learning_rate", [0.0, -0.1, np.nan, np.inf, -np.inf, True, "0.1", None, 1j, 10**400]
)
def test_a_learning_rate_that_is_not_positive_and_finite_is_named(learning_rate):
    with pytest.raises(ValueError, match="learning_rate must be a positive finite number, got") as caught:
        GradientAscent(learning_rate)
    assert repr(learning_rate) in str(caught.value)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_names_of_people_and_methods_keep_their_capital_in_a_sentence(name):
    common = {"gradient-ascent", "sgd", "momentum", "proximal"}
    info = OPTIMIZERS[name]
    assert info.noun.lower() == info.title.lower()
    assert info.noun[0].islower() == (name in common)
    spec = ModelSpec(optimizer=name)
    rows = np.array([[0.0], [1.0], [2.0], [3.0]])
    reason = stable_rates(spec, reference(build(spec, rows, [0, 1, 0, 1]))).reason
    assert not reason or info.noun in reason

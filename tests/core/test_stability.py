"""Below the largest stable learning rate training settles at the maximum, above it never."""

from dataclasses import replace

import numpy as np
import pytest

from logreg_gui.core.models import ModelSpec, build, reference
from logreg_gui.core.optimizers import OPTIMIZERS
from logreg_gui.core.stability import stable_rates
from logreg_gui.core.training import TrainingState, advance

RNG = np.random.default_rng(5)
FEATURES = RNG.normal(size=(150, 2)) * (1.0, 1.7)
LABELS = (RNG.random(150) < 1 / (1 + np.exp(-FEATURES @ (1.0, -0.6)))).astype(np.int8)


def distance_after(spec, steps=4000):
    """How far from the maximum the weights are after starting a little aside of it."""
    model = build(spec, FEATURES, LABELS)
    best = reference(model).weights
    start = best + 1e-4
    state = TrainingState(0, start, model.optimizer.init(start))
    state = advance(state, model.objective, model.optimizer, steps)
    return float(np.linalg.norm(state.weights - best))


@pytest.mark.parametrize("optimizer", ["gradient-ascent", "momentum", "nesterov"])
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_the_edge_is_where_training_stops_settling(optimizer, momentum):
    spec = ModelSpec(optimizer=optimizer, momentum=momentum)
    edge = stable_rates(spec, reference(build(spec, FEATURES, LABELS))).largest_stable
    assert distance_after(replace(spec, learning_rate=0.97 * edge)) < 1e-8
    assert distance_after(replace(spec, learning_rate=1.03 * edge)) > 1e-3


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_has_rates_or_a_reason_why_not(optimizer):
    spec = ModelSpec(optimizer=optimizer)
    rates = stable_rates(spec, reference(build(spec, FEATURES, LABELS)))
    assert (rates.largest_stable is None) == bool(rates.reason)
    assert stable_rates(spec, None) is None


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
def test_separated_classes_have_no_edge(optimizer):
    spec = ModelSpec(optimizer=optimizer)
    model = build(spec, [[-1.0, 0.0], [-2.0, 0.5], [1.0, 0.0], [2.0, 1.0]], [0, 0, 1, 1])
    assert "no maximum" in stable_rates(spec, reference(model)).reason

"""Training against published runs, itself in other portions, and the stability law."""

from dataclasses import FrozenInstanceError, dataclass

import numpy as np
import pytest

from logreg_gui.core.kernels import LogisticObjective
from logreg_gui.core.objectives import logistic_regression
from logreg_gui.core.optimizers import GradientAscent
from logreg_gui.core.references import compute_references
from logreg_gui.core.training import FallWatch, TrainingState, advance, last_finite, start


@dataclass(frozen=True)
class Slope:
    """An objective with a constant gradient: steps can be counted by hand."""

    slope: float
    n_rows: int = 1
    n_weights: int = 1

    def gradient(self, weights):
        return np.full(1, self.slope)

    def value(self, weights):
        return self.slope * float(weights[0])

    def value_and_gradient(self, weights):
        return self.value(weights), self.gradient(weights)

    def accuracy(self, weights):
        return 1.0

    def hessian(self, weights):
        return np.zeros((1, 1))


@dataclass(frozen=True)
class Momentum:
    """An optimizer that carries something from step to step."""

    rate: float

    def init(self, weights):
        return np.zeros_like(weights)

    def update(self, weights, gradient, state):
        velocity = 0.9 * state + self.rate * gradient
        return weights + velocity, velocity


def test_start_is_step_0_at_a_read_only_copy():
    weights = np.array([1.0, 2.0])
    state = start(weights, GradientAscent(0.1))
    weights[0] = 9.0
    assert state.step == 0
    np.testing.assert_array_equal(state.weights, [1.0, 2.0])
    with pytest.raises(ValueError, match="read-only"):
        state.weights[0] = 5.0
    with pytest.raises(FrozenInstanceError):
        state.step = 1


def test_a_state_keeps_no_hold_on_a_writable_array():
    weights = np.array([1.0, 2.0])
    view = weights[:]
    view.setflags(write=False)
    state = TrainingState(3, view, None)
    weights[0] = 9.0
    np.testing.assert_array_equal(state.weights, [1.0, 2.0])


@pytest.mark.parametrize("weights", [[np.nan, 0.0], [[0.0]], ["a"]])
def test_start_refuses_what_is_no_finite_vector(weights):
    with pytest.raises(ValueError, match="weights must"):
        start(weights, GradientAscent(0.1))


def test_advance_counts_steps_and_leaves_its_argument_alone():
    optimizer = GradientAscent(0.5)
    state = start([0.0], optimizer)
    later = advance(state, Slope(2.0), optimizer, 3)
    assert later.step == 3
    np.testing.assert_array_equal(later.weights, [3.0])
    np.testing.assert_array_equal(state.weights, [0.0])
    assert not later.weights.flags.writeable
    assert advance(later, Slope(2.0), optimizer).step == 4


def test_advance_by_no_steps_stays_where_it_is():
    optimizer = GradientAscent(0.5)
    state = start([1.0], optimizer)
    same = advance(state, Slope(2.0), optimizer, 0)
    assert same.step == 0
    np.testing.assert_array_equal(same.weights, state.weights)


@pytest.mark.parametrize("steps", [-1, 1.5, True, "2"])
def test_advance_refuses_steps_that_are_no_count(steps):
    optimizer = GradientAscent(0.5)
    with pytest.raises(ValueError, match="steps must be a whole number of at least 0, got"):
        advance(start([0.0], optimizer), Slope(1.0), optimizer, steps)


def test_advance_refuses_weights_of_another_model():
    optimizer = GradientAscent(0.5)
    with pytest.raises(ValueError, match=r"weights must have one entry per weight of the objective \(1\)"):
        advance(start([0.0, 0.0], optimizer), Slope(1.0), optimizer)


@pytest.mark.parametrize("optimizer", [GradientAscent(5e-5), Momentum(5e-6)])
@pytest.mark.parametrize("portions", [[1] * 60, [60], [7, 13, 0, 39, 1], [59, 1]])
def test_a_run_ends_in_the_same_bits_however_it_is_split(sagar, optimizer, portions):
    objective = LogisticObjective(sagar.features, sagar.labels)
    whole = advance(start(np.zeros(3), optimizer), objective, optimizer, 60)
    state = start(np.zeros(3), optimizer)
    for steps in portions:
        state = advance(state, objective, optimizer, steps)
        objective.value_and_gradient(state.weights)  # a frame in between, as in a live run
    assert state.step == whole.step == 60
    np.testing.assert_array_equal(state.weights, whole.weights)


def test_it_walks_the_path_of_the_tutorials_function(overlapping):
    features, labels = overlapping
    optimizer = GradientAscent(1e-3)
    state = advance(start(np.zeros(3), optimizer), LogisticObjective(features, labels), optimizer, 200)
    np.testing.assert_allclose(
        state.weights, logistic_regression(features, labels, 200, 1e-3, add_intercept=True), rtol=1e-12
    )


def test_the_published_becker_run_is_reproduced(becker):
    """As printed in the tutorial of 2016: step indices 0, 10,000 ..., and the weights after 50,000 steps."""
    objective, optimizer = LogisticObjective(becker.features, becker.labels), GradientAscent(5e-5)
    published = {
        1: -4346.26477915,
        10_001: -148.706722768,
        20_001: -142.964936231,
        30_001: -141.545303072,
        40_001: -141.060319659,
    }
    state = start(np.zeros(3), optimizer)
    for step, value in published.items():
        state = advance(state, objective, optimizer, step - state.step)
        assert objective.value(state.weights) == pytest.approx(value, abs=6e-9)
    state = advance(state, objective, optimizer, 50_000 - state.step)
    np.testing.assert_allclose(state.weights, [-13.58690551, -4.8809644, 7.99812915], rtol=0, atol=6e-9)
    assert objective.value(state.weights) == pytest.approx(-140.8703277148, abs=1e-9)
    assert objective.accuracy(state.weights) == 0.9948


def test_the_sagar_run_passes_its_known_points(sagar):
    """Weights and log-likelihoods of an independent implementation, learning rate 5e-5, from zero weights."""
    points = {
        1: (0, 0.248157433581, 1.00125280359, -8645.473859241),
        10: (-1.32457645441, -0.0676117221009, 1.07826151328, -4094.748313937),
        100: (-3.99071417692, -0.596749729695, 2.31915951558, -1513.607007068),
        1_000: (-7.22544301322, -1.22239043989, 3.98788624614, -1050.117058674),
        5_000: (-8.39048489089, -1.44515673261, 4.60640059531, -1032.183960479),
        10_000: (-8.43199244891, -1.4530860244, 4.62854376141, -1032.165438116),
    }
    objective, optimizer = LogisticObjective(sagar.features, sagar.labels), GradientAscent(5e-5)
    state = start(np.zeros(3), optimizer)
    for step, (*weights, value) in points.items():
        state = advance(state, objective, optimizer, step - state.step)
        np.testing.assert_allclose(state.weights, weights, rtol=2e-11, atol=1e-12)
        assert objective.value(state.weights) == pytest.approx(value, abs=1e-8)


def test_an_overshooting_first_step_falls_far_and_recovers(sagar):
    objective, optimizer = LogisticObjective(sagar.features, sagar.labels), GradientAscent(1e-3)
    state = advance(start(np.zeros(3), optimizer), objective, optimizer)
    assert objective.value(state.weights) == pytest.approx(-91923.838, abs=1e-3)
    state = advance(state, objective, optimizer, 1999)
    assert objective.value(state.weights) == pytest.approx(-1032.165, abs=1e-3)


@pytest.mark.parametrize("tutorial", ["becker", "sagar"])
@pytest.mark.parametrize(("share_of_limit", "ends_falling"), [(0.98, False), (1.02, True)])
def test_the_largest_stable_learning_rate_divides_runs_that_settle_from_runs_that_fall(
    request, tutorial, share_of_limit, ends_falling
):
    data = request.getfixturevalue(tutorial)
    objective, references = (
        LogisticObjective(data.features, data.labels),
        compute_references(data.features, data.labels),
    )
    optimizer = GradientAscent(share_of_limit * references.largest_stable_learning_rate)
    state = start(np.zeros(3), optimizer)
    watch = FallWatch(objective.value(state.weights))
    values, is_falling = [], []
    for _ in range(10_000):
        state = advance(state, objective, optimizer)
        values.append(objective.value(state.weights))
        watch = watch.observe(values[-1])
        is_falling.append(watch.is_falling)
    maximum = references.maximum_likelihood
    if ends_falling:
        # It comes close and bursts out again, at steps that one rounding moves: no single one tells.
        assert any(is_falling[-3000:])
        assert maximum.log_likelihood - min(values[-3000:]) > 1
    else:
        assert not watch.is_falling
        np.testing.assert_allclose(state.weights, maximum.weights, rtol=1e-12)


def test_twenty_observations_below_the_best_are_a_fall():
    watch = FallWatch(-10.0)
    for _ in range(19):
        watch = watch.observe(-11.0)
    assert not watch.is_falling
    assert watch.observe(-10.5).is_falling


@pytest.mark.parametrize("regained", [-9.0, -10.0, -10.0 - 5e-9])
def test_the_old_best_but_for_rounding_ends_a_fall(regained):
    watch = FallWatch(-10.0, since_best=25)
    assert watch.is_falling
    assert not watch.observe(regained).is_falling
    assert watch.observe(regained).best == max(regained, -10.0)


def test_a_value_just_below_the_best_does_not_end_a_fall():
    assert FallWatch(-10.0, since_best=25).observe(-10.0 - 5e-8).is_falling


def test_nan_counts_as_below_the_best():
    watch = FallWatch(-10.0, since_best=19).observe(float("nan"))
    assert watch.is_falling
    assert watch.best == -10.0


def test_a_climbing_run_is_never_called_falling(overlapping):
    objective, optimizer = LogisticObjective(*overlapping), GradientAscent(1e-4)
    state = start(np.zeros(3), optimizer)
    watch = FallWatch(objective.value(state.weights))
    for _ in range(100):
        state = advance(state, objective, optimizer)
        watch = watch.observe(objective.value(state.weights))
        assert watch.since_best == 0


def test_last_finite_stops_before_the_numbers_end():
    # 1e308 per step: float64 ends at 1.797e308, so step 1 is the last finite one.
    optimizer = GradientAscent(1.0)
    state = start([0.0], optimizer)
    beyond = advance(state, Slope(1e308), optimizer, 5)
    assert not np.isfinite(beyond.weights).any()
    found = last_finite(state, Slope(1e308), optimizer, 5)
    assert found.step == 1
    np.testing.assert_array_equal(found.weights, [1e308])


def test_last_finite_is_the_state_itself_when_the_first_step_is_too_far():
    optimizer = GradientAscent(1.0)
    state = start([1.5e308], optimizer)
    assert last_finite(state, Slope(1e308), optimizer, 5) is state


def test_last_finite_of_a_run_that_stays_finite_is_its_end():
    optimizer = GradientAscent(1.0)
    assert last_finite(start([0.0], optimizer), Slope(1.0), optimizer, 5).step == 5


def test_last_finite_needs_a_finite_start():
    optimizer = GradientAscent(1.0)
    with pytest.raises(ValueError, match="weights must hold only finite numbers"):
        last_finite(TrainingState(0, np.array([np.inf]), None), Slope(1.0), optimizer, 5)

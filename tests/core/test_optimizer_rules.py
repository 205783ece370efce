"""Each optimizer against its published formula, written out as plain loops, and known counts of steps."""

import itertools

import numpy as np
import pytest

from logreg_gui.core.kernels import LogisticObjective
from logreg_gui.core.models import ModelSpec, build
from logreg_gui.core.objectives import add_intercept, log_likelihood_gradient
from logreg_gui.core.optimizers import (
    LBFGS,
    OPTIMIZERS,
    Adagrad,
    Adam,
    BatchPosition,
    GradientAscent,
    Momentum,
    Nesterov,
    Newton,
    Proximal,
    RMSProp,
    StochasticGradientAscent,
)
from logreg_gui.core.penalties import PenalisedObjective, Penalty, largest_curvature
from logreg_gui.core.references import compute_references, maximum_likelihood
from logreg_gui.core.squared_error import SquaredErrorObjective
from logreg_gui.core.training import advance, has_converged, start

RATE = 2e-3


def path(optimizer, objective, steps, weights=None):
    """The weights after each of `steps` steps: (steps, p)."""
    state = start(np.zeros(objective.n_weights) if weights is None else weights, optimizer)
    found = []
    for _ in range(steps):
        state = advance(state, objective, optimizer)
        found.append(state.weights)
    return np.array(found)


def textbook_momentum(gradient, w, steps):
    v = np.zeros_like(w)
    for _ in range(steps):
        v = 0.9 * v + RATE * gradient(w)
        w = w + v
        yield w


def textbook_nesterov(gradient, w, steps):
    before = w
    for _ in range(steps):
        ahead = w + 0.9 * (w - before)
        before, w = w, ahead + RATE * gradient(ahead)
        yield w


def textbook_adagrad(gradient, w, steps):
    seen = []
    for _ in range(steps):
        seen.append(gradient(w))
        w = w + RATE * seen[-1] / (np.sqrt(np.sum(np.square(seen), axis=0)) + 1e-8)
        yield w


def textbook_rmsprop(gradient, w, steps):
    seen = []
    for step in range(steps):
        seen.append(gradient(w))
        shares = 0.1 * 0.9 ** np.arange(step, -1, -1)
        w = w + RATE * seen[-1] / (np.sqrt(shares @ np.square(seen)) + 1e-8)
        yield w


def textbook_adam(gradient, w, steps):
    seen = []
    for step in range(steps):
        seen.append(gradient(w))
        age = np.arange(step, -1, -1)
        first, second = 0.9**age / np.sum(0.9**age), 0.999**age / np.sum(0.999**age)
        w = w + RATE * (first @ np.array(seen)) / (np.sqrt(second @ np.square(seen)) + 1e-8)
        yield w


@pytest.mark.parametrize(
    ("optimizer", "textbook"),
    [
        (Momentum(RATE), textbook_momentum),
        (Nesterov(RATE), textbook_nesterov),
        (Adagrad(RATE), textbook_adagrad),
        (RMSProp(RATE), textbook_rmsprop),
        (Adam(RATE), textbook_adam),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_a_rule_walks_the_path_of_its_textbook(overlapping, optimizer, textbook):
    features, labels = overlapping
    rows = add_intercept(features)

    def gradient(weights):
        return log_likelihood_gradient(rows, labels, weights)

    expected = np.array(list(textbook(gradient, np.zeros(3), 40)))
    np.testing.assert_allclose(path(optimizer, LogisticObjective(features, labels), 40), expected, rtol=1e-9)


@pytest.mark.parametrize(
    ("optimizer", "steps"),
    [
        # Counted with independent code for the tutorial's data, from zero weights to a relative gap of 1e-6.
        (GradientAscent(1e-4), 3420),
        (Momentum(5e-5), 751),
        (Nesterov(5e-5), 583),
        (Adam(0.5), 395),
        (Adam(1.0), 271),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_number_of_steps_to_the_tutorials_maximum_is_known(sagar, optimizer, steps):
    objective = LogisticObjective(sagar.features, sagar.labels)
    wanted = -1032.16543046651 * (1 + 1e-6)
    state = advance(start(np.zeros(3), optimizer), objective, optimizer, steps - 4)
    assert objective.value(state.weights) < wanted
    state = advance(state, objective, optimizer, 8)
    assert objective.value(state.weights) >= wanted


def test_accelerated_ascent_needs_no_more_steps_than_without_its_restart(sagar):
    # 159 without the restart, counted with independent code.
    objective = LogisticObjective(sagar.features, sagar.labels)
    state = advance(start(np.zeros(3), Proximal()), objective, Proximal(), 160)
    assert objective.value(state.weights) >= -1032.16543046651 * (1 + 1e-6)


@pytest.mark.parametrize("tutorial", ["becker", "sagar"])
def test_newton_reaches_the_tutorials_maximum_within_15_steps(request, tutorial):
    data = request.getfixturevalue(tutorial)
    objective = LogisticObjective(data.features, data.labels)
    state = advance(start(np.zeros(3), Newton()), objective, Newton(), 15)
    np.testing.assert_allclose(
        state.weights, maximum_likelihood(data.features, data.labels).weights, rtol=1e-10
    )


@pytest.mark.parametrize("tutorial", ["becker", "sagar"])
def test_lbfgs_reaches_the_tutorials_maximum_within_40_steps(request, tutorial):
    data = request.getfixturevalue(tutorial)
    objective = LogisticObjective(data.features, data.labels)
    state = advance(start(np.zeros(3), LBFGS()), objective, LBFGS(), 40)
    np.testing.assert_allclose(
        state.weights, maximum_likelihood(data.features, data.labels).weights, rtol=1e-8
    )


def test_newton_solves_a_quadratic_in_one_step():
    rng = np.random.default_rng(0)
    features, target = rng.normal(size=(50, 2)), rng.normal(size=50)
    state = advance(start(np.ones(3), Newton()), SquaredErrorObjective(features, target), Newton())
    rows = add_intercept(features)
    np.testing.assert_allclose(state.weights, np.linalg.lstsq(rows, target)[0], rtol=1e-11)


@pytest.mark.parametrize("optimizer", [Newton(), LBFGS()])
def test_steps_with_a_line_search_never_fall_even_with_heavy_tails(optimizer):
    first = [-3.8, -0.8, -1.7, -1.6, 8.0, -2.5, -1.3, -1.3, 96.8, -1.0, 1.7]
    second = [-0.5, 0.0, 37.4, -0.2, -4.9, -0.4, 0.2, 2.2, 7.3, 2.9, -1.3]
    features, labels = np.column_stack((first, second)), np.array([0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1])
    objective = LogisticObjective(features, labels)
    values = [objective.value(weights) for weights in path(optimizer, objective, 60)]
    assert all(after >= before - 1e-12 for before, after in itertools.pairwise(values))
    assert values[-1] == pytest.approx(maximum_likelihood(features, labels).log_likelihood, rel=1e-12)


@pytest.mark.parametrize("optimizer", [Newton(), LBFGS(), Proximal()])
def test_separated_classes_lead_to_growing_and_finite_weights(optimizer):
    objective = LogisticObjective([[-1.0, -1], [-1, 0], [0, 1], [1, 1]], [0, 0, 1, 1])
    weights = path(optimizer, objective, 300)
    assert np.isfinite(weights).all()
    assert objective.value(weights[-1]) > -1e-3
    assert objective.accuracy(weights[-1]) == 1.0


def test_newton_leaves_out_the_directions_that_no_row_sees(overlapping):
    features, labels = overlapping
    objective = LogisticObjective(np.column_stack((features, features[:, 0])), labels)
    state = advance(start(np.zeros(4), Newton()), objective, Newton(), 12)
    plain = maximum_likelihood(features, labels)
    assert objective.value(state.weights) == pytest.approx(plain.log_likelihood, rel=1e-12)
    np.testing.assert_allclose(state.weights[1], state.weights[3], rtol=1e-6)


def test_an_epoch_of_batches_visits_every_row_once():
    seen = []

    class Recorder(LogisticObjective):
        def rows_gradient(self, weights, rows):
            seen.append(rows)
            return super().rows_gradient(weights, rows)

    rng = np.random.default_rng(0)
    objective = Recorder(rng.normal(size=(103, 2)), rng.integers(0, 2, 103))
    optimizer = StochasticGradientAscent(1e-3, batch_size=10, seed=5)
    state = advance(start(np.zeros(3), optimizer), objective, optimizer, 11)
    assert state.optimizer_state == BatchPosition(1, 0)
    assert [len(rows) for rows in seen] == [10] * 10 + [3]
    first = np.concatenate(seen)
    np.testing.assert_array_equal(np.sort(first), np.arange(103))
    seen.clear()
    advance(state, objective, optimizer, 11)
    second = np.concatenate(seen)
    np.testing.assert_array_equal(np.sort(second), np.arange(103))
    assert (first != second).any()


def test_a_batch_of_all_rows_is_gradient_ascent(overlapping):
    objective = LogisticObjective(*overlapping)
    whole = path(StochasticGradientAscent(RATE, batch_size=1000), objective, 20)
    np.testing.assert_allclose(whole, path(GradientAscent(RATE), objective, 20), rtol=1e-11)


def test_stochastic_runs_are_given_by_their_seed_and_can_be_taken_up_anywhere(overlapping):
    objective = LogisticObjective(*overlapping)
    optimizer = StochasticGradientAscent(RATE, seed=1)
    one = path(optimizer, objective, 40)
    np.testing.assert_array_equal(path(StochasticGradientAscent(RATE, seed=1), objective, 40), one)
    assert (path(StochasticGradientAscent(RATE, seed=2), objective, 40) != one).any()
    middle = advance(start(np.zeros(3), optimizer), objective, optimizer, 17)
    for other in range(5):  # other orders are drawn in between
        path(StochasticGradientAscent(RATE, seed=other), objective, 3)
    np.testing.assert_array_equal(advance(middle, objective, optimizer, 23).weights, one[-1])


def test_plain_proximal_steps_are_ascent_and_a_soft_threshold(overlapping):
    plain = LogisticObjective(*overlapping)
    objective = PenalisedObjective(plain, Penalty("l1", 20.0))
    weights, expected = np.zeros(3), []
    for _ in range(30):
        moved = weights + RATE * plain.gradient(weights)
        shrunk = np.sign(moved[1:]) * np.maximum(np.abs(moved[1:]) - RATE * 20.0, 0.0)
        weights = np.concatenate((moved[:1], shrunk))
        expected.append(weights)
    np.testing.assert_allclose(
        path(Proximal(RATE, is_accelerated=False), objective, 30), expected, rtol=1e-11
    )


def test_accelerated_steps_are_those_of_the_paper_until_they_turn(overlapping):
    plain = LogisticObjective(*overlapping)
    rate = 1e-4
    x, before, t = np.zeros(3), np.zeros(3), 1.0
    y, expected = x, []
    for _ in range(15):
        before, x = x, y + rate * plain.gradient(y)
        following = (1 + np.sqrt(1 + 4 * t * t)) / 2
        y, t = x + (t - 1) / following * (x - before), following
        expected.append(x)
    np.testing.assert_allclose(path(Proximal(rate), plain, 15), expected, rtol=1e-11)


def test_acceleration_starts_afresh_where_a_step_turns_against_the_last(overlapping):
    objective = PenalisedObjective(LogisticObjective(*overlapping), Penalty("elasticnet", 3.0, 0.5))
    rate = 1.0 / largest_curvature(objective)
    x, y, t, restarts, expected = np.zeros(3), np.zeros(3), 1.0, 0, []
    for _ in range(150):
        ahead = y + rate * objective.gradient(y)
        shrunk = np.sign(ahead[1:]) * np.maximum(np.abs(ahead[1:]) - rate * 1.5, 0.0)
        before, x = x, np.concatenate((ahead[:1], shrunk))
        following = (1 + np.sqrt(1 + 4 * t * t)) / 2
        if (y - x) @ (x - before) > 0:  # uphill is x - y, and the step went the other way
            y, t = x, 1.0
            restarts += 1
        else:
            y, t = x + (t - 1) / following * (x - before), following
        expected.append(x)
    assert restarts > 1
    np.testing.assert_allclose(path(Proximal(rate), objective, 150), expected, rtol=1e-8)


def test_proximal_finds_its_step_length_by_itself(overlapping):
    objective = LogisticObjective(*overlapping)
    rate = 0.5 * compute_references(*overlapping).always_climbing_learning_rate
    np.testing.assert_allclose(
        path(Proximal(), objective, 10), path(Proximal(rate), objective, 10), rtol=1e-10
    )


def test_convergence_is_judged_relative_to_the_gradient_at_zero(overlapping):
    features, labels = overlapping
    found = maximum_likelihood(features, labels).weights
    for factor in (1.0, 1e6):
        objective = LogisticObjective(features * factor, labels)
        there = found / [1.0, factor, factor]
        assert has_converged(objective, there)
        assert not has_converged(objective, there * 1.001)
        assert not has_converged(objective, np.zeros(3))
    assert has_converged(LogisticObjective(features, labels), found * 1.001, 1e-2)
    with pytest.raises(ValueError, match="tolerance must be a positive finite number, got 0"):
        has_converged(LogisticObjective(features, labels), found, 0)


def test_a_penalty_that_keeps_all_slopes_at_0_converges_there(overlapping):
    features, labels = overlapping
    objective = PenalisedObjective(LogisticObjective(features, labels), Penalty("l1", 1e4))
    log_odds = np.log(labels.mean() / (1 - labels.mean()))
    assert has_converged(objective, np.array([log_odds, 0.0, 0.0]))
    assert not has_converged(objective, np.array([log_odds, 0.1, 0.0]))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_table_makes_every_optimizer_of_its_parameters(name):
    info = OPTIMIZERS[name]
    settings = {}
    for parameter in info.parameters:
        value = 0.1 if parameter.default is None else parameter.default
        assert parameter.smallest <= value <= parameter.largest
        settings[parameter.name] = int(value) if parameter.is_whole else value
    optimizer = info.make(**settings)
    assert optimizer == info.make(**settings)
    assert all(getattr(optimizer, field) == value for field, value in settings.items())


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: StochasticGradientAscent(-1.0), "learning_rate must be a positive finite number, got -1.0"),
        (
            lambda: StochasticGradientAscent(1.0, batch_size=0),
            "batch_size must be a whole number of at least 1",
        ),
        (lambda: StochasticGradientAscent(1.0, seed=-1), "seed must be a whole number of at least 0, got -1"),
        (lambda: Momentum(0.0), "learning_rate must be a positive finite number, got 0.0"),
        (lambda: Momentum(1.0, 1.0), "momentum must be a number of at least 0 and below 1, got 1.0"),
        (lambda: Nesterov(1.0, -0.1), "momentum must be a number of at least 0 and below 1, got -0.1"),
        (lambda: RMSProp(1.0, decay=1.0), "decay must be a number of at least 0 and below 1, got 1.0"),
        (lambda: Adam(1.0, beta2=1.5), "beta2 must be a number of at least 0 and below 1, got 1.5"),
        (lambda: Adam(1.0, beta1=np.nan), "beta1 must be a finite number, got nan"),
        (lambda: Adagrad(np.inf), "learning_rate must be a positive finite number, got inf"),
        (lambda: LBFGS(0), "memory must be a whole number of at least 1, got 0"),
        (lambda: Proximal(0.0), "learning_rate must be a positive finite number, got 0.0"),
    ],
)
def test_settings_out_of_range_are_named(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize("scale", [1.0, 1e-3, 30.0])
@pytest.mark.parametrize("optimizer", ["lbfgs", "newton"])
def test_on_separated_classes_climbing_never_ends_in_an_error(optimizer, scale):
    rng = np.random.default_rng(3)
    features = scale * np.vstack((rng.normal(-3.0, 0.5, (40, 2)), rng.normal(3.0, 0.5, (40, 2))))
    model = build(ModelSpec(optimizer=optimizer), features, np.repeat([0, 1], 40))
    state = start(np.zeros(3), model.optimizer)
    values = []
    for _ in range(40):
        state = advance(state, model.objective, model.optimizer, 10)
        values.append(model.log_likelihood(state.weights))
    assert np.isfinite(state.weights).all()
    assert values == sorted(values)
    assert values[-1] > -1e-6


class FaintHill:
    """a w - s w^2 / 2, with a so small that the square of a change of its slope is 0 in float64."""

    n_weights, a, s = 1, 1e-161, 3e-3

    def value_and_gradient(self, weights):
        w = float(weights[0])
        return self.a * w - 0.5 * self.s * w * w, np.array([self.a - self.s * w])


def test_lbfgs_goes_on_where_the_square_of_a_change_of_slope_is_zero():
    optimizer, hill = LBFGS(), FaintHill()
    weights, state = np.zeros(1), optimizer.init(np.zeros(1))
    for _ in range(3):
        weights, state = optimizer.step(weights, state, hill)
    assert np.isfinite(weights).all()
    assert weights[0] > 0.0

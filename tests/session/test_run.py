"""A run of any model: every step can be gone back to exactly, and its frames say what numpy says."""

import gc
import weakref
from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest

from logreg_gui.core.models import build, reference
from logreg_gui.core.samples import draw
from logreg_gui.core.training import advance, start
from logreg_gui.frames import FitPicture, PlanePicture, RunStatus
from logreg_gui.presets import PRESETS, preset
from logreg_gui.scenario import OBJECTIVES, OPTIMIZERS, PENALTIES, PauseRules, with_model
from logreg_gui.session.run import TrainingRun

SMALL = preset("overlapping")


def frame_of(run):
    return run.frame(RunStatus.PAUSED, 100, 0.0)


def weights_by_step(scenario, steps):
    """The weights after each of so many single steps, by the core alone."""
    sample = draw(scenario.data, scenario.inputs)
    model = build(scenario.model, *sample.training(), sample.n_classes or None)
    initial = np.array(scenario.initial_weights)
    state = start(initial if len(initial) == model.n_weights else np.zeros(model.n_weights), model.optimizer)
    found = [state.weights]
    for _ in range(steps):
        state = advance(state, model.objective, model.optimizer)
        found.append(state.weights)
    return found


COMBINATIONS = [
    (objective, features, penalty, optimizer)
    for objective, features, penalty, optimizer in product(
        OBJECTIVES,
        (
            {"degree": 1},
            {"degree": 3, "standardise": True},
            {"degree": 6, "interactions": False, "standardise": True},
        ),
        PENALTIES,
        OPTIMIZERS,
    )
    if OPTIMIZERS[optimizer].handles_l1 or penalty in ("none", "l2")
]


@pytest.mark.parametrize(("objective", "features", "penalty", "optimizer"), COMBINATIONS)
def test_every_combination_on_offer_trains(objective, features, penalty, optimizer):
    scenario = with_model(SMALL, objective=objective, **features)
    scenario = with_model(scenario, optimizer=optimizer)
    scenario = with_model(scenario, penalty=penalty)
    run = TrainingRun.of(scenario)
    first = frame_of(run)
    run.train(200)
    last = frame_of(run)
    assert last.model.optimizer == optimizer
    assert last.step == 200
    assert np.isfinite(last.weights).all()
    # From zero weights, or nearly so, every optimizer finds something better in 200 steps.
    assert last.penalised > first.penalised
    assert isinstance(last.picture, PlanePicture)


OTHER_ROWS = {
    "three classes": ("softmax", preset("iris")),
    "a regression": ("squared-error", preset("noisy-curve")),
    "one feature": ("logistic", replace(SMALL, inputs="first")),
}


@pytest.mark.parametrize("rows", OTHER_ROWS)
@pytest.mark.parametrize(
    ("features", "penalty", "optimizer"),
    [rest for objective, *rest in COMBINATIONS if objective == "logistic"],
)
def test_every_combination_trains_on_other_rows_too(rows, features, penalty, optimizer):
    objective, scenario = OTHER_ROWS[rows]
    scenario = with_model(scenario, objective=objective, penalty="none", **features)
    scenario = with_model(scenario, optimizer=optimizer)
    scenario = with_model(scenario, penalty=penalty)
    run = TrainingRun.of(scenario)
    first = frame_of(run)
    run.train(200)
    last = frame_of(run)
    assert (last.model.optimizer, last.step) == (optimizer, 200)
    assert np.isfinite(last.weights).all()
    assert last.penalised > first.penalised


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_trains_towards_its_maximum(name):
    run = TrainingRun.of(preset(name))
    before = frame_of(run).penalised
    for _ in range(20):
        run.train(5)
    run.compute_references()
    frame = frame_of(run)
    assert frame.penalised > before
    if frame.maximum.penalised_value is not None:
        assert 0.0 <= frame.gap_to_maximum < frame.maximum.penalised_value - before


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("target", [1, 7, 23, 40])
def test_a_step_gone_back_to_is_where_it_was_and_goes_on_as_it_did(optimizer, target):
    scenario = with_model(SMALL, optimizer=optimizer)
    expected = weights_by_step(scenario, 45)
    run = TrainingRun.of(scenario)
    for _ in range(8):
        run.train(5)
    run.seek(target)
    np.testing.assert_array_equal(frame_of(run).weights, expected[target])
    assert run.step == target
    while run.step < 45:
        run.train(1)
        np.testing.assert_array_equal(frame_of(run).weights, expected[run.step])


@pytest.mark.parametrize("optimizer", ["momentum", "adam", "sgd", "newton"])
def test_the_next_weights_of_a_frame_are_those_of_the_next_step(optimizer):
    run = TrainingRun.of(with_model(SMALL, optimizer=optimizer))
    run.train(3)
    promised = frame_of(run).next_weights
    run.train(1)
    np.testing.assert_array_equal(frame_of(run).weights, promised)


def test_a_fork_in_the_optimizer_keeps_the_way_there_and_starts_afresh_from_it():
    scenario = with_model(SMALL, optimizer="momentum")
    before = weights_by_step(scenario, 20)
    run = TrainingRun.of(scenario)
    for _ in range(20):
        run.train(1)
    run.seek(10)
    run.apply(with_model(scenario, optimizer="adam"))
    run.train(4)
    assert run.last_step == 14
    forked = frame_of(run).weights
    run.seek(5)
    np.testing.assert_array_equal(frame_of(run).weights, before[5])
    run.seek(12)
    other = replace(with_model(scenario, optimizer="adam"), initial_weights=tuple(before[10]))
    np.testing.assert_array_equal(frame_of(run).weights, weights_by_step(other, 2)[2])
    run.seek(14)
    np.testing.assert_array_equal(frame_of(run).weights, forked)


@pytest.mark.parametrize("step", [10, 20])
@pytest.mark.parametrize("optimizer", ["momentum", "adam", "lbfgs"])
def test_settings_that_are_changed_and_changed_back_leave_no_trace(optimizer, step):
    scenario = with_model(SMALL, optimizer=optimizer)
    expected = weights_by_step(scenario, 30)
    run = TrainingRun.of(scenario)
    for _ in range(20):
        run.train(1)
    run.seek(step)
    run.apply(with_model(scenario, optimizer="gradient-ascent"))
    run.apply(scenario)
    for later in range(step + 1, 31):
        run.train(1)
        np.testing.assert_array_equal(frame_of(run).weights, expected[later])
    run.seek(25)
    np.testing.assert_array_equal(frame_of(run).weights, expected[25])


def test_where_another_optimizer_took_over_the_first_one_can_go_on_after_all():
    scenario = with_model(SMALL, optimizer="momentum")
    expected = weights_by_step(scenario, 25)
    run = TrainingRun.of(scenario)
    for _ in range(20):
        run.train(1)
    run.apply(with_model(scenario, optimizer="adam"))
    run.train(10)
    run.apply(scenario)
    run.seek(20)
    run.train(5)
    assert run.last_step == 25
    np.testing.assert_array_equal(frame_of(run).weights, expected[25])


def test_steps_walked_again_at_full_speed_are_looked_at():
    run = TrainingRun.of(MANY)
    for _ in range(5):
        run.train(10)
    run.seek(0)
    assert frame_of(run).step == 0
    run.train(30, observes=False)
    run.observe()
    assert run.frame(RunStatus.RUNNING, 100, 0.0, is_fresh=False).step == 30


def test_a_fork_at_a_step_between_two_remembered_ones_is_remembered():
    run = TrainingRun.of(SMALL)
    run.train(50)  # one stretch: nothing between is remembered
    run.seek(20)
    between = frame_of(run).weights
    run.apply(with_model(SMALL, learning_rate=1e-3))
    run.train(5)
    run.seek(20)
    np.testing.assert_array_equal(frame_of(run).weights, between)
    run.seek(25)
    again = replace(with_model(SMALL, learning_rate=1e-3), initial_weights=tuple(between))
    np.testing.assert_array_equal(frame_of(run).weights, weights_by_step(again, 5)[5])


def test_the_numbers_of_a_test_set_are_those_of_numpy():
    run = TrainingRun.of(replace(SMALL, test_size=0.25, split_seed=4))
    run.train(12)
    frame = frame_of(run)
    sample = frame.data.sample
    is_test = np.isin(np.arange(sample.n_rows), sample.test_rows)
    assert is_test.sum() == 50
    scores = frame.weights[0] + sample.features.astype(float) @ frame.weights[1:]
    terms = sample.target * scores - np.log1p(np.exp(scores))
    assert frame.log_likelihood == pytest.approx(terms[~is_test].sum(), rel=1e-12)
    assert frame.test_log_likelihood == pytest.approx(terms[is_test].mean() * 150, rel=1e-12)
    assert frame.test_accuracy == np.mean((scores >= 0) == sample.target, where=is_test)
    assert frame.accuracy == np.mean((scores >= 0) == sample.target, where=~is_test)
    np.testing.assert_array_equal(
        frame.trace_values[-1], [frame.log_likelihood, frame.penalised, frame.test_log_likelihood]
    )


def test_a_penalty_that_comes_while_training_breaks_the_curve_and_keeps_the_weights():
    run = TrainingRun.of(SMALL)
    run.train(5)
    before = frame_of(run)
    run.compute_references()
    run.apply(with_model(SMALL, penalty="l2", C=0.1))
    frame = frame_of(run)
    assert frame.run == before.run
    np.testing.assert_array_equal(frame.weights, before.weights)
    assert np.isnan(frame.trace_values[0]).all()
    assert frame.maximum is None
    assert frame.data.revision == before.data.revision
    assert frame.revision == before.revision + 1
    slopes = frame.weights[1:]
    assert frame.penalised == pytest.approx(frame.log_likelihood - slopes @ slopes / (2 * 0.1), rel=1e-12)


def test_two_softmax_classes_draw_the_line_of_the_sigmoid():
    logistic, softmax = TrainingRun.of(SMALL), TrainingRun.of(with_model(SMALL, objective="softmax"))
    for run in (logistic, softmax):
        run.compute_references()
    one, other = frame_of(logistic).picture, frame_of(softmax).picture
    np.testing.assert_allclose(other.maximum_line, one.maximum_line, rtol=1e-6)
    assert other.is_logistic


@pytest.mark.parametrize("standardise", [False, True])
def test_a_straight_line_has_the_scores_of_the_model(standardise):
    run = TrainingRun.of(
        replace(with_model(preset("iris"), standardise=standardise, objective="softmax"), inputs="all")
    )
    flowers = replace(preset("iris").data, classes=("versicolor", "virginica"))
    scenario = replace(preset("iris"), data=flowers, inputs="all")
    run = TrainingRun.of(with_model(scenario, objective="logistic", standardise=standardise))
    run.train(30)
    frame = frame_of(run)
    features = frame.data.sample.features
    model = build(frame.model, *frame.data.sample.training(), 2)
    points = features.copy()
    points[:, 2:] = features[:, 2:].mean(axis=0)
    line = frame.picture.line
    np.testing.assert_allclose(
        line[0] + points[:, :2] @ line[1:], model.scores(frame.weights, points), rtol=1e-9, atol=1e-9
    )


def test_the_boundary_of_a_polynomial_lies_where_its_score_is_zero():
    scenario = preset("moons")
    run = TrainingRun.of(scenario)
    run.show_view((-2.0, 3.0, -2.0, 2.0))
    run.train(100)
    frame = frame_of(run)
    sample = frame.data.sample
    model = build(scenario.model, *sample.training(), 2)
    boundary = np.concatenate(frame.picture.boundary)
    assert np.abs(model.scores(frame.weights, boundary)).max() < 0.02
    for contour in frame.picture.contours:
        found = model.probabilities(frame.weights, np.concatenate(contour.lines))[:, 1]
        np.testing.assert_allclose(found, contour.probability, atol=0.01)


def test_seams_between_classes_are_where_the_two_likeliest_tie():
    run = TrainingRun.of(preset("three-gaussians"))
    run.train(100)
    frame = frame_of(run)
    sample = frame.data.sample
    model = build(frame.model, *sample.training(), 3)
    # All along every piece, up to the point where all three meet.
    shares = np.linspace(0.0, 1.0, 50)[:, np.newaxis]
    points = np.concatenate([line[0] + shares * (line[1] - line[0]) for line in frame.picture.boundary])
    assert len(frame.picture.boundary) == 3
    probabilities = np.sort(model.probabilities(frame.weights, points), axis=1)
    np.testing.assert_allclose(probabilities[:, 2], probabilities[:, 1], rtol=1e-9)


def test_least_squares_is_shown_beside_logistic_regression_on_the_outliers():
    run = TrainingRun.of(preset("outlier"))
    run.compute_references()
    frame = frame_of(run)
    (other,) = frame.picture.references
    assert other.text.startswith("logistic")
    sample = frame.data.sample
    scenario = with_model(preset("outlier"), objective="logistic", penalty="l2", C=1.0)
    model = build(scenario.model, *sample.training(), 2)
    weights = reference(model).weights
    np.testing.assert_allclose(model.scores(weights, np.concatenate(other.lines)), 0.0, atol=1e-6)
    # What it shows: least squares gets many wrong, logistic regression none.
    assert np.mean((model.scores(weights, sample.features) >= 0) == sample.target) == 1.0
    run.train(300)
    assert frame_of(run).accuracy < 0.9


@pytest.mark.parametrize("objective", ["logistic", "squared-error"])
def test_one_input_is_drawn_as_a_curve(objective):
    run = TrainingRun.of(replace(with_model(SMALL, objective=objective), inputs="first"))
    run.show_view((-3.0, 4.0, 0.0, 1.0))
    run.train(20)
    run.compute_references()
    frame = frame_of(run)
    picture = frame.picture
    assert isinstance(picture, FitPicture)
    assert (picture.x[0], picture.x[-1]) == (-3.0, 4.0)
    line = frame.weights[0] + frame.weights[1] * picture.x
    expected = 1 / (1 + np.exp(-line)) if objective == "logistic" else line
    np.testing.assert_allclose(picture.curves, [expected], rtol=1e-12)
    assert picture.maximum.shape == (1, len(picture.x))
    assert picture.truth is None


def test_a_regression_has_r_squared_and_its_true_curve():
    scenario = replace(preset("noisy-curve"), test_size=0.25)
    run = TrainingRun.of(scenario)
    run.train(50)
    frame = frame_of(run)
    assert frame.accuracy is None
    assert frame.test_accuracy is None
    sample = frame.data.sample
    model = build(scenario.model, *sample.training(), None)
    for (x, y), r2 in ((sample.training(), frame.r2), (sample.test(), frame.test_r2)):
        residuals = y - model.scores(frame.weights, x)
        assert r2 == pytest.approx(1 - (residuals @ residuals) / ((y - y.mean()) ** 2).sum(), rel=1e-9)
    x = frame.picture.x
    np.testing.assert_allclose(frame.picture.truth, x * x / 2 + x + 2)


def test_lasso_reaches_exact_zeros_on_the_noisy_curve():
    scenario = with_model(preset("noisy-curve"), degree=6, penalty="l1", C=0.05)
    run = TrainingRun.of(scenario)
    run.train(3000)
    run.compute_references()
    frame = frame_of(run)
    assert (frame.weights == 0.0).sum() >= 2
    np.testing.assert_array_equal(frame.weights == 0.0, frame.maximum.weights == 0.0)


def test_rows_that_cannot_be_drawn_leave_the_run_as_it_was():
    scenario = replace(SMALL, test_size=0.25)
    run = TrainingRun.of(scenario)
    run.train(5)
    before = frame_of(run)
    with pytest.raises(ValueError, match="test_size must leave"):
        run.apply(replace(scenario, test_size=0.999))
    assert run.scenario == scenario
    after = frame_of(run)
    np.testing.assert_array_equal(after.weights, before.weights)
    run.train(1)
    assert frame_of(run).step == 6


MANY = replace(preset("tutorial-becker"), speed=float("inf"))


def test_full_speed_trains_in_single_precision_until_it_is_near_the_maximum():
    run = TrainingRun.of(with_model(MANY, learning_rate=5e-3))
    run.compute_references()
    precisions = []
    for _ in range(120):
        run.train(100, is_unlimited=True)
        precisions.append(frame_of(run).precision)
    assert precisions[0] == "float32"
    assert precisions[-1] == "float64"
    changes = sum(one != other for one, other in pairwise(precisions))
    assert changes == 1, "once near, always near"
    frame = frame_of(run)
    np.testing.assert_allclose(frame.weights, frame.maximum.weights, rtol=0, atol=1e-6)


@pytest.mark.parametrize("speed", [False, True])
def test_few_rows_and_single_steps_are_always_double(speed):
    few = TrainingRun.of(SMALL)
    few.train(20, is_unlimited=speed)
    assert frame_of(few).precision == "float64"
    many = TrainingRun.of(MANY)
    many.train(20)
    assert frame_of(many).precision == "float64"
    np.testing.assert_allclose(frame_of(many).weights, weights_by_step(MANY, 20)[20], rtol=1e-11)


@pytest.mark.parametrize(("precision", "expected"), [("float64", "float64"), ("float32", "float32")])
def test_a_precision_that_was_asked_for_is_kept(precision, expected):
    run = TrainingRun.of(replace(MANY, precision=precision))
    run.train(20, is_unlimited=True)
    assert frame_of(run).precision == expected
    exact = weights_by_step(MANY, 20)[20]
    difference = np.abs(frame_of(run).weights - exact).max()
    assert difference <= (1e-11 if expected == "float64" else 1e-3)
    assert (difference > 1e-11) == (expected == "float32")


def trained_in_single_precision(steps=100, **changes):
    """A run that was played at unlimited speed."""
    run = TrainingRun.of(replace(MANY, **changes))
    for _ in range(10):
        run.train(steps // 10, is_unlimited=True)
    assert frame_of(run).precision == "float32"
    return run


def weights_from(scenario, weights, steps):
    """The weights `steps` further in float64, by the core alone."""
    again = replace(scenario, initial_weights=tuple(weights))
    return weights_by_step(again, steps)[-1]


def test_steps_that_are_asked_for_again_are_double_and_lose_nothing_that_lies_ahead():
    run = trained_in_single_precision()
    latest = frame_of(run).weights
    exact = weights_by_step(MANY, 110)
    run.seek(0)
    for step in (1, 2, 30, 100):
        run.train(step - run.step)
        frame = frame_of(run)
        assert (frame.step, frame.last_step, frame.precision) == (step, 100, "float64")
        np.testing.assert_array_equal(frame.weights, exact[step])
    run.seek(100)
    np.testing.assert_array_equal(frame_of(run).weights, latest)


@pytest.mark.parametrize("optimizer", ["gradient-ascent", "momentum"])
def test_double_steps_from_the_start_go_on_beyond_what_was_single(optimizer):
    scenario = with_model(MANY, optimizer=optimizer, learning_rate=5e-5)
    run = trained_in_single_precision(model=scenario.model)
    exact = weights_by_step(scenario, 130)
    run.seek(0)
    for _ in range(13):
        run.train(10)
    assert run.last_step == 130
    for step in (130, 101, 117):
        run.seek(step)
        frame = frame_of(run)
        np.testing.assert_array_equal(frame.weights, exact[step])
        assert frame.precision == "float64"
    run.seek(60)
    assert frame_of(run).precision == "float32", "what was seen is what is remembered"


def test_a_step_from_where_single_precision_has_come_is_double_and_the_one_that_was_promised():
    run = trained_in_single_precision()
    run.seek(35)
    frame = frame_of(run)
    assert frame.precision == "float32"
    run.train(1)
    assert (frame_of(run).precision, run.last_step) == ("float64", 100)
    np.testing.assert_array_equal(frame_of(run).weights, frame.next_weights)
    np.testing.assert_array_equal(frame_of(run).weights, weights_from(MANY, frame.weights, 1))


def test_a_replay_after_float64_was_chosen_is_double_at_any_speed():
    run = trained_in_single_precision()
    run.apply(replace(MANY, precision="float64"))
    run.seek(0)
    run.train(100, is_unlimited=True)
    frame = frame_of(run)
    assert (frame.step, frame.last_step, frame.precision) == (100, 100, "float64")
    np.testing.assert_array_equal(frame.weights, weights_by_step(MANY, 100)[100])


@pytest.mark.parametrize("precision", ["automatic", "float32"])
def test_a_run_to_a_given_step_is_double_whatever_was_asked_for(precision):
    run = TrainingRun.of(replace(MANY, precision=precision))
    run.train(20)
    assert frame_of(run).precision == "float64"
    np.testing.assert_array_equal(frame_of(run).weights, weights_by_step(MANY, 20)[20])


def test_steps_walked_again_at_full_speed_have_the_bits_they_had_in_single_precision():
    run = TrainingRun.of(MANY)
    for _ in range(10):
        run.train(10, is_unlimited=True)
    weights = frame_of(run).weights
    run.seek(35)
    between = frame_of(run)
    assert (between.step, between.precision) == (35, "float32")
    run.train(65, is_unlimited=True)
    assert run.last_step == 100
    np.testing.assert_array_equal(frame_of(run).weights, weights)
    run.train(1)
    assert frame_of(run).precision == "float64"


def test_a_frame_that_is_not_fresh_says_consistent_numbers_of_an_earlier_step():
    run = TrainingRun.of(MANY)
    run.train(10)
    run.train(15, observes=False)
    frame = run.frame(RunStatus.RUNNING, 100, 0.0, is_fresh=False)
    assert (frame.step, frame.last_step) == (10, 25)
    expected = weights_by_step(MANY, 25)
    np.testing.assert_allclose(frame.weights, expected[10], rtol=1e-11)
    np.testing.assert_allclose(frame.picture.line, expected[25], rtol=1e-11)
    np.testing.assert_allclose(
        frame.next_weights, frame.weights + frame.learning_rate * frame.gradient, rtol=1e-12
    )
    fresh = frame_of(run)
    assert fresh.step == 25
    np.testing.assert_allclose(fresh.weights, expected[25], rtol=1e-11)


def test_a_step_taken_after_going_back_is_compared_with_where_it_came_from():
    scenario = replace(SMALL, pause_at=PauseRules(at_fall=True))
    run = TrainingRun.of(scenario)
    for rate in (1e-3, 4e-3):
        run.apply(with_model(scenario, learning_rate=rate))
        for _ in range(10):
            run.train(1)
    best = frame_of(run).penalised
    run.seek(5)  # and no frame shows it before training goes on
    run.train(1)
    assert run.last_step == 6
    assert frame_of(run).penalised < best
    assert run.pause_reason == ""


@pytest.mark.parametrize(
    "rules", [PauseRules(gradient_norm=3.3), PauseRules(gap=0.0118)], ids=["gradient", "gap to the maximum"]
)
def test_a_rule_is_met_although_a_frame_looked_first(rules):
    def step_of_pause(has_frames):
        run = TrainingRun.of(replace(SMALL, pause_at=rules))
        run.compute_references()
        while not run.pause_reason and run.step < 3000:
            run.train(5, observes=False)
            if has_frames:
                frame_of(run)
            run.train(5, observes=False)
            run.observe()
        return run.step

    assert 10 < step_of_pause(has_frames=False) < 3000
    assert step_of_pause(has_frames=True) == step_of_pause(has_frames=False)


def test_a_fall_in_the_first_step_after_a_change_is_a_fall():
    scenario = replace(SMALL, pause_at=PauseRules(at_fall=True))
    run = TrainingRun.of(scenario)
    run.train(60)
    run.apply(with_model(scenario, learning_rate=5.0))
    run.train(1)
    assert run.pause_reason == "the log-likelihood fell"


def test_a_course_that_is_left_stays_as_a_ghost():
    scenario = SMALL
    run = TrainingRun.of(scenario)
    for _ in range(20):
        run.train(1)
    old = weights_by_step(scenario, 20)
    assert frame_of(run).ghosts == ()
    run.seek(5)
    run.apply(with_model(scenario, learning_rate=1e-3))
    run.train(1)
    frame = frame_of(run)
    (ghost,) = frame.ghosts
    assert ghost.name == "η = 0.004"
    assert ghost.steps.tolist() == list(range(21))
    (boundary,) = frame.picture.ghosts
    np.testing.assert_allclose(boundary.line, old[6], rtol=1e-12)
    for _ in range(30):
        run.train(1)
    np.testing.assert_allclose(frame_of(run).picture.ghosts[0].line, old[20], rtol=1e-12)
    run.remove_ghost(ghost.number)
    assert frame_of(run).ghosts == frame_of(run).picture.ghosts == ()


def test_the_curve_of_a_ghost_has_no_heights_of_other_rows():
    run = TrainingRun.of(SMALL)
    other = replace(SMALL, label_noise=0.2)
    run.apply(other)
    for _ in range(4):
        run.train(1)
    run.apply(replace(SMALL, label_noise=0.4))
    for _ in range(4):
        run.train(1)
    sample = run.problem.sample
    rows = np.column_stack((np.ones(sample.n_rows), sample.features.astype(float)))
    scores = rows @ run.record().weights[4:].T
    expected = (sample.target[:, None] * scores - np.logaddexp(0.0, scores)).sum(axis=0)
    run.seek(2)
    run.apply(with_model(run.scenario, learning_rate=1e-3))
    run.train(1)
    (ghost,) = frame_of(run).ghosts
    assert ghost.steps.tolist() == [4, 5, 6, 7, 8]
    np.testing.assert_allclose(ghost.values, expected, rtol=1e-9)


def test_the_curve_of_a_ghost_that_began_on_other_rows_is_of_its_own_from_the_first_step():
    run = TrainingRun.of(SMALL)
    run.apply(replace(SMALL, label_noise=0.4))
    first = frame_of(run).log_likelihood
    run.train(5)
    run.seek(0)
    run.apply(with_model(run.scenario, learning_rate=1e-3))
    run.train(1)
    (ghost,) = frame_of(run).ghosts
    assert ghost.values[0] == first


def test_four_courses_are_kept_and_each_has_a_number_of_its_own():
    run = TrainingRun.of(SMALL)
    run.train(10)
    for rate in (1e-3, 2e-3, 3e-3, 5e-3, 6e-3, 7e-3):
        run.seek(0)
        run.apply(with_model(SMALL, learning_rate=rate))
        run.train(10)
    ghosts = frame_of(run).ghosts
    assert [ghost.name for ghost in ghosts] == ["η = 0.002", "η = 0.003", "η = 0.005", "η = 0.006"]
    assert sorted(ghost.number for ghost in ghosts) == [0, 1, 2, 3]
    run.restart()
    assert frame_of(run).ghosts == ()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda scenario: with_model(scenario, optimizer="adam"), "Gradient ascent"),
        (lambda scenario: with_model(scenario, penalty="l2"), "no penalty"),
        (lambda scenario: replace(scenario, label_noise=0.1), "other data"),
    ],
)
def test_a_ghost_is_named_by_what_made_it_different(change, name):
    run = TrainingRun.of(SMALL)
    run.train(10)
    run.seek(0)
    run.apply(change(SMALL))
    run.train(2)
    assert [ghost.name for ghost in frame_of(run).ghosts] == [name]


def test_courses_of_one_kind_have_names_of_their_own():
    run = TrainingRun.of(SMALL)
    for _ in range(6):
        run.train(3)
        run.seek(1)
        run.apply(with_model(run.scenario, learning_rate=1e-3))
        run.train(3)
        run.seek(1)
        run.apply(SMALL)
    names = [ghost.name for ghost in frame_of(run).ghosts]
    assert len(set(names)) == len(names) == 4
    assert {name.split(" (")[0] for name in names} == {"η = 0.004", "η = 0.001"}


@pytest.mark.parametrize("start", ["zeros", "random"])
def test_resetting_leads_back_to_the_same_start(start):
    run = TrainingRun.of(replace(SMALL, start=start, start_seed=4))
    first = frame_of(run).weights
    expected = np.zeros(3) if start == "zeros" else np.random.default_rng(4).standard_normal(3)
    np.testing.assert_array_equal(first, expected)
    run.train(5)
    run.restart()
    np.testing.assert_array_equal(frame_of(run).weights, first)


@pytest.mark.parametrize("name", ["overlapping", "iris"])
def test_rows_that_are_replaced_are_gone_at_once(name):
    scenario = replace(preset(name), precision="float32", test_size=0.2)
    gc.collect()
    gc.disable()
    try:
        run = TrainingRun.of(scenario)
        run.train(3, is_unlimited=True)
        assert frame_of(run).precision == "float32"
        dropped = weakref.ref(run.problem.model.likelihood)
        run.apply(replace(scenario, split_seed=7))
        run.train(3, is_unlimited=True)
        frame_of(run)
        assert dropped() is None, "they stay until Python looks for cycles"
    finally:
        gc.enable()

"""The grid of models: every combination trains, splits, climbs and agrees with the plain case."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from logreg_gui.core.kernels import LogisticObjective
from logreg_gui.core.models import OBJECTIVES, ModelSpec, build, reference
from logreg_gui.core.optimizers import OPTIMIZERS, GradientAscent, Proximal, StochasticGradientAscent
from logreg_gui.core.penalties import PENALTIES, stationarity
from logreg_gui.core.references import OUT_OF_REACH, compute_references
from logreg_gui.core.samples import draw
from logreg_gui.core.training import advance, has_converged, start
from logreg_gui.presets import PRESETS
from tests.core.oracles import three_clouds

FEATURES, LABELS = three_clouds(150)
TARGETS = {
    "logistic": (LABELS > 0).astype(int),
    "softmax": LABELS,
    "squared-error": FEATURES[:, 0] ** 2 - FEATURES[:, 1] + LABELS,
}
WITH_L1 = ("gradient-ascent", "sgd", "proximal")


def accepted(optimizers=tuple(OPTIMIZERS)):
    """All objectives, penalties and optimizers that go together."""
    return [
        combination
        for combination in itertools.product(OBJECTIVES, PENALTIES, optimizers)
        if combination[1] in ("none", "l2") or combination[2] in WITH_L1
    ]


def trained(model, steps, portions=None):
    state = start(np.zeros(model.n_weights), model.optimizer)
    for portion in portions or [steps]:
        state = advance(state, model.objective, model.optimizer, portion)
    return state


@pytest.mark.parametrize(("objective", "penalty", "optimizer"), accepted())
@pytest.mark.parametrize("degree", range(1, 7))
def test_every_combination_that_is_accepted_climbs(objective, penalty, optimizer, degree):
    spec = ModelSpec(objective, degree, standardise=True, penalty=penalty, optimizer=optimizer)
    model = build(spec, FEATURES, TARGETS[objective])
    state = trained(model, 200)
    assert np.isfinite(state.weights).all()
    beginning = model.penalised_value(np.zeros(model.n_weights))
    best = reference(model).penalised_value
    assert best is not None
    # A good part of the way to the maximum, and not beyond it.
    share = (model.penalised_value(state.weights) - beginning) / (best - beginning)
    assert 0.4 < share <= 1 + 1e-9


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("degree", [1, 3, 6])
def test_raw_features_never_lead_beyond_the_finite_numbers(objective, optimizer, degree):
    model = build(ModelSpec(objective, degree, optimizer=optimizer), FEATURES, TARGETS[objective])
    weights = trained(model, 200).weights
    assert np.isfinite(weights).all()
    assert model.penalised_value(weights) > model.penalised_value(np.zeros(model.n_weights))


@pytest.mark.parametrize(("objective", "penalty", "optimizer"), accepted())
def test_a_run_ends_in_the_same_bits_however_it_is_split(objective, penalty, optimizer):
    spec = ModelSpec(objective, 2, penalty=penalty, optimizer=optimizer)
    model = build(spec, FEATURES, TARGETS[objective])
    whole = trained(model, 40)
    for portions in ([1] * 40, [7, 0, 13, 19, 1]):
        split = trained(model, 40, portions)
        assert split.step == 40
        np.testing.assert_array_equal(split.weights, whole.weights)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("degree", [1, 3])
def test_ascent_below_the_always_climbing_rate_never_falls(objective, penalty, degree):
    plain = build(ModelSpec(objective, degree, penalty=penalty, C=0.1), FEATURES, TARGETS[objective])
    rate = 0.999 * reference(plain).always_climbing_learning_rate
    spec = ModelSpec(objective, degree, penalty=penalty, C=0.1, learning_rate=rate)
    model = build(spec, FEATURES, TARGETS[objective])
    rng = np.random.default_rng(0)
    for _ in range(5):
        state = start(rng.normal(size=model.n_weights), model.optimizer)
        values = [model.penalised_value(state.weights)]
        for _ in range(30):
            state = advance(state, model.objective, model.optimizer)
            values.append(model.penalised_value(state.weights))
        rises = np.diff(values)
        assert (rises >= -1e-13 * np.abs(values[:-1])).all()
        assert rises[0] > 0


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("penalty", PENALTIES)
def test_the_largest_stable_rate_divides_runs_that_settle_from_runs_that_do_not(objective, penalty):
    data = (FEATURES, TARGETS[objective])
    maximum = reference(build(ModelSpec(objective, penalty=penalty, C=0.5), *data))
    for share, settles in ((0.97, True), (1.03, False)):
        spec = ModelSpec(
            objective, penalty=penalty, C=0.5, learning_rate=share * maximum.largest_stable_learning_rate
        )
        model = build(spec, *data)
        # From close by, so that what is seen is the edge of stability at the maximum itself.
        away = 1e-3 * np.random.default_rng(1).normal(size=model.n_weights) * (maximum.weights != 0)
        state = start(maximum.weights + away, model.optimizer)
        state = advance(state, model.objective, model.optimizer, 3000)
        assert has_converged(model.objective, state.weights, 1e-9) is settles


def test_plain_logistic_regression_is_the_one_there_was():
    labels = TARGETS["logistic"]
    model = build(ModelSpec(learning_rate=1e-3), FEATURES, labels)
    assert type(model.objective) is LogisticObjective
    assert model.objective is model.likelihood
    assert model.optimizer == GradientAscent(1e-3)
    plain = advance(
        start(np.zeros(3), model.optimizer), LogisticObjective(FEATURES, labels), model.optimizer, 99
    )
    np.testing.assert_array_equal(trained(model, 99).weights, plain.weights)
    found, known = reference(model), compute_references(FEATURES, labels)
    np.testing.assert_array_equal(found.weights, known.maximum_likelihood.weights)
    np.testing.assert_array_equal(found.hessian, known.maximum_likelihood.hessian)
    np.testing.assert_array_equal(found.standard_errors, known.maximum_likelihood.standard_errors)
    assert found.log_likelihood == found.penalised_value == known.maximum_likelihood.log_likelihood
    assert found.largest_stable_learning_rate == known.largest_stable_learning_rate
    assert found.always_climbing_learning_rate == known.always_climbing_learning_rate


def test_ascent_and_sgd_take_an_l1_penalty_by_proximal_steps():
    ascent = build(ModelSpec(penalty="l1", C=0.05), FEATURES, TARGETS["logistic"])
    assert isinstance(ascent.optimizer, Proximal)
    assert not ascent.optimizer.is_accelerated
    strict = build(
        ModelSpec(penalty="l1", C=0.01, optimizer="sgd", learning_rate=1e-3), FEATURES, TARGETS["logistic"]
    )
    assert isinstance(strict.optimizer, StochasticGradientAscent)
    assert (trained(strict, 300).weights[1:] == 0).any()
    best = reference(ascent)
    state = trained(ascent, 3000)
    np.testing.assert_allclose(state.weights, best.weights, rtol=1e-8)
    np.testing.assert_array_equal(state.weights == 0, best.weights == 0)


@pytest.mark.parametrize("penalty", ["l1", "elasticnet"])
@pytest.mark.parametrize("optimizer", sorted(set(OPTIMIZERS) - set(WITH_L1)))
def test_optimizers_that_cannot_climb_an_l1_penalty_are_refused_in_words(penalty, optimizer):
    with pytest.raises(ValueError, match="optimizer must be one of gradient-ascent, sgd, proximal with the"):
        ModelSpec(penalty=penalty, optimizer=optimizer)


def test_an_elastic_net_without_l1_takes_any_optimizer():
    spec = ModelSpec(penalty="elasticnet", l1_ratio=0.0, optimizer="newton")
    ridge = ModelSpec(penalty="l2", optimizer="newton")
    np.testing.assert_array_equal(
        trained(build(spec, FEATURES, TARGETS["logistic"]), 5).weights,
        trained(build(ridge, FEATURES, TARGETS["logistic"]), 5).weights,
    )


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("penalty", ["none", "l2"])
def test_optimizers_agree_on_the_maximum(objective, penalty):
    data = (FEATURES, TARGETS[objective])
    for optimizer in ("newton", "lbfgs", "proximal", "nesterov"):
        model = build(ModelSpec(objective, 2, standardise=True, penalty=penalty, optimizer=optimizer), *data)
        state = trained(model, {"newton": 20, "lbfgs": 200}.get(optimizer, 4000))
        np.testing.assert_allclose(state.weights, reference(model).weights, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("penalty", ["none", "l2"])
def test_automatic_rates_are_their_formulas(objective, penalty):
    data = (FEATURES, TARGETS[objective])
    rows = np.column_stack((np.ones(150), FEATURES))
    share = {"logistic": 0.25, "softmax": 0.5, "squared-error": 1.0}[objective]
    ridge = 4.0 * np.diag([0.0, 1.0, 1.0]) if penalty == "l2" else 0.0
    largest = np.linalg.norm(share * rows.T @ rows + ridge, 2)
    if objective == "softmax" and penalty == "l2":
        largest = max(largest, 4.0)  # of common shifts, which only the penalty sees
    single = 150 * share * (rows**2).sum(axis=1).max() + (4.0 if penalty == "l2" else 0.0)

    def rate(optimizer, batch_size=32):
        spec = ModelSpec(objective, penalty=penalty, C=0.25, optimizer=optimizer, batch_size=batch_size)
        return build(spec, *data).optimizer.learning_rate

    for optimizer in ("gradient-ascent", "nesterov", "proximal"):
        assert rate(optimizer) == pytest.approx(1 / largest, rel=1e-10)
    assert rate("momentum") == pytest.approx(0.1 / largest, rel=1e-10)
    assert rate("sgd", 1) == pytest.approx(1 / (2 * single), rel=1e-10)
    assert rate("sgd", 500) == pytest.approx(1 / (2 * largest), rel=1e-10)
    assert rate("sgd", 1) < rate("sgd", 32) < rate("sgd", 500)
    # One step in every weight at once bends F by no more than a share of its value at the start.
    for optimizer, most in (("adam", 0.1), ("adagrad", 0.1), ("rmsprop", 0.01)):
        model = build(ModelSpec(objective, penalty=penalty, C=0.25, optimizer=optimizer), *data)
        step = np.full(model.n_weights, model.optimizer.learning_rate)
        bend = 0.5 * step @ model.objective.curvature_bound() @ step
        assert 0 < bend <= most * abs(model.objective.value(np.zeros(model.n_weights)))


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_with_the_automatic_rate_no_overshoot_is_without_its_price(objective, optimizer, momentum):
    """F less the energy of the last step never falls: so F itself never falls below where it started."""
    rng = np.random.default_rng(3)
    spec = ModelSpec(objective, optimizer=optimizer, momentum=momentum)
    model = build(spec, FEATURES, TARGETS[objective])
    weight = (momentum if optimizer == "momentum" else 1.0) / (2.0 * model.optimizer.learning_rate)
    for scale in (0.0, 1.0, 5.0):
        state = start(scale * rng.standard_normal(model.n_weights), model.optimizer)
        height = first = model.penalised_value(state.weights)
        for _ in range(150):
            following = advance(state, model.objective, model.optimizer)
            step = following.weights - state.weights
            value = model.penalised_value(following.weights)
            assert value - weight * step @ step >= height - 1e-12 * abs(height)
            assert value >= first - 1e-12 * abs(first)
            state, height = following, value - weight * step @ step


def test_with_the_automatic_rate_rmsprop_does_not_jitter_where_it_can_be_seen():
    scenario = PRESETS["correlated"]
    spec = replace(scenario.model, optimizer="rmsprop", learning_rate=None)
    sample = draw(scenario.data)
    model = build(spec, *sample.training(), sample.n_classes)
    state = start(np.zeros(model.n_weights), model.optimizer)
    best = reference(model).penalised_value
    climb = best - model.penalised_value(state.weights)
    state = advance(state, model.objective, model.optimizer, 200)
    for _ in range(200):
        state = advance(state, model.objective, model.optimizer)
        assert best - model.penalised_value(state.weights) < 0.01 * climb


# what a model says


def test_probabilities_and_scores_are_those_of_the_mapped_points():
    model = build(ModelSpec(degree=2), FEATURES, TARGETS["logistic"])
    weights = np.array([0.1, 0.2, -0.3, 0.4, -0.5, 0.6])
    x, y = 1.5, -2.0
    score = 0.1 + 0.2 * x - 0.3 * y + 0.4 * x * x - 0.5 * x * y + 0.6 * y * y
    assert model.scores(weights, [x, y]) == pytest.approx(score, rel=1e-14)
    probability = 1 / (1 + np.exp(-score))
    np.testing.assert_allclose(
        model.probabilities(weights, [[[x, y]]]), [[[1 - probability, probability]]], rtol=1e-13
    )


def test_softmax_has_a_probability_for_each_class():
    model = build(ModelSpec("softmax", degree=2), FEATURES, LABELS)
    weights = np.random.default_rng(0).normal(size=model.n_weights)
    grid = np.random.default_rng(1).normal(size=(4, 5, 2))
    shares = model.probabilities(weights, grid)
    assert shares.shape == (4, 5, 3)
    np.testing.assert_allclose(shares.sum(axis=-1), 1.0, rtol=1e-14)
    assert model.scores(weights, grid).shape == (4, 5, 3)
    assert model.n_classes == 3


def test_weights_have_names():
    assert build(ModelSpec(degree=2), FEATURES, TARGETS["logistic"]).weight_names == (
        "intercept",
        "x₁",
        "x₂",
        "x₁²",
        "x₁x₂",
        "x₂²",
    )
    names = build(ModelSpec("softmax"), FEATURES, LABELS).weight_names
    assert names[0] == "class 0: intercept"
    assert names[4] == "class 1: x₁"
    bare = build(ModelSpec("squared-error", intercept=False), FEATURES[:, :1], TARGETS["squared-error"])
    assert bare.weight_names == ("x",)
    for model in (bare, build(ModelSpec("softmax", degree=3), FEATURES, LABELS, 4)):
        assert len(model.weight_names) == model.n_weights


def test_a_regression_has_no_classes_and_its_labels_have_two():
    assert build(ModelSpec("squared-error"), FEATURES, TARGETS["squared-error"]).n_classes == 0
    assert build(ModelSpec("squared-error"), FEATURES, TARGETS["logistic"]).n_classes == 2
    assert build(ModelSpec(), FEATURES, TARGETS["logistic"]).n_classes == 2
    assert build(ModelSpec("softmax"), FEATURES, LABELS, 5).n_classes == 5


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_affine_maps_of_the_features_leave_unpenalised_predictions_unchanged(objective):
    turn = np.array([[2.0, 0.3], [-1.0, 0.1]])
    moved = FEATURES @ turn + [5.0, -7.0]
    for degree, interactions in ((1, True), (3, True)):
        spec = ModelSpec(objective, degree, interactions)
        plain, other = build(spec, FEATURES, TARGETS[objective]), build(spec, moved, TARGETS[objective])
        np.testing.assert_allclose(
            other.scores(reference(other).weights, moved),
            plain.scores(reference(plain).weights, FEATURES),
            rtol=1e-6,
            atol=1e-8,
        )


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("interactions", [True, False])
def test_standardising_leaves_unpenalised_predictions_unchanged(objective, interactions):
    raw, scaled = (
        build(ModelSpec(objective, 3, interactions, standardise), FEATURES, TARGETS[objective])
        for standardise in (False, True)
    )
    np.testing.assert_allclose(
        scaled.scores(reference(scaled).weights, FEATURES),
        raw.scores(reference(raw).weights, FEATURES),
        rtol=1e-6,
        atol=1e-8,
    )


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("penalty", PENALTIES)
def test_whole_row_weights_are_repeated_rows_in_training_and_reference(objective, penalty):
    counts = np.random.default_rng(0).integers(0, 3, len(FEATURES))
    spec = ModelSpec(objective, penalty=penalty, optimizer="proximal")
    weighted = build(spec, FEATURES, TARGETS[objective], sample_weight=counts)
    repeated = build(spec, np.repeat(FEATURES, counts, axis=0), np.repeat(TARGETS[objective], counts))
    np.testing.assert_allclose(
        trained(weighted, 50).weights, trained(repeated, 50).weights, rtol=1e-9, atol=1e-12
    )
    np.testing.assert_allclose(
        reference(weighted).weights, reference(repeated).weights, rtol=1e-8, atol=1e-11
    )


def test_one_feature_will_do():
    for objective in OBJECTIVES:
        model = build(ModelSpec(objective, degree=3, standardise=True), FEATURES[:, :1], TARGETS[objective])
        maximum = reference(model)
        assert maximum.reason == "found"
        assert np.abs(stationarity(model.objective, maximum.weights)).max() < 1e-9


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"objective": "probit"}, "objective must be one of logistic, softmax, squared-error, got 'probit'"),
        ({"penalty": "l3"}, "penalty must be one of none, l2, l1, elasticnet, got 'l3'"),
        ({"optimizer": "magic"}, "optimizer must be one of gradient-ascent, sgd, .*got 'magic'"),
        ({"degree": 0}, "degree must be a whole number from 1 to 6, got 0"),
        ({"interactions": None}, "interactions must be True or False, got None"),
        ({"C": 0.0}, "C must be a positive finite number, got 0.0"),
        ({"C": np.inf}, "C must be a positive finite number, got inf"),
        ({"l1_ratio": 2.0}, "l1_ratio must be a number from 0 to 1, got 2.0"),
        ({"learning_rate": -0.1}, "learning_rate must be a positive finite number, got -0.1"),
        ({"batch_size": 0}, "batch_size must be a whole number of at least 1, got 0"),
        ({"momentum": 1.0}, "momentum must be a number of at least 0 and below 1, got 1.0"),
        ({"seed": -1}, "seed must be a whole number of at least 0, got -1"),
        ({"intercept": 1}, "intercept must be True or False, got 1"),
    ],
)
def test_a_spec_out_of_range_is_named(settings, words):
    with pytest.raises(ValueError, match=words):
        ModelSpec(**settings)


def test_a_spec_is_a_value_with_plain_numbers():
    spec = ModelSpec(degree=2.0, C=np.float32(2), standardise=np.bool_(True), seed=np.int64(3))
    assert spec == ModelSpec(degree=2, C=2.0, standardise=True, seed=3)
    assert [type(value) for value in (spec.degree, spec.C, spec.standardise, spec.seed)] == [
        int,
        float,
        bool,
        int,
    ]


def test_classes_that_do_not_fit_the_objective_are_named():
    for objective in ("logistic", "squared-error"):
        with pytest.raises(ValueError, match="objective must be softmax for more than two classes"):
            build(ModelSpec(objective), FEATURES, LABELS, 3)
    with pytest.raises(ValueError, match="labels must hold only 0 and 1, got 2"):
        build(ModelSpec(), FEATURES, LABELS)
    with pytest.raises(ValueError, match="labels must hold numbers"):
        build(ModelSpec("softmax"), FEATURES, np.full(150, "a"))
    with pytest.raises(ValueError, match="n_classes must be a whole number of at least 2, got 1"):
        build(ModelSpec("softmax"), FEATURES, LABELS, 1)


@pytest.mark.parametrize("objective", ["logistic", "softmax"])
def test_a_curvature_beyond_float64_leaves_no_maximum_and_says_so(objective, monkeypatch):
    model = build(ModelSpec(objective, penalty="l2"), FEATURES, TARGETS[objective])
    assert reference(model).weights is not None

    def overflowing(self, weights):
        yield
        return np.full((len(weights), len(weights)), np.nan)

    monkeypatch.setattr(type(model.objective), "hessian_pieces", overflowing)
    found = reference(model)
    assert (found.weights, found.largest_stable_learning_rate) == (None, None)
    assert found.reason == OUT_OF_REACH

"""What a scenario trains: its rows and the model of them, made in pieces.

Whatever a new scenario shares with the present one is taken over: rows that stay are not drawn again, and
columns that stay are not made again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from logreg_gui.core.datasets import GaussianClass, GaussianData
from logreg_gui.core.generators import StripeWithOutlier
from logreg_gui.core.models import Likelihood, Model, build_pieces, reference_pieces, respecified
from logreg_gui.core.pieces import Pieces
from logreg_gui.core.references import bayes_boundary
from logreg_gui.core.samples import Sample, draw_pieces, summary
from logreg_gui.frames import DataSnapshot
from logreg_gui.scenario import Change, Scenario, classify_change
from logreg_gui.session.pictures import Comparison

COMPARISON_TEXTS = {"logistic": "logistic", "squared-error": "least squares"}


@dataclass(frozen=True, eq=False)
class Problem:
    """The rows of `scenario` and its model; `test` is the likelihood of the rows set apart, if any are."""

    scenario: Scenario
    sample: Sample
    data: DataSnapshot
    model: Model
    test: Likelihood | None

    @property
    def rows(self) -> tuple[object, ...]:
        """What decides about the rows."""
        return rows_of(self.scenario)


def rows_of(scenario: Scenario) -> tuple[object, ...]:
    """What decides about the rows of a scenario: the same value always draws the same."""
    return (
        scenario.data,
        scenario.inputs,
        scenario.label_noise,
        scenario.test_size,
        scenario.split_seed,
    )


def problem_pieces(scenario: Scenario, before: Problem | None = None) -> Pieces[Problem]:
    """The problem of `scenario`, with all that it shares with the one `before`.

    Raises:
        ValueError: its rows cannot be drawn, or there is no such model of them.
    """
    if before is not None and before.rows == rows_of(scenario):
        change = classify_change(before.scenario, scenario)
        if change not in (Change.NEW_RUN, Change.NEW_MODEL):
            model = respecified(before.model, scenario.model)
            return replace(before, scenario=scenario, model=model)
        return (yield from _modelled(scenario, before.sample, before.data))
    sample = yield from draw_pieces(
        scenario.data,
        scenario.inputs,
        label_noise=scenario.label_noise,
        test_size=scenario.test_size,
        split_seed=scenario.split_seed,
    )
    yield
    revision = 1 if before is None else before.data.revision + 1
    return (yield from _modelled(scenario, sample, _snapshot(scenario, sample, revision)))


def comparison_pieces(problem: Problem) -> Pieces[Comparison | None]:
    """For least squares on two classes the logistic boundary; around outliers also the other way round."""
    model = problem.model
    is_least_squares = model.spec.objective == "squared-error"
    if model.n_classes != 2 or model.spec.objective == "softmax":
        return None
    if not is_least_squares and not isinstance(problem.scenario.data, StripeWithOutlier):
        return None
    objective = "logistic" if is_least_squares else "squared-error"
    text = COMPARISON_TEXTS[objective]
    spec = replace(model.spec, objective=objective, learning_rate=None)
    for candidate, label in ((spec, text), (replace(spec, penalty="l2", C=1.0), f"{text}, l2, C = 1")):
        other = yield from build_pieces(candidate, model.rows.features, model.rows.target, 2)
        weights = (yield from reference_pieces(other)).weights
        if weights is not None:
            return Comparison(other, weights, label)
    return None


def _modelled(scenario: Scenario, sample: Sample, data: DataSnapshot) -> Pieces[Problem]:
    features, target = yield from sample.training_pieces()
    model = yield from build_pieces(scenario.model, features, target, sample.n_classes or None)
    test = (yield from model.likelihood_on_pieces(*sample.test())) if sample.n_test else None
    return Problem(scenario, sample, data, model, test)


def _snapshot(scenario: Scenario, sample: Sample, revision: int) -> DataSnapshot:
    classes: tuple[GaussianClass, ...] = ()
    if isinstance(scenario.data, GaussianData) and sample.has_plane:
        classes = scenario.data.classes
    return DataSnapshot(
        revision=revision,
        sample=sample,
        classes=classes,
        places=classes or summary(sample),
        seed=scenario.seed if scenario.has_seed else None,
        bayes=bayes_boundary(classes[0], classes[1]) if len(classes) == 2 else None,
    )

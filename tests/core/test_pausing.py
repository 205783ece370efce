"""A rule asks for a pause when it comes to hold, and not again while it holds."""

import math

import pytest

from logreg_gui.core.pausing import PauseRules, Progress

FAR = Progress(penalised=-100.0, accuracy=0.6, gradient_norm=50.0, gap=60.0)
NEAR = Progress(penalised=-40.001, accuracy=0.95, gradient_norm=0.001, gap=0.001)


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (PauseRules(accuracy=0.9), "accuracy has reached 0.9"),
        (PauseRules(gradient_norm=0.01), "the gradient norm is below 0.01"),
        (PauseRules(gap=1e-3), "within 0.001 of the maximum"),
    ],
)
def test_a_rule_speaks_when_it_comes_to_hold(rules, words):
    assert rules.reason(FAR, NEAR) == words
    assert rules.reason(NEAR, NEAR) == ""
    assert rules.reason(NEAR, FAR) == ""
    assert rules.reason(FAR, FAR) == ""


def test_a_fall_speaks_each_time_but_rounding_is_none():
    rules = PauseRules(at_fall=True)
    assert rules.reason(NEAR, FAR) == "the log-likelihood fell"
    rounded = Progress(NEAR.penalised * (1 + 1e-15), 0.9, 1.0, None)
    assert rules.reason(NEAR, rounded) == ""
    assert rules.reason(FAR, NEAR) == ""


def test_no_rule_never_speaks():
    assert PauseRules().reason(FAR, NEAR) == PauseRules().reason(NEAR, FAR) == ""


def test_what_is_not_known_holds_no_rule():
    unknown = Progress(-1.0, None, math.nan, None)
    assert PauseRules(accuracy=0.1, gradient_norm=1.0, gap=1.0).reason(FAR, unknown) == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("step", 0),
        ("step", 1.5),
        ("accuracy", 0.0),
        ("accuracy", 1.01),
        ("gradient_norm", 0.0),
        ("gap", -1.0),
        ("gap", math.nan),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_name(field, value):
    with pytest.raises(ValueError, match=field):
        PauseRules(**{field: value})

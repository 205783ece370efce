"""What the pointer is told of a place in the plane is what numpy says of it."""

from dataclasses import replace

import numpy as np
import pytest

from logreg_gui.views.hover import story_at
from tests.views.frames_for_tests import IN_THE_PLANE, frame_of, scenario_of

NOWHERE = (1e-9, 1e-9)
"""So near no row is."""


def plain(story):
    return [line.replace("\N{MINUS SIGN}", "-") for line in story.lines]


@pytest.mark.parametrize("standardise", [False, True])
def test_several_classes_with_straight_seams_are_told_exactly(standardise):
    frame = frame_of(scenario_of("iris", standardise=standardise, objective="softmax"), 40)
    sample = frame.data.sample
    rows = sample.features.astype(np.float64)
    centre, scale = (rows.mean(axis=0), rows.std(axis=0)) if standardise else (0.0, 1.0)
    for x, y in ((1.234, 0.567), (4.9, 1.61), (6.3, 2.2)):
        term = np.append(1.0, (np.array((x, y)) - centre) / scale)
        scores = frame.weights.reshape(3, 3) @ term
        expected = np.exp(scores) / np.exp(scores).sum()
        told = plain(story_at(frame, x, y, NOWHERE))
        names = sample.class_names
        assert told == [f"P({name}) = {share:.3f}" for name, share in zip(names, expected, strict=True)]


def test_curved_boundaries_are_told_nearly_and_say_so():
    frame = frame_of(IN_THE_PLANE["ridge, degree 6"], 40)
    (line,) = plain(story_at(frame, 0.3, 0.2, NOWHERE))
    assert line.startswith("P(y = 1 | x) ≈ 0.")


def test_a_run_that_diverges_is_told_to_the_end():
    frame = frame_of(scenario_of("overlapping", objective="squared-error"), 3)
    row = frame.data.sample.features[5].tolist()
    far = replace(
        frame,
        weights=1e200 * frame.weights,
        log_likelihood=-np.inf,
        picture=replace(frame.picture, line=1e200 * frame.picture.line),
    )
    told = plain(story_at(far, *row, (0.01, 0.01)))
    assert any("squared error of this point = -∞" in line for line in told), told

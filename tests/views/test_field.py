"""The tint of a grid of probabilities is that of the gradient, and plain where classes tie."""

import numpy as np
import pytest
from PySide6.QtGui import QColor

from logreg_gui.views.field import field_image, tint_shares
from logreg_gui.views.style import THEMES, Look, mix, probability_color


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_two_classes_look_like_the_gradient_of_a_straight_boundary(theme):
    look = Look(theme)
    probability = np.linspace(0, 1, 21)
    image = field_image(look, np.stack((1 - probability, probability))[:, None, :])
    for column, p in enumerate(probability):
        expected = probability_color(look, float(p))
        assert np.abs(np.subtract(image.pixelColor(column, 0).getRgb(), expected.getRgb())).max() <= 1


@pytest.mark.parametrize("classes", [2, 3, 6])
def test_where_all_classes_tie_the_background_is_plain(classes):
    look = Look()
    image = field_image(look, np.full((classes, 2, 2), 1 / classes))
    assert image.pixelColor(0, 0) == look.color("plot")


@pytest.mark.parametrize("sure", range(5))
def test_where_one_class_is_certain_it_wears_its_full_tint(sure):
    look = Look()
    probabilities = np.zeros((5, 1, 1))
    probabilities[sure] = 1.0
    expected = mix(QColor(look.theme.plot), look.class_color(sure), look.theme.tint)
    painted = field_image(look, probabilities).pixelColor(0, 0)
    assert np.abs(np.subtract(painted.getRgb(), expected.getRgb())).max() <= 1


def test_the_last_row_of_the_grid_is_on_top():
    look = Look()
    probabilities = np.zeros((2, 2, 3))
    probabilities[0, 0] = probabilities[1, 1] = 1.0
    image = field_image(look, probabilities)
    assert (image.width(), image.height()) == (3, 2)
    assert image.pixelColor(1, 0) != image.pixelColor(1, 1)
    top = mix(QColor(look.theme.plot), look.class_color(1), look.theme.tint)
    assert np.abs(np.subtract(image.pixelColor(1, 0).getRgb(), top.getRgb())).max() <= 1


def test_shares_never_exceed_one_in_all():
    probabilities = np.random.default_rng(0).dirichlet(np.ones(4), size=100).T
    shares = tint_shares(probabilities)
    assert shares.min() >= 0
    assert shares.sum(axis=0).max() <= 1

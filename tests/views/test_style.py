"""Colours can be told apart and read in every theme, also washed out; type is large."""

import numpy as np
import pytest
from PySide6.QtGui import QColor

from logreg_gui.views.style import DARK, LIGHT, PROJECTOR, THEMES, Look, mix, probability_color

ROOM_CONTRAST = 15.0
"""A classroom's contrast ratio between the projector's white and its black."""


def luminance(color, room=np.inf):
    channels = np.array(QColor(color).getRgbF()[:3])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    value = float(linear @ (0.2126, 0.7152, 0.0722))
    return value if np.isinf(room) else value * (1 - 1 / room) + 1 / room


def contrast(first, second, room=np.inf):
    low, high = sorted((luminance(first, room), luminance(second, room)))
    return (high + 0.05) / (low + 0.05)


def look(theme):
    return Look(theme)


def test_the_measure_of_contrast_gives_the_published_figures():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#0072b2", "#ffffff") == pytest.approx(5.19, abs=0.01)
    assert contrast("#d55e00", "#1e1f22") == pytest.approx(4.26, abs=0.01)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("ink", ["text", "muted", "accent", "warning", "maximum", "bayes"])
@pytest.mark.parametrize("ground", ["window", "plot", "field"])
def test_text_can_be_read(theme, ink, ground):
    needed = 7.0 if theme is PROJECTOR and ink in ("text", "muted") else 4.5
    assert contrast(getattr(theme, ink), getattr(theme, ground)) >= needed


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_text_on_filled_grounds_can_be_read(theme):
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.on_warning, theme.warning) >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize(
    "ink", ["boundary", "accent", "maximum", "bayes", "edge", "good", "caution", "warning"]
)
def test_graphics_stand_out_also_in_a_lit_room(theme, ink):
    assert contrast(getattr(theme, ink), theme.plot) >= 3.0
    if theme is not DARK:
        assert contrast(getattr(theme, ink), theme.plot, ROOM_CONTRAST) >= 3.0


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("index", range(6))
def test_points_stand_out_on_their_own_tint(theme, index):
    ground = mix(QColor(theme.plot), QColor(theme.class_colors[index]), theme.tint)
    assert contrast(theme.class_colors[index], ground) >= 3.0


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("index", [0, 1])
def test_points_stand_out_on_the_strongest_tint_of_either_class(theme, index):
    for probability in (0.0, 0.5, 1.0):
        ground = probability_color(look(theme), probability)
        assert (
            contrast(theme.class_colors[index], ground) >= 3.0 or contrast(theme.point_outline, ground) >= 3.0
        )
    assert contrast(theme.class_colors[index], probability_color(look(theme), float(index))) >= 3.0


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_a_boundary_that_jumps_every_frame_does_not_flash(theme):
    # A point far from the boundary changes sides: from one full tint to the other and back.
    first, second = (luminance(probability_color(look(theme), side)) for side in (0.0, 1.0))
    is_flash = abs(first - second) >= 0.10 and min(first, second) < 0.80
    assert not is_flash


def test_the_projectors_classes_differ_in_grey():
    assert contrast(*PROJECTOR.class_colors[:2]) >= 1.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_the_tint_is_linear_in_the_probability(theme):
    plain = QColor(theme.plot)
    for probability in (0.0, 0.2, 0.5, 0.9, 1.0):
        strength = abs(2 * probability - 1) * theme.tint
        expected = mix(plain, QColor(theme.class_colors[1 if probability > 0.5 else 0]), strength)
        assert probability_color(look(theme), probability).name() == expected.name()


@pytest.mark.parametrize("height", [600, 720, 1080, 2160])
@pytest.mark.parametrize("zoom", [1.0, 1.3])
def test_the_stage_view_can_be_read_from_the_last_row(height, zoom):
    stage = Look(LIGHT, height, zoom, stage=True)
    assert stage.base >= 0.028 * height
    assert stage.key >= 0.041 * height
    assert stage.font(stage.base).pixelSize() == stage.base


@pytest.mark.parametrize("height", [720, 1080, 2160])
@pytest.mark.parametrize("stage", [False, True])
def test_no_stroke_is_too_thin_to_see(height, stage):
    made = Look(LIGHT, height, 1.0, stage)
    assert made.boundary_width >= 0.0055 * height
    assert made.curve_width >= 0.004 * height
    assert made.secondary_width >= 0.0022 * height
    assert made.point_size >= 0.014 * height
    assert made.base >= 0.0195 * height


def test_figures_have_equal_widths():
    font = Look().font(20)
    assert "Inter" in font.families()
    from PySide6.QtGui import QFontMetricsF

    from logreg_gui.views.style import load_fonts

    load_fonts()
    metrics = QFontMetricsF(font)
    widths = {round(metrics.horizontalAdvance(digit), 3) for digit in "0123456789"}
    assert len(widths) == 1

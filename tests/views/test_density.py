"""A density shows where the rows of every class are: counts by cell, and colours that tell them apart."""

import numpy as np
import pytest

from logreg_gui.views import density
from logreg_gui.views.density import (
    Raster,
    cell_colors,
    class_counts,
    class_sizes,
    covering_raster,
    rows_inside,
)
from logreg_gui.views.style import THEMES

RASTER = Raster(-2.0, 3.0, 0.25, 16, 24)
"""Its numbers are sums of powers of two: float32 and float64 then put every row into the same cell."""


def cloud(rows, classes, seed=0):
    rng = np.random.default_rng(seed)
    features = rng.normal(0.5, 2.0, (rows, 2)).astype(np.float32)
    return features, rng.integers(0, classes, rows).astype(np.int8)


def histogram(features, labels, classes, raster):
    """By numpy's own function, class by class."""
    left, right, bottom, top = raster.rectangle
    found = []
    for label in range(classes):
        x, y = features[labels == label].astype(np.float64).T
        counts, _, _ = np.histogram2d(y, x, (raster.rows, raster.columns), ((bottom, top), (left, right)))
        found.append(counts[::-1])
    return np.array(found)


@pytest.mark.parametrize("rows", [0, 1, 1000, density.BLOCK, 3 * density.BLOCK + 7])
@pytest.mark.parametrize("classes", [1, 2, 6])
def test_the_counts_are_those_of_a_histogram(rows, classes):
    features, labels = cloud(rows, classes)
    counts = class_counts(features, labels, classes, RASTER)
    np.testing.assert_array_equal(counts, histogram(features, labels, classes, RASTER))


def test_rows_of_a_choice_are_counted_as_well():
    features, labels = cloud(5000, 3)
    counts = class_counts(features[::7], labels[::7], 3, RASTER)
    np.testing.assert_array_equal(counts, histogram(features[::7], labels[::7], 3, RASTER))


def test_a_row_that_is_nowhere_is_in_no_cell():
    wild = [np.nan, np.inf, -np.inf, 1e30, -1e30]
    features = np.array([(x, 0.1) for x in wild] + [(0.1, y) for y in wild] + [(0.1, 0.1)], dtype=np.float32)
    counts = class_counts(features, np.zeros(11, dtype=np.int8), 1, RASTER)
    assert counts.sum() == 1
    assert counts[0, 11, 8] == 1


@pytest.mark.parametrize(
    "rectangle", [(-6.1, 7.3, -2.9, 6.9), (0.0, 1.0, 0.0, 1.0), (1e6, 1e6 + 3, -7.0, -4.0)]
)
def test_a_raster_covers_its_rectangle_and_not_much_more(rectangle):
    cell = 0.125
    left, right, bottom, top = covering_raster(rectangle, cell).rectangle
    for outer, inner in (
        (-left, -rectangle[0]),
        (right, rectangle[1]),
        (-bottom, -rectangle[2]),
        (top, rectangle[3]),
    ):
        assert inner <= outer <= inner + cell


def test_the_cells_stay_where_they_are_when_the_view_moves():
    features, labels = cloud(20_000, 2)
    still = covering_raster((-2.0, 4.0, -1.0, 3.0), 0.25)
    moved = covering_raster((-1.9, 4.1, -0.9, 3.1), 0.25)
    one, other = (class_counts(features, labels, 2, raster) for raster in (still, moved))
    across = round((moved.left - still.left) / 0.25)
    down = round((still.top - moved.top) / 0.25)
    assert (across, down) == (0, -1)
    np.testing.assert_array_equal(one[:, :12, :20], other[:, 1:13, :20])


def test_the_rows_inside_are_found_unless_they_are_too_many():
    features, _ = cloud(100_000, 1)
    features[5] = np.nan
    rectangle = (-0.5, 0.5, 0.25, 1.0)
    x, y = features.T
    inside = np.flatnonzero((x >= -0.5) & (x <= 0.5) & (y >= 0.25) & (y <= 1.0))
    assert len(inside) > 1000
    np.testing.assert_array_equal(rows_inside(features, rectangle, len(inside)), inside)
    assert rows_inside(features, rectangle, len(inside) - 1) is None
    assert len(rows_inside(features[:0], rectangle, 10)) == 0


@pytest.mark.parametrize("rows", [0, 1, density.BLOCK + 3])
def test_the_sizes_of_the_classes_are_counted(rows):
    labels = cloud(rows, 4)[1]
    np.testing.assert_array_equal(class_sizes(labels), np.bincount(labels, minlength=1))


def channels(image):
    """Alpha, and red, green and blue as they were before they were multiplied by it."""
    alpha = (image >> 24).astype(float)
    parts = np.stack([(image >> shift) & 255 for shift in (16, 8, 0)], axis=-1).astype(float)
    return alpha / 255.0, parts / np.maximum(alpha, 1.0)[..., None]


PALETTES = {
    name: np.array(
        [[int(color[begin : begin + 2], 16) for begin in (1, 3, 5)] for color in theme.class_colors],
        dtype=np.uint8,
    )
    for name, theme in THEMES.items()
}


def colors_of(cells, sizes, theme="light"):
    """The colours of cells (m, K) in a row."""
    counts = np.array(cells, dtype=np.intp).T[:, None, :]
    image = cell_colors(counts, np.array(sizes), PALETTES[theme][: len(sizes)], THEMES[theme].densities)
    alpha, parts = channels(image)
    return alpha[0], parts[0]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("label", range(6))
def test_a_cell_of_one_class_has_its_colour(theme, label):
    cells = 30 * np.eye(6, dtype=int)[label][None]
    _, parts = colors_of(cells, [100] * 6, theme)
    np.testing.assert_allclose(255 * parts[0], PALETTES[theme][label], atol=2.5)


def test_an_empty_cell_is_transparent():
    alpha, _ = colors_of([(0, 0), (3, 1)], [10, 10])
    assert alpha[0] == 0.0
    assert alpha[1] > 0.4
    assert not cell_colors(
        np.zeros((2, 3, 4), dtype=np.intp), np.array([0, 0]), PALETTES["light"][:2], (0.5, 0.9)
    ).any()


def test_fuller_cells_are_more_opaque_within_the_bounds_of_the_theme():
    filling = [1, 2, 4, 8, 16, 32, 64, 64, 64, 64]
    alpha, _ = colors_of([(count, 0) for count in filling], [500, 500])
    lowest, highest = THEMES["light"].densities
    assert np.all(np.diff(alpha[:7]) > 0.0)
    assert alpha[0] == pytest.approx(lowest, abs=0.005)
    assert alpha[-1] == pytest.approx(highest, abs=0.005)
    # Doubling makes the same difference everywhere.
    np.testing.assert_allclose(np.diff(alpha[:7]), (highest - lowest) / 6, atol=0.006)


def test_one_full_cell_does_not_bleach_the_others():
    # All rows of a second cloud in one point.
    calm = [(count, 0) for count in (1, 10, 100)] * 100
    with_peak, _ = colors_of([*calm, (1_000_000, 0)], [1_011_100, 0])
    alone, _ = colors_of(calm, [11_100, 0])
    np.testing.assert_allclose(with_peak[:3], alone[:3], atol=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_the_colour_goes_from_one_class_to_the_other_with_their_shares(theme):
    shares = np.linspace(0, 100, 21).astype(int)
    _, parts = colors_of([(100 - share, share) for share in shares], [1000, 1000], theme)
    first, second = PALETTES[theme][:2] / 255.0
    way = (parts - first) @ (second - first) / np.sum((second - first) ** 2)
    assert np.all(np.diff(way) > 0.0)
    assert way[0] == pytest.approx(0.0, abs=0.02)
    assert way[-1] == pytest.approx(1.0, abs=0.02)


def test_a_mixture_has_the_light_of_both_and_is_not_darker_than_either():
    _, parts = colors_of([(10, 10), (10, 0), (0, 10)], [100, 100])
    luminance = (parts**2.2) @ np.array([0.2126, 0.7152, 0.0722])
    assert min(luminance[1:]) < luminance[0] < max(luminance[1:])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("rare", [0, 1])
def test_one_row_of_a_rare_class_colours_its_cell(theme, rare):
    cell, sizes = [50, 50], [1_000_000, 1_000_000]
    cell[rare], sizes[rare] = 1, 500
    _, parts = colors_of([cell], sizes, theme)
    np.testing.assert_allclose(255 * parts[0], PALETTES[theme][rare], atol=20)


def test_colours_never_exceed_their_opacity():
    # Qt draws nonsense otherwise.
    rng = np.random.default_rng(5)
    counts = rng.integers(0, 50, (6, 40, 40)) * rng.integers(0, 2, (6, 40, 40))
    image = cell_colors(counts, rng.integers(1, 10_000, 6), PALETTES["dark"], (0.0, 1.0))
    alpha = image >> 24
    for shift in (16, 8, 0):
        assert np.all((image >> shift) & 255 <= alpha)

"""The lines of the plane can be told apart, and their labels stand beside them."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QTransform

from logreg_gui.core.datasets import GaussianClass
from logreg_gui.core.references import BayesBoundary, bayes_boundary
from logreg_gui.frames import PlanePicture, ReferenceLines
from logreg_gui.views import geometry, line_layers
from logreg_gui.views.classes_layers import EllipsesLayer, NamesLayer, ellipse_halo
from logreg_gui.views.label_space import LabelSpace
from logreg_gui.views.labels import Label, plate_size
from logreg_gui.views.line_layers import LinesLayer, dashed_outline, order_away, reference_widths
from logreg_gui.views.style import THEMES, Look
from logreg_gui.views.tint_layer import TintLayer

BOX = (-4.0, 4.0, -3.0, 3.0)
AREA = QRectF(0, 0, 800, 600)
TO_PIXELS = QTransform(100, 0, 0, -100, 400, 300)
CENTRE = (0.0, 0.0)
FIRST = GaussianClass((-1.0, -0.3), ((1.2, 0.3), (0.3, 0.8)), 100)
SECOND = GaussianClass((1.0, 0.6), ((0.5, 0.1), (0.1, 0.9)), 90)
FIRST_INK = Look().class_color(0).name()
HYPERBOLA = BayesBoundary(-1.0, np.zeros(2), np.diag((1.0, -1.0)))


def painted(layer, rectangle=BOX, to_pixels=TO_PIXELS, taken=()):
    """A painting of the layer, as if layers below had placed the plates `taken`."""
    image = QImage(800, 600, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("white"))
    layer.space.clear()
    layer.space.plates.extend(taken)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    layer.draw(painter, to_pixels, rectangle)
    painter.end()
    return image


def lines_of(weights, maximum=None, bayes=None, classes=()):
    layer = LinesLayer(LabelSpace())
    layer.show_bayes(bayes, classes)
    show(layer, weights, maximum)
    return layer


def show(layer, weights, maximum=None):
    """The picture of straight boundaries; without weights the boundary lies far outside."""
    line = np.array((1e6, 1.0, 0.0) if weights is None else weights)
    layer.show_picture(PlanePicture(line, True, None if maximum is None else np.array(maximum)), CENTRE)


def pixels_along(weights, level=0.0):
    ends = geometry.clipped_line(weights, BOX, level)
    share = np.linspace(0.001, 0.999, 4000)[:, None]
    return ((1 - share) * ends[0] + share * ends[1]) * (100.0, -100.0) + (400.0, 300.0)


def inside(plate, points, margin=0.0):
    grown = plate.adjusted(-margin, -margin, margin, margin)
    return any(grown.contains(QPointF(*point)) for point in points)


def colours_along(image, points):
    return {image.pixelColor(int(x), int(y)).name() for x, y in points}


def plates_of(layer, *texts):
    """The plates as wide as that of one of these texts."""
    ink = QColor("black")
    widths = [plate_size(layer.look, Label(text, ink))[0] for text in texts]
    return [
        plate for plate in layer.space.plates if any(abs(plate.width() - width) < 1e-6 for width in widths)
    ]


@pytest.mark.parametrize("theme", list(THEMES))
def test_a_reference_and_the_boundary_are_both_seen_where_they_coincide(theme):
    weights = (0.4, 1.0, 0.0)
    layer = lines_of(weights, maximum=weights)
    layer.set_look(Look(theme=THEMES[theme]))
    seen = colours_along(painted(layer), pixels_along(weights))
    assert layer.look.color("maximum").name() in seen
    assert layer.look.color("boundary").name() in seen


def test_the_halo_parts_the_dashes_from_the_boundary_below():
    # Upright, 400 pixels from the left: 4.3 pixels of dash and 6.3 of halo on 8.4 of boundary.
    weights = (0.0, 1.0, 0.0)
    layer = lines_of(weights, maximum=weights)
    layer.set_look(Look(height=1440))
    image = painted(layer)
    below_the_arrow = range(350, 580)
    inner = [image.pixelColor(402, y).lightnessF() for y in below_the_arrow]
    outer = [image.pixelColor(403, y).lightnessF() for y in below_the_arrow]
    assert max(inner) > 0.7
    assert min(inner) < 0.2
    assert max(outer) < 0.4


def test_the_halo_is_wider_than_the_dashes_and_narrower_than_the_boundary():
    for height in (480, 720, 1080, 2160):
        look = Look(height=height)
        width, halo = reference_widths(look)
        assert width < halo < look.boundary_width


@pytest.mark.parametrize("seed", range(25))
def test_no_label_lies_on_the_boundary_on_another_label_or_over_the_edge(seed):
    rng = np.random.default_rng(seed)
    weights = rng.normal(size=3) * (0.6, 2.0, 2.0)
    # From coincident to unrelated.
    maximum = weights + rng.choice([0.0, 0.02, 0.2, 1.0]) * rng.normal(size=3)
    names = [QRectF(100, 400, 90, 22), QRectF(560, 180, 90, 22)]
    layer = lines_of(weights, maximum, bayes_boundary(FIRST, SECOND), (FIRST, SECOND))
    painted(layer, taken=names)
    boundary = pixels_along(weights) if geometry.clipped_line(weights, BOX) is not None else []
    placed = plates_of(layer, "MLE", "Bayes", "P = 0.25", "P = 0.75")
    assert placed
    for number, plate in enumerate(placed):
        assert AREA.contains(plate)
        assert not inside(plate, boundary, margin=0.5 * layer.look.boundary_width)
        assert not any(plate.intersects(other) for other in names + placed[:number])


@pytest.mark.parametrize("weights", [(0.0, 2.0, 0.5), (0.3, -1.0, 1.5), (0.0, 0.1, -2.0)])
def test_labels_of_contours_stand_outside_of_their_contours(weights):
    layer = lines_of(weights)
    painted(layer)
    plates = plates_of(layer, "P = 0.25")
    assert len(plates) == 2
    for plate in plates:
        x, y = (plate.center().x() - 400) / 100, (300 - plate.center().y()) / 100
        score = weights[0] + weights[1] * x + weights[2] * y
        assert abs(score) > np.log(3.0)
        for level in (-np.log(3.0), np.log(3.0)):
            assert not inside(plate, pixels_along(weights, level))


def test_a_contour_whose_outer_side_has_no_room_has_no_label():
    # P = 0.75 at x2 = 2.95, five pixels below the upper edge.
    slope = np.log(3.0) / 2.0
    layer = lines_of((-0.95 * slope, 0.0, slope))
    painted(layer)
    (plate,) = plates_of(layer, "P = 0.25", "P = 0.75")
    assert plate.center().y() > 300


@pytest.mark.parametrize("shift", [0.0, 0.05, 0.3, 1.0, -0.05, -0.3, -1.0])
def test_a_reference_is_labelled_beside_its_line_away_from_the_boundary(shift):
    maximum = (shift, 1.0, 0.2)
    # Large weights: the contours lie close to the boundary, out of the label's way.
    layer = lines_of((0.0, 20.0, 4.0), maximum)
    painted(layer)
    (plate,) = plates_of(layer, "MLE")
    line = pixels_along(maximum)
    assert not inside(plate, line)
    assert inside(plate, line, margin=layer.look.base)
    at_plate = line[np.abs(line[:, 1] - plate.center().y()).argmin(), 0]
    # A positive intercept moves the maximum's line to the left of the boundary.
    if shift:
        assert (plate.center().x() < at_plate) == (shift > 0)


def test_a_line_of_which_little_is_visible_has_no_label():
    em = Look().base
    for length_in_em, count in ((3.5, 0), (7.0, 1)):
        leg = length_in_em * em / 2**0.5 / 100.0
        layer = lines_of(None, (-(4.0 + 3.0 - leg), 1.0, 1.0))
        painted(layer)
        assert len(plates_of(layer, "MLE")) == count


def test_a_label_stays_where_it_was_while_it_can():
    layer = lines_of((0.0, 1.0, 0.1), (0.02, 1.0, 0.1))
    painted(layer)
    (before,) = plates_of(layer, "MLE")
    show(layer, (0.04, 1.0, 0.1), (0.02, 1.0, 0.1))
    painted(layer)
    assert plates_of(layer, "MLE") == [before]


def test_the_bayes_curve_is_computed_once_per_view_look_and_reference(monkeypatch):
    calls = []
    compute = geometry.bayes_curve

    def counted(*arguments):
        calls.append(arguments)
        return compute(*arguments)

    monkeypatch.setattr(line_layers.geometry, "bayes_curve", counted)
    bayes = bayes_boundary(FIRST, SECOND)
    layer = lines_of((0.0, 1.0, 1.0), (0.1, 1.0, 1.0), bayes)
    first = painted(layer)
    assert painted(layer) == first
    picture = PlanePicture(np.array((0.3, 1.0, 1.0)), True, layer._picture.maximum_line)
    layer.show_picture(picture, CENTRE)
    painted(layer)
    assert len(calls) == 1
    painted(layer, to_pixels=QTransform(90, 0, 0, -90, 400, 300))
    assert len(calls) == 2
    layer.set_look(Look(height=900))
    painted(layer)
    assert len(calls) == 3
    layer.show_bayes(bayes, (FIRST, SECOND))
    painted(layer)
    assert len(calls) == 4


@pytest.mark.parametrize("has_curve", [False, True])
def test_references_that_stay_are_drawn_from_what_is_kept_though_their_arrays_are_new(has_curve):
    curve = [ReferenceLines("maximum", "MLE", (np.array(((-3.0, 1.0), (3.0, 1.0))),))]

    def picture(offset):
        boundary = np.array((offset, 1.0, 1.0))
        if has_curve:
            return PlanePicture(None, True, references=tuple(curve))
        return PlanePicture(boundary, True, np.array((0.1, 1.0, 1.0)))

    layer = LinesLayer(LabelSpace())
    layer.show_picture(picture(0.3), CENTRE)
    painted(layer)
    kept = layer._marks
    layer.show_picture(picture(0.2), CENTRE)
    painted(layer)
    assert kept
    assert layer._marks is kept
    layer.show_picture(PlanePicture(np.array((0.2, 1.0, 1.0)), True, np.array((0.5, 1.0, 1.0))), CENTRE)
    painted(layer)
    assert layer._marks is not kept


def test_of_a_hyperbola_only_the_branch_between_the_classes_is_drawn():
    means = [GaussianClass(mean, ((1, 0), (0, 1)), 10) for mean in ((0.0, 0.0), (2.5, 0.0))]
    ink = Look().color("bayes").name()
    whole = painted(lines_of(None, bayes=HYPERBOLA))
    part = painted(lines_of(None, bayes=HYPERBOLA, classes=means))

    def inked(image, columns):
        return sum(image.pixelColor(x, y).name() == ink for x in columns for y in range(100, 600))

    assert inked(whole, range(400)) > 20
    assert inked(part, range(400)) == 0
    assert inked(part, range(400, 800)) > 20


def test_strokes_and_their_halos_lie_over_each_other():
    path = QPainterPath(QPointF(0, 0))
    path.lineTo(100, 0)
    line, halo = dashed_outline(path, 2.0, (4.0, 3.0)), dashed_outline(path, 2.0, (4.0, 3.0), 4.0)
    # Strokes of 8 pixels at 0, 14, 28 ...; the halo is one pixel larger on every side.
    for x in np.arange(0.25, 99.0, 0.5):
        assert line.contains(QPointF(x, 0.9)) == (x % 14 < 8)
        assert halo.contains(QPointF(x, 1.9)) == (x % 14 < 9 or x % 14 > 13)
    assert not line.contains(QPointF(4.0, 1.1))
    assert not halo.contains(QPointF(4.0, 2.1))


def test_of_two_sides_the_one_off_the_boundary_is_tried_first():
    boxes = np.array([[10, 0, 20, 10], [40, 0, 50, 10], [10, 20, 20, 30], [40, 20, 50, 30]], dtype=float)
    left, right = np.array([[0.0, 0.0], [0.0, 9.0]]), np.array([[60.0, 0.0], [60.0, 9.0]])
    assert order_away(boxes, left).tolist() == [1, 0, 3, 2]
    assert order_away(boxes, right).tolist() == [0, 1, 2, 3]
    assert order_away(boxes, None).tolist() == [0, 1, 2, 3]
    assert order_away(np.empty((0, 4)), left).tolist() == []


def ellipses(look=None):
    layer = EllipsesLayer(LabelSpace())
    layer.set_look(look or Look())
    layer.show_classes((FIRST, SECOND))
    return layer


def names(*places, space=None):
    layer = NamesLayer(space or LabelSpace())
    layer.show_names(tuple(f"class {index}" for index in range(len(places))), places)
    return layer


def test_outlines_can_be_put_away_and_brought_back():
    layer = ellipses()
    with_outlines = painted(layer)
    layer.show_outlines(False)
    without = painted(layer)
    outline = geometry.ellipse(FIRST, 1.0) * (100.0, -100.0) + (400.0, 300.0)
    assert FIRST_INK in colours_along(with_outlines, outline)
    assert colours_along(without, outline) == {"#ffffff"}
    layer.show_outlines(True)
    assert painted(layer) == with_outlines


def test_names_of_classes_that_lie_on_each_other_do_not():
    layer = names(FIRST, FIRST)
    painted(layer)
    one, other = layer.space.plates
    assert not one.intersects(other)


def test_a_name_makes_way_for_a_line_through_its_place():
    layer = names(FIRST, SECOND)
    painted(layer)
    before = list(layer.space.plates)
    space = LabelSpace()
    image = QImage(800, 600, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    centre = before[0].center()
    space.avoid(np.array([[centre.x() - 200, centre.y()], [centre.x() + 200, centre.y()]]), 3.0)
    moved = names(FIRST, SECOND, space=space)
    moved.draw(painter, TO_PIXELS, BOX)
    painter.end()
    assert len(space.plates) == 2
    assert not space.plates[0].contains(centre)
    assert abs(space.plates[0].center().y() - centre.y()) > 3.0


def test_every_class_has_its_name_even_where_there_is_no_room():
    layer = names(*[FIRST] * 6)
    painted(layer, taken=[QRectF(0, 0, 800, 600)])
    assert len(layer.space.plates) == 7


def test_a_curved_boundary_is_drawn_and_labels_keep_off_it():
    turn = np.linspace(0.0, 2.0 * np.pi, 200)
    circle = 1.5 * np.column_stack((np.cos(turn), np.sin(turn)))
    layer = LinesLayer(LabelSpace())
    reference = ReferenceLines("maximum", "MLE", (1.1 * circle,))
    layer.show_picture(PlanePicture(None, True, boundary=(circle,), references=(reference,)), CENTRE)
    image = painted(layer)
    pixels = circle * (100.0, -100.0) + (400.0, 300.0)
    assert Look().color("boundary").name() in colours_along(image, pixels)
    (plate,) = plates_of(layer, "MLE")
    assert not inside(plate, pixels)


def test_the_halo_is_stronger_among_many_points_and_most_so_in_the_dark():
    few, many = (
        {name: ellipse_halo(Look(theme=theme), rows) for name, theme in THEMES.items()}
        for rows in (200, 20_000)
    )
    for name in THEMES:
        assert many[name].widthF() > few[name].widthF()
        assert many[name].color().alphaF() > few[name].color().alphaF()
    assert many["dark"].widthF() > many["light"].widthF()
    assert many["dark"].color().alphaF() > many["light"].color().alphaF()


def test_a_run_that_diverges_is_drawn_as_steep_as_it_can_be():
    weights = np.array([0.3, 1.0, -1.5])
    tint = TintLayer(LabelSpace())
    images = []
    for factor in (1e3, 1e300):
        tint.show_picture(PlanePicture(factor * weights, False))
        images.append((painted(tint), painted(lines_of(factor * weights))))
    (tinted, lines), (far_tinted, far_lines) = images
    assert tinted == far_tinted
    left, right = far_tinted.pixelColor(5, 300), far_tinted.pixelColor(795, 300)
    assert left != right
    # The arrow alone has another length.
    (x, y), _ = pixels_along(weights)[[0, -1]]
    assert far_lines.pixelColor(round(x), round(y)) == lines.pixelColor(round(x), round(y))

"""Whatever a view keeps from painting to painting: it looks like one that has never shown anything else."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from logreg_gui.core.references import bayes_boundary
from logreg_gui.frames import GaussianClass, PlanePicture, ReferenceLines
from logreg_gui.views.classes_layers import EllipsesLayer, NamesLayer
from logreg_gui.views.coefficients import CoefficientsPanel
from logreg_gui.views.curve import CurveView, ceiling_of
from logreg_gui.views.equation import EquationPanel
from logreg_gui.views.label_space import LabelSpace
from logreg_gui.views.line_layers import LinesLayer
from logreg_gui.views.numbers import NumbersPanel
from logreg_gui.views.points_layer import PointsLayer
from logreg_gui.views.style import DARK, LIGHT, PROJECTOR, Look, load_fonts
from logreg_gui.views.tint_layer import TintLayer
from logreg_gui.views.weights import WeightsPanel
from tests.views.frames_for_tests import IN_THE_PLANE, frame_of, scenario_of, with_spec

PAINTINGS = 3
"""A copy is made at the second, and shown at the third."""

BOX, AREA = (-4.0, 4.0, -3.0, 3.0), QRectF(0, 0, 800, 600)
VIEWS = {
    "first": (BOX, QTransform(100, 0, 0, -100, 400, 300)),
    "moved": ((-3.0, 5.0, -3.0, 3.0), QTransform(100, 0, 0, -100, 300, 300)),
    "between pixels": (BOX, QTransform(100, 0, 0, -100, 401, 301)),
    "larger": ((-2.0, 2.0, -1.5, 1.5), QTransform(200, 0, 0, -200, 400, 300)),
}
FIRST = GaussianClass((-1.0, -0.3), ((1.2, 0.3), (0.3, 0.8)), 100)
SECOND = GaussianClass((1.0, 0.6), ((0.5, 0.1), (0.1, 0.9)), 90)
THIRD = GaussianClass((1.5, -0.6), ((1.2, 0.3), (0.3, 0.8)), 90)


# panels


def renamed(data, *names, **changes):
    """The data with other names of their classes, or other changes of their rows."""
    return replace(data, sample=replace(data.sample, class_names=names, **changes))


LOGISTIC = frame_of(IN_THE_PLANE["logistic"], 3, run=1)
SQUARES = with_spec(replace(LOGISTIC, run=6), objective="squared-error")
CLASSES = frame_of(IN_THE_PLANE["softmax of three"], 5, run=9)
FEW = {
    "first": LOGISTIC,
    "later": frame_of(IN_THE_PLANE["logistic"], 9, run=2),
    "no maximum yet": frame_of(IN_THE_PLANE["logistic"], 3, has_maximum=False, run=3),
    "another maximum": frame_of(scenario_of("overlapping", penalty="l2", C=0.05), 3, run=4),
    "no Bayes": frame_of(scenario_of("moons"), 3, run=5),
    "another name": SQUARES,
    "no classes": replace(SQUARES, data=replace(SQUARES.data, classes=())),
}
MANY = {
    "first": frame_of(IN_THE_PLANE["lasso, degree 3"], 30, run=7),
    "more terms": frame_of(IN_THE_PLANE["ridge, degree 6"], 3, run=8),
    "classes": CLASSES,
    "other names of classes": replace(CLASSES, run=10, data=renamed(CLASSES.data, "a", "b", "c")),
    "another scale": replace(
        CLASSES, run=11, weights=30.0 * CLASSES.weights, data=renamed(CLASSES.data, "a", "b", "c")
    ),
    "other terms": replace(
        CLASSES,
        run=12,
        weights=30.0 * CLASSES.weights,
        data=renamed(CLASSES.data, "a", "b", "c", feature_names=("age", "x₂")),
    ),
    "other data": frame_of(IN_THE_PLANE["all inputs"], 5, run=13),
}
LOOKS = {
    "light": Look(LIGHT, 720),
    "smaller": Look(LIGHT, 620),
    "dark": Look(DARK, 620),
    "stage": Look(PROJECTOR, 720, 1.0, stage=True),
}
SIZES = {"wide": (480, 200), "narrow": (380, 200), "high": (480, 260)}


def shown(panel, frame, look, size):
    panel.set_look(look)
    panel.show_frame(frame)
    panel.setFixedSize(*size)
    return panel


@pytest.mark.parametrize(
    ("kind", "frames"),
    [(WeightsPanel, FEW), (CoefficientsPanel, MANY), (NumbersPanel, FEW), (EquationPanel, FEW)],
    ids=["weights", "coefficients", "numbers", "equation"],
)
def test_a_panel_shows_nothing_of_an_earlier_frame_look_or_size(qtbot, kind, frames):
    load_fonts()
    panel = kind()
    qtbot.addWidget(panel)
    names, seen = list(frames), []
    story = [(name, "light", "wide") for name in names]
    story += [(names[-1], look, "wide") for look in LOOKS]
    story += [(names[-1], "stage", size) for size in SIZES]
    story += [(name, "light", "high") for name in reversed(names)]
    for name, look, size in story:
        shown(panel, frames[name], LOOKS[look], SIZES[size])
        fresh = kind()
        qtbot.addWidget(fresh)
        wanted = shown(fresh, frames[name], LOOKS[look], SIZES[size]).grab().toImage()
        for _ in range(PAINTINGS):
            assert panel.grab().toImage() == wanted, (name, look, size)
        seen.append(wanted)
    if kind in (WeightsPanel, CoefficientsPanel):
        assert all(one != other for one, other in pairwise(seen[: len(names)]))


# layers


def painted(layer, view="first", ratio=1.0):
    rectangle, to_pixels = VIEWS[view]
    image = QImage(round(800 * ratio), round(600 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor("white"))
    layer.space.clear()
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    layer.draw(painter, to_pixels, rectangle)
    painter.end()
    return image


def lines_story():
    """What a plane of lines is told, one after the other, and in which view it is painted."""
    turn = np.linspace(0.0, 2.0 * np.pi, 200)
    circle = 1.5 * np.column_stack((np.cos(turn), np.sin(turn)))
    line = PlanePicture(np.array((0.1, 1.0, 0.4)), True, np.array((0.4, 1.0, 0.7)))
    least = replace(line, maximum_line=line.maximum_line.copy(), maximum_text="OLS")
    around = ReferenceLines("maximum", "MLE", (circle,))
    other = ReferenceLines("other", "without penalty", (0.8 * circle,))
    curved = PlanePicture(None, True, boundary=(1.1 * circle,), references=(around,))
    bayes = bayes_boundary(FIRST, SECOND)
    yield "picture", line, "first"
    yield "picture", replace(line, line=np.array((0.3, -1.0, 0.4))), "first"
    yield "bayes", (bayes, (FIRST, SECOND)), "first"
    yield "picture", replace(line, maximum_line=np.array((-0.6, 1.0, 0.2))), "first"
    yield "picture", least, "first"
    yield "bayes", (bayes_boundary(FIRST, THIRD), (FIRST, THIRD)), "first"
    yield "look", Look(DARK, 720), "first"
    yield "look", Look(DARK, 900), "first"
    yield "picture", least, "moved"
    yield "picture", curved, "moved"
    yield "picture", replace(curved, references=(around, other)), "moved"
    yield "picture", replace(curved, references=(other,)), "larger"
    yield "bayes", (None, ()), "larger"
    yield "look", Look(LIGHT, 720), "first"


def tell(layer, what, value):
    if what == "picture":
        layer.show_picture(value, (0.0, 0.0))
    elif what == "bayes":
        layer.show_bayes(*value)
    else:
        layer.set_look(value)


def test_lines_show_nothing_of_earlier_references_views_or_looks():
    layer, told, seen = LinesLayer(LabelSpace()), {}, []
    for what, value, view in lines_story():
        told[what] = value
        tell(layer, what, value)
        for _ in range(PAINTINGS):
            fresh = LinesLayer(LabelSpace())
            for known in told.items():
                tell(fresh, *known)
            # Labels stay where they were, and the arrow keeps its scale: that is wanted.
            fresh.kept_places.update(layer.kept_places)
            fresh._divisor = layer._divisor
            seen.append(painted(layer, view))
            assert seen[-1] == painted(fresh, view), (what, view)
    assert all(
        one != other for one, other in zip(seen[::PAINTINGS], seen[PAINTINGS::PAINTINGS], strict=False)
    )


def classes_story():
    yield "show_classes", ((FIRST, SECOND),), "first"
    yield "show_classes", ((FIRST, THIRD),), "first"
    yield "show_outlines", (False,), "first"
    yield "show_outlines", (True,), "first"
    yield "show_classes", ((FIRST, THIRD),), "moved"
    yield "set_look", (Look(DARK, 720),), "moved"
    yield "show_classes", ((FIRST, THIRD),), "between pixels"
    yield "show_classes", ((FIRST, THIRD),), "larger"


def rows_story():
    rng = np.random.default_rng(0)
    rows, means = rng.normal(size=(60, 2)), np.zeros((2, 2))
    labels = np.repeat([0, 1], 30)
    yield "show_rows", (rows, labels, means), "first"
    yield "show_rows", (rows + 0.5, labels, means), "first"
    yield "show_rows", (rows + 0.5, labels[::-1].copy(), means), "first"
    yield "show_rows", (rows + 0.5, labels, means, labels == 1), "first"
    yield "show_spread", (0.4,), "first"
    yield "show_spread", (0.4,), "moved"
    yield "set_look", (Look(DARK, 720),), "moved"
    yield "set_look", (Look(DARK, 900),), "larger"


def tint_story():
    first = PlanePicture(np.array((0.1, 1.0, 0.4)), True)
    yield "show_picture", (first,), "first"
    yield "show_grid", ((-1.0, 1.0), (-2.0, 0.0)), "first"
    yield "show_grid", ((-1.5, 1.0), (-2.0, 0.0)), "first"
    yield "show_grid", ((-1.5, 1.0), (-2.0, 0.5)), "first"
    yield "show_picture", (replace(first, line=np.array((0.5, -1.0, 0.2))),), "first"
    yield "show_picture", (replace(first, is_logistic=False),), "first"
    yield "show_picture", (replace(first, is_logistic=False),), "larger"
    yield "set_look", (Look(DARK, 720),), "moved"


def names_story():
    yield "show_names", (("one", "two"), (FIRST, SECOND)), "first"
    yield "show_names", (("one", "other"), (FIRST, SECOND)), "first"
    yield "show_names", (("one", "other"), (FIRST, THIRD)), "first"
    yield "show_names", (("one", "other"), (FIRST, THIRD)), "moved"
    yield "set_look", (Look(DARK, 900),), "larger"


@pytest.mark.parametrize("ratio", [1.0, 1.5])
@pytest.mark.parametrize(
    ("make", "story"),
    [
        (lambda: EllipsesLayer(LabelSpace()), classes_story),
        (PointsLayer, rows_story),
        (lambda: TintLayer(LabelSpace()), tint_story),
        (lambda: NamesLayer(LabelSpace()), names_story),
    ],
    ids=["ellipses", "points", "tint", "names"],
)
def test_a_layer_shows_nothing_of_what_it_was_told_before(qapp, make, story, ratio):
    load_fonts()
    layer, told, seen = make(), {}, []
    for method, values, view in story():
        told[method] = values
        getattr(layer, method)(*values)
        for _ in range(PAINTINGS):
            fresh = make()
            for known, what in told.items():
                getattr(fresh, known)(*what)
            if isinstance(layer, NamesLayer):
                fresh.kept_places.update(layer.kept_places)
            seen.append(painted(layer, view, ratio))
            assert seen[-1] == painted(fresh, view, ratio), (method, view)
    assert all(
        one != other for one, other in zip(seen[::PAINTINGS], seen[PAINTINGS::PAINTINGS], strict=False)
    )


# the curve


def test_the_ceiling_of_the_curve_is_that_of_the_frame(qtbot):
    view = CurveView()
    qtbot.addWidget(view)
    same_maximum = with_spec(LOGISTIC, penalty="l2"), SQUARES, LOGISTIC
    for frame in (*FEW.values(), *MANY.values(), *same_maximum):
        for _ in range(2):
            view.show_frame(frame)
            assert view.layer._ceiling == ceiling_of(frame)

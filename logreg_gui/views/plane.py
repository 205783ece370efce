"""The plane of two features: the rows, the tint of the class probabilities and the decision boundary."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEasingCurve, QEvent, QPointF, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from logreg_gui import notation
from logreg_gui.frames import PLANE_NAMES, DataSnapshot, Frame, GaussianClass, PlanePicture, RunStatus
from logreg_gui.views import geometry
from logreg_gui.views.axis import PlotAxis, major_ticks, set_margins, style_axis
from logreg_gui.views.classes_layers import EllipsesLayer, NamesLayer
from logreg_gui.views.hand import Hand, shifted, within_reach, zoomed
from logreg_gui.views.handles_layer import HandlesLayer
from logreg_gui.views.hit_test import Area, ToPixels
from logreg_gui.views.hover import HoverLayer
from logreg_gui.views.label_space import LabelSpace
from logreg_gui.views.layered_plot import LayeredPlot
from logreg_gui.views.line_layers import LinesLayer
from logreg_gui.views.plane_hands import PlaneHands
from logreg_gui.views.points_layer import PointsLayer
from logreg_gui.views.style import Look
from logreg_gui.views.tint_layer import TintLayer

ENTRANCE_MS = 600
"""Time for the points to reach their places from their means; the boundary then takes as long to fade in."""

SHOWN_DEVIATIONS = 2.8
"""How much of each Gaussian the view shows: by the Gaussians alone, so that a new sample does not move it."""

MOST_ENTERING = 5_000
"""Rows above which there is no entrance: their picture takes too long to remake sixty times a second."""


class PlaneView(LayeredPlot):
    """Shows frames that hold a `PlanePicture`; the plot cannot be moved by accident."""

    view_changed = Signal(object)  # Rectangle: the part of the plane that is visible now

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__({name: PlotAxis(name) for name in ("bottom", "left")}, parent)
        self._look = Look()
        self._rectangle: geometry.Rectangle | None = None
        self._needed: geometry.Rectangle | None = None
        self._by_hand: geometry.Rectangle | None = None
        self._drawn: DataSnapshot | None = None
        self._run = 0
        self._will_enter = False
        self._centre = (0.0, 0.0)
        self._axis_names: tuple[str, ...] = PLANE_NAMES
        self._has_ellipses = True
        self._is_entering = False

        space = LabelSpace()
        self.tint, self.points = TintLayer(space), PointsLayer()
        self.ellipses, self.lines, self.names = EllipsesLayer(space), LinesLayer(space), NamesLayer(space)
        self.handles, self.hover = HandlesLayer(space), HoverLayer(space)
        self.add_layers(
            self.tint, self.points, self.ellipses, self.handles.below, self.lines, self.names,
            self.handles.line, self.handles, self.hover,
        )  # fmt: skip
        view = self.getViewBox()
        view.setAspectLocked(True)
        self._entrance = QVariantAnimation(self)
        self._entrance.setStartValue(0.0)
        self._entrance.setEndValue(2.0)
        self._entrance.setDuration(2 * ENTRANCE_MS)
        self._entrance.valueChanged.connect(self._show_entrance)
        self._ease = QEasingCurve(QEasingCurve.Type.OutCubic)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Plane of the features x₁ and x₂")
        view.sigResized.connect(self._apply_rectangle)
        view.sigRangeChanged.connect(self._move_grid)
        view.sigRangeChanged.connect(self.tell_view)
        view.sigRangeChanged.connect(self._follow_view)
        view.sigResized.connect(self._follow_view)
        self._hand = Hand(self.viewport())
        self._hand.wheeled.connect(self._zoom_at)
        self._hand.dragged.connect(self._drag_by)
        self.hands = PlaneHands(self, self.viewport(), self.handles)
        self.hands.pointed.connect(self._point_at)
        for signal in (self.hands.released, self.hands.cancelled):
            signal.connect(self._settle_view)

    def show_frame(self, frame: Frame) -> None:
        """Draw this instant; rows and references only when they are others than last time."""
        picture = frame.picture
        if not isinstance(picture, PlanePicture):
            return
        if self._drawn is None or frame.data.revision != self._drawn.revision:
            self._show_data(frame)
        self._drawn, self._run = frame.data, frame.run
        if self._will_enter:
            self._start_entrance(frame.data)
        self.hover.show_frame(frame)
        self.hands.show_running(frame.status is RunStatus.RUNNING, frame.step)
        self.hands.show_line(movable_line(frame), frame.run, frame.step)
        self.tint.show_picture(picture)
        self.lines.show_picture(picture, self._centre)

    def tell_view(self) -> None:
        """Say once more what is visible: whoever makes pictures may have forgotten it."""
        self.view_changed.emit(self.visible_rectangle)

    def set_look(self, look: Look) -> None:
        """Take other colours and sizes."""
        self._look = look
        self.setBackground(look.color("plot"))
        self._name_axes()
        set_margins(self, look, 0.55)
        for layer in self.layers:
            layer.set_look(look)

    def show_ellipses(self, visible: bool) -> None:
        """Show or hide the generating Gaussians; the names of the classes stay."""
        self.ellipses.show_outlines(visible)
        self._has_ellipses = visible
        self._allow_hands()

    def show_gaussians(self, gaussians: tuple[GaussianClass, ...]) -> None:
        """The Gaussians that the hand can hold: at once, while the rows and all else come with the frames."""
        self.hands.show_gaussians(gaussians)
        if self.hands.is_down and gaussians:
            self.ellipses.show_classes(gaussians)

    def show_brush(self, radius: float, index: int) -> None:
        """Paint with a brush of that radius in pixels, in the colour of a class; 0 puts it away."""
        self.hands.show_brush(radius)
        self.hover.show_brush(radius, index)

    @property
    def mapping(self) -> ToPixels:
        """From the plane to pixels of the viewport."""
        to_pixels = self.to_pixels
        return ToPixels(to_pixels.m11(), to_pixels.m22(), to_pixels.dx(), to_pixels.dy())

    @property
    def visible_area(self) -> Area:
        """The pixels of the viewport that show the plane."""
        area = self.view_area
        return Area(area.left(), area.top(), area.right(), area.bottom())

    @property
    def visible_rectangle(self) -> geometry.Rectangle:
        """The part of the plane that is visible."""
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        return left, right, bottom, top

    def zoom_by(self, factor: float, centre: tuple[float, float] | None = None) -> None:
        """Show everything `factor` times larger; the point `centre` stays where it is, else the middle."""
        left, right, bottom, top = self.visible_rectangle
        if centre is None:
            centre = 0.5 * (left + right), 0.5 * (bottom + top)
        self._show_by_hand(zoomed((left, right, bottom, top), factor, centre))

    def pan_by(self, dx: float, dy: float) -> None:
        """Move what is visible by so much of x1 and x2."""
        self._show_by_hand(shifted(self.visible_rectangle, dx, dy))

    def fit_view(self) -> None:
        """Back to the view that the classes ask for."""
        self._by_hand = None
        self._apply_rectangle()

    def enter(self) -> None:
        """Let the points of the next data pop out of their means, and then the boundary fade in."""
        self._will_enter = True
        self._show_entrance(0.0)
        self.hands.cue()

    def finish_entrance(self) -> None:
        """Everything in its place at once."""
        self._will_enter = False
        self._entrance.stop()
        self._show_entrance(2.0)

    def describe(self, frame: Frame) -> str:
        """What the picture shows, in words, for those who do not see it."""
        sample = frame.data.sample
        weights = ", ".join(
            f"{name} {notation.significant(weight)}"
            for name, weight in zip(frame.weight_names, frame.weights, strict=True)
        )
        accuracy = "" if frame.accuracy is None else f"; accuracy {notation.percent(frame.accuracy)}"
        return (
            f"{sample.n_rows} points of {sample.n_classes} classes over {sample.feature_names[0]} and "
            f"{sample.feature_names[1]}; decision boundary of the weights {weights}{accuracy}"
        )

    def _show_data(self, frame: Frame) -> None:
        data, sample = frame.data, frame.data.sample
        means = np.array([gaussian.mean for gaussian in data.places])
        self.points.show_rows(sample.features[:, :2], sample.target, means, sample.is_test)
        if not self.hands.is_down:
            self.ellipses.show_classes(data.classes)
        self.names.show_names(sample.class_names, data.places)
        self.lines.show_bayes(data.bayes, data.classes)
        self._centre = tuple(means.mean(axis=0))
        if self._axis_names != sample.feature_names[:2]:
            self._axis_names = sample.feature_names[:2]
            self._name_axes()
        is_other_scenario = frame.run != self._run
        # A new sample after the end of a run begins another run, but of the same classes.
        if is_other_scenario and (self._drawn is None or data.places != self._drawn.places):
            self._by_hand = None
        if data.classes:
            needed = geometry.gaussians_rectangle(data.classes, SHOWN_DEVIATIONS)
        else:
            needed = geometry.rows_rectangle(sample.features[:, :2])
        self._needed = needed
        if self._rectangle is None or is_other_scenario:
            self._rectangle = None
            # Where directions mean something, 1 : 1; years beside incomes would be a line.
            self.getViewBox().setAspectLocked(sample.feature_names == PLANE_NAMES)
        self._settle_view()
        if is_other_scenario:
            self.tell_view()

    def _settle_view(self) -> None:
        """Take the view that the data ask for, unless the hand is down: it would slip away under it."""
        if self._needed is None or (self.hands.is_down and self._rectangle is not None):
            return
        if self._rectangle is None or not _contains(self._rectangle, self._needed):
            self._rectangle = self._needed
            self._apply_rectangle()

    def _point_at(self, pointer: QPointF | None) -> None:
        self.hover.point_at(pointer, is_silent=self._is_entering or self.hands.is_busy)

    def _allow_hands(self) -> None:
        self.hands.allow(self._has_ellipses and not self._is_entering, not self._is_entering)

    def _name_axes(self) -> None:
        for side, text in zip(("bottom", "left"), self._axis_names, strict=True):
            style_axis(self.getAxis(side), self._look, text)

    def _start_entrance(self, data: DataSnapshot) -> None:
        if data.sample.n_rows <= MOST_ENTERING:
            self._will_enter = False
            self._entrance.start()
        else:
            self.finish_entrance()

    def _show_entrance(self, progress: float) -> None:
        self.points.show_spread(self._ease.valueForProgress(min(progress, 1.0)))
        fading = min(max(progress - 1.0, 0.0), 1.0)
        self.lines.setOpacity(fading)
        self.tint.setOpacity(fading)
        if (progress < 2.0) != self._is_entering:
            self._is_entering = progress < 2.0
            self._allow_hands()

    def _apply_rectangle(self) -> None:
        if self._rectangle is not None:
            left, right, bottom, top = self._by_hand or self._rectangle
            self.getViewBox().setRange(QRectF(left, bottom, right - left, top - bottom), padding=0.0)

    def _show_by_hand(self, rectangle: geometry.Rectangle) -> None:
        if self._rectangle is not None:
            self._by_hand = within_reach(rectangle, self._rectangle)
            self._apply_rectangle()

    def _zoom_at(self, factor: float, pixel: QPointF) -> None:
        point = self.getViewBox().mapSceneToView(self.mapToScene(pixel.toPoint()))
        self.zoom_by(factor, (point.x(), point.y()))

    def _drag_by(self, way: QPointF) -> None:
        across, down = self.getViewBox().viewPixelSize()
        self.pan_by(-way.x() * across, way.y() * down)

    def _move_grid(self) -> None:
        (left, right), (bottom, top) = self.getViewBox().viewRange()
        size = self.getViewBox().size()
        self.tint.show_grid(
            major_ticks(self.getAxis("bottom"), left, right, size.width()),
            major_ticks(self.getAxis("left"), bottom, top, size.height()),
        )

    def _follow_view(self) -> None:
        self.hands.follow_view()

    def event(self, event: QEvent) -> bool:
        # Keys that belong to the hand at present are no commands.
        is_offered = event.type() == QEvent.Type.ShortcutOverride
        if is_offered and isinstance(event, QKeyEvent) and self.hands.takes_key(event):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.hands.press_key(event):
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        # A menu gives the focus back.
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.hands.leave_keys()
        super().focusOutEvent(event)


def movable_line(frame: Frame) -> tuple[float, float, float] | None:
    """The decision boundary where it is the weights themselves, so that moving it sets them."""
    model, picture = frame.model, frame.picture
    if model.objective != "logistic" or model.degree > 1 or model.standardise or len(frame.weights) != 3:
        return None
    if not isinstance(picture, PlanePicture) or picture.line is None:
        return None
    intercept, first, second = picture.line.tolist()
    return (intercept, first, second) if first or second else None


def _contains(outer: geometry.Rectangle, inner: geometry.Rectangle) -> bool:
    # A cloud that shrank to less than half is shown larger.
    slack_x, slack_y = 0.05 * (outer[1] - outer[0]), 0.05 * (outer[3] - outer[2])
    inside = (
        outer[0] - slack_x <= inner[0]
        and inner[1] <= outer[1] + slack_x
        and outer[2] - slack_y <= inner[2]
        and inner[3] <= outer[3] + slack_y
    )
    large = (
        max((inner[1] - inner[0]) / (outer[1] - outer[0]), (inner[3] - inner[2]) / (outer[3] - outer[2]))
        > 0.5
    )
    return inside and large

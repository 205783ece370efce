"""The hand on the plane: what it points at, what it holds, and where it goes, told in data coordinates.

What comes of it is not decided here: the signals say what a hand did, `show_gaussians` says what is there.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QPointF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from logreg_gui.frames import GaussianClass
from logreg_gui.views import hit_test
from logreg_gui.views.handles_layer import LINE, TURN, HandlesLayer, LineMarks
from logreg_gui.views.held_line import HeldLine
from logreg_gui.views.hit_test import BODY, LONG, MEAN, SHORT, Area, Grip, ToPixels

FADE_MS, FADE_STEPS = 250, 8
"""Time in which the handles come and go, and in how many steps: at each the whole plane is painted."""

BESIDE_FRAMES_MS = 50
"""As long as frames come no further apart, the handles fade with them: not a painting more is needed."""

NUDGE_PIXELS, FINE_PIXELS = 10.0, 1.0
"""How far an arrow key moves a handle, at most; and with Shift."""

ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}

BOUNDARY = -1
"""Stands for the decision boundary where a class is selected or placed otherwise."""

LINE_PARTS = ((BOUNDARY, LINE), (BOUNDARY, TURN))

BRUSH = (-2, "brush")
"""Stands for the brush where a handle is selected otherwise."""

PRESSES = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
"""What puts a brush that the keys move down, and lifts it."""

PLACED_NAMES = {
    MEAN: "the mean of class {}",
    LONG: "the end of the long axis of class {}",
    SHORT: "the end of the short axis of class {}",
    LINE: "a point of the boundary",
}
"""What the next click places, by the part; with the number of the class."""

KEYPAD = Qt.KeyboardModifier.KeypadModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class PlaneHands(QObject):
    """Watches the viewport of a plot: the pointer on handles, a brush, or a place to be clicked.

    The plot is any widget with a `mapping` (ToPixels), a `visible_area` (Area) and `is_closed`. It asks
    `takes_key` and `press_key` about keys.
    """

    grabbed = Signal(int, str, float, float, float, float)  # class, part, x, y, reach, data per pixel
    stroke_begun = Signal(float, float, float, float)  # x, y of a brush, and its radii along x1 and x2
    dragged = Signal(float, float, bool, bool)  # x, y; snaps (Shift), keeps the angle (Ctrl)
    released = Signal()
    cancelled = Signal()
    nudged = Signal(int, str, float, float, float)  # class, part, reach, way along x1 and x2
    placed = Signal(int, float, float, float, bool)  # class, x, y, data per pixel, snaps
    line_placed = Signal(object, object, object, float, bool)  # weights, two places, data per pixel, snaps
    line_nudged = Signal(object, object, object, float, object)  # weights, place, middle, half length, way
    line_grabbed = Signal(object, float, float, float, float, float)  # weights, x, y, middle, half length
    line_dragged = Signal(float, float)  # x, y
    pointed = Signal(object)  # QPointF of the viewport, or None: the pointer is not on the plane
    placing_changed = Signal(str)  # what the next click places, in words; empty: nothing
    brush_selected = Signal(bool)  # the keys move the brush from now on, or do so no longer

    def __init__(self, plot: QObject, viewport: QObject, layer: HandlesLayer) -> None:
        super().__init__(plot)
        self._plot, self._viewport, self.layer = plot, viewport, layer
        self._gaussians: tuple[GaussianClass, ...] = ()
        self._held: Grip | None = None
        self._is_stroke = False
        self._hovered: Grip | None = None
        self._hovered_body: int | None = None
        self._selected: tuple[int, str] | None = None
        self._placing: tuple[int, str] | None = None
        self._first_place: tuple[float, float] | None = None
        self._line: tuple[float, float, float] | None = None
        self._line_of_frame: tuple[float, float, float] | None = None
        self._line_ahead_of: int | None = None
        self._run = 0
        self._turn_side = 1.0
        self._hovers_line = self._holds_line = False
        self._brush = 0.0
        self._pointer: QPointF | None = None
        """Where the mouse is, or the brush that the keys move."""
        self._mouse: QPointF | None = None
        self._has_just_opened = False
        self._is_running = False
        self._is_allowed = self._is_line_allowed = True
        self._cue: int | None = None
        self._is_cue_due = False
        self._fade = QVariantAnimation(self)
        self._fade.setDuration(FADE_MS)
        self._fade.valueChanged.connect(self._show_opacity)
        self._opacity_wanted = 1.0
        self._since_frame = QElapsedTimer()
        viewport.installEventFilter(self)

    # what it is told

    def show_gaussians(self, gaussians: tuple[GaussianClass, ...]) -> None:
        """The Gaussians that can be held; () for data of another kind."""
        count_changed = len(gaussians) != len(self._gaussians)
        self._gaussians = gaussians
        if count_changed:
            self._select(None)
            self.stop_placing()
        self._update()

    def show_line(self, weights: tuple[float, float, float] | None, run: int, step: int) -> None:
        """The decision boundary that can be held, where weights . (1, x1, x2) = 0; None for none."""
        self._run, self._line_of_frame = run, weights
        if self._line_ahead_of is not None:
            # Where a later run starts from something else, it comes of an earlier key.
            has_come = weights is None or weights == self._line or step > 0
            if run <= self._line_ahead_of or not has_come:
                return
        self._take_line()

    def show_line_ahead(self, weights: tuple[float, float, float]) -> None:
        """The boundary as it will be in the next run: the next key goes on from there."""
        self._line, self._line_ahead_of = weights, self._run
        self._show_line_marks()

    def forget_line_ahead(self) -> None:
        """No such run may come: the boundary is that of the last frame."""
        self._take_line()

    def show_running(self, is_running: bool, step: int) -> None:
        """Training runs, or rests at a step."""
        is_cued = not is_running and step > 0 and self._is_cue_due and bool(self._gaussians)
        if is_cued:
            self._is_cue_due, self._cue = False, len(self._gaussians) - 1
        if is_cued or is_running != self._is_running:
            self._is_running = is_running
            self._update()
        self._since_frame.start()
        if self._fade.state() == QVariantAnimation.State.Running:
            self._set_opacity(self._fade.currentValue())

    def show_brush(self, radius: float) -> None:
        """The left button paints with a brush of so many pixels; 0 puts it away."""
        self._brush = radius
        self.leave_keys()  # another tool or class
        if not radius and self._selected == BRUSH:
            self._select(None)
        self._update()

    def allow(self, has_handles: bool, has_line: bool) -> None:
        """Whether there are handles at all, and a boundary to hold.

        Neither during the opening show, no handles when the ellipses are hidden.
        """
        self._is_allowed, self._is_line_allowed = has_handles, has_line
        self._update()

    def cue(self) -> None:
        """Once training rests, show that a mean can be dragged, until something is."""
        self._is_cue_due = True

    def let_go(self) -> None:
        """What was held is there no longer."""
        self._held, self._is_stroke, self._holds_line = None, False, False
        self._update()

    def leave_keys(self) -> None:
        """The keys go elsewhere, or mean something else: a brush that they have put down is lifted."""
        if self._selected == BRUSH:
            self._lift_brush()

    def follow_view(self) -> None:
        """Other pixels mean other places: a brush of the keys is lifted, and stays in view."""
        if self._selected == BRUSH and self._pointer is not None:
            self._lift_brush()
            self._move_pointer(self._inside(self._pointer))

    def end(self) -> None:
        """Let go of what is held, as if the hand had opened."""
        if self.is_down:
            self._held, self._is_stroke, self._holds_line = None, False, False
            self.released.emit()
            self._update()

    @property
    def is_down(self) -> bool:
        """Whether the hand holds something or paints."""
        return self._held is not None or self._is_stroke or self._holds_line

    @property
    def is_busy(self) -> bool:
        """Whether it is down, or still where it has just left something: nobody asks about that place."""
        return self.is_down or self._has_just_opened

    # commands

    def select_next(self) -> None:
        """The next handle gets the arrow keys; after the last one they step through time again."""
        parts = self._selectable
        if not parts or not self._is_in_front:
            return
        following = 0 if self._selected not in parts else parts.index(self._selected) + 1
        self._select(parts[following] if following < len(parts) else None)
        if self._selected == (BOUNDARY, TURN) and self._held_line is not None:
            self._turn_side = self._held_line.right_side()
        self._update()

    def place_next(self) -> None:
        """The next click places the selected handle, else a mean; asked again, the next one or the line."""
        targets = [(index, MEAN) for index in range(len(self._gaussians))] if self._is_allowed else []
        targets += [(BOUNDARY, LINE)] if self._has_line else []
        selected = self._selected if self._selected in self._selectable and self._selected != BRUSH else None
        if selected is not None and selected[1] in (LONG, SHORT):
            targets.insert(targets.index((selected[0], MEAN)), selected)
        elif selected is not None:
            selected = (selected[0], LINE if selected[0] == BOUNDARY else MEAN)
        if not targets or not self._is_in_front:
            return
        following = 0 if selected is None else targets.index(selected)
        if self._placing in targets:
            following = targets.index(self._placing) + 1
        self._placing, self._first_place = targets[following % len(targets)], None
        index, part = self._placing
        self.placing_changed.emit(PLACED_NAMES[part].format(index))
        self._update()

    def stop_placing(self) -> None:
        """A click is a click again."""
        if self._placing is not None:
            self._placing = self._first_place = None
            self.placing_changed.emit("")
            self._update()

    @property
    def _selectable(self) -> list[tuple[int, str]]:
        handles = (MEAN, LONG, SHORT) if self._is_allowed else ()
        parts = [(index, part) for index in range(len(self._gaussians)) for part in handles]
        return [*([BRUSH] if self._brush else []), *parts, *(LINE_PARTS if self._has_line else ())]

    def _select(self, part: tuple[int, str] | None) -> None:
        """Give this part the arrow keys; a brush that they leave is lifted."""
        had_brush, has_brush = self._selected == BRUSH, part == BRUSH
        if had_brush == has_brush:
            self._selected = part
            return
        self._lift_brush()
        self._selected = part
        if has_brush:
            self._move_pointer(self._inside(self._pointer))
        else:
            self._move_pointer(self._mouse)
        self.brush_selected.emit(has_brush)

    def _inside(self, place: QPointF | None) -> QPointF:
        """The nearest pixel that shows the plane; of no place the middle."""
        area = self._area
        if place is None:
            return QPointF(0.5 * (area.left + area.right), 0.5 * (area.top + area.bottom))
        x, y = min(max(place.x(), area.left), area.right), min(max(place.y(), area.top), area.bottom)
        return QPointF(x, y)

    @property
    def _is_in_front(self) -> bool:
        """Not behind the view over one input, where nobody sees what the keys do."""
        is_visible: bool = self._viewport.isVisible()  # type: ignore[attr-defined]  # a viewport is a widget
        return is_visible

    @property
    def _has_line(self) -> bool:
        return self._line is not None and self._is_line_allowed

    @property
    def _held_line(self) -> HeldLine | None:
        return None if self._line is None else HeldLine(self._line, self._mapping, self._area)

    def _take_line(self) -> None:
        """The boundary is that of the last frame; none is waited for."""
        self._line_ahead_of = None
        had_line, self._line = self._line is not None, self._line_of_frame
        if had_line and self._line is None:
            self._drop_line()
        self._show_line_marks()

    def _drop_line(self) -> None:
        """The boundary is no line that can be held any more."""
        if self._selected in LINE_PARTS:
            self._select(None)
        if self._placing in LINE_PARTS:
            self.stop_placing()

    # the mouse

    def _press(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        place = event.position()
        self._move_pointer(place)
        x, y = self._mapping.back(place.x(), place.y())
        if not self._area_holds(place):
            return False
        if self._placing is not None:
            self._place(x, y, bool(event.modifiers() & SHIFT))
        elif self._brush:
            self._put_brush_down(x, y)
        else:
            self._grab(x, y)
        self._update()
        return True

    def _put_brush_down(self, x: float, y: float) -> None:
        self._lift_brush()
        self._is_stroke = True
        across, up = abs(1.0 / self._mapping.scale_x), abs(1.0 / self._mapping.scale_y)
        self.stroke_begun.emit(x, y, self._brush * across, self._brush * up)

    def _lift_brush(self) -> None:
        """A stroke that is under way ends here."""
        if self._is_stroke:
            self._is_stroke = False
            self.released.emit()

    def _place(self, x: float, y: float, snaps: bool) -> None:
        """What is to be placed is placed here: a handle by one click, the boundary by two."""
        assert self._placing is not None
        pixel, (index, part) = self._mapping.pixel, self._placing
        if part == MEAN:
            self.placed.emit(index, x, y, pixel, snaps)
        elif part in (LONG, SHORT):
            self._place_axis(index, part, (x, y), snaps)
        elif self._first_place is None:
            self._first_place = (x, y)
            self.placing_changed.emit("a second point of the boundary")
            return
        else:
            self.line_placed.emit(self._line, self._first_place, (x, y), pixel, snaps)
        self._cue = None
        self.stop_placing()

    def _place_axis(self, index: int, part: str, place: tuple[float, float], snaps: bool) -> None:
        """As if the handle had been dragged there."""
        grip = self._grip(index, part)
        pixel = self._mapping.pixel
        self.grabbed.emit(index, part, *self._mapping.back(*grip.place), grip.reach, pixel)
        self.dragged.emit(*place, snaps, False)
        self.released.emit()

    def _grip(self, index: int, part: str) -> Grip:
        handles = hit_test.grips(self._gaussians, self._mapping, self._area)
        return next(one for one in handles if (one.owner, one.part) == (index, part))

    def _grab(self, x: float, y: float) -> None:
        grip = self._hovered
        line = self._held_line
        if grip is None and self._hovers_line and line is not None:
            (middle_x, middle_y), half = line.middle()
            self._holds_line, self._cue = True, None
            self._select(None)
            self.line_grabbed.emit(self._line, x, y, middle_x, middle_y, half)
            return
        if grip is None and self._hovered_body is not None:
            grip = Grip(self._hovered_body, BODY, (0.0, 0.0))
        if grip is None:
            self._select(None)
            return
        self._held, self._cue = grip, None
        reach = grip.reach or hit_test.REACH
        self.grabbed.emit(grip.owner, grip.part, x, y, reach, self._mapping.pixel)

    def _move(self, event: QMouseEvent) -> bool:
        if event.buttons() & Qt.MouseButton.MiddleButton and not self.is_down:
            return False  # the whole plane is being moved
        self._mouse = event.position()
        if event.buttons() == Qt.MouseButton.NoButton:
            self.leave_keys()  # the mouse takes over, and paints with its button
        self._move_pointer(event.position())
        x, y = self._mapping.back(event.position().x(), event.position().y())
        if self._holds_line:
            self.line_dragged.emit(x, y)
        elif self.is_down:
            modifiers = event.modifiers()
            self.dragged.emit(x, y, bool(modifiers & SHIFT), bool(modifiers & CTRL))
        self._update()
        return self.is_down

    def _release(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton or not self.is_down:
            return False
        self._has_just_opened = self._held is not None
        self._held, self._is_stroke, self._holds_line = None, False, False
        self.released.emit()
        self._move_pointer(event.position())
        self._update()
        return True

    def _move_pointer(self, place: QPointF | None) -> None:
        self._pointer = place
        if not self.is_down:
            self._hovered, self._hovered_body, self._hovers_line = None, None, False
            is_free = not self._brush and self._placing is None
            if place is not None and is_free and self._has_handles and self._area_holds(place):
                favourite = None if self._selected is None else self._selected[0]
                handles = hit_test.grips(self._gaussians, self._mapping, self._area)
                self._hovered = hit_test.nearest(handles, place.x(), place.y(), favourite)
                if self._hovered is None and not self._is_on_line(place):
                    point = self._mapping.back(place.x(), place.y())
                    self._hovered_body = hit_test.body_at(self._gaussians, *point)
            if place is not None and is_free and self._hovered is None and self._area_holds(place):
                self._hovers_line = self._is_on_line(place)
            self._has_just_opened = self._has_just_opened and self._hovered is not None
        self.pointed.emit(place)

    # the keys

    def takes_key(self, event: QKeyEvent) -> bool:
        """Whether a key belongs to the hand, though it may be a command otherwise."""
        if event.key() == Qt.Key.Key_Escape:
            return self.is_down or self._selected is not None or self._placing is not None
        is_plain = not event.modifiers() & ~(SHIFT | KEYPAD)
        keys = (*ARROWS, *PRESSES) if self._selected == BRUSH else ARROWS
        return self._selected is not None and event.key() in keys and is_plain

    def press_key(self, event: QKeyEvent) -> bool:
        """Whether the hand did something with a key."""
        if not self.takes_key(event):
            return False
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
        elif event.key() in PRESSES:
            if not event.isAutoRepeat():
                self._press_brush()
        else:
            self._nudge(ARROWS[Qt.Key(event.key())], bool(event.modifiers() & SHIFT))
        return True

    def _escape(self) -> None:
        if self.is_down:
            self._held, self._is_stroke, self._holds_line = None, False, False
            self.cancelled.emit()
        elif self._placing is not None:
            self.stop_placing()
        else:
            self._select(None)
        self._update()

    def _press_brush(self) -> None:
        """The brush that the keys move touches the plane, or leaves it."""
        if self._is_stroke:
            self._lift_brush()
        else:
            place = self._inside(self._pointer)
            self._put_brush_down(*self._mapping.back(place.x(), place.y()))
        self._update()

    def _nudge_brush(self, way: tuple[float, float]) -> None:
        """Move it by so many pixels, within the view."""
        place = self._inside(self._pointer)
        place = self._inside(QPointF(place.x() + way[0], place.y() - way[1]))
        self._move_pointer(place)
        if self._is_stroke:
            self.dragged.emit(*self._mapping.back(place.x(), place.y()), False, False)
        self._update()

    def _nudge(self, way: tuple[float, float], is_fine: bool) -> None:
        if self._selected is None:
            return
        index, part = self._selected
        pixels = FINE_PIXELS if is_fine else NUDGE_PIXELS
        if self._selected == BRUSH:
            self._nudge_brush((pixels * way[0], pixels * way[1]))
            return
        step = round_step(pixels * self._mapping.pixel)
        self._cue = None
        if index == BOUNDARY:
            self._nudge_line(part, (step * way[0], step * way[1]))
            return
        grip = self._grip(index, part)
        self.nudged.emit(index, part, grip.reach or hit_test.REACH, step * way[0], step * way[1])

    # the line

    def _nudge_line(self, part: str, way: tuple[float, float]) -> None:
        line = self._held_line
        if line is None:
            return
        middle, half = line.middle()
        place = middle
        if part == TURN:
            # The end keeps its side however far it is turned.
            along = line.direction(self._turn_side)
            place = middle[0] + half * along[0], middle[1] + half * along[1]
        self.line_nudged.emit(self._line, place, middle, half, way)

    def _show_line_marks(self) -> None:
        is_meant = self._holds_line or self._hovers_line or self._selected in LINE_PARTS
        marks, line = None, self._held_line
        if line is not None and is_meant and self._has_line:
            marked = self._selected[1] if self._selected in LINE_PARTS else ""
            marks = LineMarks(line.weights, marked, line.direction(self._turn_side))
        pointer = None
        if self._first_place is not None and self._pointer is not None:
            pointer = self._mapping.back(self._pointer.x(), self._pointer.y())
        self.layer.line.show_marks(marks, self._first_place, pointer)

    def _is_on_line(self, place: QPointF) -> bool:
        """Whether the pointer means a boundary that can be held."""
        line = self._held_line
        return line is not None and self._is_line_allowed and line.is_at(place.x(), place.y())

    # internals

    @property
    def _mapping(self) -> ToPixels:
        mapping: ToPixels = self._plot.mapping  # type: ignore[attr-defined]  # see the class
        return mapping

    @property
    def _area(self) -> Area:
        area: Area = self._plot.visible_area  # type: ignore[attr-defined]  # see the class
        return area

    @property
    def _has_handles(self) -> bool:
        return bool(self._gaussians) and self._is_allowed

    def _area_holds(self, place: QPointF) -> bool:
        area = self._area
        return area.left <= place.x() <= area.right and area.top <= place.y() <= area.bottom

    def _update(self) -> None:
        """Show what is marked now, and whether the handles are wanted."""
        marked, body = self._selected, self._hovered_body
        grip = self._held or self._hovered
        if grip is not None and grip.part == BODY:
            marked, body = None, grip.owner
        elif grip is not None:
            marked, body = (grip.owner, grip.part), grip.owner
        elif self._selected is not None and self._selected[0] >= 0:
            body = self._selected[0]
        self.layer.show_gaussians(self._gaussians, marked, body, self._cue)
        self.layer.setVisible(self._has_handles)
        self.layer.below.setVisible(self._has_handles)
        is_near = self._pointer is not None or self.is_down or self._selected is not None
        self._fade_to(1.0 if is_near or not self._is_running else 0.0)
        self._show_line_marks()
        self._show_cursor()

    def _show_cursor(self) -> None:
        if self._held is not None or self._holds_line:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._placing is not None or self._brush:
            shape = Qt.CursorShape.CrossCursor
        elif self._hovered is not None or self._hovered_body is not None or self._hovers_line:
            shape = Qt.CursorShape.OpenHandCursor
        else:
            if self._viewport.testAttribute(Qt.WidgetAttribute.WA_SetCursor):  # type: ignore[attr-defined]  # see below
                self._viewport.unsetCursor()  # type: ignore[attr-defined]  # a viewport is a widget
            return
        self._viewport.setCursor(shape)  # type: ignore[attr-defined]  # a viewport is a widget

    def _fade_to(self, opacity: float) -> None:
        if opacity != self._opacity_wanted:
            self._opacity_wanted = opacity
            self._fade.stop()
            self._fade.setStartValue(self.layer.opacity())
            self._fade.setEndValue(opacity)
            self._fade.start()

    def _show_opacity(self, opacity: float) -> None:
        comes_with_frame = self._is_running and self._since_frame.elapsed() < BESIDE_FRAMES_MS
        if opacity == self._opacity_wanted or not comes_with_frame:
            self._set_opacity(opacity)

    def _set_opacity(self, opacity: float) -> None:
        self.layer.setOpacity(round(FADE_STEPS * opacity) / FADE_STEPS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind, plot = event.type(), getattr(self, "_plot", None)
        # The viewport goes after the layers, and after all attributes when everything is collected at once.
        if plot is None or plot.is_closed:
            return False
        if kind == QEvent.Type.Leave:
            self._mouse = None
        if kind == QEvent.Type.Leave and self._selected != BRUSH:
            self._move_pointer(None)
            self._update()
        if isinstance(event, QMouseEvent):
            if kind == QEvent.Type.MouseMove:
                return self._move(event)
            if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
                return self._press(event)
            if kind == QEvent.Type.MouseButtonRelease:
                return self._release(event)
        return False


def round_step(length: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is at most `length`."""
    power = 10.0 ** math.floor(math.log10(length))
    return max(float(f"{factor * power:.3g}") for factor in (1, 2, 5) if factor * power <= length * 1.000001)

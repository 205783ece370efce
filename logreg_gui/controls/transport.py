"""The transport bar: reset, back, play, step, the scrubber over the steps, the speed, the stage view."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QToolTip, QWidget

from logreg_gui.controls.choice_field import ChoiceField
from logreg_gui.controls.counter import Counter
from logreg_gui.controls.sliders import Slider
from logreg_gui.controls.speeds import SPEED_CHOICES, speed_text

SCRUBBER_POSITIONS = 10_000

BORDER = 3
"""Pixels around the play button, in the style sheet."""


class TransportBar(QWidget):
    """Buttons for actions that are made elsewhere, and a scrubber."""

    seek_requested = Signal(int)  # the user wants to see this step
    speed_chosen = Signal(object)  # float, steps per second

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        """`actions` holds reset_weights, back, toggle, step, step_10 and stage."""
        super().__init__(parent)
        self.setObjectName("transport")
        self._step, self._stop_step = 0, 1
        self._buttons = {name: self._make_button(name, action) for name, action in actions.items()}
        self.scrubber = Slider("step shown", SCRUBBER_POSITIONS)
        self.scrubber.setToolTip("Drag to see an earlier step  (← →, Home, End)")
        self._counter = Counter()
        self._badge = QToolButton()
        self._badge.setText("!")
        self._badge.setObjectName("badge")
        self._badge.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = self._badge.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._badge.setSizePolicy(policy)
        self._badge.hide()
        self.speed = ChoiceField("speed of training", SPEED_CHOICES)
        self.speed.setToolTip("Steps per second  ([ slower, ] faster)")
        self.speed.setMinimumContentsLength(10)

        layout = QHBoxLayout(self)
        for name in ("reset_weights", "back", "toggle", "step", "step_10"):
            layout.addWidget(self._buttons[name])
        layout.addWidget(self.scrubber, 1)
        layout.addWidget(self._badge)
        layout.addWidget(self._counter)
        layout.addWidget(self.speed)
        layout.addWidget(self._buttons["stage"])

        self.scrubber.dragged.connect(self._seek)
        self.scrubber.released.connect(self._show_position)
        self._badge.clicked.connect(self._explain_badge)
        self.speed.value_chosen.connect(self.speed_chosen)

    def show_progress(self, step: int, last_step: int, stop_step: int) -> None:
        """Show where the run is, how far it has come and where it will stop."""
        self._step, self._stop_step = step, max(stop_step, last_step, 1)
        self._show_position()
        self.scrubber.show_extent(round(SCRUBBER_POSITIONS * last_step / self._stop_step))
        self._counter.show_step(step, stop_step)

    def show_playing(self, is_playing: bool) -> None:
        """Name the play button by what it does now."""
        self._buttons["toggle"].setAccessibleName("Pause" if is_playing else "Play")

    def show_speed(self, speed: float) -> None:
        """Show the speed; never an edit."""
        self.speed.show_value(speed, speed_text(speed))

    def show_badge(self, text: str, *, is_news: bool = False) -> None:
        """A sign that something is wrong, or only `is_news`, with the sentence behind it; empty: no sign."""
        self._badge.setText("i" if is_news else "!")
        if is_news != bool(self._badge.property("news")):
            self._badge.setProperty("news", is_news)
            self._badge.style().unpolish(self._badge)
            self._badge.style().polish(self._badge)
        self._badge.setToolTip(text)
        self._badge.setAccessibleName(text)
        self._badge.setVisible(bool(text))

    def set_type_size(self, base: int) -> None:
        """Draw the buttons for type of so many pixels, that of play larger and round."""
        size = round(1.45 * base)
        for name, button in self._buttons.items():
            scale = 1.7 if name == "toggle" else 1.0
            button.setIconSize(QSize(round(scale * size), round(scale * size)))
        # A circle: with a radius of more than half its width it would be a square.
        width = 2 * size - 2 * BORDER
        self._buttons["toggle"].setStyleSheet(
            f"border-radius: {size}px; min-width: {width}px; min-height: {width}px;"
        )

    def _show_position(self) -> None:
        self.scrubber.show_position(round(SCRUBBER_POSITIONS * self._step / self._stop_step))

    def _explain_badge(self) -> None:
        place = self._badge.mapToGlobal(self._badge.rect().topLeft())
        QToolTip.showText(place, self._badge.toolTip(), self._badge)

    def _make_button(self, name: str, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setObjectName("play" if name == "toggle" else "transportButton")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.text().replace("&", ""))
        return button

    def _seek(self, position: int, _continues: bool) -> None:
        self.seek_requested.emit(round(position / SCRUBBER_POSITIONS * self._stop_step))

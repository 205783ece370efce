"""The status line: what the run is doing, with which model, on what, and in which precision."""

from __future__ import annotations

from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from logreg_gui import notation
from logreg_gui.frames import Frame, RunStatus
from logreg_gui.views.axis import fitting_text
from logreg_gui.views.wording import model_name, optimizer_name

SEPARATOR = "  ·  "


class StatusLine(QLabel):
    """Shows frames as one line of text, as much of it as there is room for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts: tuple[str, ...] = ("",)
        self._fitted: object = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_frame(self, frame: Frame) -> None:
        """Say what this instant is."""
        self._texts = status_texts(frame)
        self._fit()

    def _fit(self) -> None:
        room = self.contentsRect().width() - 1.0
        fitted = (self._texts, self.font(), room)
        if fitted == self._fitted:
            return
        self._fitted = fitted
        metrics = QFontMetricsF(self.font())
        text = fitting_text(self._texts, metrics.horizontalAdvance, room)
        if text != self.text():
            self.setText(text)
        # What had to be left out can be read here.
        if self.toolTip() != self._texts[0]:
            self.setToolTip(self._texts[0])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def status_texts(frame: Frame) -> tuple[str, ...]:
    """The line in full, and then with less and less, what matters least going first.

    For example: Running · logistic regression, degree 3, ridge C = 10 · Adam · 9.9 steps/s · 200 points (50
    test) · seed 7 · float64.
    """
    status = f"{frame.status.value}, not converging" if frame.notice else frame.status.value
    if frame.pause_reason and frame.status is RunStatus.PAUSED:
        status = f"Paused: {frame.pause_reason}"
    model, optimizer = model_name(frame), optimizer_name(frame.model)
    short = optimizer_name(frame.model, is_short=True)
    speed, points = _speed(frame), _points(frame)
    seed = "" if frame.data.seed is None else f"seed {frame.data.seed}"
    choices = (
        (status, model, optimizer, speed, points, seed, frame.precision),
        (status, model, short, speed, points, seed, frame.precision),
        (status, model, short, speed, points, seed),
        (status, model, short, speed, points),
        (status, model, short, points),
        (status, model, short),
        (status, model),
        (status, model.split(",", maxsplit=1)[0]),
        (status,),
    )
    return tuple(SEPARATOR.join(part for part in parts if part) for parts in choices)


def _speed(frame: Frame) -> str:
    if frame.status is RunStatus.RUNNING and frame.steps_per_second > 0:
        return f"{notation.significant(frame.steps_per_second, 2)} steps/s"
    return f"{notation.whole(frame.step)} steps done" if frame.status is RunStatus.FINISHED else ""


def _points(frame: Frame) -> str:
    sample = frame.data.sample
    tested = f" ({notation.whole(sample.n_test)} hollow: test)" if sample.n_test else ""
    return f"{notation.whole(sample.n_rows)} points{tested}"

"""The status line: what the run is doing, on what, and in which precision."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from logreg_gui import notation
from logreg_gui.frames import Frame, RunStatus


class StatusLine(QLabel):
    """Shows frames as one line of text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_frame(self, frame: Frame) -> None:
        """Say what this instant is."""
        text = status_text(frame)
        if text != self.text():
            self.setText(text)


def status_text(frame: Frame) -> str:
    """For example: Running · gradient ascent · 9.9 steps/s · 180 points · seed 7 · float64."""
    parts = [
        f"{frame.status.value}, not converging" if frame.notice else frame.status.value,
        "gradient ascent",
    ]
    if frame.status is RunStatus.RUNNING and frame.steps_per_second > 0:
        parts.append(f"{notation.significant(frame.steps_per_second, 2)} steps/s")
    elif frame.status is RunStatus.FINISHED:
        parts.append(f"{notation.whole(frame.step)} steps done")
    parts.append(f"{notation.whole(frame.data.dataset.n_rows)} points")
    parts.append(f"seed {frame.data.seed}")
    parts.append(frame.precision)
    return "  ·  ".join(parts)

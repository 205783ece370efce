"""Runs without a person: train to a step as a click would, write files, quit."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, Slot

from logreg_gui.command_line import Request
from logreg_gui.frames import Frame, RunStatus
from logreg_gui.scenario_json import save, shown
from logreg_gui.session.session import TrainingSession
from logreg_gui.session.state import state_of

if TYPE_CHECKING:
    from logreg_gui.main_window import MainWindow


class Script(QObject):
    """Waits for the session to reach the step, writes what was asked for, and ends the event loop."""

    def __init__(self, request: Request, session: TrainingSession, window: MainWindow | None) -> None:
        super().__init__()
        self._request = request
        self._session = session
        self._window = window
        self._is_done = False
        session.settled.connect(self._finish_at_step)
        session.failed.connect(self._fail)
        if request.at_step:
            session.advance(request.at_step)

    @Slot(object)
    def _finish_at_step(self, frame: Frame) -> None:
        is_there = frame.step >= self._request.at_step or frame.status is RunStatus.STOPPED
        if self._is_done or not is_there:
            return
        self._is_done = True
        try:
            self._write(frame)
        except Exception as error:  # else the event loop would never end
            self._fail(str(error))
            return
        if frame.status is RunStatus.STOPPED:
            print(f"logreg-gui: {frame.notice}", file=sys.stderr)
        QCoreApplication.exit(0)

    @Slot(str)
    def _fail(self, reason: str) -> None:
        print(f"logreg-gui: error: {reason}", file=sys.stderr)
        QCoreApplication.exit(2)

    def _write(self, frame: Frame) -> None:
        if self._request.state is not None:
            text = json.dumps(state_of(frame, self._session.scenario), indent=2, allow_nan=False)
            self._request.state.write_text(text + "\n", encoding="utf-8")
        if self._request.save is not None:
            record = shown(frame.step, frame.weights, frame.log_likelihood)
            save(self._request.save, self._session.scenario, record)
        if self._request.screenshot is not None and self._window is not None:
            self._window.typeset()
            QCoreApplication.processEvents()
            self._window.place_labels_anew()
            if not self._window.picture().save(str(self._request.screenshot), "PNG"):
                raise OSError(f"{self._request.screenshot} cannot be written")


def run_script(application: QCoreApplication, request: Request, window: MainWindow | None) -> int:
    """Carry out the request; returns the exit code: 0, or 2 when a file could not be written."""
    session = window.session if window is not None else TrainingSession(request.scenario)
    if window is not None:
        # Laid out and painted like any other window, but never seen.
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        window.show()
    script = Script(request, session, window)
    code = application.exec()
    script.deleteLater()
    session.shut_down()
    return code

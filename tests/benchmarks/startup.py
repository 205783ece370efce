"""From starting the process to the first painted window."""

from __future__ import annotations

import os
import subprocess
import sys
import time

PROGRAM = """
import sys, time
from PySide6.QtCore import QEvent, QObject
import logreg_gui.app as app

class FirstPaint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            print(time.time(), flush=True)
            watched.removeEventFilter(self)
            from PySide6.QtCore import QTimer
            QTimer.singleShot(0, watched.window().close)
        return False

import logreg_gui.main_window as main_window
show = main_window.MainWindow.show
def observed(self):
    self.first_paint = FirstPaint()
    self.plane.viewport().installEventFilter(self.first_paint)
    show(self)
main_window.MainWindow.show = observed
sys.exit(app.main(["--no-settings"]))
"""


def run(repeats: int) -> list[float]:
    """Seconds of each start, the first (cold) one left out."""
    seconds = []
    for _ in range(repeats + 1):
        began = time.time()
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=os.environ.copy()
        )
        seconds.append(float(done.stdout.split()[0]) - began)
    return seconds[1:]

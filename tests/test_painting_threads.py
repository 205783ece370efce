"""The window paints in its own thread alone.

Qt shares translucent fills with a pool of threads and waits for them; beside training, on two processors, a
frame then takes twice as long. In a process of its own, because Qt asks once.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TASKS = Path("/proc/self/task")

FILLS = """
import os
from logreg_gui.app import make_application
from PySide6.QtGui import QColor, QImage, QPainter

application = make_application()
picture = QImage(1280, 720, QImage.Format.Format_ARGB32_Premultiplied)
picture.fill(QColor("white"))
before = set(os.listdir("/proc/self/task"))
painter = QPainter(picture)
for _ in range(20):
    painter.fillRect(picture.rect(), QColor(0, 114, 178, 100))
painter.end()
print("threads", len(set(os.listdir("/proc/self/task")) - before))
"""


@pytest.mark.skipif(not TASKS.exists(), reason="only Linux lists a process's threads in the file system")
def test_translucent_fills_start_no_threads():
    environment = {name: value for name, value in os.environ.items() if name != "QT_NO_GUI_THREADPOOL"}
    done = subprocess.run(
        [sys.executable, "-c", FILLS],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "threads 0"

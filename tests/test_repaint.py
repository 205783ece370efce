"""A live plot must survive hundreds of repaints.

PySide6 6.12.0 on Python 3.11 lost a reference to `None` or `True` on every common call (painter calls,
`Signal.emit`), until the interpreter died with `none_dealloc`. pyproject.toml excludes that pair; this finds
the next one. In a process of its own, because the whole interpreter dies.
"""

import subprocess
import sys

REPAINTS = 500

LIVE_PLOT = f"""
import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication
import pyqtgraph as pg

class Source(QObject):
    moved = Signal(object)

app = QApplication([])
plot = pg.PlotWidget()
dots = plot.plot(pen=None, symbol="o")
curve = plot.plot(pen=pg.mkPen("k", width=3))
source = Source()
source.moved.connect(lambda y: (curve.setData(y), dots.setData(y), None)[-1])
plot.show()
painted = 0
for step in range({REPAINTS}):
    source.moved.emit(np.sin(np.linspace(0, 9, 100) + step))
    painted += not plot.grab().isNull()
    app.processEvents()
    source.parent(), plot.parent()
print("painted", painted)
"""


def test_a_live_plot_survives_500_repaints():
    done = subprocess.run(
        [sys.executable, "-c", LIVE_PLOT], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, f"the interpreter ended with {done.returncode}:\n{done.stderr}"
    assert done.stdout.strip() == f"painted {REPAINTS}"

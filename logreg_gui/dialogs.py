"""Pages of text that stay beside the window: shortcuts, about. Neither blocks it."""

from __future__ import annotations

import platform
from importlib.metadata import version

import PySide6
from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from logreg_gui import __version__
from logreg_gui.resource_files import resource


class Page(QDialog):
    """A page of HTML in a window of its own."""

    def __init__(self, title: str, html: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self.setWindowTitle(title)
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = QTextBrowser()
        self.text.setHtml(html)
        self.text.setAccessibleName(title)
        self.text.setOpenExternalLinks(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addWidget(buttons)

    def sizeHint(self) -> QSize:
        return QSize(round(0.62 * self._window.width()), round(0.85 * self._window.height()))


def about_page() -> str:
    """Version, parts and their licences, how to cite, as HTML."""
    font_licence = resource("licences", "Inter-OFL-1.1.txt").name
    version_of_qt = f"Qt {qVersion()}, PySide6 {PySide6.__version__}"
    return f"""
    <h2>logreg_gui {__version__}</h2>
    <p>Logistic regression, trained live, for the lecture hall.</p>
    <p><b>The numbers.</b> Log-likelihoods are sums over the rows, the gradient is X<sup>T</sup>(y − p), the
    intercept comes first. Training is float64. The maximum (MLE) is found by Newton's method; the largest
    stable learning rate is 2 / λ<sub>max</sub> of the negative Hessian there.</p>
    <p><b>How to cite.</b> “logreg_gui {__version__}, a lecture instrument for logistic regression”, with the
    preset and the seed.</p>
    <p><b>This system.</b> Python {platform.python_version()}, {version_of_qt},
    pyqtgraph {version("pyqtgraph")}, numpy {version("numpy")}, {platform.system()}.</p>
    <p><b>Licences.</b> logreg_gui is under the MIT licence. It uses Qt and PySide6 (LGPL 3; they are separate
    shared libraries in the Python environment and can be replaced there), pyqtgraph, ziamath and ziafont
    (MIT), numpy (BSD), the typefaces Inter and STIX Two Math (SIL Open Font License 1.1, {font_licence}).</p>
    """

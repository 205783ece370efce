"""Which look the window wears, and how it changes into another: in pieces, between which it lives on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from logreg_gui.settings import SYSTEM_THEME, Settings
from logreg_gui.views.style import LARGEST_ZOOM, SMALLEST_ZOOM, THEMES, Look

REST_MS = 120
"""A window that keeps its size for so long is not being dragged."""


class Wardrobe(QObject):
    """The theme, the zoom and the view that were chosen, and the look that these and the height make.

    `dress` gives the window a look in pieces of a few hundredths of a second; the first one is done at once.
    A look that is asked for meanwhile takes the place of the one that is under way.
    """

    def __init__(
        self,
        window: QWidget,
        settings: Settings,
        dress: Callable[[Look], Iterator[None]],
        *,
        theme: str | None = None,
        zoom: float | None = None,
    ) -> None:
        """What is chosen from now on goes into the `settings`; `theme` and `zoom` are for this time alone."""
        super().__init__(window)
        self.look = Look()
        self.theme = theme or settings.theme
        self.zoom = zoom or settings.zoom
        self.is_stage = False
        self._window, self._settings, self._dress = window, settings, dress
        self._pieces: Iterator[None] = iter(())
        self._next_piece, self._settling = QTimer(self), QTimer(self)
        for timer, milliseconds, slot in (
            (self._next_piece, 0, self._go_on),
            (self._settling, REST_MS, self.follow_height),
        ):
            timer.setSingleShot(True)
            timer.setInterval(milliseconds)
            timer.timeout.connect(slot)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.change)

    def set_theme(self, name: str) -> None:
        """Take the theme of that name, or the system's."""
        self.theme = self._settings.theme = name
        self.change()

    def set_zoom(self, zoom: float) -> None:
        """Make type and controls that much larger than normal, within bounds."""
        self.zoom = self._settings.zoom = min(max(zoom, SMALLEST_ZOOM), LARGEST_ZOOM)
        self.change()

    def set_stage(self, is_stage: bool) -> None:
        """Take the sizes of the stage view, or those of the window with its controls."""
        self.is_stage = is_stage
        self.change()

    def follow_height(self) -> bool:
        """Whether a change begins because the height is another one: not while a hand drags the edge."""
        is_another = self._window.height() != self.look.height and not self._settling.isActive()
        if is_another:
            self.change()
        return is_another

    def wait_for_rest(self) -> None:
        """A hand may be dragging the window's edge."""
        self._settling.start()

    def change(self) -> None:
        """Give the window the look of the present theme, height, zoom and view."""
        name = self.theme
        if name == SYSTEM_THEME:
            is_dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
            name = "dark" if is_dark else "light"
        self.look = Look(THEMES[name], self._window.height(), self.zoom, self.is_stage)
        self._pieces = self._dress(self.look)
        self._go_on()
        if not self._window.isVisible():
            self.finish()

    def finish(self) -> None:
        """Do at once what is left of a change."""
        for _ in self._pieces:
            pass

    def _go_on(self) -> None:
        if next(self._pieces, self) is not self:
            self._next_piece.start()

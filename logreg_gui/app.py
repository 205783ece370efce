"""The composition root: command line, display, QApplication, session, window, and the first five seconds."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

# One thread for linear algebra, so that the other core stays free for the window; read when numpy is first
# imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# And none for painting: Qt would share every translucent fill of a hundred rows of pixels with other threads,
# and wait until the last of them has found a processor. Read at the first such fill.
os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")

from logreg_gui.command_line import Request, parse
from logreg_gui.display import has_display

if TYPE_CHECKING:
    from types import TracebackType

    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from logreg_gui.main_window import MainWindow
    from logreg_gui.settings import Settings

APPLICATION_ID = "logreg-gui"
FALLBACK_PICTURE = "logreg-gui.png"

FIRST_PLAY_MS = 1000
"""From the first picture to the first step, so that the room sees the starting point."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code."""
    request = parse(sys.argv[1:] if arguments is None else arguments)
    if not has_display(os.environ, sys.platform):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        if not request.is_script:
            return _run_without_screen(request)
    if request.is_script:
        return _run_script(request)
    return _run_window(request)


def _run_without_screen(request: Request) -> int:
    from dataclasses import replace

    print(f"logreg-gui: there is no screen here; training offscreen and writing {FALLBACK_PICTURE}")
    picture = Path(FALLBACK_PICTURE)
    return _run_script(
        replace(request, at_step=request.at_step or request.scenario.steps, screenshot=picture)
    )


def _print_qt_message(_kind: object, _context: object, message: str) -> None:
    """Qt's messages, but for one that the offscreen platform sends about windows and that means nothing."""
    if "does not support propagateSizeHints" not in message:
        print(message, file=sys.stderr)


def _run_script(request: Request) -> int:
    from PySide6.QtCore import qInstallMessageHandler

    from logreg_gui.script import run_script

    application = make_application()
    qInstallMessageHandler(_print_qt_message)
    window = None
    if request.screenshot is not None:
        from logreg_gui.settings import Settings

        window = _make_window(request, Settings(theme="light"))
    return run_script(application, request, window)


def _run_window(request: Request) -> int:
    from dataclasses import replace

    from PySide6.QtCore import QSettings, QTimer

    from logreg_gui import settings as stored
    from logreg_gui.autosave import default_path
    from logreg_gui.restoring import Restored, is_large, restore
    from logreg_gui.session.garbage import keep_heap_small

    keep_heap_small()
    application = make_application()
    store = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "logreg_gui", "logreg_gui")
    if request.reset_settings:
        store.clear()
    settings = stored.load(store) if request.use_settings else stored.Settings()
    autosave_path = default_path() if request.use_settings else ""
    restores = request.use_settings and request.is_default and not request.reset_settings
    restores_late = restores and is_large(autosave_path)
    left = restore(autosave_path) if restores and not restores_late else Restored(None)
    if left.saved is not None:
        request = replace(request, scenario=left.saved.scenario)
    window = _make_window(request, settings, store if request.use_settings else None, autosave_path)
    _catch_exceptions(window)
    _close_on_interrupt(window)
    if left.words:
        window.show_failure(left.words)
    window.show()
    if request.full_screen:
        window.set_full_screen(True)
    QTimer.singleShot(0, window.typeset)
    if request.opened is not None and request.file is not None:
        window.document.begin(str(request.file.absolute()), request.opened, request.at_step)
    elif left.saved is not None:
        window.document.restore(left.saved)
    elif restores_late:
        window.restorer.begin(autosave_path)
    elif request.at_step:
        window.session.advance(request.at_step)
    if request.play:
        window.session.play()
    elif request.is_default and left.saved is None and not restores_late:
        _open_the_show(window)
    # All that is there now stays to the end: looking through it again for garbage costs 30 ms, two frames.
    gc.freeze()
    return application.exec()


def _open_the_show(window: MainWindow) -> None:
    """Points pop out of their means, a clearly wrong boundary fades in, then training starts by itself."""
    from PySide6.QtCore import QTimer

    window.greet()
    timer = QTimer(window)
    timer.setSingleShot(True)
    timer.timeout.connect(window.play_if_untouched)
    timer.start(FIRST_PLAY_MS)


def make_application() -> QApplication:
    """The one application of the process, with its name, style and fonts."""
    from PySide6.QtGui import QGuiApplication, QIcon, QPixmapCache
    from PySide6.QtWidgets import QApplication

    from logreg_gui import __version__
    from logreg_gui.resource_files import resource
    from logreg_gui.views.style import Look, load_fonts

    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(["logreg-gui"])
    # In KiB. Icons of one size take a tenth of it; Qt's 10 MB would fill with those of all sizes there were.
    QPixmapCache.setCacheLimit(2048)
    application.setApplicationName("logreg_gui")
    application.setApplicationDisplayName("logreg_gui")
    application.setApplicationVersion(__version__)
    QGuiApplication.setDesktopFileName(APPLICATION_ID)
    application.setStyle("Fusion")
    load_fonts()
    # Before any widget. The window gives it another size.
    application.setFont(Look().font(Look().base))
    application.setWindowIcon(QIcon(str(resource("icons", "logreg-gui.svg"))))
    return application


def _make_window(
    request: Request, settings: Settings, store: QSettings | None = None, autosave_path: str = ""
) -> MainWindow:
    from logreg_gui.session.remote_worker import RemoteWorker
    from logreg_gui.session.session import TrainingSession

    # Before the window's modules, so that the other process starts while they load.
    session = TrainingSession(request.scenario, worker=None if request.is_script else RemoteWorker())
    try:
        from logreg_gui.main_window import MainWindow

        window = MainWindow(
            session,
            settings,
            store,
            theme=request.theme,
            zoom=request.zoom,
            autosave_path=autosave_path,
        )
    except BaseException:  # an interrupt from the keyboard, too
        session.shut_down()
        raise
    if request.size is not None:
        window.setMinimumSize(0, 0)
        window.resize(*request.size)
    if request.present:
        window.enter_stage()
    return window


def _close_on_interrupt(window: MainWindow) -> None:
    """Let an interrupt from the keyboard close the window; Python would raise an exception in it."""
    from PySide6.QtCore import QTimer

    signal.signal(signal.SIGINT, lambda *_: QTimer.singleShot(0, window.close))


def _catch_exceptions(window: MainWindow) -> None:
    """Show in the window what goes wrong in it; printing alone would leave the lecturer guessing."""
    print_exception = sys.excepthook

    told: set[str] = set()

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        text = f"Something went wrong: {kind.__name__}: {error}"
        if text not in told:  # what fails in a timer fails again and again
            told.add(text)
            print_exception(kind, error, trace)
            window.show_failure(text)

    sys.excepthook = report

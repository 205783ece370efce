"""The window: its layout, its menus, and the joins between controls, session and views.

It decides nothing about training.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QObject,
    QSettings,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsView,
    QMainWindow,
    QMenu,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from logreg_gui import notation
from logreg_gui import settings as stored
from logreg_gui.actions import COMMANDS, Scope, make_actions, shortcuts_page
from logreg_gui.autosave import Autosave
from logreg_gui.controls.blank import Blank
from logreg_gui.controls.column import ControlColumn
from logreg_gui.controls.data_panel import PRESET_TITLES, DataPanel
from logreg_gui.controls.hands import PlaneEditor
from logreg_gui.controls.line_editor import LineEditor
from logreg_gui.controls.model_panel import ModelPanel
from logreg_gui.controls.optimizer_panel import OptimizerPanel
from logreg_gui.controls.pause_panel import PausePanel
from logreg_gui.controls.transport import TransportBar
from logreg_gui.data_files import DataOpener, dropped_path
from logreg_gui.dialogs import Page, about_page
from logreg_gui.documents import Document
from logreg_gui.dresser import Dresser
from logreg_gui.files_menu import FileCommands
from logreg_gui.frames import Frame, RunStatus, StableRates
from logreg_gui.menus import ComparisonsMenu, RecentMenu, add_choices, fill_menu_bar
from logreg_gui.presets import PRESETS, preset
from logreg_gui.restoring import Restorer
from logreg_gui.scenario import MOST_GAUSSIANS, number_of_rows
from logreg_gui.session.session import TrainingSession
from logreg_gui.settings import SYSTEM_THEME, Settings
from logreg_gui.status_row import StatusRow
from logreg_gui.views.column import NumbersColumn
from logreg_gui.views.icons import icon
from logreg_gui.views.pictures import PictureStack, without_hands
from logreg_gui.views.style import Look, Theme
from logreg_gui.wardrobe import Wardrobe

DEFAULT_SIZE = QSize(1280, 720)
SMALLEST_SIZE = QSize(960, 600)
STAGE_SHARES = (0.0, 0.62, 0.38)
ZOOM_STEP = 1.1
STRIDE = 10
"""Steps of one press on a clicker."""


class MainWindow(QMainWindow):
    """Controls on the left, the plane in the middle, curve and numbers on the right, transport below."""

    def __init__(
        self,
        session: TrainingSession,
        settings: Settings | None = None,
        store: QSettings | None = None,
        *,
        theme: str | None = None,
        zoom: float | None = None,
        autosave_path: str = "",
    ) -> None:
        """`settings` is how it starts, but for this time with another `theme` or `zoom`.

        With `store` the settings are written back at the end, with `autosave_path` the session is kept there.
        """
        super().__init__()
        self.session = session
        self.settings = settings or Settings()
        self._store = store
        self._is_touched = False
        self._notice = self._pause_reason = ""
        self._kept_step = 0
        self._stable_rates: StableRates | None = None
        self._colored: Theme | None = None
        self._dresser = Dresser(self)
        self.wardrobe = Wardrobe(self, self.settings, self._dress, theme=theme, zoom=zoom)

        # widgets
        self.data_panel = DataPanel(session.scenario)
        self.model_panel = ModelPanel(session.scenario)
        self.optimizer_panel = OptimizerPanel(session.scenario)
        self.pause_panel = PausePanel(session.scenario)
        self._panels = (self.data_panel, self.model_panel, self.pause_panel, self.optimizer_panel)
        self.pictures, self.column = PictureStack(), NumbersColumn()
        self.plane = self.pictures.plane
        self.plane_editor = PlaneEditor(session.scenario, self)
        self.line_editor = LineEditor(session.scenario, self)
        self.opener = DataOpener(self)
        self.document = Document(session, self.opener, self, self.settings.recent)
        self.files = FileCommands(session, self.document, self._shown_views, self.picture, self)
        self.autosave = Autosave(autosave_path, self.document.state, self) if autosave_path else None
        self.restorer = Restorer(self)
        self.status_row = row = StatusRow()
        self.banner, self.status, self.progress = row.banner, row.status, row.progress
        self.blank = Blank(self)
        self.actions_by_name = make_actions(self, self._handlers())
        names = ("reset_weights", "back", "toggle", "step", "step_10")
        shown = {name: self.actions_by_name[name] for name in names}
        self.transport = TransportBar(shown | {"stage": self.actions_by_name["toggle_stage"]})

        # layout
        self.controls = ControlColumn(self._panels[:-1], self.optimizer_panel)
        self.canvas, self.splitter = QWidget(), QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()
        self._make_menus()
        self._scope_keys()

        # joins
        self.data_panel.preset_chosen.connect(session.load)
        self.data_panel.new_sample_requested.connect(session.new_sample)
        for panel in self._panels:
            panel.scenario_edited.connect(session.apply)
            panel.scenario_edited.connect(self._touch)
            panel.rejected.connect(row.say_refusal)
            panel.field_finished.connect(self._focus_canvas)
            session.scenario_changed.connect(panel.show_scenario)
        self._join_hands()
        self.opener.scenario_chosen.connect(session.load)
        self.document.busy_changed.connect(self._show_reading)
        self.document.writer.progressed.connect(self._show_saving)
        self.document.writer.rested.connect(self._show_saved)
        self.document.changed.connect(self._show_title)
        self.document.changed.connect(self._touch)
        self.document.recent_changed.connect(self._remember_recent)
        self.document.told.connect(row.say_briefly)
        self.files.told.connect(row.say_briefly)
        for part in (self.opener, self.document, self.files):
            part.failed.connect(row.say_failure)
        self.files.busy_changed.connect(self._show_exporting)
        self.files.progressed.connect(self._show_exported)
        if self.autosave is not None:
            session.scenario_changed.connect(self.autosave.note_change)
            self.document.changed.connect(self.autosave.note_change)
            self.autosave.failed.connect(row.say_failure)
            self.restorer.busy_changed.connect(self.autosave.hold)
        self.restorer.busy_changed.connect(self._show_restoring)
        self.restorer.restored.connect(self.document.restore_late)
        self.restorer.told.connect(row.say_failure)
        session.scenario_changed.connect(self.restorer.give_up)
        self.transport.seek_requested.connect(session.seek)
        self.transport.speed_chosen.connect(session.set_speed)
        session.scenario_changed.connect(self._show_scenario)
        session.undo_changed.connect(self._name_undo)
        session.playing_changed.connect(self._show_playing)
        session.failed.connect(row.say_training_failure)
        session.maximum_missed.connect(row.say_training_failure)
        session.busy_changed.connect(self._show_busy)
        row.spoken.connect(self._show_badge)
        self.progress.cancelled.connect(self._cancel)
        for view in (self.pictures, self.column, self.status):
            session.frame_changed.connect(view.show_frame)
        self.pictures.view_changed.connect(session.show_view)
        session.frame_changed.connect(self._show_frame)
        session.settled.connect(self._describe)
        self.blank.uncovered.connect(self._focus_canvas)
        self.menuBar().setAccessibleName("Menus")
        self.splitter.splitterMoved.connect(self._remember_shares)
        for action in self.actions_by_name.values():
            action.triggered.connect(self._touch)
        self.data_panel.preset_chosen.connect(self._touch)
        self.data_panel.new_sample_requested.connect(self._touch)
        for watched in (self.plane.viewport(), self.pictures.fit.viewport(), *self.findChildren(QMenu)):
            watched.installEventFilter(self)
        self.setAcceptDrops(True)
        self.transport.seek_requested.connect(self._touch)

        self.setWindowTitle("logreg_gui")
        self.setMinimumSize(SMALLEST_SIZE)
        self.resize(DEFAULT_SIZE)
        if not self.settings.geometry.isEmpty():
            self.restoreGeometry(self.settings.geometry)
        self.actions_by_name["gaussians"].setChecked(True)
        self.actions_by_name["leave"].setEnabled(False)
        self.actions_by_name["cancel_export"].setEnabled(False)
        self._recent.show_paths(self.document.recent)
        self._order_tabs()
        self._name_undo("", "")
        self._show_scenario()
        self._show_playing(False)
        self.wardrobe.change()
        self.pictures.setFocus()

    # what it is told

    def show_failure(self, reason: str) -> None:
        """Say in the window that something failed; it stays usable."""
        self.status_row.say_failure(reason)

    @property
    def look(self) -> Look:
        """What the window wears, or is changing into."""
        return self.wardrobe.look

    def enter_stage(self) -> None:
        """Large type, controls put away; what is on the transport bar stays."""
        self._set_stage(True)

    def leave_stage(self) -> None:
        """Back to the controls."""
        self._set_stage(False)

    def greet(self) -> None:
        """Let the first picture build itself up."""
        self.plane.enter()

    def play_if_untouched(self) -> None:
        """Start training unless somebody has already taken over."""
        if not self._is_touched:
            self.session.play()

    def set_full_screen(self, is_full: bool) -> None:
        """Use the whole screen, or a window on it."""
        state = Qt.WindowState.WindowFullScreen
        self.setWindowState(self.windowState() | state if is_full else self.windowState() & ~state)
        self.actions_by_name["full_screen"].setChecked(is_full)

    def typeset(self) -> None:
        """Load what the first picture could do without."""
        self.column.equation.typeset()

    def place_labels_anew(self) -> None:
        """Have the next picture depend on what it shows alone, not on what was shown before."""
        self.wardrobe.finish()
        self.pictures.front.place_labels_anew()

    def picture(self) -> QPixmap:
        """The window as it is, without the handles."""
        self.wardrobe.finish()
        self.column.equation.finish()
        with without_hands([self.plane, self.pictures.fit, self.column.curve]):
            return self.grab()

    # layout

    def _lay_out(self) -> None:
        for part in (self.controls, self.pictures, self.column):
            self.splitter.addWidget(part)
            part.setMinimumWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self._rows = outer = QVBoxLayout(self.canvas)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.splitter, 1)
        outer.addWidget(self.transport)
        outer.addWidget(self.status_row)
        self.setCentralWidget(self.canvas)

    def _make_menus(self) -> None:
        self.menus = fill_menu_bar(self.menuBar(), self.actions_by_name)
        self._recent = RecentMenu(self.menus["Open recent"], self.document.open)
        self._theme_actions = add_choices(
            self.menus["View"],
            [
                ("Ligh&t", "light"),
                ("&Dark", "dark"),
                ("&Projector", "projector"),
                ("As the s&ystem", SYSTEM_THEME),
            ],
            self.wardrobe.set_theme,
        )
        self.comparisons = ComparisonsMenu(self.menus["Train"])
        self.comparisons.removed.connect(self.session.remove_ghost)
        self._preset_actions = add_choices(
            self.menus["Data"], [(PRESET_TITLES[name], name) for name in PRESETS], self._load_preset
        )

    def _join_hands(self) -> None:
        """The hand on the plane edits as the panels do; what it holds is shown ahead of the frames."""
        hands, editor, session = self.plane.hands, self.plane_editor, self.session
        hands.grabbed.connect(editor.grab)
        hands.stroke_begun.connect(editor.begin_stroke)
        hands.dragged.connect(editor.drag)
        hands.nudged.connect(editor.nudge)
        hands.placed.connect(editor.place)
        hands.placing_changed.connect(self._ask_for_place)
        hands.brush_selected.connect(self._tell_of_brush)
        editor.gaussians_changed.connect(self.plane.show_gaussians)
        editor.brush_changed.connect(self.plane.show_brush)
        editor.scenario_chosen.connect(session.load)
        self.data_panel.tool_changed.connect(editor.take_tool)
        editor.interrupted.connect(hands.let_go)
        editor.rejected.connect(self.status_row.say_refusal)
        session.busy_changed.connect(editor.hold)
        editor.show_scenario(session.scenario)
        hands.line_grabbed.connect(self.line_editor.grab)
        hands.line_dragged.connect(self.line_editor.drag)
        hands.line_nudged.connect(self.line_editor.nudge)
        hands.line_placed.connect(self.line_editor.place)
        self.line_editor.weights_changed.connect(hands.show_line_ahead)
        self.line_editor.outdated.connect(hands.forget_line_ahead)
        session.failed.connect(hands.forget_line_ahead)
        self.line_editor.held.connect(session.hold)
        self.line_editor.let_go.connect(session.let_go)
        self.line_editor.taken_back.connect(session.take_back)
        self.line_editor.interrupted.connect(hands.let_go)
        self.line_editor.interrupted.connect(session.forget_hold)
        for holder in (editor, self.line_editor):
            hands.released.connect(holder.release)
            hands.cancelled.connect(holder.cancel)
            holder.scenario_edited.connect(session.apply)
            holder.scenario_edited.connect(self._touch)
            session.scenario_changed.connect(holder.show_scenario)
            session.frame_changed.connect(holder.go_on)

    def _ask_for_place(self, what: str) -> None:
        self.status_row.say("brief", f"Click where {what} shall be; Esc: nowhere." if what else "")

    def _tell_of_brush(self, is_selected: bool) -> None:
        keys = "Arrows move the brush, with Shift finely; Return puts it down and lifts it; Esc: neither."
        self.status_row.say("brief", keys if is_selected else "")

    def _scope_keys(self) -> None:
        # A hidden menu bar hears no shortcuts, so the actions also belong to the window or to the plots
        # themselves.
        for command in COMMANDS:
            action = self.actions_by_name[command.name]
            if command.scope is Scope.WINDOW:
                self.addAction(action)
            else:
                for widget in (self.pictures, self.column, self.transport.scrubber):
                    widget.addAction(action)

    def _order_tabs(self) -> None:
        """Tab goes through data, model and transport, as they are read."""
        chain = [
            widget
            for part in (self.pictures, *self._panels, self.transport)
            for widget in (part, *part.findChildren(QWidget))
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.window() is self
        ]
        for first, second in pairwise(chain):
            QWidget.setTabOrder(first, second)

    def _handlers(self) -> dict[str, Callable[[], object]]:
        session = self.session
        return {
            **self.files.handlers(),
            "open_data": self.opener.ask,
            "quit": self.close,
            "undo": self._undo,
            "redo": self._redo,
            "stage": self.enter_stage,
            "leave": self.leave_stage,
            "toggle_stage": self._toggle_stage,
            "full_screen": self._toggle_full_screen,
            "blank": self._blank_black,
            "whiteboard": self._blank_white,
            "zoom_in": self._zoom_in,
            "zoom_out": self._zoom_out,
            "zoom_reset": self._zoom_reset,
            "fit_view": self.plane.fit_view,
            "gaussians": self._show_gaussians,
            "hide_controls": self._hide_controls,
            "reset_layout": self._reset_layout,
            "new_sample": session.new_sample,
            "next_handle": self.plane.hands.select_next,
            "paint": self.plane_editor.paint,
            "place_mean": self.plane.hands.place_next,
            "toggle": session.toggle,
            "toggle_anywhere": session.toggle,
            "step": self._step,
            "step_10": self._stride,
            "back": self._step_back,
            "back_10": self._stride_back,
            "start": session.go_to_start,
            "latest": session.go_to_latest,
            "next": self._stride,
            "previous": self._stride_back,
            "slower": session.slower,
            "faster": session.faster,
            "reset_weights": session.reset_weights,
            "reset_all": session.reset_all,
            "shortcuts": self._show_shortcuts,
            "about": self._show_about,
        }

    # looks

    def _dress(self, look: Look) -> Iterator[None]:
        """Give every part the colours and sizes of this look, in pieces of a few hundredths of a second.

        The window is painted once, when all is in its place, and laid out once: a plot takes some ms for each
        size.
        """
        self._theme_actions[self.wardrobe.theme].setChecked(True)
        self.setUpdatesEnabled(False)
        self._rows.setEnabled(False)
        try:
            yield from self._dress_parts(look)
        except Exception:
            # Half a look is better than a window that is never laid out and painted again.
            self._rows.setEnabled(True)
            self.setUpdatesEnabled(True)
            raise

    def _dress_parts(self, look: Look) -> Iterator[None]:
        # Put away before and brought back after it, the controls are not dressed for the stage.
        if look.stage:
            self._show_parts()
        yield from self._dresser.wear(look)
        if not look.stage:
            yield
            self._show_parts()
        yield
        self.pictures.set_look(look)
        self.column.set_look(look)
        self._dress_controls(look)
        self._rows.setEnabled(True)
        self._rows.invalidate()  # what it was told meanwhile it has not heard
        self._rows.activate()
        self._apply_shares()
        for _ in range(2):  # a part that is laid out may need another place in the window
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        yield
        self.setUpdatesEnabled(True)
        # A window that was given another size meanwhile waits for a request to paint that has gone by.
        self.repaint()

    def _show_parts(self) -> None:
        """Put away what the stage view does without, or bring it back."""
        is_stage, are_hidden = self.wardrobe.is_stage, self.actions_by_name["hide_controls"].isChecked()
        self.menuBar().setVisible(not is_stage)
        self.controls.setVisible(not is_stage and not are_hidden)
        self.status_row.set_stage(is_stage)

    def _dress_controls(self, look: Look) -> None:
        if look.theme is not self._colored:
            self._colored = look.theme
            self._color_controls(look)
        self.transport.set_type_size(look.base)
        margin = round(0.6 * look.base)
        if not look.stage:
            self.controls.set_type_size(look.base)
        self.status_row.setFixedHeight(round(1.9 * look.base))
        self.status.setContentsMargins(margin, 0, margin, 0)

    def _color_controls(self, look: Look) -> None:
        self.data_panel.show_class_colors([look.class_color(index) for index in range(MOST_GAUSSIANS)])
        self.optimizer_panel.show_zone_colors(
            look.color("good"), look.color("caution"), look.color("warning")
        )
        for name in ("reset_weights", "back", "step", "step_10"):
            self.actions_by_name[name].setIcon(icon(name, look.color("text")))
        self.actions_by_name["toggle_stage"].setIcon(icon("stage", look.color("text")))
        self._show_playing(self.session.is_playing)

    def _shares(self) -> tuple[float, ...]:
        return STAGE_SHARES if self.wardrobe.is_stage else self.settings.shares

    def _apply_shares(self) -> None:
        self.splitter.setSizes([max(1, round(share * self.width())) for share in self._shares()])

    def _remember_shares(self) -> None:
        if not self.wardrobe.is_stage and self.controls.isVisible():
            sizes = self.splitter.sizes()
            self.settings.shares = tuple(size / sum(sizes) for size in sizes)

    def _reset_layout(self) -> None:
        self.settings.shares = Settings().shares
        self.actions_by_name["hide_controls"].setChecked(False)
        self._hide_controls()
        self._apply_shares()

    # what the session says

    def _show_frame(self, frame: Frame) -> None:
        self.transport.show_progress(frame.step, frame.last_step, frame.stop_step)
        self.optimizer_panel.show_learning_rate(frame.learning_rate)
        self._show_rates(frame.stable_rates)
        self.model_panel.show_weights(tuple(frame.weights.tolist()))
        self.comparisons.show_ghosts(frame.ghosts)
        if frame.pause_reason and frame.pause_reason != self._pause_reason:
            self.status_row.say_briefly(f"Paused: {frame.pause_reason}.")
        self._pause_reason = frame.pause_reason
        if frame.notice != self._notice:
            self._notice = frame.notice
            self.status_row.say("notice", frame.notice)
        self._note_step(frame)

    def _note_step(self, frame: Frame) -> None:
        """Where training rests is part of the session; the opening show by itself is not."""
        rests = frame.status is not RunStatus.RUNNING
        if self.autosave is not None and self._is_touched and rests and frame.step != self._kept_step:
            self._kept_step = frame.step
            self.autosave.note_change()

    def _show_rates(self, rates: StableRates | None) -> None:
        if rates != self._stable_rates:
            self._stable_rates = rates
            known = rates or StableRates()
            self.optimizer_panel.show_stable_rates(known.always_climbing, known.largest_stable, known.reason)

    def _show_scenario(self) -> None:
        scenario = self.session.scenario
        self.status_row.say_training_failure("")  # what failed was another scenario
        self.transport.show_speed(scenario.speed)
        for name, action in self._preset_actions.items():
            action.setChecked(name == scenario.preset)
        self._show_title()

    def _show_title(self) -> None:
        name = self.session.scenario.preset
        title = self.document.name or PRESET_TITLES.get(name, name)
        mark = "[*]" if self.document.path else ""
        self.setWindowModified(False)  # Qt warns of a modified window whose title has no place for the mark
        self.setWindowTitle(f"{title}{mark} – logreg_gui")
        self.setWindowModified(self.document.is_modified)

    def _remember_recent(self) -> None:
        self.settings.recent = self.document.recent
        self._recent.show_paths(self.document.recent)
        if self._store is not None:
            # Now: a crash is no reason to forget them.
            stored.save_recent(self._store, self.settings)

    def _shown_views(self) -> tuple[QGraphicsView, ...]:
        """What a picture of the plots shows."""
        return self.pictures.front, self.column.curve

    def _show_exporting(self, is_busy: bool) -> None:
        self.actions_by_name["cancel_export"].setEnabled(is_busy)
        if is_busy:
            self.progress.begin("export", "Writing a file …")
        else:
            self.progress.end("export")

    def _show_exported(self, how_far: str) -> None:
        self.progress.show_text("export", how_far)

    def _show_busy(self, is_busy: bool) -> None:
        if is_busy:
            rows = notation.whole(number_of_rows(self.session.scenario.data))
            self.progress.begin("rows", f"Preparing {rows} points …")
        else:
            self.progress.end("rows")

    def _show_reading(self, is_busy: bool) -> None:
        if is_busy:
            self.progress.begin("file", "Reading the file …")
        else:
            self.progress.end("file")

    def _show_saving(self) -> None:
        self.progress.begin("save", "Saving the file …")

    def _show_saved(self) -> None:
        self.progress.end("save")

    def _show_restoring(self, is_busy: bool) -> None:
        if is_busy:
            self.progress.begin("session", "Opening the last session …")
        else:
            self.progress.end("session")

    def _show_playing(self, is_playing: bool) -> None:
        name = "pause" if is_playing else "play"
        self.actions_by_name["toggle"].setIcon(icon(name, self.look.color("on_accent")))
        self.actions_by_name["toggle"].setText(f"&{name.capitalize()}")
        self.transport.show_playing(is_playing)

    def _show_badge(self, text: str, is_news: bool) -> None:
        # In the stage view nothing else tells of a message.
        self.transport.show_badge(text if self.wardrobe.is_stage else "", is_news=is_news)

    def _describe(self, frame: Frame) -> None:
        """Keep the pictures' descriptions for screen readers up to date, at rest only."""
        self.pictures.describe(frame)
        tiles = self.column.numbers.tiles(frame)
        numbers = "; ".join(f"{caption}: {value} {remark}".rstrip() for caption, value, remark in tiles)
        self.column.numbers.setAccessibleDescription(numbers)
        for panel in (self.column.weights, self.column.coefficients, self.column.equation):
            panel.setAccessibleDescription(panel.describe(frame))
        self.column.curve.setAccessibleDescription(numbers)

    def _name_undo(self, undo: str, redo: str) -> None:
        for name, label in (("undo", undo), ("redo", redo)):
            self.actions_by_name[name].setEnabled(bool(label))
            self.actions_by_name[name].setText(f"&{name.capitalize()} {label}".rstrip())

    # what the user does

    def _touch(self) -> None:
        if not self._is_touched:
            self._is_touched = True
            self.plane.finish_entrance()

    def _cancel(self, key: str) -> None:
        cancels = {
            "rows": self.session.cancel,
            "export": self.files.exporter.cancel,
            "file": self.document.cancel,
            "save": self.document.writer.cancel,
            "session": self.restorer.give_up,
        }
        cancels[key]()

    def _step(self) -> None:
        self.session.advance(1)

    def _stride(self) -> None:
        self.session.advance(STRIDE)

    def _step_back(self) -> None:
        self.session.go_back(1)

    def _stride_back(self) -> None:
        self.session.go_back(STRIDE)

    def _undo(self) -> None:
        # Else what is still held would be done again at the next frame.
        self.plane.hands.end()
        self.session.undo()

    def _redo(self) -> None:
        self.plane.hands.end()
        self.session.redo()

    def _load_preset(self, name: str) -> None:
        self.session.load(preset(name))

    def _zoom_in(self) -> None:
        self.wardrobe.set_zoom(self.wardrobe.zoom * ZOOM_STEP)

    def _zoom_out(self) -> None:
        self.wardrobe.set_zoom(self.wardrobe.zoom / ZOOM_STEP)

    def _zoom_reset(self) -> None:
        self.wardrobe.set_zoom(1.0)

    def _toggle_stage(self) -> None:
        self._set_stage(not self.wardrobe.is_stage)

    def _set_stage(self, is_stage: bool) -> None:
        if is_stage == self.wardrobe.is_stage:
            return
        # Only then, because a shortcut that is enabled is taken from the fields, which need Esc themselves.
        self.actions_by_name["leave"].setEnabled(is_stage)
        self.wardrobe.set_stage(is_stage)
        self._focus_canvas()

    def _toggle_full_screen(self) -> None:
        self.set_full_screen(not self.isFullScreen())

    def _show_gaussians(self) -> None:
        self.plane.show_ellipses(self.actions_by_name["gaussians"].isChecked())

    def _hide_controls(self) -> None:
        self.wardrobe.change()  # they may have been away while the look changed

    def _blank_black(self) -> None:
        self._blank(QColor("black"))

    def _blank_white(self) -> None:
        self._blank(QColor("white"))

    def _blank(self, color: QColor) -> None:
        self.session.pause()
        self.blank.cover(color)

    def _focus_canvas(self) -> None:
        self.pictures.setFocus()

    def _show_shortcuts(self) -> None:
        self._show_page("Keyboard shortcuts", shortcuts_page())

    def _show_about(self) -> None:
        self._show_page("About logreg_gui", about_page())

    def _show_page(self, title: str, html: str) -> None:
        open_pages = [page for page in self.findChildren(Page) if page.windowTitle() == title]
        page = open_pages[0] if open_pages else Page(title, html, self)
        page.show()
        page.activateWindow()

    # Qt

    def event(self, event: QEvent) -> bool:
        return self._takes_for_menu(event) or super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A click on the picture takes over from the opening show as any key does.
        if event.type() == QEvent.Type.MouseButtonPress:
            self._touch()
        return self._takes_for_menu(event) or super().eventFilter(watched, event)

    def _takes_for_menu(self, event: QEvent) -> bool:
        """While a menu is open its keys are its own: else arrows would step, and letters be commands."""
        if event.type() != QEvent.Type.ShortcutOverride or QApplication.activePopupWidget() is None:
            return False
        event.accept()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Whatever control the focus is in, Esc leads back to the plots and their keys.
        if event.key() == Qt.Key.Key_Escape:
            self._focus_canvas()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_path(event.mimeData()):
            event.acceptProposedAction()
            self.status_row.say("brief", "Drop the file to see what is in it.")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.status_row.forget_brief()

    def dropEvent(self, event: QDropEvent) -> None:
        self.status_row.forget_brief()
        path = dropped_path(event.mimeData())
        if path:
            event.acceptProposedAction()
            self._touch()
            self.document.open(path)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.blank.setGeometry(self.rect())
        if not self.wardrobe.follow_height():
            self._apply_shares()
        if event.spontaneous():
            self.wardrobe.wait_for_rest()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.document.may_leave(self.close):
            event.ignore()
            return
        self.hide()  # a large table takes seconds to write, which nobody need watch
        self.restorer.shut_down()
        self.document.shut_down()
        self.files.shut_down()
        if self.autosave is not None:
            self.autosave.shut_down()
        if self._store is not None:
            self.settings.geometry = self.saveGeometry()
            stored.save(self._store, self.settings)
        self.status_row.shut_down()
        self.opener.shut_down()
        self.session.shut_down()
        super().closeEvent(event)

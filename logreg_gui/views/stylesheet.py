"""The widgets' style sheet, made from a look: flat, large enough to hit, the same on every system."""

from __future__ import annotations

from string import Template

from logreg_gui.views.style import Look, mix

SHEET = Template("""
QWidget { color: $text; font-size: ${base}px; }
QMainWindow, #controls, #transport, #statusRow, QScrollArea { background: $window; border: none; }
QMenuBar { background: $window; }
QMenuBar::item { padding: ${em02}px ${em05}px; border-radius: ${radius}px; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $field; border: 1px solid $line; padding: ${em03}px; }
QMenu::item { padding: ${em03}px ${em14}px; border-radius: ${radius}px; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $edge; }
QMenu::separator { height: 1px; background: $line; margin: ${em03}px; }
QToolTip { background: $field; color: $text; border: 1px solid $edge; padding: ${em03}px; }

#pinned { border-top: 1px solid $line; }
#heading { border: none; font-weight: 600; text-align: left; padding: ${em02}px 0; }
#heading:hover { color: $accent; }
#remark, #matrix { color: $muted; }

QAbstractSpinBox, QComboBox {
    background: $field; border: 1px solid $edge; border-radius: ${radius}px; min-height: ${field_height}px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QAbstractSpinBox { padding-right: ${em11}px; }
QAbstractSpinBox::up-button {
    subcontrol-origin: border; subcontrol-position: top right; width: ${em11}px; border: none;
}
QAbstractSpinBox::down-button {
    subcontrol-origin: border; subcontrol-position: bottom right; width: ${em11}px; border: none;
}
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $hover; }
QAbstractSpinBox::up-arrow, QAbstractSpinBox::down-arrow { image: none; }
QAbstractSpinBox:focus, QComboBox:focus { border: 2px solid $accent; }
QAbstractSpinBox[wrong="true"] { border: 2px solid $warning; color: $warning; }
QComboBox { padding-left: ${em05}px; }
QComboBox::drop-down { border: none; width: ${em14}px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView {
    background: $field; color: $text; selection-background-color: $accent; selection-color: $on_accent;
}

QPushButton {
    background: $field; border: 1px solid $edge; border-radius: ${radius}px; font-weight: 600;
    min-height: ${field_height}px; padding: 0 ${em05}px;
}
QPushButton:hover { background: $hover; border-color: $accent; }
QPushButton:pressed { background: $pressed; }
QPushButton[slim="true"] { padding: 0; }
QPushButton:checked { background: $accent; border-color: $accent; color: $on_accent; }
QPushButton:focus { border: 3px solid $accent; }
QPushButton:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {
    background: $window; border-color: $line; color: $edge;
}
QComboBox QAbstractItemView::item { min-height: ${field_height}px; padding-left: ${em03}px; }
QComboBox QAbstractItemView::item:selected { background: $accent; color: $on_accent; }
QComboBox QAbstractItemView::item:disabled { color: $edge; }
QDialog QPushButton, QDialog QComboBox { min-height: ${target}px; }

QLabel[wrong="true"] { color: $warning; font-weight: 600; }
QTableView { background: $field; border: 1px solid $edge; gridline-color: $line; }
QTableView:focus { border: 2px solid $accent; }
QTableView QTableCornerButton::section { background: $window; border: none; }
QHeaderView { background: $window; border: none; }
QHeaderView::section {
    background: $window; border: none; border-right: 1px solid $line; border-bottom: 1px solid $line;
    padding: ${em02}px ${em03}px;
}

#transportButton { border: 2px solid transparent; border-radius: ${radius}px; padding: ${em02}px; }
#transportButton:hover { background: $hover; }
#transportButton:pressed { background: $pressed; }
#transportButton:focus { border: 3px solid $accent; }
#play {
    background: $accent; border: 3px solid $accent; border-radius: ${play_radius}px;
    min-width: ${play_size}px; min-height: ${play_size}px;
}
#play:hover, #play:focus { border-color: $text; }
#badge {
    background: $warning; color: $on_warning; border: 3px solid $warning; border-radius: ${radius}px;
    min-width: ${em14}px; min-height: ${em14}px; font-weight: 700;
}
#badge:focus { border-color: $text; }
QProgressBar {
    background: $field; border: 1px solid $edge; border-radius: ${radius}px; max-height: ${em05}px;
}
QProgressBar::chunk { background: $accent; }
#banner { background: $warning; border-radius: ${radius}px; }
#banner QLabel, #banner QToolButton {
    color: $on_warning; font-weight: 600; background: transparent; border: none;
}
#badge[news="true"] { background: $accent; color: $on_accent; border-color: $accent; }
#banner[news="true"] { background: $accent; }
#banner[news="true"] QLabel, #banner[news="true"] QToolButton { color: $on_accent; }
#banner[news="true"] QToolButton:focus { border: 2px solid $on_accent; }
#banner QToolButton:focus { border: 2px solid $on_warning; }
QSplitter::handle { background: $window; }
QSplitter::handle:hover { background: $accent; }
QScrollBar:vertical { background: $window; width: ${em06}px; }
QScrollBar::handle:vertical { background: $edge; border-radius: ${radius}px; min-height: 24px; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; }
QDialog, QTextBrowser { background: $field; }
""")


def stylesheet(look: Look) -> str:
    """The sheet for the main window."""
    base, window, accent = look.base, look.color("window"), look.color("accent")
    play_radius = round(1.45 * base)
    ems = {f"em{round(10 * share):02d}": round(share * base) for share in (0.2, 0.3, 0.5, 0.6, 1.1, 1.4)}
    return SHEET.substitute(
        vars(look.theme),
        line=mix(window, look.color("edge"), 0.55).name(),
        hover=mix(window, accent, 0.14).name(),
        pressed=mix(window, accent, 0.28).name(),
        radius=round(0.25 * base),
        field_height=round(1.6 * base),
        base=base,
        target=max(22, round(1.6 * base)),
        play_radius=play_radius,
        play_size=2 * play_radius - 6,
        **ems,
    )

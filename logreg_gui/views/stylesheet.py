"""The widgets' style sheet: flat, large enough to hit, the same on every system.

It is one text for all looks: to set another one has Qt style every widget twice, also those that are hidden.
Colours are roles of the application's palette (see `Look.palette`), sizes are in em, the height of a line of
the application's font; both are read when a widget is polished.
"""

SHEET = """
QMainWindow, #controls, #transport, #statusRow, QScrollArea { background: palette(window); border: none; }
QMenuBar { background: palette(window); }
QMenuBar::item { padding: 0.165em 0.41em; border-radius: 0.207em; }
QMenuBar::item:selected { background: palette(light); }
QMenu { background: palette(base); border: 1px solid palette(midlight); padding: 0.25em; }
QMenu::item { padding: 0.25em 1.13em; border-radius: 0.207em; }
QMenu::item:selected { background: palette(highlight); color: palette(highlighted-text); }
QMenu::item:disabled { color: palette(mid); }
QMenu::separator { height: 1px; background: palette(midlight); margin: 0.25em; }
QToolTip { background: palette(base); color: palette(text); border: 1px solid palette(mid); padding: 0.25em; }

#pinned { border-top: 1px solid palette(midlight); }
#heading { border: none; font-weight: 600; text-align: left; padding: 0.165em 0; }
#heading:hover { color: palette(highlight); }
#remark, #matrix { color: palette(placeholder-text); }

QAbstractSpinBox, QComboBox {
    background: palette(base); border: 1px solid palette(mid); border-radius: 0.207em; min-height: 1.32em;
    selection-background-color: palette(highlight); selection-color: palette(highlighted-text);
}
QAbstractSpinBox { padding-right: 0.91em; }
QAbstractSpinBox::up-button {
    subcontrol-origin: border; subcontrol-position: top right; width: 0.91em; border: none;
}
QAbstractSpinBox::down-button {
    subcontrol-origin: border; subcontrol-position: bottom right; width: 0.91em; border: none;
}
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: palette(light); }
QAbstractSpinBox::up-arrow, QAbstractSpinBox::down-arrow { image: none; }
QAbstractSpinBox:focus, QComboBox:focus { border: 2px solid palette(highlight); }
QAbstractSpinBox[wrong="true"] { border: 2px solid palette(bright-text); color: palette(bright-text); }
QComboBox { padding-left: 0.41em; }
QComboBox::drop-down { border: none; width: 1.13em; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView {
    background: palette(base); color: palette(text);
    selection-background-color: palette(highlight); selection-color: palette(highlighted-text);
}

QPushButton {
    background: palette(base); border: 1px solid palette(mid); border-radius: 0.207em; font-weight: 600;
    min-height: 1.32em; padding: 0 0.41em;
}
QPushButton:hover { background: palette(light); border-color: palette(highlight); }
QPushButton:pressed { background: palette(dark); }
QPushButton[slim="true"] { padding: 0; }
QPushButton:checked {
    background: palette(highlight); border-color: palette(highlight); color: palette(highlighted-text);
}
QPushButton:focus { border: 3px solid palette(highlight); }
QPushButton:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {
    background: palette(window); border-color: palette(midlight); color: palette(mid);
}
QComboBox QAbstractItemView::item { min-height: 1.32em; padding-left: 0.25em; }
QComboBox QAbstractItemView::item:selected {
    background: palette(highlight); color: palette(highlighted-text);
}
QComboBox QAbstractItemView::item:disabled { color: palette(mid); }
QDialog QPushButton, QDialog QComboBox { min-height: 22px; padding-top: 0.1em; padding-bottom: 0.1em; }

QLabel[wrong="true"] { color: palette(bright-text); font-weight: 600; }
QTableView { background: palette(base); border: 1px solid palette(mid); gridline-color: palette(midlight); }
QTableView:focus { border: 2px solid palette(highlight); }
QTableView QTableCornerButton::section { background: palette(window); border: none; }
QHeaderView { background: palette(window); border: none; }
QHeaderView::section {
    background: palette(window); border: none;
    border-right: 1px solid palette(midlight); border-bottom: 1px solid palette(midlight);
    padding: 0.165em 0.25em;
}

#transportButton { border: 2px solid transparent; border-radius: 0.207em; padding: 0.165em; }
#transportButton:hover { background: palette(light); }
#transportButton:pressed { background: palette(dark); }
#transportButton:focus { border: 3px solid palette(highlight); }
#play { background: palette(highlight); border: 3px solid palette(highlight); }
#play:hover, #play:focus { border-color: palette(text); }
#badge {
    background: palette(bright-text); color: palette(shadow); border: 3px solid palette(bright-text);
    border-radius: 0.207em; min-width: 1.13em; min-height: 1.13em; font-weight: 700;
}
#badge:focus { border-color: palette(text); }
QProgressBar {
    background: palette(base); border: 1px solid palette(mid); border-radius: 0.207em; max-height: 0.41em;
}
QProgressBar::chunk { background: palette(highlight); }
#banner { background: palette(bright-text); border-radius: 0.207em; }
#banner QLabel, #banner QToolButton {
    color: palette(shadow); font-weight: 600; background: transparent; border: none;
}
#badge[news="true"] {
    background: palette(highlight); color: palette(highlighted-text); border-color: palette(highlight);
}
#banner[news="true"] { background: palette(highlight); }
#banner[news="true"] QLabel, #banner[news="true"] QToolButton { color: palette(highlighted-text); }
#banner[news="true"] QToolButton:focus { border: 2px solid palette(highlighted-text); }
#banner QToolButton:focus { border: 2px solid palette(shadow); }
QSplitter::handle { background: palette(window); }
QSplitter::handle:hover { background: palette(highlight); }
QScrollBar:vertical { background: palette(window); width: 0.5em; }
QScrollBar::handle:vertical { background: palette(mid); border-radius: 0.207em; min-height: 24px; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; }
QDialog, QTextBrowser { background: palette(base); }
"""

"""The rooms of the house and the arrows between them: every import, also in functions and for types only.

A room is a package of `logreg_gui` or one of its modules; modules that the table does not name form the room
of the main window.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = "logreg_gui"
ROOT = Path(__file__).resolve().parent.parent

WINDOW = "the main window's room"
WIDGETS = "PySide6.QtCore PySide6.QtGui PySide6.QtWidgets"


class Room(NamedTuple):
    """What the modules of a room may import, beside the standard library and their own room."""

    rooms: str = ""
    libraries: str = ""


ROOMS = {
    "__init__":       Room(),
    "resource_files": Room(),
    "notation":       Room(),
    "core":           Room(libraries="numpy"),
    "scenario":       Room("core", "numpy"),
    "presets":        Room("core scenario resource_files"),
    "scenario_json":  Room("core scenario presets", "numpy"),
    "frames":         Room("core", "numpy"),
    "session":        Room("core scenario frames notation", "numpy PySide6.QtCore"),
    "controls":       Room("scenario presets notation", WIDGETS),
    "views":          Room("frames resource_files notation", "numpy pyqtgraph ziamath PySide6"),
    WINDOW:           Room(
        "controls session views scenario presets scenario_json frames resource_files notation", "PySide6"
    ),
    "app":            Room("*", "*"),
    "__main__":       Room("app"),
}  # fmt: skip
WITHOUT_QT = ("core", "scenario", "presets", "scenario_json", "frames", "resource_files", "notation")


def room_of(module: str) -> str:
    """The room of a dotted name: `views` of `logreg_gui.views.style`; `__init__` of the package itself."""
    name = [*module.split("."), "__init__"][1]
    return name if name in ROOMS else WINDOW


def imports(source: str, module: str, is_package: bool = False) -> Iterator[str]:
    """Every name the source imports, absolute: `from PySide6 import QtGui` gives `PySide6.QtGui`."""
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                outer = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*outer, base]).rstrip(".")
            yield from (f"{base}.{name.name}" for name in node.names)


def is_allowed(name: str, module: str) -> bool:
    """Whether the module may import the name."""
    own, room = room_of(module), ROOMS[room_of(module)]
    top = name.split(".")[0]
    if top == PACKAGE:
        target = room_of(name)
        is_of_package = name.count(".") == 1 and not is_module(name)  # such as logreg_gui.__version__
        return is_of_package or room.rooms == "*" or target in {own, "__init__", *room.rooms.split()}
    if top in sys.stdlib_module_names:
        return True
    return room.libraries == "*" or any(f"{name}.".startswith(f"{one}.") for one in room.libraries.split())


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def forbidden(source: str, module: str, is_package: bool = False) -> list[str]:
    """The imports that break the contract."""
    return [name for name in imports(source, module, is_package) if not is_allowed(name, module)]


MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / PACKAGE).rglob("*.py"))
}


def test_every_room_of_the_table_is_there():
    assert set(ROOMS) <= {room_of(module) for module in MODULES}


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down_only(module):
    path = MODULES[module]
    broken = forbidden(path.read_text(encoding="utf-8"), module, is_package=path.name == "__init__.py")
    assert not broken, f"{module} must not import {', '.join(broken)}"


@pytest.mark.parametrize("room", WITHOUT_QT)
def test_rooms_without_qt_load_no_qt(room):
    code = f"import sys, {PACKAGE}.{room}; sys.exit('PySide6' in sys.modules or 'pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=60).returncode == 0


@pytest.mark.parametrize(
    ("module", "source", "named"),
    [
        ("logreg_gui.core.made_up", "import PySide6", ["PySide6"]),
        ("logreg_gui.core.made_up", "import scipy.special", ["scipy.special"]),
        ("logreg_gui.core.made_up", "from logreg_gui import scenario", ["logreg_gui.scenario"]),
        ("logreg_gui.core.made_up", "from ..scenario import Scenario", ["logreg_gui.scenario.Scenario"]),
        ("logreg_gui.core.made_up", "from .. import frames", ["logreg_gui.frames"]),
        ("logreg_gui.scenario", "def late():\n    import pyqtgraph", ["pyqtgraph"]),
        ("logreg_gui.frames", "import logreg_gui.session.worker as w", ["logreg_gui.session.worker"]),
        ("logreg_gui.frames", "import PySide6Extras", ["PySide6Extras"]),
        ("logreg_gui.session.made_up", "from PySide6.QtGui import QColor", ["PySide6.QtGui.QColor"]),
        ("logreg_gui.session.made_up", "from PySide6 import QtCore, QtWidgets", ["PySide6.QtWidgets"]),
        ("logreg_gui.controls.made_up", "from ..views.style import LIGHT", ["logreg_gui.views.style.LIGHT"]),
        ("logreg_gui.controls.made_up", "from logreg_gui.core import sigmoid", ["logreg_gui.core.sigmoid"]),
        (
            "logreg_gui.views.made_up",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from logreg_gui.session import Session",
            ["logreg_gui.session.Session"],
        ),
        ("logreg_gui.main_window", "from logreg_gui.core import kernels", ["logreg_gui.core.kernels"]),
        ("logreg_gui.main_window", "import logreg_gui.app", ["logreg_gui.app"]),
        ("logreg_gui.resource_files", "import numpy as np", ["numpy"]),
    ],
)
def test_the_contract_can_be_broken(module, source, named):
    assert forbidden(source, module) == named


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("logreg_gui.core.made_up", "import math\nfrom numpy.typing import NDArray\nfrom . import kernels"),
        ("logreg_gui.session.made_up", "from PySide6 import QtCore\nfrom ..core.history import History"),
        ("logreg_gui.controls.made_up", "from PySide6 import QtWidgets\nfrom logreg_gui import __version__"),
        ("logreg_gui.views.made_up", "import pyqtgraph\nfrom .style import LIGHT\nfrom .. import frames"),
        ("logreg_gui.made_up_dialog", "from .main_window import MainWindow\nimport logreg_gui.views"),
        ("logreg_gui.app", "import ctypes, pyqtgraph\nfrom logreg_gui.core import kernels"),
        ("logreg_gui.__main__", "from logreg_gui.app import main"),
    ],
)
def test_the_contract_lets_the_arrows_through(module, source):
    assert forbidden(source, module) == []


def test_relative_imports_of_a_package_start_in_the_package():
    assert list(imports("from .a import b\nfrom .. import c", "logreg_gui.core", is_package=True)) == [
        "logreg_gui.core.a.b",
        "logreg_gui.c",
    ]

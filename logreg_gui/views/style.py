"""Every colour, pen and font, once: three themes, and sizes as fractions of the window's height.

Sizes follow the rule for classrooms that an element must be (distance / (image height x 200)) of the image
tall: 2.8 % of the height can be read from 4 picture heights away and more, 4.1 % from 6. So the stage view
has nothing smaller than 2.8 %, and its key numbers have 4.1 %. Contrasts are checked by tests against the Web
Content Accessibility Guidelines.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette, QPen

from logreg_gui.resource_files import resource

FONT_FAMILIES = ("Inter", "STIX Two Math")
"""The second holds the few symbols that the first lacks; both travel with the program."""

SMALLEST_ZOOM, LARGEST_ZOOM = 0.8, 1.75


@dataclass(frozen=True)
class Theme:
    """Colours as #rrggbb. `tint` is the share of a class colour in the background where its probability is 1.

    `densities` are the opacities of the emptiest and of the fullest cell of a density.

    The tints are chosen so that points keep a contrast of 3 : 1 on the tint of their own class, and so that a
    boundary that jumps to and fro at every frame swings the luminance by less than the 10 % that counts as a
    flash.
    """

    name: str
    window: str
    field: str
    plot: str
    text: str
    muted: str
    edge: str
    accent: str
    on_accent: str
    boundary: str
    maximum: str
    bayes: str
    other: str
    warning: str
    on_warning: str
    good: str
    caution: str
    ghosts: tuple[str, ...]
    class_colors: tuple[str, ...]
    point_outline: str
    tint: float
    densities: tuple[float, float]


LIGHT = Theme(
    name="light",
    window="#f3f4f7",
    field="#ffffff",
    plot="#ffffff",
    text="#15171c",
    muted="#4b5262",
    edge="#7b8290",
    accent="#005a9e",
    on_accent="#ffffff",
    boundary="#101114",
    maximum="#7a1fa2",
    bayes="#00693f",
    other="#8a1c4a",
    warning="#b3261e",
    on_warning="#ffffff",
    good="#1a7f37",
    caution="#9c6b00",
    ghosts=("#5f5a00", "#3d5a80", "#8a1c4a", "#5b4636"),
    class_colors=("#0072b2", "#d55e00", "#00755a", "#8e3b8e", "#7a5c00", "#50555f"),
    point_outline="#ffffff",
    tint=0.175,
    densities=(0.50, 0.88),
)

DARK = Theme(
    name="dark",
    window="#26282d",
    field="#1e1f22",
    plot="#1e1f22",
    text="#f2f3f5",
    muted="#b9bfca",
    edge="#767d8a",
    accent="#7cc4ff",
    on_accent="#10222f",
    boundary="#ffffff",
    maximum="#c08cff",
    bayes="#7ce0b0",
    other="#ffb3c7",
    warning="#ff9a8a",
    on_warning="#2b0a06",
    good="#6cd98a",
    caution="#e8c14a",
    ghosts=("#d3dc6a", "#a9c4ff", "#ffb3c7", "#d9b38c"),
    class_colors=("#56b4e9", "#e69f00", "#2fd3a0", "#ee93d0", "#e6dc4a", "#c4c8d0"),
    point_outline="#101114",
    tint=0.30,
    densities=(0.55, 0.90),
)

PROJECTOR = Theme(
    name="projector",
    window="#ffffff",
    field="#ffffff",
    plot="#ffffff",
    text="#000000",
    muted="#2e2e2e",
    edge="#6b6b6b",
    accent="#004488",
    on_accent="#ffffff",
    boundary="#000000",
    maximum="#6a1590",
    bayes="#005c38",
    other="#6e1239",
    warning="#9c0018",
    on_warning="#ffffff",
    good="#0b6127",
    caution="#946300",
    ghosts=("#4a5200", "#24406b", "#6e1239", "#523619"),
    class_colors=("#004488", "#bb5566", "#117733", "#882288", "#7a5f00", "#444444"),
    point_outline="#000000",
    tint=0.20,
    densities=(0.50, 0.88),
)

THEMES: Mapping[str, Theme] = {theme.name: theme for theme in (LIGHT, DARK, PROJECTOR)}


@dataclass(frozen=True)
class Look:
    """A theme at a size: what every widget is told when theme, window height, zoom or stage view change.

    `height` is the window's height in logical pixels. All sizes below are logical pixels.
    """

    theme: Theme = LIGHT
    height: int = 720
    zoom: float = 1.0
    stage: bool = False

    @cached_property
    def base(self) -> int:
        """Size of ordinary text."""
        return max(10, math.ceil(self.height * (0.0282 if self.stage else 0.0195) * self.zoom))

    @cached_property
    def key(self) -> int:
        """Size of the numbers that the room must read."""
        return max(13, math.ceil(self.height * (0.0415 if self.stage else 0.0285) * self.zoom))

    @cached_property
    def gap(self) -> int:
        """The distance between neighbours."""
        return max(4, round(self.base * 0.5))

    @cached_property
    def boundary_width(self) -> float:
        """The decision boundary: 0.55 % of the height, the thinnest line that the last row sees as a line."""
        return max(2.5, self.height * 0.0058)

    @cached_property
    def curve_width(self) -> float:
        """The likelihood curve."""
        return max(2.0, self.height * 0.0042)

    @cached_property
    def secondary_width(self) -> float:
        """Contours, ellipses and references."""
        return max(1.6, self.height * 0.0024)

    @cached_property
    def point_size(self) -> float:
        """Diameter of a data point when there are few."""
        return max(8.0, self.height * (0.0175 if self.stage else 0.0155))

    def color(self, name: str, alpha: float = 1.0) -> QColor:
        """A colour of the theme by the name of its field."""
        return color(getattr(self.theme, name), alpha)

    def class_color(self, index: int, alpha: float = 1.0) -> QColor:
        """The colour of a class."""
        return color(self.theme.class_colors[index % len(self.theme.class_colors)], alpha)

    def ghost_color(self, number: int, alpha: float = 1.0) -> QColor:
        """The colour of a course that was left."""
        return color(self.theme.ghosts[number % len(self.theme.ghosts)], alpha)

    def pen(self, name: str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
        """A pen in a colour of the theme, `width` pixels wide at any zoom of the plot."""
        pen = QPen(self.color(name), width, style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)
        pen.setCosmetic(True)
        return pen

    @staticmethod
    def font(size: float, *, bold: bool = False) -> QFont:
        """Inter at `size` pixels, with figures of equal width so that live numbers do not jitter."""
        return QFont(_font(max(1, round(size)), bold))

    def palette(self) -> QPalette:
        """The theme for the widgets that Qt draws."""
        roles = {
            QPalette.ColorRole.Window: "window",
            QPalette.ColorRole.WindowText: "text",
            QPalette.ColorRole.Base: "field",
            QPalette.ColorRole.AlternateBase: "window",
            QPalette.ColorRole.Text: "text",
            QPalette.ColorRole.Button: "window",
            QPalette.ColorRole.ButtonText: "text",
            QPalette.ColorRole.ToolTipBase: "field",
            QPalette.ColorRole.ToolTipText: "text",
            QPalette.ColorRole.PlaceholderText: "muted",
            QPalette.ColorRole.Highlight: "accent",
            QPalette.ColorRole.HighlightedText: "on_accent",
            QPalette.ColorRole.Link: "accent",
            QPalette.ColorRole.Mid: "edge",
            QPalette.ColorRole.BrightText: "warning",
            QPalette.ColorRole.Shadow: "on_warning",
        }
        palette = QPalette()
        for role, name in roles.items():
            palette.setColor(role, self.color(name))
        # Shades that only the style sheet uses: separating lines, and buttons under the pointer and pressed.
        window, edge, accent = self.color("window"), self.color("edge"), self.color("accent")
        palette.setColor(QPalette.ColorRole.Midlight, mix(window, edge, 0.55))
        palette.setColor(QPalette.ColorRole.Light, mix(window, accent, 0.14))
        palette.setColor(QPalette.ColorRole.Dark, mix(window, accent, 0.28))
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("edge"))
        return palette


@lru_cache(maxsize=64)
def _font(pixels: int, bold: bool) -> QFont:
    # Made anew for each of the hundred texts of a frame it would cost half a millisecond.
    font = QFont(list(FONT_FAMILIES))
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def color(text: str, alpha: float = 1.0) -> QColor:
    """A QColor from #rrggbb and an opacity from 0 to 1."""
    return QColor(_color(text, alpha))


@lru_cache(maxsize=256)
def _color(text: str, alpha: float) -> QColor:
    made = QColor(text)
    made.setAlphaF(alpha)
    return made


def mix(first: QColor, second: QColor, share: float) -> QColor:
    """`share` of `second` in `first`, channel by channel, opaque."""
    kept = 1.0 - share
    return QColor.fromRgbF(
        kept * first.redF() + share * second.redF(),
        kept * first.greenF() + share * second.greenF(),
        kept * first.blueF() + share * second.blueF(),
    )


def probability_color(look: Look, probability: float) -> QColor:
    """The background where P(y = 1 | x) is `probability`.

    Class 0's tint, plain at one half, class 1's tint; linear.
    """
    towards = 2.0 * probability - 1.0
    return mix(look.color("plot"), look.class_color(1 if towards > 0 else 0), look.theme.tint * abs(towards))


def load_fonts() -> None:
    """Make the bundled fonts known to Qt; a machine without any font shows text all the same."""
    for name in ("Inter-Regular", "Inter-Medium", "Inter-SemiBold", "Inter-Bold"):
        _load(str(resource("fonts", f"{name}.otf")))
    # The font of the equations comes with ziamath, which is found here but not imported: it would cost start-
    # up time.
    package = find_spec("ziamath")
    for folder in package.submodule_search_locations or () if package else ():
        _load(str(Path(folder, "fonts", "STIXTwoMath-Regular.ttf")))


def _load(path: str) -> None:
    if QFontDatabase.addApplicationFont(path) < 0:
        raise FileNotFoundError(f"the font {path} could not be loaded")

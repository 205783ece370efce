"""What the window remembers from one start to the next: place, theme, zoom, widths, files."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QByteArray, QSettings

from logreg_gui.views.style import LARGEST_ZOOM, SMALLEST_ZOOM

VERSION = 1
"""Part of every key: settings of another version are left alone."""

SYSTEM_THEME = "system"
SHARES = (0.215, 0.465, 0.32)
"""Default widths of the controls, the plane and the numbers, as shares of the window."""


@dataclass
class Settings:
    """The remembered values; what cannot be read has its default."""

    theme: str = SYSTEM_THEME
    zoom: float = 1.0
    shares: tuple[float, ...] = SHARES
    geometry: QByteArray = field(default_factory=QByteArray)
    recent: tuple[str, ...] = ()


def load(store: QSettings) -> Settings:
    """The settings of the last start."""
    settings = Settings()
    store.beginGroup(f"v{VERSION}")
    theme = store.value("theme")
    if theme in (SYSTEM_THEME, "light", "dark", "projector"):
        settings.theme = str(theme)
    zoom = _number(store.value("zoom"))
    if zoom is not None and SMALLEST_ZOOM <= zoom <= LARGEST_ZOOM:
        settings.zoom = zoom
    shares = [_number(text) for text in str(store.value("shares") or "").split(" ")]
    if len(shares) == len(SHARES) and all(share is not None and 0.0 < share < 1.0 for share in shares):
        settings.shares = tuple(share for share in shares if share is not None)
    geometry = store.value("geometry")
    if isinstance(geometry, QByteArray):
        settings.geometry = geometry
    # A list of one comes back as text.
    recent = store.value("recent")
    paths = [recent] if isinstance(recent, str) else recent if isinstance(recent, list) else []
    settings.recent = tuple(path for path in paths if isinstance(path, str) and path)
    store.endGroup()
    return settings


def save(store: QSettings, settings: Settings) -> None:
    """Remember the settings for the next start."""
    store.beginGroup(f"v{VERSION}")
    store.setValue("theme", settings.theme)
    store.setValue("zoom", settings.zoom)
    store.setValue("shares", " ".join(f"{share:.4f}" for share in settings.shares))
    store.setValue("geometry", settings.geometry)
    store.endGroup()
    save_recent(store, settings)


def save_recent(store: QSettings, settings: Settings) -> None:
    """Remember the recent files alone."""
    store.setValue(f"v{VERSION}/recent", list(settings.recent))


def _number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None

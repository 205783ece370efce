"""Whether there is a screen to open a window on.

Qt aborts the process when there is none, so it is asked before.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from pathlib import Path


def has_display(environment: Mapping[str, str], platform: str) -> bool:
    """Whether Qt will find a screen, or was told to do without one."""
    if not platform.startswith("linux") or environment.get("QT_QPA_PLATFORM"):
        return True
    return _has_wayland(environment) or _has_x11(environment)


def _has_wayland(environment: Mapping[str, str]) -> bool:
    name = environment.get("WAYLAND_DISPLAY")
    return bool(name) and Path(environment.get("XDG_RUNTIME_DIR", "/"), str(name)).exists()


def _has_x11(environment: Mapping[str, str]) -> bool:
    if not environment.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = (ctypes.c_char_p, ctypes.c_void_p)
    for function in (xcb.xcb_connection_has_error, xcb.xcb_disconnect):
        function.argtypes = (ctypes.c_void_p,)
    connection = xcb.xcb_connect(environment["DISPLAY"].encode(), None)
    has_failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not has_failed

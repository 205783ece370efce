"""What the command line asks for: read without Qt, so that --help and --version need no display."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from logreg_gui import __version__
from logreg_gui.scenario import MAX_STEPS, PRESETS, UNLIMITED, Scenario, preset, with_seed

DEFAULT_PRESET = "overlapping"
THEME_NAMES = ("light", "dark", "projector", "system")


@dataclass(frozen=True)
class Request:
    """What to start; None means not asked for."""

    scenario: Scenario
    is_default: bool
    play: bool
    present: bool
    full_screen: bool
    theme: str | None
    zoom: float | None
    size: tuple[int, int] | None
    use_settings: bool
    reset_settings: bool
    at_step: int
    screenshot: Path | None
    state: Path | None

    @property
    def is_script(self) -> bool:
        """Whether to write files and quit instead of staying open."""
        return self.screenshot is not None or self.state is not None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {message}\n")


def parse(arguments: Sequence[str]) -> Request:
    """The request in `arguments`.

    Raises:
        SystemExit: with 0 after --help and --version, with 2 and one line in words for what is wrong.
    """
    parser = _make_parser()
    given = parser.parse_args(arguments)
    try:
        return _request(given)
    except ValueError as error:
        parser.error(str(error))


def _make_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="logreg-gui", description="Watch logistic regression train, live.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"logreg-gui {__version__}")
    what = parser.add_argument_group("what is trained")
    what.add_argument(
        "--preset", metavar="NAME", help=f"one of {', '.join(PRESETS)} (default: {DEFAULT_PRESET})"
    )
    what.add_argument("--seed", metavar="N", type=_whole, help="draw the sample of this seed")
    what.add_argument(
        "--learning-rate", metavar="X", type=_number, help="per summed gradient, for example 3e-4"
    )
    what.add_argument("--steps", metavar="N", type=_whole, help="pause by itself after so many steps")
    what.add_argument("--speed", metavar="X", type=_speed, help="steps per second, or unlimited")
    what.add_argument("--play", action="store_true", help="start training at once")
    how = parser.add_argument_group("how it looks")
    how.add_argument("--present", action="store_true", help="start in the stage view (F5)")
    how.add_argument("--fullscreen", action="store_true", help="start on the whole screen (F11)")
    how.add_argument("--theme", choices=THEME_NAMES)
    how.add_argument(
        "--zoom", metavar="X", type=_number, help="type and controls that much larger, 0.8 to 1.75"
    )
    how.add_argument("--size", metavar="WxH", type=_size, help="size of the window, for example 1280x720")
    how.add_argument("--no-settings", action="store_true", help="neither read nor write remembered settings")
    how.add_argument("--reset-settings", action="store_true", help="forget remembered settings first")
    script = parser.add_argument_group("scripts: train, write and quit")
    script.add_argument(
        "--at-step", metavar="N", type=_whole, default=0, help="train exactly to this step (default: 0)"
    )
    script.add_argument("--screenshot", metavar="OUT.png", type=Path, help="write a picture of the window")
    script.add_argument("--state", metavar="OUT.json", type=Path, help="write every number shown")
    return parser


def _request(given: argparse.Namespace) -> Request:
    if not 0 <= given.at_step <= MAX_STEPS:
        raise ValueError(f"--at-step must be a whole number from 0 to {MAX_STEPS:,}, got {given.at_step}")
    if given.zoom is not None and not 0.8 <= given.zoom <= 1.75:
        raise ValueError(f"--zoom must be a number from 0.8 to 1.75, got {given.zoom:g}")
    for option in ("screenshot", "state"):
        _check_writable(option, getattr(given, option))
    return Request(
        scenario=_scenario(given),
        is_default=all(
            getattr(given, name) is None for name in ("preset", "seed", "learning_rate", "steps", "speed")
        ),
        play=given.play,
        present=given.present,
        full_screen=given.fullscreen,
        theme=given.theme,
        zoom=given.zoom,
        size=given.size,
        use_settings=not given.no_settings,
        reset_settings=given.reset_settings,
        at_step=given.at_step,
        screenshot=given.screenshot,
        state=given.state,
    )


def _scenario(given: argparse.Namespace) -> Scenario:
    scenario = preset(given.preset if given.preset is not None else DEFAULT_PRESET)
    if given.seed is not None:
        scenario = with_seed(scenario, given.seed)
    changes = {
        name: getattr(given, name)
        for name in ("learning_rate", "steps", "speed")
        if getattr(given, name) is not None
    }
    return replace(scenario, **changes)


def _check_writable(option: str, path: Path | None) -> None:
    if path is None:
        return
    folder = path.resolve().parent
    if not folder.is_dir():
        raise ValueError(f"--{option}: the folder {folder} does not exist")
    if path.is_dir() or not os.access(path if path.exists() else folder, os.W_OK):
        raise ValueError(f"--{option}: {path} cannot be written")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a number, got {text!r}") from None


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a whole number, got {text!r}") from None


def _speed(text: str) -> float:
    return UNLIMITED if text == "unlimited" else _number(text)


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{2,5})[x×](\d{2,5})", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"must look like 1280x720, got {text!r}")
    return int(match[1]), int(match[2])

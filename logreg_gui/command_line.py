"""What the command line asks for: read without Qt, so that --help and --version need no display."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from logreg_gui import __version__
from logreg_gui.presets import PRESETS, preset
from logreg_gui.scenario import (
    INPUTS,
    LARGEST_DEGREE,
    MAX_STEPS,
    MOST_GAUSSIANS,
    OBJECTIVES,
    OPTIMIZERS,
    PENALTIES,
    PRECISIONS,
    UNLIMITED,
    Data,
    GaussianData,
    Iris,
    ModelSpec,
    Scenario,
    Spirals,
    TableData,
    best_guess,
    demand_split,
    read_csv,
    scenario_of_table,
    with_class_count,
    with_data,
    with_model,
    with_seed,
)
from logreg_gui.scenario_json import ENDING, Saved, load, parse_scenario

DEFAULT_PRESET = "overlapping"
THEME_NAMES = ("light", "dark", "projector", "system")
AUTOMATIC = "auto"

MODEL_OPTIONS = (
    "objective", "degree", "interactions", "standardise", "penalty", "C", "l1_ratio", "optimizer",
    "batch_size", "momentum",
)  # fmt: skip
SCENARIO_OPTIONS = (
    "file", "scenario_json", "preset", "data", "x1", "x2", "label", "classes", "seed", "inputs",
    "label_noise", "test_size",
    *MODEL_OPTIONS, "learning_rate", "steps", "speed", "precision",
)  # fmt: skip
"""What makes the scenario another than the one that is shown by itself."""


@dataclass(frozen=True)
class Request:
    """What to start; None means not asked for. `opened` is what the scenario file at `file` holds."""

    scenario: Scenario
    file: Path | None
    opened: Saved | None
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
    save: Path | None

    @property
    def is_script(self) -> bool:
        """Whether to write files and quit instead of staying open."""
        return any(path is not None for path in (self.screenshot, self.state, self.save))


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


class OptionError(ValueError):
    """Arguments that are wrong, in one line."""


class _Trial(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise OptionError(message)


def scenario_of(arguments: Sequence[str]) -> Scenario:
    """The scenario in `arguments`, with no word to anybody.

    Raises:
        OptionError: for what is wrong.
    """
    given = _make_parser(_Trial).parse_args(arguments)
    try:
        return _scenario(given, _opened(given))
    except ValueError as error:
        raise OptionError(str(error)) from error


def _make_parser(kind: type[argparse.ArgumentParser] = _Parser) -> argparse.ArgumentParser:
    parser = kind(prog="logreg-gui", description="Watch logistic regression train, live.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"logreg-gui {__version__}")
    _add_data_options(parser)
    _add_model_options(parser)
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
        "--at-step",
        metavar="N",
        type=_whole,
        help="train exactly to this step (default: that of the scenario file, else 0)",
    )
    script.add_argument("--screenshot", metavar="OUT.png", type=Path, help="write a picture of the window")
    script.add_argument("--state", metavar="OUT.json", type=Path, help="write every number shown")
    script.add_argument("--save", metavar=f"OUT{ENDING}", type=Path, help="write the scenario as a file")
    return parser


def _add_data_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        type=Path,
        help=f"a scenario ({ENDING}), or a table as with --data",
    )
    data = parser.add_argument_group("what is trained on")
    source = data.add_mutually_exclusive_group()
    source.add_argument(
        "--preset", metavar="NAME", help=f"one of {', '.join(PRESETS)} (default: {DEFAULT_PRESET})"
    )
    source.add_argument(
        "--data",
        metavar="FILE.csv",
        type=Path,
        help="a table of your own; columns that are not named are guessed: the label by its name (label, "
        "class, species, target, y) or as the last column of 2 to 6 different values, x1 and x2 as the "
        "first columns of numbers",
    )
    source.add_argument(
        "--scenario-json",
        metavar="TEXT",
        help="a whole scenario as Copy as command line writes it, where options cannot say it",
    )
    data.add_argument("--x1", metavar="COLUMN", help="the first feature (of --data, or of the irises)")
    data.add_argument(
        "--x2",
        metavar="COLUMN",
        help="the second feature; with --data the same as --x1 for one feature alone",
    )
    data.add_argument(
        "--label",
        metavar="COLUMN",
        help="what is predicted with --data: classes if it has 2 to 6 different values, else numbers",
    )
    data.add_argument(
        "--classes",
        metavar="K",
        type=_whole,
        help=f"so many classes: of Gaussians or spirals 2 to {MOST_GAUSSIANS}, of irises 2 or 3",
    )
    data.add_argument("--inputs", choices=INPUTS, help="which features the model sees")
    data.add_argument("--seed", metavar="N", type=_whole, help="draw the sample of this seed")
    data.add_argument("--label-noise", metavar="X", type=_number, help="the share of labels made wrong")
    data.add_argument("--test-size", metavar="X", type=_number, help="the share of rows kept for testing")


def _add_model_options(parser: argparse.ArgumentParser) -> None:
    model = parser.add_argument_group("what is trained, and how")
    model.add_argument("--objective", choices=OBJECTIVES)
    model.add_argument(
        "--degree",
        metavar="D",
        type=_whole,
        help=f"polynomial features up to this degree, 1 to {LARGEST_DEGREE}",
    )
    model.add_argument(
        "--interactions",
        action=argparse.BooleanOptionalAction,
        help="products of different features, or none",
    )
    model.add_argument(
        "--standardise",
        action=argparse.BooleanOptionalAction,
        help="features with mean 0 and standard deviation 1, or as they are (default for a table here, whose "
        "weights then are those of its columns; the window's dialog offers to standardise)",
    )
    model.add_argument("--penalty", choices=PENALTIES)
    model.add_argument(
        "--C", metavar="X", type=_number, help="the penalty is divided by it, as in scikit-learn"
    )
    model.add_argument(
        "--l1-ratio", metavar="X", type=_number, help="the share of l1 in the elastic net, 0 to 1"
    )
    model.add_argument("--optimizer", choices=tuple(OPTIMIZERS))
    model.add_argument(
        "--learning-rate",
        metavar="X",
        type=_rate,
        help="per summed gradient, for example 3e-4, or auto: one that suits the data (default: that of the "
        "preset; auto for another model than the preset's)",
    )
    model.add_argument("--batch-size", metavar="N", type=_whole, help="rows per step of sgd")
    model.add_argument("--momentum", metavar="X", type=_number, help="of momentum and nesterov, 0 to below 1")
    model.add_argument("--steps", metavar="N", type=_whole, help="pause by itself after so many steps")
    model.add_argument("--speed", metavar="X", type=_speed, help="steps per second, or unlimited")
    model.add_argument(
        "--precision",
        choices=PRECISIONS,
        help="in which arithmetic unlimited speed trains: automatic is float32 above 2,000 rows until the "
        "maximum is near; any other way to train is float64",
    )
    model.add_argument("--play", action="store_true", help="start training at once")


def _request(given: argparse.Namespace) -> Request:
    opened = _opened(given)
    saved_step = opened.step if opened is not None else 0
    at_step = saved_step if given.at_step is None else given.at_step
    if not 0 <= at_step <= MAX_STEPS:
        raise ValueError(f"--at-step must be a whole number from 0 to {MAX_STEPS:,}, got {at_step}")
    if given.zoom is not None and not 0.8 <= given.zoom <= 1.75:
        raise ValueError(f"--zoom must be a number from 0.8 to 1.75, got {given.zoom:g}")
    for option in ("screenshot", "state", "save"):
        _check_writable(option, getattr(given, option))
    return Request(
        scenario=_scenario(given, opened),
        file=given.file if opened is not None else None,
        opened=opened,
        is_default=all(getattr(given, name) is None for name in (*SCENARIO_OPTIONS, "at_step")),
        play=given.play,
        present=given.present,
        full_screen=given.fullscreen,
        theme=given.theme,
        zoom=given.zoom,
        size=given.size,
        use_settings=not given.no_settings,
        reset_settings=given.reset_settings,
        at_step=at_step,
        screenshot=given.screenshot,
        state=given.state,
        save=given.save,
    )


def _opened(given: argparse.Namespace) -> Saved | None:
    """What a scenario file holds; a table that is given without an option becomes the one of --data."""
    if given.file is None:
        return None
    for option in ("preset", "data", "scenario_json"):
        if getattr(given, option) is not None:
            raise ValueError(f"{given.file} and --{option.replace('_', '-')} are two things to start from")
    if given.file.suffix.lower() == ".json":
        return load(given.file)
    given.data = given.file
    return None


def _scenario(given: argparse.Namespace, opened: Saved | None) -> Scenario:
    """The scenario asked for: the data, then the model on them, then the run."""
    scenario = _with_model(_with_data(given, opened), given)
    if given.seed is not None:
        scenario = with_seed(scenario, given.seed)
    scenario = replace(scenario, **_given(given, ("label_noise", "test_size", "steps", "speed", "precision")))
    if given.test_size:
        demand_split(scenario.data, scenario.test_size)  # told before the window opens
    return scenario


def _with_data(given: argparse.Namespace, opened: Saved | None) -> Scenario:
    if given.data is not None:
        scenario = scenario_of_table(_table_data(given), standardise=False)
    else:
        if opened is not None:
            scenario = opened.scenario
        elif given.scenario_json is not None:
            scenario = parse_scenario(given.scenario_json, "--scenario-json")
        else:
            scenario = preset(given.preset if given.preset is not None else DEFAULT_PRESET)
        if given.label is not None:
            raise ValueError("--label needs --data FILE.csv, whose column it names")
        columns = _given(given, ("x1", "x2"))
        if columns:
            scenario = replace(scenario, data=_with_columns(scenario, columns))
    return scenario if given.classes is None else _with_classes(scenario, given.classes)


def _table_data(given: argparse.Namespace) -> TableData:
    table = read_csv(given.data)
    columns = _given(given, ("x1", "x2", "label"))
    if len(columns) == 3:
        return TableData(table, **columns)
    return best_guess(table, **columns)


def _with_columns(scenario: Scenario, columns: dict[str, str]) -> Data:
    if not isinstance(scenario.data, Iris):
        named = " and ".join(f"--{name}" for name in columns)
        raise ValueError(f"{named} goes with --data or the irises: {scenario.preset} has no named columns")
    return replace(scenario.data, **columns)  # type: ignore[arg-type]  # the two are names of columns


def _with_classes(scenario: Scenario, count: int) -> Scenario:
    data = scenario.data
    if isinstance(data, GaussianData):
        return with_class_count(scenario, count)
    if isinstance(data, Spirals):
        if not 2 <= count <= MOST_GAUSSIANS:
            raise ValueError(f"classes must be a whole number from 2 to {MOST_GAUSSIANS}, got {count}")
        return with_data(scenario, replace(data, classes=count))
    if isinstance(data, Iris):
        if count not in (2, 3):
            raise ValueError(f"classes must be 2 or 3 of the irises, got {count}")
        return with_data(scenario, replace(data, classes=data.classes[-count:]))
    raise ValueError(f"--classes goes with Gaussians, irises and spirals: {scenario.preset} has its own")


def _with_model(scenario: Scenario, given: argparse.Namespace) -> Scenario:
    changes = _given(given, MODEL_OPTIONS)
    if "penalty" in changes and "optimizer" in changes:
        # Both were asked for: neither gives way to the other, so together they are right or refused.
        asked = replace(scenario, model=replace(scenario.model, **changes))
    else:
        asked = with_model(scenario, **changes)
    if given.inputs is not None:
        asked = replace(asked, inputs=given.inputs)
    rate = given.learning_rate
    if rate is None:
        is_same = asked.inputs == scenario.inputs and _without_rate(asked) == _without_rate(scenario)
        rate = scenario.learning_rate if is_same else None
    elif rate == AUTOMATIC:
        rate = None
    return replace(asked, model=replace(asked.model, learning_rate=rate))


def _without_rate(scenario: Scenario) -> ModelSpec:
    return replace(scenario.model, learning_rate=None)


def _given(given: argparse.Namespace, names: Sequence[str]) -> dict[str, Any]:
    """Those of the options that were given, and their values."""
    return {name: getattr(given, name) for name in names if getattr(given, name) is not None}


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


def _rate(text: str) -> float | str:
    if text == AUTOMATIC:
        return text
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a number or {AUTOMATIC}, got {text!r}") from None


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

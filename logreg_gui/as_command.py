"""A scenario as the command line that starts the program with it.

Options say most scenarios: a preset and what was changed of it. What they cannot say (a mean that was
dragged, weights to start from) goes into `--scenario-json`, the scenario as in a file, in one line. Which of
the two it takes is not worked out here but tried: options are good when they lead back to the same scenario.
"""

from __future__ import annotations

import shlex

from logreg_gui.command_line import AUTOMATIC, MODEL_OPTIONS, OptionError, scenario_of
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import UNLIMITED, Scenario
from logreg_gui.scenario_json import compact_text_of

PROGRAM = "logreg-gui"

LONGEST = 100_000
"""Of one argument, in characters: Linux takes 131,071 bytes."""


class NoCommandError(ValueError):
    """A scenario that is no command line, and why, in one sentence."""


def command_line(scenario: Scenario, step: int = 0, path: str = "") -> str:
    """What to type for `scenario` at `step`; `path` is the file that holds just this scenario, if one does.

    Raises:
        NoCommandError: the data are too long for it, and in no file.
    """
    arguments = [path] if path else arguments_of(scenario)
    return shlex.join([PROGRAM, *arguments, *(["--at-step", str(step)] if step else [])])


def arguments_of(scenario: Scenario) -> list[str]:
    """The arguments that lead to `scenario`.

    Raises:
        NoCommandError: as `command_line`.
    """
    options = _options(scenario)
    try:
        if options and scenario_of(options) == scenario:
            return options
    except OptionError:
        pass
    text = compact_text_of(scenario, LONGEST)
    if not text or len(text.encode("utf-8")) > LONGEST:
        raise NoCommandError(
            f"these data are more than {LONGEST:,} characters, too long for a command line: save the "
            "scenario and open its file instead"
        )
    return ["--scenario-json", text]


def _options(scenario: Scenario) -> list[str]:
    """A preset and what is different from it, as far as there are options; [] where there is no preset."""
    base = PRESETS.get(scenario.preset)
    if base is None or type(base.data) is not type(scenario.data):
        return []
    options = ["--preset", scenario.preset]
    for name in ("x1", "x2"):
        if getattr(scenario.data, name, None) != getattr(base.data, name, None):
            options += [f"--{name}", getattr(scenario.data, name)]
    if scenario.n_classes != base.n_classes:
        options += ["--classes", str(scenario.n_classes)]
    if scenario.seed != base.seed or scenario.split_seed not in (base.split_seed, 0):
        options += ["--seed", str(scenario.seed)]
    for name in ("inputs", "label_noise", "test_size", "steps", "speed", "precision"):
        if getattr(scenario, name) != getattr(base, name):
            options += _option(name, getattr(scenario, name))
    for name in MODEL_OPTIONS:
        if getattr(scenario.model, name) != getattr(base.model, name):
            options += _option(name, getattr(scenario.model, name))
    rate = scenario.learning_rate
    if rate != base.learning_rate or scenario.model != base.model:
        options += ["--learning-rate", AUTOMATIC if rate is None else repr(rate)]
    return options


def _option(name: str, value: object) -> list[str]:
    option = name.replace("_", "-")
    if isinstance(value, bool):
        return [f"--{option}" if value else f"--no-{option}"]
    if value == UNLIMITED:
        return [f"--{option}", "unlimited"]
    return [f"--{option}", value if isinstance(value, str) else repr(value)]

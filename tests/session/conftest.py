"""A scenario small enough to train in no time."""

from dataclasses import replace

import pytest

from logreg_gui.presets import PRESETS
from logreg_gui.scenario import UNLIMITED, Scenario


@pytest.fixture
def scenario() -> Scenario:
    """The default data, trained at full speed for 40 steps."""
    return replace(PRESETS["overlapping"], speed=UNLIMITED, steps=40)

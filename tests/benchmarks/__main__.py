"""Print every measurement beside its target; exit 1 when one falls short.

`--quick` measures briefly and judges nothing.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys

from logreg_gui.display import has_display

if not has_display(os.environ, sys.platform):
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
from PySide6.QtGui import QGuiApplication

from tests.benchmarks import drawing, estimators, kernels, live, startup


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke test: short, without thresholds")
    quick = parser.parse_args().quick
    starts = startup.run(1 if quick else 5)
    at_rest, training = live.run(1.0 if quick else 10.0)
    rows = [
        ("start to first painted window, s, median", statistics.median(starts), "<", 1.2),
        ("painted frames/s, 20,000 points at full throttle", training.frames_per_second, ">", 55.0),
        ("10 ms timer late, ms, 99th percentile", training.late(99), "<", 16.0),
        ("frames without an answer, most", float(training.most_unanswered), "<", 2.0),
        ("memory gained in that time, MB", training.megabytes_gained, "<", 20.0),
        *live.rows_together(quick),
        *estimators.run(quick),
        *kernels.run(quick),
        *drawing.run(quick),
    ]
    print(
        f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}, "
        f"{os.cpu_count()} processors"
    )
    print(f"Qt platform {QGuiApplication.platformName()}, window 1280 x 720")
    short = 0
    for what, value, relation, target in rows:
        if not relation:
            print(what)
            continue
        is_met = value < target if relation == "<" else value > target
        short += not is_met
        print(f"{what:78} {value:10.2f}   target {relation} {target:<6g} {'' if is_met else 'SHORT'}")
    print(f"{'the same timer with the window at rest':78} {at_rest.late(99):10.2f}")
    print(f"{'steps/s meanwhile':78} {training.steps / training.seconds:10,.0f}")
    return 0 if quick or not short else 1


if __name__ == "__main__":
    sys.exit(main())

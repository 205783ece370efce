"""The benchmark is a program; here it only has to run."""

import os
import subprocess
import sys
from pathlib import Path


def test_the_benchmark_runs_quickly_and_prints_every_target():
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--quick"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parent.parent,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for words in (
        "painted frames/s",
        "timer late",
        "first painted window",
        "frames without an answer",
        "whole frame, 2,000,000 points",
        "pan and zoom",
        "plain pyqtgraph",
        "matplotlib",
        "curve update",
        "press to answer",
        "share of the steps without a window",
    ):
        assert words in done.stdout

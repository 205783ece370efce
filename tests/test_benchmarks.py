"""The benchmarks are programs; here they only have to run, the driven lecture to come out right."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from logreg_gui.presets import PRESETS
from tests.benchmarks.driven_session import agrees, drive, is_course_of
from tests.views.frames_for_tests import frame_of


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
        "while an ellipse is dragged",
    ):
        assert words in done.stdout


def test_a_lecture_driven_with_mouse_and_keys_comes_out_right(qapp, tmp_path):
    checks = drive(tmp_path, None, reopens=False)
    assert len(checks) > 30
    assert [check for check in checks if not check.is_right] == []


def test_the_driven_lecture_knows_wrong_numbers():
    frame = frame_of(PRESETS["overlapping"], 3)
    assert agrees(frame)
    assert is_course_of(frame, PRESETS["overlapping"])
    assert not agrees(replace(frame, log_likelihood=frame.log_likelihood + 1e-6))
    assert not agrees(replace(frame, gradient=frame.gradient + 1e-6))
    assert not is_course_of(replace(frame, step=4), PRESETS["overlapping"])

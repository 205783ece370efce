"""The soak is a program; here it only has to run for some seconds, and to be able to fail."""

import os
import subprocess
import sys
from pathlib import Path

BROKEN = """
import sys
from tests.benchmarks import soak

def fail(self, frame):
    raise RuntimeError("broken on purpose")

soak.MainWindow._show_frame = fail
sys.exit(soak.main(["--events", "3", "--rows", "200"]))
"""


def run(*arguments):
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parent.parent,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        check=False,
    )


def test_some_hundred_random_events_do_no_harm():
    done = run("-m", "tests.benchmarks.soak", "--events", "150", "--seed", "5", "--rows", "2000")
    assert done.returncode == 0, done.stdout + done.stderr
    for words in ("seed 5", "150 events", "exceptions", "warnings of Qt", "left behind"):
        assert words in done.stdout


def test_a_soak_with_an_exception_fails_and_shows_where():
    done = run("-c", BROKEN)
    assert done.returncode == 1
    assert "RuntimeError: broken on purpose" in done.stderr
    assert "after:" in done.stderr

"""Garbage is collected in the thread of the window, whichever thread made it."""

import gc
import platform
import subprocess
import sys
import threading
import weakref

import pytest
from PySide6.QtCore import QObject

from logreg_gui.session.garbage import GarbageCollector
from logreg_gui.session.session import TrainingSession

BETWEEN = """
import os
from pathlib import Path
from logreg_gui.session.garbage import hand_back

def size():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

empty = size()
blocks = [bytearray(60_000) for _ in range(2_000)]  # below what glibc maps one by one
full = size() - empty
last = blocks[-1]
blocks.clear()
kept = size() - empty
hand_back()
print(full, kept, size() - empty)
"""


LARGE_BLOCKS = """
import ctypes
from logreg_gui.session.garbage import LARGE, keep_heap_small

class Counts(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in
                "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()]

system = ctypes.CDLL(None)
system.mallinfo2.restype = Counts
keep_heap_small()
larger = bytearray(6 * LARGE)
del larger
large = bytearray(2 * LARGE)
print(system.mallinfo2().hblkhd >= 2 * LARGE)
"""


class Node:
    """Half of a cycle, with a Qt object in it as closed windows have."""

    def __init__(self):
        self.thing = QObject()


def cycle(destroyed):
    """Garbage at once; its end is noted with the thread in which it comes."""
    one, other = Node(), Node()
    one.other, other.other = other, one
    weakref.finalize(one, lambda: destroyed.append(threading.get_ident()))


@pytest.fixture
def collector(qapp):
    made = GarbageCollector()
    yield made
    made.stop()


def test_free_memory_is_given_back_now_and_then_as_long_as_it_runs(qtbot, collector, monkeypatch):
    given = []
    monkeypatch.setattr("logreg_gui.session.garbage.hand_back", lambda: given.append(True))
    collector._memory.setInterval(1)
    collector.start()
    qtbot.waitUntil(lambda: len(given) > 2)
    collector.stop()
    assert not collector._memory.isActive()


def test_python_does_not_collect_by_itself_while_a_session_runs(qapp, scenario):
    first, second = TrainingSession(scenario), TrainingSession(scenario)
    assert not gc.isenabled()
    first.shut_down()
    assert not gc.isenabled()
    second.shut_down()
    assert gc.isenabled()


def test_a_session_shut_down_twice_counts_once(qapp, scenario):
    first, second = TrainingSession(scenario), TrainingSession(scenario)
    first.shut_down()
    first.shut_down()
    assert not gc.isenabled()
    second.shut_down()
    assert gc.isenabled()


def test_cycles_made_in_any_thread_end_in_this_one(qtbot, collector):
    destroyed = []
    collector.start()

    def litter():
        # Far more than the threshold: Python would have collected here.
        for _ in range(3 * gc.get_threshold()[0]):
            cycle(destroyed)

    thread = threading.Thread(target=litter)
    thread.start()
    thread.join()
    assert not destroyed
    qtbot.waitUntil(lambda: len(destroyed) == 3 * gc.get_threshold()[0])
    assert set(destroyed) == {threading.get_ident()}


def test_nothing_is_collected_before_it_is_due(collector, monkeypatch):
    collected = []
    monkeypatch.setattr(gc, "collect", collected.append)
    monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 0))
    for counts, due in (((700, 10, 99), []), ((701, 10, 99), [0]), ((701, 11, 99), [1])):
        monkeypatch.setattr(gc, "get_count", lambda counts=counts: counts)
        collected.clear()
        collector.collect_due()
        assert collected == due


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="it is the allocator of glibc that keeps it")
def test_memory_between_arrays_in_use_is_handed_back():
    """In a process of its own: here others allocate, too."""
    done = subprocess.run([sys.executable, "-c", BETWEEN], capture_output=True, text=True, check=True)
    full, kept, left = (int(word) for word in done.stdout.split())
    assert full > 50e6
    assert kept > 0.9 * full  # else there is nothing to hand back
    assert left < 0.3 * full


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="it is the allocator of glibc that moves its limit"
)
def test_large_arrays_stay_out_of_the_heap_after_larger_ones_were_freed():
    """In a process of its own: it stays told so."""
    done = subprocess.run([sys.executable, "-c", LARGE_BLOCKS], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"

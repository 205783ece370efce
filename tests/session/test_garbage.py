"""Garbage is collected in the thread of the window, whichever thread made it."""

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject

from logreg_gui.session.garbage import GarbageCollector
from logreg_gui.session.session import TrainingSession


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

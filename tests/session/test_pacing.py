"""Steps come due at the rate asked for, at once when play is pressed, and never in a burst after a stall."""

import math

import pytest

from logreg_gui.session.pacing import LONGEST_DEBT, Pacer


def test_the_first_step_is_due_at_once():
    pacer = Pacer(2.0, now=100.0)
    pacer.restart(100.0)
    assert pacer.due(100.0) == 1


@pytest.mark.parametrize("speed", [1.0, 10.0, 60.0, 600.0])
def test_over_ten_seconds_the_steps_taken_match_the_speed(speed):
    pacer, taken = Pacer(speed, 0.0), 0
    pacer.restart(0.0)
    for tick in range(1, 10_001):
        due = pacer.due(tick / 1000)
        pacer.spend(due)
        taken += due
    assert taken == pytest.approx(10 * speed, abs=1.5)


def test_a_stall_is_not_made_up_for_by_a_burst():
    pacer = Pacer(100.0, 0.0)
    pacer.restart(0.0)
    assert pacer.due(60.0) <= 100.0 * LONGEST_DEBT


def test_even_the_slowest_speed_gets_its_step_after_a_long_wait():
    pacer = Pacer(1.0, 0.0)
    pacer.restart(0.0)
    pacer.spend(pacer.due(0.0))
    assert pacer.due(0.9) == 0
    assert pacer.due(30.0) == 1


def test_the_wait_for_the_next_step_ends_when_it_is_due():
    pacer = Pacer(10.0, 0.0)
    pacer.restart(0.0)
    pacer.spend(pacer.due(0.0))
    wait = pacer.seconds_to_next(0.02)
    assert wait == pytest.approx(0.08)
    assert pacer.due(0.02 + wait + 1e-9) == 1


def test_unlimited_speed_owes_any_number_and_never_waits():
    pacer = Pacer(math.inf, 0.0)
    pacer.restart(0.0)
    assert pacer.due(0.0) == math.inf
    assert pacer.seconds_to_next(0.0) == 0.0


def test_slowing_down_from_unlimited_leaves_no_debt():
    pacer = Pacer(math.inf, 0.0)
    pacer.restart(0.0)
    pacer.due(1.0)
    pacer.set_speed(5.0, 1.0)
    assert pacer.due(1.0) == 0
    assert pacer.due(1.21) == 1


def test_a_change_of_speed_keeps_what_was_earned():
    pacer = Pacer(1.0, 0.0)
    pacer.restart(0.0)
    pacer.spend(1)
    pacer.set_speed(10.0, 0.5)
    assert pacer.due(0.56) == 1

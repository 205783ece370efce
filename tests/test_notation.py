"""Numbers are shown as a room reads them."""

import math

import pytest

from logreg_gui import notation


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-41.432, "−41.43"),
        (-1032.16543, "−1,032.17"),
        (-13862.9436, "−13,862.9"),
        (-0.00653767, "−0.0065"),
        (0.0, "0.0000"),
        (-math.inf, "−∞"),
        (math.nan, "not a number"),
    ],
)
def test_log_likelihoods(value, text):
    assert notation.log_likelihood(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.6849, "12.7"),
        (0.0, "0"),
        (-8.43199, "−8.43"),
        (0.00012345, "1.23×10⁻⁴"),
        (0.999996, "1.00"),
        (99999.0, "1.00×10⁵"),
        (20471.6, "20,472"),
        (5e-324, "5.00×10⁻³²⁴".replace("5.00", "4.94")),
        (math.inf, "∞"),
    ],
)
def test_three_significant_digits(value, text):
    assert notation.significant(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0022, "0.0022"), (5e-5, "5×10⁻⁵"), (1.0, "1"), (0.0012345678, "0.0012345678")]
)
def test_a_setting_keeps_all_its_digits(value, text):
    assert notation.shortest(value) == text


def test_a_vector_has_the_same_decimals_throughout():
    assert notation.column([-0.09114, 1.261, 1.38]) == ["−0.091", "1.261", "1.380"]
    assert notation.column([-4.678, 12.66, 3.845]) == ["−4.68", "12.66", "3.85"]
    assert notation.column([0.0, 0.0, 0.0]) == ["0.000", "0.000", "0.000"]
    assert notation.column([2.5e-7, -1e-9, 0.0]) == ["2.5×10⁻⁷", "−1.0×10⁻⁹", "0"]
    assert notation.column([12345.6, 2.0]) == ["12,346", "2"]


def test_nearly_all_right_is_not_a_hundred_percent():
    assert notation.percent(0.99999).startswith("99.9")
    assert notation.percent(1.0).startswith("100.0")


def test_a_rounded_zero_has_no_minus():
    assert notation.fixed(-0.00001, 2) == "0.00"

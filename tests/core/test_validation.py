"""The shared checks where the modules that use them do not reach every edge."""

import numpy as np
import pytest

from logreg_gui.core.validation import feature_matrix, positive_number, read_only, whole_number


def test_a_whole_number_beyond_the_floats_keeps_its_digits():
    assert whole_number("seed", 2**53 + 1, smallest=0) == 2**53 + 1


@pytest.mark.parametrize("value", [np.int8(3), np.float32(3), 3.0, np.uint64(3)])
def test_whole_numbers_of_every_type_become_python_ints(value):
    result = whole_number("size", value, smallest=1)
    assert result == 3
    assert type(result) is int


@pytest.mark.parametrize("value", [True, np.True_, np.bool_(False)])
def test_booleans_are_not_numbers(value):
    with pytest.raises(ValueError, match="size must be a whole number of at least 0, got"):
        whole_number("size", value, smallest=0)
    with pytest.raises(ValueError, match="rate must be a positive finite number, got"):
        positive_number("rate", value)


@pytest.mark.parametrize(
    ("dtype", "working"), [("f4", "f4"), ("f8", "f8"), ("i8", "f8"), ("f2", "f8"), ("?", "f8")]
)
def test_features_are_kept_in_float32_and_float64_and_widened_from_anything_else(dtype, working):
    matrix = np.ones((2, 2), dtype=dtype)
    assert feature_matrix(matrix).dtype == np.dtype(working)
    assert np.shares_memory(feature_matrix(matrix), matrix) == (dtype == working)


def test_complex_features_are_refused():
    with pytest.raises(ValueError, match="features must hold numbers, got values of type complex128"):
        feature_matrix([[1j]])


def test_read_only_copies_all_but_what_owns_its_frozen_data():
    frozen = read_only([1, 2])
    assert frozen.dtype == np.float64
    assert read_only(frozen) is frozen
    base = np.ones(3)
    view = base[:2]
    view.setflags(write=False)
    kept = read_only(view)
    base[0] = 5.0
    np.testing.assert_array_equal(kept, [1.0, 1.0])

"""The split against scikit-learn's sizes, and what any split must hold."""

import numpy as np
import pytest
from sklearn import model_selection as oracle

from logreg_gui.core.splitting import split_indices, train_test_split

SIZES = [2, 3, 7, 10, 100, 149, 150]
FRACTIONS = [0.05, 0.1, 0.2, 0.25, 0.3, 1 / 3, 0.5, 0.75, 0.99]


def are_a_partition(train, test, n):
    return sorted([*train, *test]) == list(range(n))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("test_size", [*FRACTIONS, 1])
def test_the_sizes_are_scikit_learns(n, test_size):
    try:
        expected = [len(part) for part in oracle.train_test_split(np.arange(n), test_size=test_size)]
    except ValueError:
        with pytest.raises(ValueError, match="test_size must leave a row to train and one to test on"):
            split_indices(n, test_size, seed=0)
        return
    assert [len(part) for part in split_indices(n, test_size, seed=0)] == expected


@pytest.mark.parametrize("n", SIZES)
def test_every_row_is_in_one_part(n):
    for seed in range(5):
        assert are_a_partition(*split_indices(n, 0.3, seed), n)


def test_a_seed_gives_the_same_rows_and_another_one_others():
    first, second, other = (split_indices(50, 0.25, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])
    assert not np.array_equal(first[1], other[1])


def test_the_global_random_state_is_left_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002  it is this one that is watched
    train_test_split(np.arange(40), np.arange(40) % 2, random_state=3, stratify=np.arange(40) % 2)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_every_row_is_as_likely_to_be_tested():
    times = np.zeros(10)
    rng = np.random.default_rng(0)
    for _ in range(4000):
        times[split_indices(10, 0.3, rng)[1]] += 1
    # Each row 1200 times with a standard deviation of sqrt(4000 * 0.3 * 0.7) = 29.
    assert abs(times - 1200).max() < 5 * 29


class TestStratified:
    @pytest.mark.parametrize("test_size", [0.1, 0.25, 0.4, 31])
    @pytest.mark.parametrize("sizes", [(40, 60), (61, 27, 17), (90, 8, 4), (13, 40, 22, 9, 35)])
    def test_the_classes_have_scikit_learns_shares(self, sizes, test_size):
        labels = np.random.default_rng(1).permutation(np.repeat(np.arange(len(sizes)), sizes))
        train, test = split_indices(len(labels), test_size, 0, labels)
        _, _, in_train, in_test = oracle.train_test_split(
            labels, labels, test_size=test_size, random_state=0, stratify=labels
        )
        assert are_a_partition(train, test, len(labels))
        np.testing.assert_array_equal(np.bincount(labels[train]), np.bincount(in_train))
        np.testing.assert_array_equal(np.bincount(labels[test]), np.bincount(in_test))

    @pytest.mark.parametrize("seed", range(10))
    def test_no_class_is_off_its_share_by_a_row(self, seed):
        rng = np.random.default_rng(seed)
        labels = rng.integers(0, 5, 83)
        train, _ = split_indices(83, 0.35, seed, labels)
        shares = np.bincount(labels) * len(train) / 83
        assert abs(np.bincount(labels[train]) - shares).max() < 1

    def test_equal_remainders_are_broken_by_chance(self):
        labels = ["a"] * 5 + ["b"] * 5  # five rows to test: 2 of the one and 3 of the other
        of_a = {sum(row < 5 for row in split_indices(10, 5, seed, labels)[1]) for seed in range(20)}
        assert of_a == {2, 3}

    def test_rows_stay_in_random_order(self):
        train, test = split_indices(200, 0.5, 0, np.arange(200) % 2)
        for part in (train, test):
            assert 30 < (np.diff(part % 2) != 0).sum() < 70  # classes change at half of 99 steps

    @pytest.mark.parametrize(
        ("labels", "test_size", "message"),
        [
            ([0, 0, 0, 1], 0.5, "labels must have two rows of every class at least, got one of 1"),
            ([0, 0, 1], 0.5, r"labels must have one entry per row \(4\), got shape \(3,\)"),
            ([0, 0, 1, 1], 1, "test_size must leave 2 rows, one per class, to either part, got 1 of 4"),
            ([0, 0, 1, 1], 3, "test_size must leave 2 rows, one per class, to either part, got 3 of 4"),
        ],
    )
    def test_errors_say_what_is_wrong(self, labels, test_size, message):
        with pytest.raises(ValueError, match=message):
            split_indices(4, test_size, 0, labels)


class TestArrays:
    def test_all_are_split_alike(self):
        rows, labels = np.arange(40).reshape(20, 2), [f"label {k}" for k in range(20)]
        train_rows, test_rows, train_labels, test_labels = train_test_split(rows, labels, random_state=5)
        assert (len(train_rows), len(test_rows)) == (15, 5)
        np.testing.assert_array_equal(train_labels, [f"label {row[0] // 2}" for row in train_rows])
        np.testing.assert_array_equal(test_labels, [f"label {row[0] // 2}" for row in test_rows])
        np.testing.assert_array_equal(np.sort(np.concatenate((train_rows, test_rows)), axis=0), rows)

    def test_types_are_kept(self):
        parts = train_test_split(np.zeros((8, 2), np.float32), np.zeros(8, np.int8), random_state=0)
        assert [part.dtype for part in parts] == [np.float32, np.float32, np.int8, np.int8]

    def test_they_are_the_rows_of_split_indices(self):
        labels = np.arange(30) % 3
        train, test = split_indices(30, 0.2, 7, labels)
        parts = train_test_split(np.arange(30), test_size=0.2, random_state=7, stratify=labels)
        np.testing.assert_array_equal(parts[0], train)
        np.testing.assert_array_equal(parts[1], test)

    def test_without_shuffling_the_last_rows_are_the_test(self):
        mine = train_test_split(np.arange(10), test_size=0.25, shuffle=False)
        theirs = oracle.train_test_split(np.arange(10), test_size=0.25, shuffle=False)
        for one, other in zip(mine, theirs, strict=True):
            np.testing.assert_array_equal(one, other)

    def test_a_generator_is_taken_and_moves_on(self):
        rng = np.random.default_rng(0)
        first, second = (train_test_split(np.arange(30), random_state=rng)[1] for _ in range(2))
        assert not np.array_equal(first, second)

    @pytest.mark.parametrize(
        ("arrays", "options", "message"),
        [
            ([], {}, "arrays must be at least one, got none"),
            ([[1, 2], [1, 2, 3]], {}, "arrays must have equally many rows, got 2, 3"),
            ([[1, 2]], {"shuffle": False, "stratify": [0, 1]}, "stratify goes with shuffle=True alone"),
            ([[1]], {}, r"test_size must leave a row to train and one to test on, got 0\.25 of 1 rows"),
            ([[]], {}, r"test_size must leave a row to train and one to test on, got 0\.25 of 0 rows"),
            ([[1, 2]], {"test_size": 0.0}, r"test_size must be a fraction between 0 and 1, got 0\.0"),
            ([[1, 2]], {"test_size": 1.0}, r"test_size must be a fraction between 0 and 1, got 1\.0"),
            ([[1, 2]], {"test_size": -0.2}, r"test_size must be a fraction between 0 and 1, got -0\.2"),
            ([[1, 2]], {"test_size": True}, "test_size must be a finite number, got True"),
            ([[1, 2]], {"test_size": "half"}, "test_size must be a finite number, got 'half'"),
            ([[1, 2]], {"test_size": 2}, "test_size must leave a row to train .*, got 2 of 2 rows"),
            ([[1, 2]], {"test_size": 0}, "test_size must leave a row .* to test on, got 0 of 2 rows"),
            ([[1, 2]], {"random_state": -1}, "seed must be a whole number of at least 0, got -1"),
        ],
    )
    def test_errors_say_what_is_wrong(self, arrays, options, message):
        with pytest.raises(ValueError, match=message):
            train_test_split(*arrays, **options)

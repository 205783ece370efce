"""The metrics against scikit-learn, and against figures that can be counted by hand."""

import math

import numpy as np
import pytest
from sklearn import calibration
from sklearn import metrics as oracle

from logreg_gui.core import metrics

EPSILON = 2.0**-52
SEEDS = range(6)
LABELS = {
    "numbers": np.array([0, 1]),
    "signs": np.array([-1, 1]),
    "text": np.array(["no", "yes"]),
    "booleans": np.array([False, True]),
    "whole floats": np.array([0.0, 1.0]),
}


def agree(mine, theirs):
    np.testing.assert_allclose(mine, theirs, rtol=1e-12, atol=1e-15)


def weightings(rng, n_rows):
    """No weights, whole ones, real ones; the last two with zeros among them."""
    whole = rng.integers(0, 4, n_rows)
    return None, whole, np.where(whole == 0, 0.0, rng.exponential(size=n_rows))


def scores(rng, n_rows):
    """Scores without ties, with many ties, and all the same."""
    return rng.normal(size=n_rows), rng.integers(0, 5, n_rows) / 4, np.full(n_rows, 0.3)


def probabilities(rng, n_rows, n_classes):
    raw = rng.exponential(size=(n_rows, n_classes))
    return raw / raw.sum(axis=1, keepdims=True)


class TestAccuracy:
    @pytest.mark.parametrize("kind", LABELS)
    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("normalize", [True, False])
    def test_is_scikit_learns(self, kind, seed, normalize):
        rng = np.random.default_rng(seed)
        truth, predicted = rng.choice(LABELS[kind], (2, 50))
        for weights in weightings(rng, 50):
            options = {"normalize": normalize, "sample_weight": weights}
            agree(
                metrics.accuracy_score(truth, predicted, **options),
                oracle.accuracy_score(truth, predicted, **options),
            )

    def test_counts_by_hand(self):
        assert metrics.accuracy_score(["a", "b", "c", "c"], ["a", "c", "c", "c"]) == 0.75
        assert metrics.accuracy_score(["a", "b", "c", "c"], ["a", "c", "c", "c"], normalize=False) == 3
        assert metrics.accuracy_score([0, 1], [0, 0], sample_weight=[1, 3]) == 0.25

    def test_one_class_is_enough(self):
        assert metrics.accuracy_score([1, 1], [1, 0]) == 0.5

    def test_labels_may_be_objects_of_one_kind(self):
        truth = np.array(["a", "b"], dtype=object)
        assert metrics.accuracy_score(truth, ["a", "a"]) == 0.5
        assert metrics.accuracy_score(np.array([1, 2], dtype=object), [1.0, 2.0]) == 1.0


class TestLogLoss:
    @pytest.mark.parametrize("kind", LABELS)
    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("normalize", [True, False])
    def test_of_two_classes_is_scikit_learns(self, kind, seed, normalize):
        rng = np.random.default_rng(seed)
        truth = np.concatenate((LABELS[kind], rng.choice(LABELS[kind], 48)))
        for weights in weightings(rng, 50):
            for proba in (rng.random(50), rng.integers(0, 3, 50) / 2, probabilities(rng, 50, 2)):
                options = {"normalize": normalize, "sample_weight": weights}
                agree(
                    metrics.log_loss(truth, proba, **options),
                    oracle.log_loss(truth, proba, **options),
                )

    @pytest.mark.parametrize("seed", SEEDS)
    def test_of_three_classes_is_scikit_learns(self, seed):
        rng = np.random.default_rng(seed)
        truth = np.append(rng.choice(["b", "c"], 39), "a")
        proba = probabilities(rng, 40, 3)
        proba[::7] = [0.0, 1.0, 0.0]
        for weights in weightings(rng, 40):
            agree(
                metrics.log_loss(truth, proba, sample_weight=weights),
                oracle.log_loss(truth, proba, sample_weight=weights),
            )

    def test_named_labels_stand_in_for_a_class_that_is_missing(self):
        proba = probabilities(np.random.default_rng(1), 3, 3)
        options = {"labels": ["a", "b", "c"]}
        mine = metrics.log_loss(["a", "b", "a"], proba, **options)
        agree(mine, -np.log(proba[[0, 1, 2], [0, 1, 0]]).mean())
        agree(mine, oracle.log_loss(["a", "b", "a"], proba, **options))
        agree(metrics.log_loss([1, 1], [0.5, 0.5], labels=[0, 1]), math.log(2))

    def test_a_certain_hit_costs_the_epsilon_and_a_certain_miss_minus_its_logarithm(self):
        assert metrics.log_loss([0, 1], [0.0, 1.0]) == -math.log1p(-EPSILON)
        assert metrics.log_loss([1, 0], [0.0, 1.0]) == pytest.approx(52 * math.log(2), rel=1e-15)
        assert metrics.log_loss([0, 1], [0.0, 1.0]) == oracle.log_loss([0, 1], [0.0, 1.0])
        assert metrics.log_loss([1, 0], [0.0, 1.0]) == oracle.log_loss([1, 0], [0.0, 1.0])

    def test_single_precision_is_clipped_by_its_own_epsilon(self):
        proba = np.array([0.0, 1.0], dtype=np.float32)
        assert metrics.log_loss([1, 0], proba) == pytest.approx(23 * math.log(2), rel=1e-15)
        assert metrics.log_loss([1, 0], proba) == pytest.approx(oracle.log_loss([1, 0], proba), rel=1e-6)

    @pytest.mark.parametrize(
        ("truth", "proba", "labels", "message"),
        [
            ([1, 1], [0.5, 0.5], None, "y_true holds one class only, 1: name all classes in labels"),
            ([0, 1], [0.5, 1.5], None, r"y_proba must hold probabilities from 0 to 1, got 1\.5"),
            ([0, 1], [0.5, math.nan], None, "y_proba must hold probabilities from 0 to 1, got nan"),
            ([0, 1], [0.5], None, r"y_proba must have one row per label \(2\), got shape \(1,\)"),
            ([0, 1, 2], [0.5, 0.5, 0.5], None, r"one column per class \(3\), got 2"),
            ([0, 1], [[0.5, 0.4], [0.5, 0.5]], None, r"y_proba must sum to 1 in every row, .* 0\.9"),
            (["a", "z"], [0.5, 0.5], ["a", "b"], "labels must hold every label of y_true, 'z' is missing"),
            (["a", "b"], [0.5, 0.5], ["b", "a"], r"labels must ascend .*, got \['b', 'a'\]"),
            (["a", "b"], [0.5, 0.5], [0, 1], "labels must hold text as y_true does, got numbers"),
            ([0, 1], ["a", "b"], None, "y_proba must hold numbers"),
        ],
    )
    def test_errors_say_what_is_wrong(self, truth, proba, labels, message):
        with pytest.raises(ValueError, match=message):
            metrics.log_loss(truth, proba, labels=labels)


class TestConfusionMatrix:
    @pytest.mark.parametrize("normalize", [None, "true", "pred", "all"])
    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("names", [[0, 1, 2], [7, -3, 40], ["b", "a", "cc"]])
    def test_is_scikit_learns(self, normalize, seed, names):
        rng = np.random.default_rng(seed)
        truth, predicted = rng.choice(names, (2, 30))
        truth[0] = names[0]
        for labels in (None, names, names[:2], np.sort(names)[::-1]):
            for weights in weightings(rng, 30):
                options = {"labels": labels, "sample_weight": weights, "normalize": normalize}
                mine = metrics.confusion_matrix(truth, predicted, **options)
                theirs = oracle.confusion_matrix(truth, predicted, **options)
                agree(mine, theirs)
                assert mine.dtype == theirs.dtype

    def test_counts_by_hand(self):
        matrix = metrics.confusion_matrix(["a", "b", "b", "b"], ["a", "b", "a", "b"])
        np.testing.assert_array_equal(matrix, [[1, 0], [1, 2]])

    def test_a_class_without_rows_gives_zeros(self):
        matrix = metrics.confusion_matrix([0, 1], [0, 0], labels=[0, 1, 2], normalize="true")
        np.testing.assert_array_equal(matrix, [[1, 0, 0], [1, 0, 0], [0, 0, 0]])

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"labels": [5, 6]}, r"labels must hold a class of y_true, got \[5, 6\]"),
            ({"labels": [0, 0]}, r"labels must all be different, got \[0, 0\]"),
            ({"labels": []}, "labels must be a vector of at least one label"),
            ({"labels": ["a"]}, "labels must hold numbers as y_true does, got text"),
            ({"normalize": "rows"}, "normalize must be 'true', 'pred', 'all' or None, got 'rows'"),
        ],
    )
    def test_errors_say_what_is_wrong(self, options, message):
        with pytest.raises(ValueError, match=message):
            metrics.confusion_matrix([0, 1], [0, 1], **options)


class TestRocCurve:
    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize("drop_intermediate", [True, False])
    def test_is_scikit_learns(self, seed, drop_intermediate):
        rng = np.random.default_rng(seed)
        truth = np.append(rng.integers(0, 2, 58), [0, 1])
        for weights in weightings(rng, 60):
            weights = weights if weights is None else np.append(weights[:-2], [1, 1])
            for score in scores(rng, 60):
                options = {"sample_weight": weights, "drop_intermediate": drop_intermediate}
                mine = metrics.roc_curve(truth, score, **options)
                for one, other in zip(mine, oracle.roc_curve(truth, score, **options), strict=True):
                    agree(one, other)

    @pytest.mark.parametrize("kind", LABELS)
    def test_the_positive_label_may_be_any(self, kind):
        rng = np.random.default_rng(3)
        negative, positive = LABELS[kind]
        truth = np.where(np.arange(30) % 3 == 0, positive, negative)
        score = rng.normal(size=30)
        for pos_label in (positive, negative):
            mine = metrics.roc_curve(truth, score, pos_label=pos_label)
            for one, other in zip(mine, oracle.roc_curve(truth == pos_label, score), strict=True):
                agree(one, other)

    def test_one_class_stands_against_all_others(self):
        truth, score = np.array(["a", "b", "c", "b"]), np.array([0.1, 0.7, 0.6, 0.9])
        false, true, _ = metrics.roc_curve(truth, score, pos_label="b")
        np.testing.assert_array_equal(false, [0, 0, 0, 1])
        np.testing.assert_array_equal(true, [0, 0.5, 1, 1])

    def test_starts_at_infinity_in_the_origin_and_ends_in_the_corner(self):
        false, true, thresholds = metrics.roc_curve([0, 1, 1], [0.2, 0.2, 0.9])
        np.testing.assert_array_equal(thresholds, [np.inf, 0.9, 0.2])
        np.testing.assert_array_equal(false, [0, 0, 1])
        np.testing.assert_array_equal(true, [0, 0.5, 1])

    @pytest.mark.parametrize(
        ("truth", "score", "options", "message"),
        [
            (["n", "y"], [0, 1], {}, r"pos_label must name the positive label: y_true holds \['n', 'y'\]"),
            ([1, 2], [0, 1], {}, r"pos_label must name the positive label: y_true holds \[1, 2\]"),
            ([0, 1], [0, 1], {"pos_label": "y"}, "pos_label must hold numbers as y_true does, got text"),
            ([1, 1], [0, 1], {}, "y_true must hold both classes, got no negative row"),
            ([0, 0], [0, 1], {}, "y_true must hold both classes, got no positive row"),
            ([0, 1], [0, 1], {"sample_weight": [1, 0]}, "got no positive row that has a weight"),
            ([0, 1], [0, math.inf], {}, "y_score must hold only finite numbers, got inf"),
            ([0, 1], [0, 1, 2], {}, r"y_score must have one entry per entry of y_true \(2\), got 3"),
            ([0, 1], [[0], [1]], {}, r"y_score must be a vector of at least one number, got shape \(2, 1\)"),
        ],
    )
    def test_errors_say_what_is_wrong(self, truth, score, options, message):
        with pytest.raises(ValueError, match=message):
            metrics.roc_curve(truth, score, **options)


class TestAreaUnderTheCurve:
    @pytest.mark.parametrize("kind", LABELS)
    @pytest.mark.parametrize("seed", SEEDS)
    def test_of_two_classes_is_scikit_learns(self, kind, seed):
        rng = np.random.default_rng(seed)
        truth = np.concatenate((rng.choice(LABELS[kind], 58), LABELS[kind]))
        for weights in weightings(rng, 60):
            weights = weights if weights is None else np.append(weights[:-2], [1, 1])
            for score in scores(rng, 60):
                agree(
                    metrics.roc_auc_score(truth, score, sample_weight=weights),
                    oracle.roc_auc_score(truth, score, sample_weight=weights),
                )

    @pytest.mark.parametrize("seed", SEEDS)
    def test_is_the_chance_that_a_positive_row_scores_higher(self, seed):
        rng = np.random.default_rng(seed)
        truth, score = np.arange(40) % 2, rng.integers(0, 6, 40)
        above = score[truth == 1][:, np.newaxis] - score[truth == 0]
        chance = ((above > 0) + 0.5 * (above == 0)).mean()
        assert metrics.roc_auc_score(truth, score) == pytest.approx(chance, rel=1e-15)

    def test_perfect_reversed_and_constant_scores(self):
        assert metrics.roc_auc_score(["a", "a", "b"], [1, 2, 3]) == 1.0
        assert metrics.roc_auc_score(["a", "a", "b"], [3, 2, 1]) == 0.0
        assert metrics.roc_auc_score(["a", "a", "b"], [2, 2, 2]) == 0.5

    @pytest.mark.parametrize("multi_class", ["ovr", "ovo"])
    @pytest.mark.parametrize("average", ["macro", "weighted"])
    @pytest.mark.parametrize("names", [["a", "b", "c"], [3, 5, 8, 9]])
    @pytest.mark.parametrize("seed", SEEDS)
    def test_of_more_classes_is_scikit_learns(self, multi_class, average, names, seed):
        rng = np.random.default_rng(seed)
        truth = np.concatenate((names, rng.choice(names[:2], 20), rng.choice(names, 20)))
        proba = probabilities(rng, len(truth), len(names)).round(1)
        proba[:, -1] = 1 - proba[:, :-1].sum(axis=1)
        proba = np.abs(proba) / np.abs(proba).sum(axis=1, keepdims=True)
        for labels in (None, names):
            options = {"multi_class": multi_class, "average": average, "labels": labels}
            agree(
                metrics.roc_auc_score(truth, proba, **options),
                oracle.roc_auc_score(truth, proba, **options),
            )
        if multi_class == "ovr":
            options["sample_weight"] = rng.exponential(size=len(truth))
            agree(
                metrics.roc_auc_score(truth, proba, **options),
                oracle.roc_auc_score(truth, proba, **options),
            )

    @pytest.mark.parametrize(
        ("truth", "score", "options", "message"),
        [
            ([1, 1], [0, 1], {}, "y_true must hold two classes, got only 1"),
            ([0, 1], np.eye(2), {}, r"one entry per row for two classes, .* got shape \(2, 2\) for 2"),
            ([0, 1, 2], [0, 1, 2], {}, r"for more one column per class, got shape \(3,\) for 3 classes"),
            ([0, 1, 2], np.eye(3), {"multi_class": "raise"}, "multi_class must be 'ovr' or 'ovo'"),
            (
                [0, 1, 2],
                np.eye(3),
                {"average": "micro"},
                "average must be 'macro' or 'weighted', got 'micro'",
            ),
            ([0, 1, 2], np.eye(4)[:3], {}, r"y_score must have one column per class \(3\), got 4"),
            ([0, 1, 1], np.eye(3), {"labels": [0, 1, 2]}, "y_true must hold every class, got no row of 2"),
            ([0, 1, 2], 2 * np.eye(3), {}, r"y_score must hold probabilities from 0 to 1, got 2\.0"),
            (
                [0, 1, 2],
                np.eye(3),
                {"multi_class": "ovo", "sample_weight": [1, 1, 1]},
                "sample_weight goes with multi_class 'ovr' alone, got 'ovo'",
            ),
        ],
    )
    def test_errors_say_what_is_wrong(self, truth, score, options, message):
        with pytest.raises(ValueError, match=message):
            metrics.roc_auc_score(truth, score, **{"multi_class": "ovr", **options})


class TestCalibrationCurve:
    @pytest.mark.parametrize("strategy", ["uniform", "quantile"])
    @pytest.mark.parametrize("n_bins", [1, 2, 5, 10, 33])
    @pytest.mark.parametrize("seed", SEEDS)
    def test_is_scikit_learns(self, strategy, n_bins, seed):
        rng = np.random.default_rng(seed)
        for proba in (rng.random(80), rng.integers(0, 11, 80) / 10, np.full(80, 0.4), rng.beta(5, 1, 80)):
            truth = (rng.random(80) < proba).astype(int)
            options = {"n_bins": n_bins, "strategy": strategy}
            mine = metrics.calibration_curve(truth, proba, **options)
            theirs = calibration.calibration_curve(truth, proba, **options)
            for one, other in zip(mine, theirs, strict=True):
                agree(one, other)

    def test_the_positive_label_may_be_any(self):
        truth = np.array(["no", "yes", "yes", "no"])
        proba = np.array([0.1, 0.9, 0.7, 0.4])
        for pos_label in ("no", "yes"):
            mine = metrics.calibration_curve(truth, proba, pos_label=pos_label, n_bins=2)
            theirs = calibration.calibration_curve(truth, proba, pos_label=pos_label, n_bins=2)
            for one, other in zip(mine, theirs, strict=True):
                agree(one, other)

    def test_an_upper_edge_belongs_to_its_bin(self):
        positives, means = metrics.calibration_curve([0, 1, 1], [0.0, 0.5, 1.0], n_bins=2)
        np.testing.assert_array_equal(positives, [0.5, 1.0])
        np.testing.assert_array_equal(means, [0.25, 1.0])

    @pytest.mark.parametrize(
        ("truth", "proba", "options", "message"),
        [
            (
                [0, 1, 2],
                [0, 0, 0],
                {"pos_label": 1},
                r"y_true must hold at most two classes, got \[0, 1, 2\]",
            ),
            ([0, 1], [0, -0.1], {}, r"y_prob must hold probabilities from 0 to 1, got -0\.1"),
            ([0, 1], [0, 1], {"n_bins": 0}, "n_bins must be a whole number of at least 1, got 0"),
            (
                [0, 1],
                [0, 1],
                {"strategy": "kmeans"},
                "strategy must be 'uniform' or 'quantile', got 'kmeans'",
            ),
            (["a", "b"], [0, 1], {}, "pos_label must name the positive label"),
        ],
    )
    def test_errors_say_what_is_wrong(self, truth, proba, options, message):
        with pytest.raises(ValueError, match=message):
            metrics.calibration_curve(truth, proba, **options)


class TestRegression:
    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize(
        ("mine", "theirs"),
        [
            (metrics.mean_squared_error, oracle.mean_squared_error),
            (metrics.r2_score, oracle.r2_score),
        ],
    )
    def test_is_scikit_learns(self, seed, mine, theirs):
        rng = np.random.default_rng(seed)
        truth, noise = rng.normal(3, 2, size=(2, 40))
        for predicted in (truth, truth + 0.1 * noise, noise, np.full(40, 3.0)):
            for weights in weightings(rng, 40):
                agree(
                    mine(truth, predicted, sample_weight=weights),
                    theirs(truth, predicted, sample_weight=weights),
                )

    def test_by_hand(self):
        assert metrics.mean_squared_error([1, 2], [1, 4]) == 2.0
        assert metrics.r2_score([1, 2, 3], [2, 2, 2]) == 0.0
        assert metrics.r2_score([1, 2, 3], [3, 2, 1]) == -3.0

    def test_a_target_that_does_not_vary_is_explained_wholly_or_not_at_all(self):
        truth = [0.1] * 7  # whose mean is not 0.1 in float64
        assert metrics.r2_score(truth, truth) == 1.0
        assert metrics.r2_score(truth, [0.1] * 6 + [0.2]) == 0.0
        assert metrics.r2_score([*truth, 5], [*truth, 1], sample_weight=[1] * 7 + [0]) == 1.0

    @pytest.mark.parametrize(
        ("truth", "predicted", "message"),
        [
            ([1.0], [1.0], "y_true must have at least two entries, got 1"),
            ([], [], "y_true must be a vector of at least one number"),
            ([1, 2], [1, 2, 3], r"y_pred must have one entry per entry of y_true \(2\), got 3"),
            ([1, 2], [1, math.nan], "y_pred must hold only finite numbers, got nan"),
            (["a", "b"], [1, 2], "y_true must hold numbers"),
        ],
    )
    def test_errors_say_what_is_wrong(self, truth, predicted, message):
        with pytest.raises(ValueError, match=message):
            metrics.r2_score(truth, predicted)


@pytest.mark.parametrize(
    ("truth", "predicted", "message"),
    [
        ([0, 1], [0, 1, 1], r"y_pred must have one entry per entry of y_true \(2\), got 3"),
        ([], [], "y_true must be a vector of at least one label"),
        ([[0], [1]], [0, 1], r"y_true must be a vector of at least one label, got shape \(2, 1\)"),
        ([0, 1], ["0", "1"], "y_pred must hold numbers as y_true does, got text"),
        (["a", 1], ["a", "b"], "y_true must hold either text or numbers, got both"),
        ([0, 1], [0, 0.5], r"y_pred must hold text or whole numbers, got 0\.5"),
        ([0, math.nan], [0, 1], "y_true must hold text or whole numbers, got nan"),
        ([0, None], [0, 1], "y_true must hold text or whole numbers, got None"),
        ([0, [1]], [0, 1], r"y_true must hold text or whole numbers, got \[1\]"),
        (np.array([b"a", b"b"]), ["a", "b"], "y_true must hold text or whole numbers, got values of type"),
    ],
)
@pytest.mark.parametrize("metric", [metrics.accuracy_score, metrics.confusion_matrix])
def test_labels_that_do_not_fit_are_told(metric, truth, predicted, message):
    with pytest.raises(ValueError, match=message):
        metric(truth, predicted)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1], r"sample_weight must have one entry per row \(2\), got shape \(1,\)"),
        ([1, -1], "sample_weight must hold finite numbers of at least 0, got -1"),
        ([1, math.inf], "sample_weight must hold finite numbers of at least 0, got inf"),
        ([0, 0], "sample_weight must hold a positive number, got zeros only"),
        (["a", "b"], "sample_weight must hold numbers"),
    ],
)
@pytest.mark.parametrize(
    "metric",
    [
        metrics.accuracy_score,
        metrics.log_loss,
        metrics.confusion_matrix,
        metrics.roc_curve,
        metrics.roc_auc_score,
        metrics.mean_squared_error,
        metrics.r2_score,
    ],
)
def test_weights_that_do_not_fit_are_told(metric, weights, message):
    with pytest.raises(ValueError, match=message):
        metric([0, 1], [0, 1], sample_weight=weights)

"""A table as data: what is taken of it, what is guessed, what is refused. The oracle is pandas."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from logreg_gui.core.csv_files import CsvError, parse_csv, read_csv
from logreg_gui.core.generators import RegressionSample
from logreg_gui.core.samples import NamedColumns, draw, number_of_classes, number_of_features
from logreg_gui.core.tables import TableData, best_guess, likely_features, possible_labels

PLANTS = "age,h,w,site,depth,kind\n" + "".join(
    f"{9 - k},{h},{w},p{k},{d},{kind}\n"
    for k, (h, w, d, kind) in enumerate(
        [
            (10, 1, 5, "b"),
            (20, "", 6, "a"),
            (30, 3, "", "b"),
            (40, 4, 8, "a"),
            (50, 5, 9, "NA"),
            (7, 6, 2, "c"),
        ],
        start=1,
    )
)


@pytest.fixture
def plants():
    return TableData(parse_csv(PLANTS, "plants.csv"), "h", "w", "kind")


@pytest.fixture
def messy():
    """A table of 300 rows where a tenth of all cells is missing, as a table and as a data frame."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(300, 3)).round(3), columns=["a", "b", "c"])
    frame["grade"] = rng.integers(1, 5, 300) * 2.5
    frame["kind"] = rng.choice(["red", "green", "blue"], 300)
    frame = frame.mask(rng.random(frame.shape) < 0.1)
    return parse_csv(frame.to_csv(index=False), "messy.csv"), frame


class TestRows:
    def test_are_those_where_both_features_and_the_label_are_there(self, plants):
        rows = plants.sample()
        np.testing.assert_array_equal(rows.features, [[10, 1], [30, 3], [40, 4], [7, 6]])
        np.testing.assert_array_equal(rows.labels, [1, 1, 0, 2])
        assert plants.class_names == ("a", "b", "c")
        assert (plants.n_rows, plants.n_dropped) == (4, 2)

    @pytest.mark.parametrize("label", ["grade", "kind"])
    def test_are_what_pandas_keeps(self, messy, label):
        table, frame = messy
        data = TableData(table, "c", "a", label)
        kept = frame.dropna(subset=["c", "a", label])
        rows = data.sample()
        np.testing.assert_array_equal(rows.features, kept[["c", "a"]])
        classes = sorted(kept[label].unique())
        np.testing.assert_array_equal(rows.labels, [classes.index(value) for value in kept[label]])
        assert data.class_names == tuple(f"{value:g}" if label == "grade" else value for value in classes)
        assert data.n_dropped == len(frame) - len(kept)

    def test_are_read_only_and_made_once(self, plants):
        rows = plants.sample()
        assert not rows.features.flags.writeable
        assert plants.sample() is rows

    def test_of_other_columns_are_other_rows(self, plants):
        assert replace(plants, x2="age").n_dropped == 1

    def test_a_class_that_is_in_dropped_rows_alone_is_none(self):
        table = parse_csv("x,y,kind\n1,2,b\n3,4,a\n,5,z\n")
        assert TableData(table, "x", "y", "kind").class_names == ("a", "b")

    def test_the_label_goes_by_the_size_of_its_numbers(self):
        table = parse_csv("x,y,k\n1,2,10\n3,4,9\n5,6,-0.5\n")
        data = TableData(table, "x", "y", "k")
        assert data.class_names == ("-0.5", "9", "10")
        np.testing.assert_array_equal(data.sample().labels, [2, 1, 0])


class TestInputs:
    def test_are_the_plane_and_every_other_column_with_numbers_in_all_rows_left(self, plants):
        # "depth" lacks a number in a row that is kept, "site" is text.
        assert plants.input_names == ("h", "w", "age")
        np.testing.assert_array_equal(plants.all_inputs(), [[10, 1, 8], [30, 3, 6], [40, 4, 5], [7, 6, 3]])

    def test_a_cell_missing_in_dropped_rows_alone_is_no_matter(self, plants):
        assert replace(plants, x1="depth").input_names == ("depth", "w", "age", "h")

    def test_are_not_rounded(self):
        table = parse_csv("x,y,z,k\n0.1,123456789,1.0000000001,a\n0.3,5,4,b\n")
        inputs = TableData(table, "x", "y", "k").all_inputs()
        np.testing.assert_array_equal(inputs, [[0.1, 123456789, 1.0000000001], [0.3, 5, 4]])

    def test_a_number_beyond_float32_makes_no_input(self):
        table = parse_csv("x,y,z,k\n1,2,1e39,a\n3,5,4,b\n")
        assert TableData(table, "x", "y", "k").input_names == ("x", "y")

    def test_what_does_not_vary_or_only_numbers_the_rows_makes_no_input(self):
        table = parse_csv(
            "id,x,y,z,one,k\n" + "".join(f"{k},{k * k},{-k},{k / 2},1,{k % 2}\n" for k in range(9))
        )
        assert TableData(table, "x", "y", "k").input_names == ("x", "y", "z")
        assert TableData(table, "x", "id", "k").input_names == ("x", "id", "y", "z")

    def test_one_column_twice_is_one_feature(self, plants):
        alone = replace(plants, x2="h")
        sample = draw(alone, "all")
        assert sample.feature_names == alone.input_names == ("h",)
        np.testing.assert_array_equal(sample.features, [[10], [20], [30], [40], [7]])
        assert not sample.has_plane


class TestDrawing:
    def test_a_table_has_named_columns(self, plants):
        assert isinstance(plants, NamedColumns)
        assert (number_of_classes(plants), number_of_features(plants)) == (3, 3)

    @pytest.mark.parametrize(
        ("inputs", "names"), [("first", ("h",)), ("both", ("h", "w")), ("all", ("h", "w", "age"))]
    )
    def test_takes_the_inputs_asked_for(self, plants, inputs, names):
        sample = draw(plants, inputs)
        assert sample.feature_names == names
        assert sample.features.shape == (4, len(names))
        assert sample.class_names == ("a", "b", "c")

    def test_sets_test_rows_apart(self, messy):
        sample = draw(TableData(messy[0], "a", "b", "kind"), test_size=0.25, split_seed=4)
        assert sample.n_test == -(-sample.n_rows // 4)

    def test_makes_labels_wrong(self, messy):
        data = TableData(messy[0], "a", "b", "kind")
        changed = np.count_nonzero(draw(data, label_noise=0.2).target != draw(data).target)
        assert changed == round(0.2 * data.n_rows)


class TestRegression:
    @pytest.fixture
    def curve(self):
        rng = np.random.default_rng(5)
        frame = pd.DataFrame(
            {"when": rng.normal(size=40), "much": rng.normal(size=40), "more": np.arange(40.0)}
        )
        frame.loc[7, "much"] = np.nan
        frame.loc[9, "more"] = np.nan
        return parse_csv(frame.to_csv(index=False), "curve.csv"), frame

    def test_a_label_of_more_than_six_numbers_is_no_class(self, curve):
        data = TableData(curve[0], "when", "more", "much")
        assert data.is_regression
        assert (number_of_classes(data), number_of_features(data)) == (0, 1)

    def test_six_numbers_are_classes_yet(self):
        table = parse_csv("x,k\n" + "".join(f"{k},{k % 6}\n" for k in range(20)))
        assert not TableData(table, "x", "x", "k").is_regression

    def test_its_rows_are_the_label_over_the_first_feature(self, curve):
        table, frame = curve
        data = TableData(table, "when", "more", "much")
        kept = frame.dropna(subset=["when", "much"])
        rows = data.sample()
        assert isinstance(rows, RegressionSample)
        np.testing.assert_array_equal(rows.x, kept["when"])
        np.testing.assert_array_equal(rows.y, kept["much"])
        assert data.n_dropped == 1

    def test_its_second_feature_is_of_no_matter_but_must_be_a_column(self, curve):
        assert TableData(curve[0], "when", "much", "much").n_dropped == 1
        with pytest.raises(CsvError, match="no column 'z'"):
            TableData(curve[0], "when", "z", "much")

    @pytest.mark.parametrize("inputs", ["first", "both", "all"])
    def test_is_drawn_over_one_axis(self, curve, inputs):
        sample = draw(TableData(curve[0], "when", "more", "much"), inputs)
        assert sample.feature_names == ("when",)
        assert sample.features.shape == (39, 1)
        assert sample.n_classes == 0


class TestRefusals:
    @pytest.mark.parametrize(
        ("x1", "x2", "label", "message"),
        [
            ("h", "z", "kind", r"plants\.csv has no column 'z': its columns are 'age', 'h', .*"),
            ("h", "w", "z", r"plants\.csv has no column 'z': its columns are 'age', 'h', .*"),
            ("kind", "w", "age", r"plants\.csv, line 2, column 'kind': 'b' is no number"),
            ("h", "site", "kind", r"plants\.csv, line 2, column 'site': 'p1' is no number"),
            ("h", "w", "h", r"plants\.csv, column 'h': a feature is another column than the label"),
        ],
    )
    def test_say_which_column_and_why(self, plants, x1, x2, label, message):
        with pytest.raises(CsvError, match=f"^{message}$"):
            TableData(plants.table, x1, x2, label)

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (
                "x,y,k\n1,2,a\n3,4,a\n",
                r"t, column 'k': a label has 2 to 6 different values, .* this one has 1",
            ),
            (
                "x,y,k\n1,2,5\n3,4,5\n",
                r"t, column 'k': a label has 2 to 6 different values, .* this one has 1",
            ),
            (
                "x,y,k\n" + "".join(f"1,2,c{k}\n" for k in range(7)),
                r"t, column 'k': a label has 2 to 6 different values, .* this one has 7",
            ),
            ("x,y,k\n1,,a\n,2,b\n", r"t has no row where 'x' and 'y' and 'k' are all there"),
            ("x,y,k\n1,2,\n3,4,\n", r"t has no row where 'x' and 'k' are all there"),
            ("x,y,k\n1,2,a\n1e39,4,b\n", r"t, line 3, column 'x': 1e\+39 is beyond the numbers .* 3\.4e38"),
            ("x,y,k\n1,2,a\n3,-inf,b\n", r"t, line 3, column 'y': -inf is beyond the numbers .* 3\.4e38"),
            (
                "x,y,k\n" + "".join(f"1,2,{k}e38\n" for k in range(7)),
                r"t, line 6, column 'k': 4e\+38 is beyond the numbers .* 3\.4e38",
            ),
        ],
    )
    def test_come_when_the_value_is_made(self, content, message):
        with pytest.raises(CsvError, match=f"^{message}$"):
            TableData(parse_csv(content, "t"), "x", "y", "k")

    def test_a_huge_number_in_a_row_that_is_dropped_is_none(self):
        table = parse_csv("x,y,k\n1,2,a\n1e39,,b\n3,4,b\n")
        assert TableData(table, "x", "y", "k").n_rows == 2


class TestIdentity:
    def test_the_same_columns_of_the_same_table_are_equal(self, plants):
        assert plants == replace(plants)
        assert hash(plants) == hash(replace(plants))
        assert plants != replace(plants, x2="age")

    def test_a_file_read_again_is_another_table(self, plants):
        assert plants != replace(plants, table=parse_csv(PLANTS, "plants.csv"))

    def test_it_is_short_when_it_is_printed(self, plants):
        assert repr(plants) == "TableData(x1='h', x2='w', label='kind')"


class TestGuess:
    @pytest.mark.parametrize(
        ("header", "row", "expected"),
        [
            ("species,u,v,k", "a{m},{i},{f},{m}", ("u", "v", "species")),
            ("u,Class,v,k", "{f},a{m},{i},{m}", ("u", "v", "Class")),
            ("u,v,k", "{f},{i},{m}", ("u", "v", "k")),
            ("k,u,l,v", "{m},{f},b{m},{i}", ("u", "v", "l")),  # the last of 2 to 6 values
            ("x,y,k", "{f},{i},a{m}", ("x", "y", "k")),  # y is a coordinate
            ("a,b,y,k", "{f},{i},{m},{m}", ("a", "b", "y")),  # y is a class
            ("target,a,sex", "{f},{i},{m}", ("a", "sex", "target")),  # a regression
            ("x,y", "{i},{f}", ("x", "x", "y")),
            ("a,b,c", "{i},{f},{g}", ("a", "b", "c")),
            (",u,v,k", "{n},{f},{i},{m}", ("u", "v", "k")),  # the first only numbers the rows
            ("one,u,v,k", "1,{f},{i},{m}", ("u", "v", "k")),  # the first does not vary
            ("one,u,k", "1,{f},{m}", ("u", "one", "k")),
            ("name,u,k", "n{n},{f},{m}", ("u", "u", "k")),
        ],
    )
    def test_finds_what_a_table_is_about(self, header, row, expected):
        rng = np.random.default_rng(1)
        rows = [
            row.format(n=n, m=n % 3, f=rng.normal(), g=rng.normal(), i=int(rng.integers(5, 900)))
            for n in range(50)
        ]
        guess = best_guess(parse_csv("\n".join([header, *rows])))
        assert (guess.x1, guess.x2, guess.label) == expected

    def test_keeps_what_is_named(self, plants):
        guess = best_guess(plants.table, x1="age", label="kind")
        assert (guess.x1, guess.x2, guess.label) == ("age", "h", "kind")

    def test_a_feature_that_is_named_is_no_label(self):
        table = parse_csv("class,u,k\n" + "".join(f"{n % 2},{n / 7},{n % 3}\n" for n in range(20)))
        assert best_guess(table, x1="class").label == "k"

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("name,place\n" + "".join(f"n{k},p{k}\n" for k in range(9)), "could be the label"),
            ("k,l\na,b\nc,d\n", "no column of numbers to predict 'l' from"),
        ],
    )
    def test_says_why_there_is_none(self, content, message):
        with pytest.raises(CsvError, match=message):
            best_guess(parse_csv(content))

    def test_offers_labels_and_features(self, plants):
        assert possible_labels(plants.table) == ("age", "h", "w", "site", "depth", "kind")
        assert likely_features(plants.table, "w") == ("age", "h", "depth")


class TestAMillionRows:
    N = 1_000_000

    @pytest.fixture
    def table(self, tmp_path):
        rng = np.random.default_rng(0)
        lines = [f"{a:.4f},{b:.4f},{'yes' if a > b else 'no'}\n" for a, b in rng.normal(size=(1000, 2))]
        lines[17] = ",0.5,yes\n"
        path = tmp_path / "million.csv"
        path.write_text("a,b,kind\n" + self.N // 1000 * "".join(lines))
        return read_csv(path)

    def test_are_read_and_drawn_in_bounded_memory(self, table):
        tracemalloc.start()
        try:
            data = best_guess(table)
            sample = draw(data)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert (data.n_rows, data.n_dropped) == (self.N - 1000, 1000)
        assert sample.features.nbytes == 16 * data.n_rows
        # Three masks, two lists of class numbers, the rows, and a column or two on the way.
        assert peak < 90e6

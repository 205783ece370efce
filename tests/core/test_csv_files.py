"""Every dialect of a small table reads the same; what cannot be read is told with file, line and column."""

import csv
import io

import numpy as np
import pytest

from logreg_gui.core import csv_files
from logreg_gui.core.csv_files import CsvError, parse_csv, read_csv, to_dataset

PLAIN = "x,y,kind\n1.5,2,a\n-3,4e-2,b\n"


@pytest.fixture
def write(tmp_path):
    """A function that writes bytes (or text, in UTF-8) to `people.csv` and gives its path."""

    def write(content):
        path = tmp_path / "people.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return write


def names(table):
    return [column.name for column in table.columns]


def values(table):
    """Column by column a list of numbers, or of texts."""
    return [
        list(column.texts) if column.numbers is None else column.numbers.tolist() for column in table.columns
    ]


def is_plain(table):
    assert names(table) == ["x", "y", "kind"]
    assert values(table) == [[1.5, -3.0], [2.0, 0.04], ["a", "b"]]
    return True


class TestEncodings:
    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "ascii", "latin-1"]
    )
    def test_are_recognised(self, write, encoding):
        marks = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
        assert is_plain(read_csv(write(marks.get(encoding, b"") + PLAIN.encode(encoding))))

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
    def test_keep_what_is_not_ascii(self, write, encoding):
        table = read_csv(write("größe,x\nhöher,1\nfünf,2\n".encode(encoding)))
        assert names(table) == ["größe", "x"]
        assert values(table) == [["höher", "fünf"], [1, 2]]

    def test_names_may_be_of_any_script(self, write):
        table = read_csv(write("身長,вес,ποικιλία,🌸\n1,2,a,3\n"))
        assert names(table) == ["身長", "вес", "ποικιλία", "🌸"]

    def test_broken_utf_16_is_told(self, write):
        with pytest.raises(CsvError, match=r"^people\.csv begins as UTF-16 and is not valid: truncated"):
            read_csv(write(PLAIN.encode("utf-16") + b"x"))


class TestDelimiters:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    @pytest.mark.parametrize("around", ["", " "])
    def test_are_recognised(self, write, delimiter, around):
        assert is_plain(read_csv(write(PLAIN.replace(",", f"{around}{delimiter}{around}"))))

    @pytest.mark.parametrize("delimiter", [";", "\t", "|"])
    def test_of_another_kind_make_a_comma_decimal(self, write, delimiter):
        content = PLAIN.replace(",", delimiter).replace(".", ",")
        assert is_plain(read_csv(write(content)))

    def test_of_two_that_split_alike_the_comma_is_the_decimal_sign(self, write):
        table = read_csv(write("1,5;2,5\n3,25;4,75\n"))
        assert values(table) == [[1.5, 3.25], [2.5, 4.75]]

    def test_inside_a_text_do_not_count(self, write):
        table = read_csv(write("name;x\nSmith, Ann;1\nJones, Bob, jr.;2\n"))
        assert values(table) == [["Smith, Ann", "Jones, Bob, jr."], [1, 2]]

    def test_a_column_with_points_and_commas_is_text(self, write):
        table = read_csv(write("x;y\n1.5;1.000,5\n2,5;3\n"))
        assert values(table) == [["1.5", "2,5"], ["1.000,5", "3"]]

    def test_points_and_commas_in_blocks_far_apart_are_text_as_well(self, write):
        rows = ["1.5"] + ["1"] * 2 * csv_files.BLOCK + ["2,5"]
        table = read_csv(write("x;y\n" + "".join(f"{row};0\n" for row in rows)))
        assert values(table)[0] == rows

    def test_a_whole_number_before_a_decimal_comma_stays_a_number(self, write):
        rows = ["1"] * 2 * csv_files.BLOCK + ["2,5"]
        table = read_csv(write("x;y\n" + "".join(f"{row};0\n" for row in rows)))
        assert values(table)[0] == [1.0] * 2 * csv_files.BLOCK + [2.5]

    def test_a_quoted_comma_beside_comma_delimiters_is_no_decimal_sign(self, write):
        assert values(read_csv(write('x,y\n"1,234",1\n"5,678",2\n')))[0] == ["1,234", "5,678"]


class TestQuotes:
    def test_hold_delimiters(self, write):
        table = read_csv(write('name,x\n"Smith, Ann",1\n"a;b|c\td",2\n'))
        assert values(table) == [["Smith, Ann", "a;b|c\td"], [1, 2]]

    @pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
    def test_hold_line_breaks(self, write, line_end):
        table = read_csv(write(f'name,x{line_end}"two{line_end}lines",1{line_end}b,2{line_end}'))
        assert values(table) == [[f"two{line_end}lines", "b"], [1, 2]]
        assert table.lines.tolist() == [2, 4]

    def test_hold_doubled_quotes(self, write):
        assert values(read_csv(write('name,x\n"say ""a""",1\nb,2\n')))[0] == ['say "a"', "b"]

    def test_stand_around_numbers_too(self, write):
        assert values(read_csv(write('"x","y"\n"1","2.5"\n "3", "4"\n'))) == [[1, 3], [2.5, 4]]

    def test_hold_a_name(self, write):
        assert names(read_csv(write('"length,\n in cm","a ""b"""\n1,2\n'))) == ["length, in cm", 'a "b"']

    def test_inside_a_cell_are_themselves(self, write):
        assert values(read_csv(write('size,x\n5" pipe,1\n6" pipe,2\n')))[0] == ['5" pipe', '6" pipe']

    @pytest.mark.parametrize(
        "content", ['x,y\n1,a\n2,"b\n3,c\n', 'x,y\n1,a\n2,"b" c\n', 'x,y\n1,a\n2,"' + 40_000 * "b,c\n"]
    )
    def test_that_do_not_match_are_told(self, write, content):
        with pytest.raises(
            CsvError, match=r"^people\.csv, line 3: a quote is not closed or has text behind it"
        ):
            read_csv(write(content))


class TestLines:
    @pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("last", ["", "end"])
    def test_end_in_any_way(self, write, line_end, last):
        content = PLAIN.replace("\n", line_end)
        assert is_plain(read_csv(write(content if last else content.removesuffix(line_end))))

    def test_of_different_ends_go_together(self, write):
        assert is_plain(read_csv(write("x,y,kind\r\n1.5,2,a\r-3,4e-2,b\n")))

    @pytest.mark.parametrize("blank", ["\n", "   \n", "\t \n", "\r\n"])
    def test_that_are_blank_are_skipped(self, write, blank):
        content = blank + PLAIN.replace("\n", "\n" + blank) + blank
        assert is_plain(read_csv(write(content)))

    def test_are_counted_with_the_blank_ones(self, write):
        for content in ("\n\nx,y\n1,2\n\n3,4\n", "\n\nx,y\n1,2\n\n3,a\n", "\n\nx,y\n1,2\n\r3,4"):
            assert read_csv(write(content)).lines.tolist() == [4, 6]

    def test_of_other_separators_do_not_end(self, write):
        assert values(read_csv(write("name,x\na\x0bb\u2028c\x85d,1\n")))[0] == ["a\x0bb\u2028c\x85d"]


class TestNumbers:
    def test_are_read_in_every_notation(self, write):
        cells = ["1", "+2", "-3", ".5", "4.", "1e3", "-2.5E-3", "1E+2", " 7 ", "1e-320", "0.1"]
        table = read_csv(write("x\n" + "\n".join(cells)))
        expected = [1, 2, -3, 0.5, 4, 1000, -0.0025, 100, 7, 1e-320, 0.1]
        assert values(table) == [expected]

    @pytest.mark.parametrize(
        "cell", ["1_000", "0x10", "1e", "--1", "1.2.3", "12:30", "2020-01-01", "1 000", "−5", "5 %", "1d3"]
    )
    def test_are_nothing_else(self, write, cell):
        table = read_csv(write(f"x,y\n1,1\n{cell},2\n"))
        assert values(table) == [["1", cell], [1, 2]]

    def test_a_mixed_column_is_text(self, write):
        rows = ["1"] * 3 * csv_files.BLOCK + ["many"]
        column = read_csv(write("x,y\n" + "".join(f"{row},0\n" for row in rows))).columns[0]
        assert column.numbers is None
        assert list(column.texts) == rows

    def test_of_a_column_are_read_only_float64(self, write):
        for content in ("x,y\n1,2\n", "x,y\n1,a\n"):
            numbers = read_csv(write(content)).columns[0].numbers
            assert numbers.dtype == np.float64
            assert not numbers.flags.writeable

    def test_have_their_shortest_text(self):
        column = parse_csv("x,y\n1.50,a\n2.0,b\n-0.1e-7,c\n1e22,d\n,e\n").columns[0]
        assert column.texts == ("1.5", "2", "-1e-08", "1e+22", "")

    @pytest.mark.parametrize("seed", range(3))
    @pytest.mark.parametrize("n_columns", [1, 2, 5])
    def test_come_out_to_the_last_bit(self, write, seed, n_columns):
        rng = np.random.default_rng(seed)
        numbers = rng.normal(size=(700, n_columns)) * 10.0 ** rng.integers(-300, 300, (700, n_columns))
        content = "\n".join(",".join(map(repr, row)) for row in numbers.tolist())
        np.testing.assert_array_equal(np.transpose(values(read_csv(write(content)))), numbers)


class TestMissingCells:
    @pytest.mark.parametrize(
        "cell", ["", " ", '""', "NA", "na", "N/A", "n/a", "?", "null", "NULL", "NaN", "nan", "-", " NA "]
    )
    def test_are_recognised_in_numbers_and_in_text(self, write, cell):
        x, kind = read_csv(write(f"x,kind\n1,a\n{cell},{cell}\n3,b\n")).columns
        np.testing.assert_array_equal(x.numbers, [1, np.nan, 3])
        assert kind.numbers is None
        assert kind.texts == ("a", "", "b")
        assert (x.n_missing, kind.n_missing) == (1, 1)
        assert x.is_missing.tolist() == kind.is_missing.tolist() == [False, True, False]

    def test_a_word_that_begins_like_one_is_none(self, write):
        kind = read_csv(write("x,kind\n1,nana\n2,none\n3,--\n")).columns[1]
        assert kind.texts == ("nana", "none", "--")
        assert kind.n_missing == 0

    def test_a_whole_column_of_them_is_numbers(self, write):
        column = read_csv(write("x,y,z\n1,NA,a\n2,,b\n")).columns[1]
        assert np.isnan(column.numbers).all()
        assert column.n_missing == 2

    def test_a_row_of_them_is_a_row(self, write):
        assert read_csv(write("x,y\n1,2\n,\n3,4\n")).n_rows == 3

    def test_the_last_cell_of_the_file_may_be_one(self, write):
        for delimiter in ",;\t|":
            table = read_csv(write(f"x{delimiter}y\n1{delimiter}2\n3{delimiter}"))
            assert [column.n_missing for column in table.columns] == [0, 1]


class TestHeaders:
    def test_may_be_missing(self, write):
        table = read_csv(write("1.5,2,a\n-3,4e-2,b\n"))
        assert names(table) == ["column 1", "column 2", "column 3"]
        assert values(table) == [[1.5, -3.0], [2.0, 0.04], ["a", "b"]]
        assert table.lines.tolist() == [1, 2]

    def test_of_numbers_alone_may_be_missing_too(self, write):
        table = read_csv(write("1,2\n3,4\n"))
        assert names(table) == ["column 1", "column 2"]
        assert values(table) == [[1, 3], [2, 4]]
        assert table.lines.tolist() == [1, 2]

    def test_with_decimal_commas_may_be_missing_too(self, write):
        assert names(read_csv(write("1,5;a\n2,5;b\n"))) == ["column 1", "column 2"]

    def test_with_an_empty_name_get_one(self, write):
        assert names(read_csv(write(",x, \n1,2,3\n"))) == ["column 1", "x", "column 3"]

    def test_with_a_name_twice_get_a_suffix(self, write):
        table = read_csv(write("x,x,x (2),y,x\n1,2,3,4,5\n"))
        assert names(table) == ["x", "x (2)", "x (2) (2)", "y", "x (3)"]
        assert values(table) == [[1], [2], [3], [4], [5]]

    def test_lose_the_spaces_around_names(self, write):
        assert names(read_csv(write(" x , sepal  length \n1,2\n"))) == ["x", "sepal length"]


class TestOneColumn:
    @pytest.mark.parametrize("header", ["", "x\n"])
    def test_of_numbers(self, write, header):
        table = read_csv(write(f"{header}1\n2.5\n-3\n"))
        assert values(table) == [[1, 2.5, -3]]
        assert names(table) == ["x" if header else "column 1"]

    def test_of_text(self, write):
        assert values(read_csv(write("kind\na\nb\na\n"))) == [["a", "b", "a"]]


class TestFilesThatAreRefused:
    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", r"people\.csv is empty"),
            (b" \n\r\n\t", r"people\.csv is empty"),
            (b"\xef\xbb\xbf", r"people\.csv is empty"),
            (b'""\n', r"people\.csv is empty"),
            ("\u00a0\n".encode(), r"people\.csv is empty"),
            (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", r"people\.csv is no text file: .* control characters"),
            (b"PK\x03\x04" + bytes(range(256)), r"people\.csv is no text file: .* control characters"),
            (PLAIN.encode("utf-16-le"), r"people\.csv is no text file: it holds control characters"),
            (
                b"x,y\n" + 70_000 * b"1,2\n" + b"\0\0\n",
                r"people\.csv is no text file: it holds control characters",
            ),
            (b"x,y\n", r"people\.csv holds a header and no rows"),
            (b"\n\nx,y\n\n", r"people\.csv holds a header and no rows"),
            (b"hello", r"people\.csv holds a header and no rows"),
            (
                b"x,y\n1,2\n3\n",
                r"people\.csv, line 3, column 'y': the record ends before it, after 1 of 2 cells",
            ),
            (
                b"x,y\n1,a\n3\n",
                r"people\.csv, line 3, column 'y': the record ends before it, after 1 of 2 cells",
            ),
            (b"x,y\n1,2\n3,4,5\n", r"people\.csv, line 3, column 3: the record has 3 cells, not 2"),
            (b"1,2\n\n3,4,5\n", r"people\.csv, line 3, column 3: the record has 3 cells, not 2"),
            (b"our data\nx,y\n1,2\n", r"people\.csv, line 2, column 2: the record has 2 cells, not 1"),
            (
                b'x,y\n"a\nb",1\n2\n',
                r"people\.csv, line 4, column 'y': the record ends before it, after 1 of 2 cells",
            ),
        ],
    )
    def test_say_why_in_one_sentence(self, write, content, message):
        with pytest.raises(CsvError, match=f"^{message}$"):
            read_csv(write(content))

    def test_say_why_far_down(self, write):
        n = 3 * csv_files.BLOCK
        for last in ("1", "1,2,3"):
            with pytest.raises(CsvError, match=rf"^people\.csv, line {n + 2}, column "):
                read_csv(write("x,y\n" + n * "1,a\n" + last))

    def test_that_are_not_there_or_a_folder(self, tmp_path):
        with pytest.raises(CsvError, match=r"^nowhere\.csv cannot be read: No such file or directory$"):
            read_csv(tmp_path / "nowhere.csv")
        with pytest.raises(CsvError, match=" cannot be read: "):
            read_csv(tmp_path)

    def test_a_csv_error_is_a_value_error(self):
        assert issubclass(CsvError, ValueError)

    def test_whatever_comes_is_a_table_or_an_error_in_words(self, write):
        rng = np.random.default_rng(0)
        signs = np.array([*'ab1.-e_" ,;\t|\n\r', "é", "NA", "\ufeff", "1,2\n"], dtype=object)
        tables, errors = [], []
        for _ in range(1500):
            content = "".join(rng.choice(signs, rng.integers(0, 25)))
            raw = content.encode("latin-1" if rng.random() < 0.3 else "utf-8", "replace")
            try:
                tables.append(read_csv(write(raw)))
            except CsvError as error:
                errors.append(str(error))
        assert min(len(tables), len(errors)) > 100
        assert all(error.startswith("people.csv") for error in errors)
        for table in tables:
            assert {len(column.texts) for column in table.columns} == {table.n_rows}
            assert len(set(names(table))) == len(table.columns)


class TestLargeFiles:
    """The two ways of reading, where many blocks meet. How long 1,000,000 rows take is for a benchmark."""

    ROWS = 5 * csv_files.BLOCK + 17

    @pytest.fixture
    def numbers(self):
        return np.random.default_rng(0).normal(size=(self.ROWS, 3)).round(6)

    @staticmethod
    def text(numbers):
        return "\n".join(",".join(map(str, row)) for row in numbers.tolist())

    def test_plain_numbers_are_left_to_numpy(self, monkeypatch, numbers):
        monkeypatch.setattr(csv_files, "_read_by_blocks", lambda *_: pytest.fail("read by blocks"))
        table = parse_csv("x,y,z\n" + self.text(numbers))
        np.testing.assert_array_equal(np.transpose(values(table)), numbers)
        assert table.lines.tolist() == list(range(2, self.ROWS + 2))

    def test_both_ways_read_the_same(self, monkeypatch, numbers):
        content = "x,y,z\n" + self.text(numbers)
        fast = parse_csv(content)
        monkeypatch.setattr(csv_files, "_plain_numbers", lambda *_: None)
        slow = parse_csv(content)
        assert names(fast) == names(slow)
        np.testing.assert_array_equal(values(fast), values(slow))
        np.testing.assert_array_equal(fast.lines, slow.lines)

    @pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
    def test_numbers_are_read_some_lines_at_a_time(self, monkeypatch, numbers, line_end):
        content, checks = ("x,y,z\n" + self.text(numbers)).replace("\n", line_end), []
        monkeypatch.setattr(csv_files, "PIECE", 50)
        source = csv_files._Source(content.encode(), "it", ",", lambda: checks.append(1))
        np.testing.assert_array_equal(csv_files._plain_numbers(source, 1, 3), numbers)
        assert len(checks) > 100 or line_end == "\r"

    @pytest.mark.parametrize("spoilt", ["1,2,x", "1,2", "1,2,3,4", "", "1,,3"])
    def test_a_line_far_down_that_is_no_plain_numbers_is_read_the_other_way(self, monkeypatch, spoilt):
        lines = ["a,b,c", *["1,2,3"] * 30, spoilt, *["1,2,3"] * 30]
        found = []
        for size in (20, 10**9):
            monkeypatch.setattr(csv_files, "PIECE", size)
            try:
                table = parse_csv("\n".join(lines))
            except CsvError as error:
                found.append(str(error))
            else:
                found.append(([column.texts for column in table.columns], table.lines.tolist()))
        assert found[0] == found[1]

    def test_text_and_missing_cells_come_in_their_places(self, numbers):
        rows = [[*map(str, row), f"kind {k % 7}"] for k, row in enumerate(numbers.tolist())]
        for k in range(0, self.ROWS, 101):
            rows[k][k % 4] = "NA"
        sink = io.StringIO()
        csv.writer(sink, quoting=csv.QUOTE_ALL).writerows([["x", "y", "z", "kind"], *rows])
        table = parse_csv(sink.getvalue())
        for k in range(3):
            expected = [float(row[k].replace("NA", "nan")) for row in rows]
            np.testing.assert_array_equal(table.columns[k].numbers, expected)
        assert table.columns[3].texts == tuple(row[3].replace("NA", "") for row in rows)
        assert sum(column.n_missing for column in table.columns) == len(range(0, self.ROWS, 101))
        assert len(table.columns[3].distinct) == 8


class TestColumns:
    TABLE = parse_csv(
        "n,k,t,many,none\n2.50,3,b,0,\n-0,1,,1,\nNA,,a,2,\n1e39,3,b,3,\n5,1,b,4,\n6,1,a,5,\n7,1,a,6,\n"
    )

    @pytest.mark.parametrize("name", ["n", "k", "t", "none"])
    def test_give_each_cell_as_all_cells_give_it(self, name):
        column = self.TABLE.column(name)
        assert tuple(column.text(row) for row in range(7)) == column.texts

    @pytest.mark.parametrize(
        ("name", "names", "codes"),
        [
            ("k", ("1", "3"), [1, 0, -1, 1, 0, 0, 0]),
            ("t", ("a", "b"), [1, -1, 0, 1, 1, 0, 0]),
            ("n", ("0", "2.5", "5", "6", "7", "1e+39"), [1, 0, -1, 5, 2, 3, 4]),
        ],
    )
    def test_of_few_values_are_classes(self, name, names, codes):
        categories = self.TABLE.column(name).categories
        assert categories.names == names
        np.testing.assert_array_equal(categories.codes, codes)

    def test_of_more_than_six_numbers_are_none(self):
        assert self.TABLE.column("many").categories is None
        assert self.TABLE.column("none").categories is None

    def test_of_many_values_far_down_are_none(self):
        table = parse_csv("x,k\n" + "1,2\n" * 1500 + "".join(f"{k},{k % 6}\n" for k in range(7)))
        assert table.columns[0].categories is None
        assert table.columns[1].categories.names == ("0", "1", "2", "3", "4", "5")

    @pytest.mark.parametrize(
        ("name", "expected"), [("k", True), ("t", True), ("n", True), ("many", False), ("none", False)]
    )
    def test_of_two_to_six_values_may_be_classes(self, name, expected):
        assert self.TABLE.column(name).may_be_classes is expected

    @pytest.mark.parametrize(
        ("cells", "largest"), [("1,-7,3", 7.0), ("-inf,2,1", np.inf), ("NA,4,-2", 4.0), ("a,b,c", 0.0)]
    )
    def test_know_their_largest_number(self, cells, largest):
        assert (
            parse_csv("x;y\n" + "".join(f"{cell};1\n" for cell in cells.split(","))).columns[0].largest
            == largest
        )

    def test_looking_through_a_table_leaves_nothing_to_find_out(self):
        table = parse_csv("x,k\n1,a\n2,b\n")
        table.look_through()
        for column in table.columns:
            assert {"is_missing", "n_missing", "categories", "largest"} <= vars(column).keys()


class TestToDataset:
    TABLE = "h,w,kind,grade\n1,10,b,2\n2,NA,a,1\n3,30,a,1\n4,40,?,0.5\n5,50,b,\n6,60,c,-7\n"

    def test_takes_features_and_label(self):
        dataset, class_names, dropped = to_dataset(parse_csv(self.TABLE), "w", "h", "kind")
        np.testing.assert_array_equal(dataset.features, [[10, 1], [30, 3], [50, 5], [60, 6]])
        np.testing.assert_array_equal(dataset.labels, [1, 0, 1, 2])
        assert class_names == ("a", "b", "c")
        assert dropped == 2
        assert (dataset.features.dtype, dataset.labels.dtype) == (np.float64, np.int8)

    def test_a_label_may_be_numbers(self):
        dataset, class_names, dropped = to_dataset(parse_csv(self.TABLE), "h", "h", "grade")
        np.testing.assert_array_equal(dataset.labels, [3, 2, 2, 1, 0])
        assert class_names == ("-7", "0.5", "1", "2")
        assert dropped == 1

    def test_a_label_may_be_words_of_truth(self):
        table = parse_csv("x,y,ok\n1,2,TRUE\n3,4,FALSE\n")
        dataset, class_names, _ = to_dataset(table, "x", "y", "ok")
        assert class_names == ("FALSE", "TRUE")
        np.testing.assert_array_equal(dataset.labels, [1, 0])

    def test_a_class_that_is_in_dropped_rows_alone_is_none(self):
        table = parse_csv("x,y,kind\n1,2,b\n3,4,a\n,5,z\n")
        assert to_dataset(table, "x", "y", "kind")[1:] == (("a", "b"), 1)

    @pytest.mark.parametrize("n_classes", [2, 6])
    def test_two_to_six_classes_are_taken(self, n_classes):
        table = parse_csv("x,y,k\n" + "".join(f"{k},1,c{k}\n" for k in range(n_classes)))
        dataset, class_names, _ = to_dataset(table, "x", "y", "k")
        assert class_names == tuple(f"c{k}" for k in range(n_classes))
        np.testing.assert_array_equal(dataset.labels, range(n_classes))

    def test_standardised_features_have_mean_zero_and_deviation_one(self):
        rng = np.random.default_rng(0)
        numbers = rng.normal([1e6, -3], [10, 1e-5], (500, 2))
        text = "x,y,k\n" + "".join(f"{a!r},{b!r},{k % 2}\n" for k, (a, b) in enumerate(numbers.tolist()))
        dataset, *_ = to_dataset(parse_csv(text), "x", "y", "k", standardise=True)
        expected = (numbers - numbers.mean(axis=0)) / numbers.std(axis=0)
        np.testing.assert_allclose(dataset.features, expected, rtol=1e-6, atol=1e-6)

    def test_a_constant_column_is_no_obstacle(self):
        table = parse_csv("x,y,k\n0.1,1,a\n0.1,2,b\n0.1,4,a\n")
        np.testing.assert_array_equal(to_dataset(table, "x", "y", "k")[0].features[:, 0], 0.1)
        standardised = to_dataset(table, "x", "y", "k", standardise=True)[0].features
        np.testing.assert_array_equal(standardised[:, 0], 0)
        assert standardised[:, 1].std() == pytest.approx(1, rel=1e-6)

    def test_standardising_brings_huge_numbers_home(self):
        table = parse_csv("x,y,k\n1e300,1e-300,a\n-1e300,-1e-300,b\n")
        dataset, *_ = to_dataset(table, "x", "y", "k", standardise=True)
        np.testing.assert_allclose(dataset.features, [[1, 1], [-1, -1]], rtol=1e-6)

    @pytest.mark.parametrize(
        ("content", "columns", "standardise", "message"),
        [
            ("x,y,k\n1,2,a\n", "x z k", False, r"t\.csv has no column 'z': its columns are 'x', 'y', 'k'"),
            (
                "x,y,k\n1,2,a\n\n,x,b\n",
                "x y k",
                False,
                r"t\.csv, line 4, column 'y': 'x' is no number",
            ),
            ("x;y;k\n1,5;1;a\n2.5;2;b\n", "x y k", False, r"t\.csv, line 2, column 'x': '1,5' is no number"),
            (
                "x,y,k\n1,,a\n,2,b\n",
                "x y k",
                False,
                r"t\.csv has no row where 'x', 'y' and 'k' are all there",
            ),
            (
                "x,y,k\n1,2,a\n3,4,a\n",
                "x y k",
                False,
                r"t\.csv, column 'k': a label has 2 to 6 different values, this one has 1",
            ),
            (
                "x,y,k\n" + "".join(f"1,2,{k}\n" for k in range(7)),
                "x y k",
                False,
                r"t\.csv, column 'k': a label has 2 to 6 different values, this one has 7",
            ),
            (
                "x,y,k\n1,2,a\n1e39,4,b\n",
                "x y k",
                False,
                r"t\.csv, line 3, column 'x': 1e\+39 is beyond the numbers that can be drawn, .* 3\.4e38",
            ),
            (
                "x,y,k\n1,2,a\n3,-inf,b\n",
                "x y k",
                True,
                r"t\.csv, line 3, column 'y': -inf is beyond the numbers that can be drawn, .* 3\.4e38",
            ),
        ],
    )
    def test_errors_say_file_line_column_and_what(self, content, columns, standardise, message):
        table = parse_csv(content, "t.csv")
        with pytest.raises(CsvError, match=f"^{message}$"):
            to_dataset(table, *columns.split(), standardise=standardise)

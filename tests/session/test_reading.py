"""Files are read in a thread of their own; of several requests the last one is answered."""

import threading

import numpy as np
import pytest

from logreg_gui.core import csv_files
from logreg_gui.core.csv_files import Column, CsvError, Table
from logreg_gui.session import reading
from logreg_gui.session.reading import FileReader, read_table


@pytest.fixture
def reader(qapp):
    made = FileReader(read_table, CsvError)
    yield made
    made.shut_down()


@pytest.fixture
def write(tmp_path):
    """A function that writes a file of so many rows and gives its path."""

    def write(name, n_rows=3):
        path = tmp_path / name
        path.write_text("x,y,k\n" + "".join(f"{k},{k * k},{k % 2}\n" for k in range(n_rows)))
        return str(path)

    return write


def named(name):
    return lambda table: table.name == name


def test_a_path_becomes_a_table(qtbot, reader, write):
    with qtbot.waitSignal(reader.file_read, check_params_cb=named("a.csv")) as caught:
        reader.read(write("a.csv"))
    np.testing.assert_array_equal(caught.args[0].columns[1].numbers, [0, 1, 4])


def test_it_says_when_it_begins_and_when_it_has_ended(qtbot, reader, write):
    with qtbot.waitSignals(
        [reader.busy_changed, reader.busy_changed, reader.file_read],
        check_params_cbs=[lambda busy: busy, lambda busy: not busy, named("a.csv")],
        order="strict",
    ):
        reader.read(write("a.csv"))
        assert reader.is_busy
    assert not reader.is_busy


def test_a_file_that_cannot_be_read_is_a_sentence_and_no_end(qtbot, reader, write, tmp_path):
    with qtbot.waitSignal(reader.failed) as caught:
        reader.read(str(tmp_path / "nowhere.csv"))
    assert caught.args == ["nowhere.csv cannot be read: No such file or directory"]
    assert not reader.is_busy
    with qtbot.waitSignal(reader.file_read, check_params_cb=named("a.csv")):
        reader.read(write("a.csv"))


def test_an_error_that_nobody_foresaw_is_told_as_well(qtbot, reader, write, monkeypatch):
    def fail(path, check):
        raise MemoryError("too much")

    monkeypatch.setattr(reading, "read_csv", fail)
    with qtbot.waitSignal(reader.failed) as caught:
        reader.read(write("a.csv"))
    assert caught.args == ["The file could not be read: MemoryError: too much"]


def test_of_several_requests_the_last_one_is_answered(qtbot, reader, write):
    tables, failures = [], []
    reader.file_read.connect(tables.append)
    reader.failed.connect(failures.append)
    with qtbot.waitSignal(reader.file_read, check_params_cb=named("last.csv")):
        reader.read(write("first.csv", 2000))
        reader.read("/no/such/file.csv")
        reader.read(write("last.csv"))
    assert [table.name for table in tables] == ["last.csv"]
    assert failures == []


def test_an_answer_that_comes_too_late_is_dropped(qtbot, reader, write, monkeypatch):
    """The first file is not through when the second is asked for."""
    is_reading, may_go_on = threading.Event(), threading.Event()
    read = reading.read_csv

    def slow(path, check):
        if path.endswith("first.csv"):
            is_reading.set()
            assert may_go_on.wait(60)
            return read(path)  # to its end, whoever has given it up
        return read(path, check)

    monkeypatch.setattr(reading, "read_csv", slow)
    tables, states = [], []
    reader.file_read.connect(tables.append)
    reader.busy_changed.connect(states.append)
    reader.read(write("first.csv"))
    assert is_reading.wait(60)
    with qtbot.waitSignal(reader.file_read, check_params_cb=named("second.csv")):
        reader.read(write("second.csv"))
        may_go_on.set()
    assert [table.name for table in tables] == ["second.csv"]
    assert states == [True, False]


def test_reading_is_in_another_thread_and_so_is_looking_through(qtbot, reader, write, monkeypatch):
    threads = []
    read, look = reading.read_csv, Table.look_through

    def noted(action):
        return lambda *subject: (threads.append(threading.get_ident()), action(*subject))[1]

    monkeypatch.setattr(reading, "read_csv", noted(read))
    monkeypatch.setattr(Table, "look_through", noted(look))
    with qtbot.waitSignal(reader.file_read):
        reader.read(write("a.csv"))
    assert len(threads) == 2
    assert len({*threads, threading.get_ident()}) == 2


def test_the_columns_of_a_table_that_arrives_are_known(qtbot, reader, write):
    with qtbot.waitSignal(reader.file_read) as caught:
        reader.read(write("a.csv"))
    for column in caught.args[0].columns:
        assert isinstance(column, Column)
        assert {"is_missing", "n_missing", "categories", "largest"} <= vars(column).keys()


def test_after_the_end_nothing_is_answered(qtbot, reader, write):
    reader.read(write("a.csv"))
    with qtbot.assertNotEmitted(reader.file_read, wait=0), qtbot.assertNotEmitted(reader.failed, wait=0):
        reader.shut_down()
        qtbot.wait_until(lambda: not reader.is_busy)


def test_it_may_end_without_having_begun(qapp):
    FileReader(read_table, CsvError).shut_down()


def test_requests_that_piled_up_are_not_read_at_all(qtbot, reader, write, monkeypatch):
    is_reading, may_go_on = threading.Event(), threading.Event()
    paths = []
    read = reading.read_csv

    def noted(path, check):
        paths.append(path.rpartition("/")[2])
        is_reading.set()
        assert may_go_on.wait(60)
        return read(path, check)

    monkeypatch.setattr(reading, "read_csv", noted)
    with qtbot.waitSignal(reader.file_read, check_params_cb=named("last.csv")):
        reader.read(write("first.csv"))
        assert is_reading.wait(60)
        reader.read(write("second.csv"))
        reader.read(write("last.csv"))
        may_go_on.set()
    assert paths == ["first.csv", "last.csv"]


@pytest.mark.parametrize("ending", ["another request", "cancel", "the end"])
def test_a_large_file_is_given_up_in_the_middle(qtbot, reader, write, tmp_path, monkeypatch, ending):
    """The first file waits between its first blocks of rows until it has been given up."""
    path = tmp_path / "large.csv"
    path.write_text("x,k\n" + "".join(f"{k},t{k}\n" for k in range(5 * csv_files.BLOCK)))
    is_reading, checks = threading.Event(), []
    read = reading.read_csv

    def watched(path, check):
        def count_and_check():
            checks.append(path)
            if path.endswith("large.csv") and len(checks) == 3:
                is_reading.set()
                assert request.given_up.wait(60)
            check()

        return read(path, count_and_check)

    monkeypatch.setattr(reading, "read_csv", watched)
    tables = []
    reader.file_read.connect(tables.append)
    requests = []
    reader._read_requested.connect(requests.append)
    reader.read(str(path))
    (request,) = requests
    assert is_reading.wait(60)
    if ending == "the end":
        reader.shut_down()
    else:
        if ending == "cancel":
            reader.cancel()
            assert not reader.is_busy
        with qtbot.waitSignal(reader.file_read, check_params_cb=named("small.csv")):
            reader.read(write("small.csv"))
    assert checks.count(str(path)) == 3
    assert "large.csv" not in [table.name for table in tables]
    assert not reader.is_busy

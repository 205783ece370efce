"""Messages between the processes: what arrives is what was sent."""

import gc
from dataclasses import dataclass, fields, is_dataclass, replace

import numpy as np
import pytest

from logreg_gui.frames import RunStatus, Surface
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import Column, GaussianClass, GaussianData, ModelSpec, TableData, read_csv
from logreg_gui.session import messages
from logreg_gui.session.messages import LENGTH, Reader, Writer, make_folder, messages_in
from logreg_gui.session.run import TrainingRun


@pytest.fixture
def wire(tmp_path):
    """Send a message and give back what arrives."""
    writer, reader = Writer(tmp_path, "w"), Reader(tmp_path)

    def send(message):
        data = bytearray(writer.encode(message))
        send.n_bytes = len(data)
        (arrived,) = messages_in(data)
        return reader.decode(arrived)

    return send


def frame_of(run):
    return run.frame(RunStatus.RUNNING, 100, 0.0)


def assert_same(sent, arrived):
    """Equal in all parts, arrays read-only where they were."""
    assert type(sent) is type(arrived)
    if isinstance(sent, np.ndarray):
        np.testing.assert_array_equal(sent, arrived)
        assert sent.dtype == arrived.dtype
        assert sent.flags.writeable == arrived.flags.writeable
        assert arrived.flags.aligned
    elif is_dataclass(sent):
        for field in fields(sent):
            assert_same(getattr(sent, field.name), getattr(arrived, field.name))
    elif isinstance(sent, tuple):
        for one, other in zip(sent, arrived, strict=True):
            assert_same(one, other)
    else:
        assert sent == arrived or (sent != sent and arrived != arrived)


CASES = {
    "plane": PRESETS["overlapping"],
    "softmax of degree 3": replace(
        PRESETS["overlapping"],
        data=GaussianData(
            tuple(GaussianClass(mean, ((1.0, 0.2), (0.2, 1.0)), 40) for mean in ((0, 0), (3, 0), (0, 3))),
            seed=1,
        ),
        model=ModelSpec("softmax", degree=3, standardise=True),
    ),
    "one input, test rows": replace(PRESETS["overlapping"], inputs="first", test_size=0.25),
}  # fmt: skip


@pytest.mark.parametrize("scenario", CASES.values(), ids=CASES)
def test_a_frame_arrives_as_it_was(wire, scenario):
    run = TrainingRun.of(scenario)
    run.show_view((-4.0, 4.0, -3.0, 3.0))
    run.compute_references()
    for _ in range(3):
        run.train(7)
        frame = frame_of(run)
        assert_same(frame, wire(frame))


def test_a_scenario_arrives_as_it_was(wire):
    for scenario in PRESETS.values():
        assert wire(scenario) == scenario


def test_what_stays_crosses_once_and_is_the_same_thing_then(wire):
    run = TrainingRun.of(PRESETS["overlapping"])
    run.compute_references()
    first, first_bytes = wire(frame_of(run)), wire.n_bytes
    run.train(3)
    second = wire(frame_of(run))
    assert second.data is first.data
    assert second.maximum is first.maximum
    assert wire.n_bytes < 0.6 * first_bytes


def test_a_surface_that_stays_is_told_by_identity(wire):
    run = TrainingRun.of(CASES["softmax of degree 3"])
    run.show_view((-4.0, 4.0, -3.0, 3.0))
    surface = frame_of(run).picture.surface
    assert wire((surface, 1))[0] is wire((2, surface))[1]


def test_two_scenarios_with_one_table_are_equal_on_the_other_side(wire, tmp_path):
    # Tables are compared by identity.
    path = tmp_path / "points.csv"
    path.write_text("a,b,label\n" + "".join(f"{k},{k * k % 7},{k % 2}\n" for k in range(20)))
    scenario = replace(
        PRESETS["overlapping"], preset="points", data=TableData(read_csv(path), "a", "b", "label")
    )
    one, other = wire(scenario), wire(replace(scenario, steps=7))
    assert one != other
    assert replace(one, steps=7) == other
    assert_same(scenario.data.sample(), one.data.sample())


def text_table(tmp_path, texts):
    path = tmp_path / "names.csv"
    rows = (f'"{text}",{k},{k * k % 7},{k % 2}' for k, text in enumerate(texts))
    path.write_text("name,a,b,label\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return read_csv(path)


@pytest.mark.parametrize("last", ["", "\N{GREEK SMALL LETTER ALPHA}, two\nlines", " spaces "])
def test_a_column_of_many_names_arrives_as_it_was_and_in_one_piece(wire, tmp_path, monkeypatch, last):
    monkeypatch.setattr(messages, "LARGE", 1000)
    texts = [f"person {k}" for k in range(2 * messages.MANY_TEXTS)] + [last]
    column = text_table(tmp_path, texts).column("name")
    known = column.texts
    arrived = wire(column)
    assert_same(column, arrived)
    assert arrived.texts == known
    assert wire.n_bytes < 1000


def test_a_name_with_the_sign_between_names_arrives_as_it_was(wire):
    distinct = tuple(f"a\0{k}" for k in range(2 * messages.MANY_TEXTS))
    column = Column("name", None, np.zeros(5, dtype=np.int32), distinct)
    assert_same(column, wire(column))


def test_what_the_writer_has_forgotten_the_reader_forgets_too(tmp_path):
    writer, reader = Writer(tmp_path, "w"), Reader(tmp_path)

    def send(message):
        return reader.decode(writer.encode(message)[LENGTH.size :])

    run = TrainingRun.of(PRESETS["overlapping"])
    send(frame_of(run).data)
    assert len(reader._things) == 1
    del run
    gc.collect()
    send("something else")
    assert not reader._things


def test_a_message_does_not_outlive_its_sending(tmp_path):
    writer = Writer(tmp_path, "w")
    run = TrainingRun.of(PRESETS["overlapping"])
    gc.collect()
    gc.disable()
    try:
        writer.encode(frame_of(run))
        del run
        assert writer._forgotten, "something keeps the rows until Python looks for cycles"
    finally:
        gc.enable()


@dataclass(frozen=True, eq=False)
class Rows:
    first: np.ndarray
    second: np.ndarray


@pytest.mark.parametrize("kind", [Rows, Surface])
def test_what_finds_out_about_itself_meanwhile_arrives_all_the_same(wire, kind):
    class Looker:
        def __reduce__(self):
            thing.__dict__["found_out"] = True
            return str, ("looked",)

    thing = kind(Looker(), np.zeros(3))
    arrived = wire(thing)
    assert getattr(arrived, fields(kind)[0].name) == "looked"


def test_large_arrays_are_mapped_read_only_and_leave_no_file(wire, tmp_path):
    rows = np.arange(2 * messages.LARGE, dtype=np.float32).reshape(-1, 2)
    labels = np.arange(messages.LARGE, dtype=np.int8)
    arrived = wire(Rows(rows, labels))
    np.testing.assert_array_equal(arrived.first, rows)
    np.testing.assert_array_equal(arrived.second, labels)
    assert not arrived.first.flags.writeable
    assert not list(tmp_path.iterdir())
    assert wire.n_bytes < 1000


def test_a_file_that_cannot_be_deleted_while_it_is_mapped_goes_later(wire, tmp_path, monkeypatch):
    def refuse(path, missing_ok=False):
        raise PermissionError(path)

    rows = np.zeros(messages.LARGE, dtype=np.int8)
    with monkeypatch.context() as patch:
        patch.setattr(messages.Path, "unlink", refuse)
        wire(rows)
        wire(rows)
        assert len(list(tmp_path.iterdir())) == 2
    wire(rows)
    assert not list(tmp_path.iterdir())


def test_large_arrays_of_shared_values_stay_in_their_order(wire):
    def surface(value):
        return Surface((0.0, 1.0, 0.0, 1.0), np.full((2, 300, 300), value, dtype=np.float32))

    before, after = (np.full(messages.LARGE, value, dtype=np.int8) for value in (1, 2))
    arrived = wire((before, surface(3.0), (surface(4.0), after)))
    assert (arrived[0][0], arrived[2][1][0]) == (1, 2)
    assert (arrived[1].probabilities[0, 0, 0], arrived[2][0].probabilities[0, 0, 0]) == (3.0, 4.0)


def test_without_room_for_a_file_the_array_goes_through_the_pipe(tmp_path):
    writer, reader = Writer(tmp_path / "missing", "w"), Reader(tmp_path)
    rows = np.arange(messages.LARGE, dtype=np.float64)
    rows.setflags(write=False)
    arrived = reader.decode(writer.encode(rows)[LENGTH.size :])
    assert_same(rows, arrived)


@pytest.mark.parametrize("size", [1, 3, 7, 8, 9, 50, 10_000])
def test_messages_are_found_however_the_bytes_come(tmp_path, size):
    writer, reader = Writer(tmp_path, "w"), Reader(tmp_path)
    sent = [("a", 1), ("b", list(range(50))), ("c", None)]
    stream = b"".join(map(writer.encode, sent))
    buffer, found = bytearray(), []
    for begin in range(0, len(stream), size):
        buffer += stream[begin : begin + size]
        found += map(reader.decode, messages_in(buffer))
    assert found == sent
    assert not buffer


def test_what_is_no_message_is_not_waited_for(tmp_path):
    with pytest.raises(ValueError, match="message"):
        list(messages_in(bytearray(b"Welcome to this Python\n")))


def test_a_folder_is_made_where_there_is_no_memory_for_one(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "MEMORY_FOLDER", tmp_path / "missing")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = make_folder()
    assert folder.is_dir()
    assert folder.parent == tmp_path

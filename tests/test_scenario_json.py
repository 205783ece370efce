"""Scenarios as files: what is written reads back bit for bit, and what is damaged is told in words."""

import copy
import json
import math
import os
import random
import re
import stat
import threading
from array import array
from dataclasses import dataclass, fields, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from logreg_gui.core import samples
from logreg_gui.core.csv_files import Column, Table, parse_csv
from logreg_gui.core.datasets import Dataset, GaussianClass, GaussianData
from logreg_gui.core.generators import Circles, Iris, Moons, NoisyCurve, Spirals, StripeWithOutlier, Xor
from logreg_gui.core.painted import painted_from
from logreg_gui.presets import PRESETS
from logreg_gui.scenario import (
    OPTIMIZERS,
    PRECISIONS,
    SPEEDS,
    STARTS,
    UNLIMITED,
    ModelSpec,
    PauseRules,
    Scenario,
    TableData,
    best_guess,
    scenario_of_table,
    with_class_count,
)
from logreg_gui.scenario_json import (
    FORMAT,
    KINDS,
    Record,
    ScenarioFileError,
    compact_text_of,
    is_same,
    is_same_course,
    json_text,
    load,
    parse,
    parse_scenario,
    pieces_of,
    plain,
    save,
    shown,
    text_of,
    write_atomically,
    written_atomically,
)
from logreg_gui.session.run import TrainingRun


@dataclass(frozen=True, eq=False)
class Dots:
    """Rows as they are, a kind of data that the files have not heard of."""

    features: NDArray[np.float32]
    labels: NDArray[np.int8]
    size_of_brush: float = 1.0
    class_names = ("a", "b", "c")
    input_names = ("first", "second")

    def sample(self):
        return Dataset(self.features, self.labels)

    def all_inputs(self):
        return self.features


def plain_table(n_rows=40, n_classes=3):
    rng = np.random.default_rng(n_rows)
    cells = rng.standard_normal((n_rows, 3)) * [1e-7, 1.0, 1e12]
    rows = [
        f"{a!r},{'' if k == 3 else repr(b)},{c!r},{'xyz'[k % n_classes]},note {k % 4}\n"
        for k, (a, b, c) in enumerate(cells.tolist())
    ]
    return parse_csv("small,middling,large,label,remark\n" + "".join(rows), "own “table”.csv")


def other_cells(table, place):
    """The table with the cells of one of its columns the other way round."""
    columns = list(table.columns)
    column = columns[place]
    cells = {name: getattr(column, name) for name in ("numbers", "codes")}
    turned = {name: None if values is None else values[::-1].copy() for name, values in cells.items()}
    columns[place] = Column(column.name, **turned, distinct=column.distinct)
    return replace(table, columns=tuple(columns))


def random_scenario(rng):
    """Any scenario that can be, from any kind of data."""
    size, noise, seed = rng.randrange(6, 60), rng.choice([0.0, rng.random()]), rng.randrange(2**32)
    gaussians = tuple(
        GaussianClass.from_standard_deviations(
            (rng.gauss(0, 3), rng.gauss(0, 3)),
            (math.exp(rng.gauss(0, 2)), math.exp(rng.gauss(0, 2))),
            rng.uniform(-0.99, 0.99),
            rng.randrange(2, 50),
        )
        for _ in range(rng.choice([2, 3, 6]))
    )
    iris = PRESETS["iris"].data
    data = rng.choice(
        [
            GaussianData(gaussians, seed),
            GaussianData(gaussians, seed, tuple(one.covariance for one in gaussians), rng.random() < 0.5),
            Moons(size, noise, seed),
            Circles(size, noise, rng.random(), seed),
            Xor(size, noise, seed),
            Spirals(size, noise, 3 * rng.random(), seed, rng.choice([2, 3, 5])),
            StripeWithOutlier(size, rng.randrange(9), seed),
            NoisyCurve(size, noise, seed),
            replace(iris, classes=tuple(rng.sample(iris.classes, rng.choice([2, 3]))), x1="sepal width"),
            painted_from(Moons(size, noise, seed).sample(), 2),
            TableData(plain_table(), *rng.sample(["small", "middling", "large"], 2), "label"),
        ]
    )
    n_classes = samples.number_of_classes(data)
    objective = {0: "squared-error", 2: rng.choice(["logistic", "softmax", "squared-error"])}.get(
        n_classes, "softmax"
    )
    optimizer = rng.choice(list(OPTIMIZERS))
    penalties = ["none", "l2"] + (["l1", "elasticnet"] if OPTIMIZERS[optimizer].handles_l1 else [])
    model = ModelSpec(
        objective=objective,
        degree=rng.randrange(1, 5),
        interactions=rng.random() < 0.5,
        standardise=True,
        penalty=rng.choice(penalties),
        C=math.exp(rng.gauss(0, 3)),
        l1_ratio=rng.random(),
        optimizer=optimizer,
        learning_rate=rng.choice([None, math.exp(rng.gauss(-5, 3))]),
        batch_size=rng.randrange(1, 99),
        momentum=rng.random(),
        seed=rng.randrange(2**40),
        intercept=rng.random() < 0.8,
    )
    return Scenario(
        preset=rng.choice(["moons", "my own – “ключ”", 'a "quoted" \\ name\n']),
        data=data,
        model=model,
        steps=rng.randrange(1, 10**8),
        speed=rng.choice([*SPEEDS, 1e-3, 123.456]),
        initial_weights=tuple(rng.gauss(0, 1e5) for _ in range(rng.randrange(5))),
        inputs=rng.choice(["first", "both", "all"]),
        label_noise=rng.choice([0.0, 0.3]) if n_classes else 0.0,
        test_size=0.0,
        split_seed=rng.randrange(2**32),
        precision=rng.choice(PRECISIONS),
        start=rng.choice(STARTS),
        start_seed=rng.randrange(2**32),
        pause_at=PauseRules(
            step=rng.choice([None, 7]), accuracy=rng.choice([None, 0.75]), at_fall=rng.random() < 0.5
        ),
    )


def rows_of(scenario):
    sample = samples.draw(scenario.data, scenario.inputs, label_noise=scenario.label_noise)
    return sample.features.tobytes(), sample.target.tobytes(), sample.feature_names, sample.class_names


def assert_alike(first, second):
    """Every field, to the last bit; tables by their cells, because they are compared by identity."""
    for field in fields(Scenario):
        if field.name != "data" or not isinstance(first.data, TableData):
            assert getattr(first, field.name) == getattr(second, field.name), field.name
    assert rows_of(first) == rows_of(second)


class TestRoundTrips:
    @pytest.mark.parametrize("name", list(PRESETS))
    def test_every_preset(self, name, tmp_path):
        path = tmp_path / "one.logreg.json"
        save(path, PRESETS[name])
        saved = load(path)
        assert saved.scenario == PRESETS[name]
        assert (saved.run, saved.step, saved.named) == (None, 0, "")

    def test_three_hundred_scenarios_of_all_kinds(self):
        rng = random.Random(1)
        kinds = set()
        for _ in range(300):
            scenario = random_scenario(rng)
            text = text_of(scenario)
            again = parse(text).scenario
            assert_alike(again, scenario)
            assert text_of(again) == text
            compact = compact_text_of(scenario)
            assert_alike(parse_scenario(compact), scenario)
            assert compact_text_of(scenario, len(compact)) == compact
            assert compact_text_of(scenario, 30) == ""
            kinds.add(json.loads(text)["scenario"]["data"]["kind"])
        assert kinds == {
            "gaussians", "moons", "circles", "xor", "spirals", "stripes", "curve", "irises", "painted",
            "table",
        }  # fmt: skip

    def test_every_kind_of_data_has_its_name(self):
        assert len({kind.type for kind in KINDS.values()}) == len(KINDS)
        named = {kind.type for kind in KINDS.values()}
        assert {type(scenario.data) for scenario in PRESETS.values()} | {TableData, Iris} <= named

    def test_another_kind_of_data_is_one_row_of_the_table(self, monkeypatch):
        monkeypatch.setitem(KINDS, "dots", plain(Dots))
        rng = np.random.default_rng(1)
        dots = Dots(rng.standard_normal((9, 2)).astype(np.float32), np.arange(9, dtype=np.int8) % 3, 0.5)
        scenario = Scenario("dots", dots, ModelSpec("softmax"))
        again = parse(text_of(scenario)).scenario.data
        assert again.features.tobytes() == dots.features.tobytes()
        assert again.labels.tolist() == dots.labels.tolist()
        assert (again.features.dtype, again.labels.dtype) == (np.float32, np.int8)
        assert again.size_of_brush == 0.5
        content = json.loads(text_of(scenario))["scenario"]["data"]
        for name, value, words in (
            ("labels", [0, 1000], "data.labels: must be numbers that int8 can hold"),
            ("labels", [0.5], "data.labels: must be numbers that int8 can hold"),
            ("labels", [0, "x"], "data.labels[1]: must be a number, got 'x'"),
            ("features", [[1.0, 2.0], [3.0]], "data.features: must be rows of equally many numbers"),
            ("features", [[1e300, 2.0]], "data.features: must be numbers that float32 can hold"),
            ("features", None, "data.features: must be a list, got nothing"),
        ):
            text = json.dumps({"preset": "x", "data": {**content, name: value}})
            with pytest.raises(ScenarioFileError, match=re.escape(words)):
                parse_scenario(text)

    def test_rows_are_written_one_to_a_line(self):
        scenario = replace(PRESETS["moons"], data=painted_from(Moons(60, 0.1, 1).sample(), 2))
        rows = re.findall(r"^ +\[(-?[\d.e-]+), (-?[\d.e-]+)\],?$", text_of(scenario), re.MULTILINE)
        np.testing.assert_array_equal(np.array(rows, dtype=np.float32), scenario.data.features)

    def test_a_table_keeps_every_cell_also_those_that_are_missing_or_infinite(self):
        numbers = np.array([0.1, math.nan, -0.0, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, 2.0])
        codes = np.array([0, 1, 0, 1, 2, 0, 1, 0], dtype=np.int32)
        for cells in (numbers, codes):
            cells.setflags(write=False)
        x = np.arange(8.0) ** 2
        table = Table(
            "odd.csv",
            (Column("n", numbers), Column("x", x), Column("t", None, codes, ("é\t", "b", ""))),
            np.array([2, 3, 5, 6, 7, 8, 9, 20]),
        )
        scenario = scenario_of_table(TableData(table, "x", "x", "t"), standardise=True)
        again = parse(text_of(scenario)).scenario.data.table
        assert again.columns[0].numbers.tobytes() == numbers.tobytes()
        assert again.columns[2].codes.tobytes() == codes.tobytes()
        assert again.columns[2].distinct == ("é\t", "b", "")
        assert again.lines.tolist() == table.lines.tolist()
        assert [column.name for column in again.columns] == ["n", "x", "t"]

    def test_a_saved_scenario_replays_to_identical_weights(self):
        for name in ("overlapping", "spirals", "iris", "noisy-curve"):
            scenario = replace(PRESETS[name], test_size=0.2)
            runs = [TrainingRun.of(one) for one in (scenario, parse(text_of(scenario)).scenario)]
            for run in runs:
                run.train(150)
            first, second = (run.record() for run in runs)
            assert first.weights.tobytes() == second.weights.tobytes()

    def test_the_remembered_steps_read_back_bit_for_bit(self):
        run = TrainingRun.of(PRESETS["iris"])
        for _ in range(20):
            run.train(1)
        record = run.record()
        again = parse(text_of(run.scenario, record)).run
        assert again.steps.tolist() == list(range(21))
        assert again.weights.tobytes() == record.weights.tobytes()
        assert again.log_likelihoods.tobytes() == record.log_likelihoods.tobytes()
        assert parse(text_of(run.scenario, record)).step == 20

    def test_a_course_is_the_same_but_for_rounding(self):
        record = shown(3, np.array([1.0, -2.0]), -5.0)
        assert is_same_course(record, np.array([1.0, -2.0 - 1e-9]))
        assert not is_same_course(record, np.array([1.0, -2.1]))
        assert not is_same_course(record, np.array([1.0, -2.0, 0.0]))

    def test_what_is_written_alike_is_the_same(self):
        scenario = scenario_of_table(best_guess(plain_table()), standardise=True)
        again = parse(text_of(scenario)).scenario
        assert again != scenario
        assert is_same(again, scenario)
        assert not is_same(again, replace(scenario, steps=7))
        for change in (
            lambda data: replace(data, x1="large", x2="small"),
            lambda data: replace(data, table=replace(data.table, lines=data.table.lines + 1)),
            lambda data: replace(data, table=replace(data.table, columns=data.table.columns[:-1])),
            lambda data: replace(data, table=other_cells(data.table, 0)),
            lambda data: replace(data, table=other_cells(data.table, 3)),
        ):
            assert not is_same(again, replace(scenario, data=change(scenario.data)))

    def test_a_person_can_read_it(self):
        text = text_of(PRESETS["overlapping"])
        assert '"kind": "gaussians"' in text
        assert '"mean": [-0.9, -0.5]' in text
        assert max(map(len, text.splitlines())) < 100
        assert text_of(replace(PRESETS["moons"], speed=UNLIMITED)).count('"speed": "unlimited"') == 1

    def test_a_field_with_a_default_may_be_missing(self):
        content = json.loads(text_of(PRESETS["moons"]))
        for name in ("label_noise", "test_size", "split_seed", "inputs", "initial_weights"):
            del content["scenario"][name]
        del content["scenario"]["model"]["momentum"]
        assert parse(json.dumps(content)).scenario == PRESETS["moons"]


class TestRefusals:
    def refusal(self, change, scenario=PRESETS["overlapping"]):
        content = json.loads(text_of(scenario, shown(1, np.zeros(3), -1.0)))
        change(content)
        with pytest.raises(ScenarioFileError) as refused:
            parse(json.dumps(content), "my.logreg.json")
        assert str(refused.value).startswith("my.logreg.json")
        assert "\n" not in str(refused.value)
        return str(refused.value)

    def test_the_place_and_the_value_are_named(self):
        def indefinite(content):
            content["scenario"]["data"]["classes"][1]["covariance"] = [[1.0, 2.0], [2.0, 1.0]]

        words = self.refusal(indefinite)
        assert words.startswith("my.logreg.json, scenario.data.classes[1]: covariance must have no negative")

        def crooked(content):
            content["scenario"]["data"]["classes"][1]["covariance"] = [[1.0], [2.0, 1.0]]

        words = self.refusal(crooked)
        assert words == (
            "my.logreg.json, scenario.data.classes[1].covariance[0]: must be a list of 2, got a list of 1"
        )

    @pytest.mark.parametrize(
        ("name", "value", "words"),
        [
            ("steps", "ten", "scenario.steps: must be a whole number, got 'ten'"),
            ("steps", 0, "scenario: steps must be a whole number from 1 to 100000000, got 0"),
            ("steps", 10**300, "scenario: steps must be a whole number"),
            ("steps", True, "scenario.steps: must be a whole number, got true"),
            ("speed", None, "scenario.speed: must be a number, got nothing"),
            ("speed", 10**350, "scenario.speed: must be a number that float64 can hold"),
            ("preset", 7, "scenario.preset: must be text, got 7"),
            ("preset", "\ud800", "scenario.preset: must be text of whole characters"),
            ("model", [], "scenario.model: must be an object, got a list of 0"),
            ("data", {"kind": "guess"}, "scenario.data.kind: must be one of gaussians, moons"),
            ("data", {}, "scenario.data: kind is missing"),
            ("inputs", "some", "scenario: inputs must be one of first, both, all, got 'some'"),
            ("label_noise", 1.5, "scenario: label_noise must be a share of at least 0 and below 1, got 1.5"),
            ("test_size", 0.999, "scenario: test_size must leave a row to train and one to test on"),
            ("colour", 1, "scenario.colour: there is no such field"),
        ],
    )
    def test_a_wrong_field(self, name, value, words):
        assert words in self.refusal(lambda content: content["scenario"].update({name: value}))

    @pytest.mark.parametrize("text", ["1e999", "-1e999", "9" * 400])
    def test_numbers_beyond_float64(self, text):
        for name, place in (('"speed": 10.0', "speed"), ('"mean": [-0.9', "data.classes[0].mean[0]")):
            damaged = text_of(PRESETS["overlapping"]).replace(name, re.sub(r"-?[\d.]+$", text, name))
            words = f"x, scenario.{place}: must be a number that float64 can hold, got "
            with pytest.raises(ScenarioFileError, match=re.escape(words)):
                parse(damaged, "x")
        table = scenario_of_table(best_guess(plain_table()), standardise=True)
        damaged = re.sub(r'"numbers": \[[^,]*', f'"numbers": [{text}', text_of(table), count=1)
        with pytest.raises(ScenarioFileError, match=r"columns\[0\].numbers\[0\]: must be a number"):
            parse(damaged)

    def test_a_newer_version_is_refused_in_words(self):
        words = self.refusal(lambda content: content.update(version=99, surprise={}))
        assert "written by a newer logreg_gui (version 99 of the format; this one reads up to 1)" in words

    @pytest.mark.parametrize("version", [0, -1, 1.5, "1", None, True])
    def test_a_version_that_never_was(self, version):
        assert "version" in self.refusal(lambda content: content.update(version=version))

    def test_other_json_is_no_scenario(self):
        assert f"its format is not {FORMAT!r}" in self.refusal(lambda content: content.update(format="x"))
        for text in ("[]", "3", '"text"', "null", "{}"):
            with pytest.raises(ScenarioFileError, match=r"must be an object|no scenario"):
                parse(text)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "is empty"),
            ("{", "line 1, column 2: this is no JSON"),
            ('{"a": NaN}', "holds NaN, which is no number"),
            ('{"a": -Infinity}', "holds -Infinity, which is no number"),
            ('{"a": ' + "9" * 5000 + "}", "holds a number of thousands of digits"),
            ("[" * 100_000, "nested too deeply"),
            ('{"a":' * 100_000, "nested too deeply"),
            ('{"format": 1, "format": 2}', "has format twice in one object"),
        ],
    )
    def test_what_is_no_json_at_all(self, text, words):
        with pytest.raises(ScenarioFileError, match=re.escape(words)):
            parse(text, "x")

    def test_bytes_that_are_no_text(self):
        with pytest.raises(ScenarioFileError, match="no text in UTF-8: byte 3 of 4 is damaged"):
            parse(b'{"\xff}')

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda data: data["columns"][0]["numbers"].pop(), "column 1 has 40 cells, column 0 has 39"),
            (lambda data: data["columns"][0]["numbers"].__setitem__(2, "x"), "columns[0].numbers[2]"),
            (lambda data: data["columns"][3]["codes"].__setitem__(5, 9), "whole number from 0 to 2, got 9"),
            (lambda data: data.update(x1="gone"), "has no column 'gone'"),
            (lambda data: data.update(lines=[1, 2]), "must be a list of 40"),
            (lambda data: data.update(columns=[]), "at least one column"),
            (lambda data: data["columns"][1].update(name="small"), "two columns called 'small'"),
            (lambda data: data["columns"][3]["distinct"].append("x"), "every text must be there once"),
        ],
    )
    def test_a_damaged_table(self, change, words):
        scenario = scenario_of_table(best_guess(plain_table()), standardise=True)
        assert words in self.refusal(lambda content: change(content["scenario"]["data"]), scenario)

    @pytest.mark.parametrize(
        "change",
        [
            {"steps": []},
            {"steps": [5, 5]},
            {"steps": [-1]},
            {"weights": [[1.0, 2.0], [3.0]]},
            {"weights": [[]]},
            {"log_likelihoods": ["x"]},
            {"weights": None},
        ],
    )
    def test_a_damaged_run(self, change):
        assert "run" in self.refusal(lambda content: content["run"].update(change))

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(ScenarioFileError, match=r"gone.logreg.json cannot be read: No such file"):
            load(tmp_path / "gone.logreg.json")
        with pytest.raises(ScenarioFileError, match="cannot be read: Is a directory"):
            load(tmp_path)

    def test_data_that_no_file_can_hold(self):
        class Sketch:
            class_names = input_names = ("a", "b")

            def sample(self):
                return Moons(10, 0.0, 1).sample()

            def all_inputs(self):
                return self.sample().features

        with pytest.raises(ScenarioFileError, match="data of the type Sketch cannot be saved"):
            text_of(replace(PRESETS["moons"], data=Sketch()))


def mutated(raw, rng):
    """The bytes of a file after something went wrong with them."""
    way = rng.randrange(8)
    if way == 0:
        return raw[: rng.randrange(len(raw))]
    if way == 1:
        spoilt = bytearray(raw)
        for _ in range(rng.randrange(1, 20)):
            spoilt[rng.randrange(len(spoilt))] ^= 1 << rng.randrange(8)
        return bytes(spoilt)
    if way == 2:
        start = rng.randrange(len(raw))
        return raw[:start] + raw[start + rng.randrange(1, 80) :]
    if way == 3:
        depth = rng.choice([20, 2_000, 200_000])
        start = rng.randrange(len(raw))
        return raw[:start] + rng.choice([b"[", b'{"a":']) * depth + raw[start:]
    content = json.loads(raw)
    for _ in range(rng.randrange(1, 4)):
        spoil(content, rng)
    return json.dumps(content).encode()


STRANGE = (
    None, True, False, 0, -1, 3, 1e308, -1e308, 10**400, 10**30, -(10**18), 2**63, 1e-320, 0.5, math.nan,
    math.inf, "", "x", "NaN", "unlimited", "9" * 500, [], {}, [[]], [1.0], [1.0, 2.0], [[1, 2], [3, 4]],
    {"kind": "moons"}, [None] * 3, "\x00", "\ud83d",
)  # fmt: skip


def spoil(content, rng):
    """Put something strange in some place, take it away, or double it."""
    place = content
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = rng.choice(keys)
        if not isinstance(place[key], dict | list) or rng.random() < 0.25:
            break
        place = place[key]
    way = rng.randrange(4)
    if way == 0:
        del place[key]
    elif way == 1 and isinstance(place, dict):
        place[f"{key}x"] = place.pop(key)
    else:
        place[key] = copy.deepcopy(rng.choice(STRANGE))


def test_a_thousand_mutated_files_give_a_scenario_or_a_message(tmp_path):
    rng = random.Random(20)
    originals = [text_of(scenario, shown(2, np.zeros(3), -1.0)).encode() for scenario in PRESETS.values()]
    table = scenario_of_table(best_guess(plain_table()), standardise=True)
    originals += [text_of(table).encode(), text_of(with_class_count(PRESETS["overlapping"], 6)).encode()]
    messages, read = set(), 0
    path = tmp_path / "damaged.logreg.json"
    for _ in range(1000):
        path.write_bytes(mutated(rng.choice(originals), rng))
        try:
            saved = load(path)
        except ScenarioFileError as error:
            words = str(error)
            assert words.startswith(path.name)
            assert "\n" not in words
            assert len(words) < 500
            messages.add(re.sub(r"[\d.,]+", "#", words))
        else:
            # A change may be to another scenario that is as good: then it is one, and can be written.
            assert isinstance(saved.scenario, Scenario)
            parse(text_of(saved.scenario, saved.run))
            read += 1
    assert read < 300
    assert len(messages) > 60


def outcome(raw):
    """The scenario in `raw` as text, or nothing: which of several faults is told first is no matter."""
    try:
        saved = parse(raw)
    except ScenarioFileError:
        return None
    return text_of(saved.scenario, saved.run)


LONG_CELLS = (
    "[{}]", "[ {}]", "[{},]",
    "[{}, null, 3]", "[{}, true]", '[{}, "inf", "-inf"]', '["a, ]", "\\\\", "\\"[", {}]',
    "[{}, [1, 2]]", '[{}, {{"a": 1}}]', "[{}", "[{}, NaN]", "[{},, 1]", "[{} 1]", "[{}, 1e999]", "[,{}]",
    "[{}, 9223372036854775808]", "[{}, \n -0.0, 1e-320]", "[[{}], [{}]]", '{{"a": [{}], "a": 1}}', '"[{}]"',
)  # fmt: skip


class TestLongLists:
    """Read some members at a time, and to the same values or errors as by the reader of Python."""

    @pytest.fixture(autouse=True)
    def small_window(self, monkeypatch):
        monkeypatch.setattr(json_text, "WINDOW", 24)

    @pytest.mark.parametrize("members", ["1.5, -2.25, 1e-3, 4.0, 5.0, 6.0, 7.0", "1, 2, 3,4, 5, 6, 7, 8, 9"])
    @pytest.mark.parametrize("cells", LONG_CELLS)
    def test_they_are_what_python_reads(self, cells, members, monkeypatch):
        text = f'{{"list": 1, "cells": {cells.format(members, members)}, "after": [1, 2]}}'
        found = []
        for window in (24, 10**9):
            monkeypatch.setattr(json_text, "WINDOW", window)
            try:
                read = json_text.read_json(text, "it")
                found.append(json.dumps(read, default=list))
            except ScenarioFileError as error:
                found.append(str(error))
        assert found[0] == found[1]

    def test_numbers_take_no_object_each(self):
        read = json_text.read_json("[" + "1.5, " * 50 + "2.0]", "it")
        assert (type(read), len(read), read[-1]) == (array, 51, 2.0)

    def test_damaged_files_are_damaged_either_way(self, monkeypatch):
        rng = random.Random(21)
        table = scenario_of_table(best_guess(plain_table()), standardise=True)
        points = replace(PRESETS["moons"], data=painted_from(Moons(60, 0.1, 1).sample(), 2))
        originals = [text_of(table).encode(), text_of(points).encode()]
        for _ in range(200):
            raw = mutated(rng.choice(originals), rng)
            monkeypatch.setattr(json_text, "WINDOW", 24)
            in_pieces = outcome(raw)
            monkeypatch.setattr(json_text, "WINDOW", 10**9)
            assert in_pieces == outcome(raw)

    def test_reading_can_be_given_up_between_pieces(self, tmp_path):
        path = tmp_path / "table.logreg.json"
        save(path, scenario_of_table(best_guess(plain_table()), standardise=False))
        checks = []

        def check():
            checks.append(1)
            if len(checks) == 4:
                raise InterruptedError

        with pytest.raises(InterruptedError):
            load(path, check)
        assert len(checks) == 4


def test_the_rows_of_many_are_not_drawn_to_see_whether_they_can_be(monkeypatch):
    large = replace(PRESETS["moons"], data=Moons(100_000, 0.1, 1), test_size=0.3)
    text = text_of(large)
    monkeypatch.setattr(Moons, "sample_pieces", lambda self: 1 / 0)
    assert parse(text).scenario == large
    with pytest.raises(ScenarioFileError, match="test_size must leave"):
        parse(text.replace('"test_size": 0.3', '"test_size": 0.999999'))


class TestWriting:
    def test_the_old_file_stays_until_the_new_one_is_whole(self, tmp_path):
        path = tmp_path / "a.txt"
        path.write_text("old")
        job = written_atomically(path, iter(["new", " and newer"]))
        assert next(job) == 3
        assert path.read_text() == "old"
        assert set(job) == {13}  # once more for every while that the disk takes
        assert path.read_text() == "new and newer"
        assert os.listdir(tmp_path) == ["a.txt"]

    def test_what_ends_on_the_way_leaves_no_trace(self, tmp_path):
        def failing():
            yield "half"
            raise RuntimeError("no more")

        path = tmp_path / "a.txt"
        with pytest.raises(RuntimeError):
            write_atomically(path, failing())
        job = written_atomically(path, iter(["a", "b"]))
        next(job)
        job.close()
        assert os.listdir(tmp_path) == []

    def test_a_slow_disk_keeps_nobody_waiting(self, tmp_path, monkeypatch):
        may_go_on = threading.Event()
        monkeypatch.setattr(os, "fsync", lambda handle: may_go_on.wait(60))
        path = tmp_path / "a.logreg.json"
        writing = written_atomically(path, ["one", "two"])
        assert [next(writing) for _ in range(5)] == [3, 6, 6, 6, 6]
        assert not path.exists()
        may_go_on.set()
        for _ in writing:
            pass
        assert path.read_text() == "onetwo"

    def test_what_is_cancelled_does_not_wait_for_a_slow_disk(self, tmp_path, monkeypatch):
        is_syncing, may_go_on, threads, handles = threading.Event(), threading.Event(), [], []

        def slow(handle):
            threads.append(threading.current_thread())
            is_syncing.set()
            assert may_go_on.wait(10)
            handles.append(handle)
            os.fstat(handle)  # it is open still

        monkeypatch.setattr(os, "fsync", slow)
        writing = written_atomically(tmp_path / "a.logreg.json", ["one"])
        assert [next(writing), next(writing)] == [3, 3]
        assert is_syncing.wait(60)
        writing.close()
        assert handles == [], "the disk is not done yet"
        assert os.listdir(tmp_path) == []
        may_go_on.set()
        threads[0].join()
        assert len(handles) == 1
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(handles[0])

    def test_a_disk_that_fails_leaves_the_old_file(self, tmp_path, monkeypatch):
        def fail(handle):
            raise OSError("no space left")

        path = tmp_path / "a.logreg.json"
        path.write_text("old")
        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="no space left"):
            write_atomically(path, ["new"])
        assert path.read_text() == "old"
        assert list(tmp_path.iterdir()) == [path]

    def test_a_folder_that_is_not_there(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            write_atomically(tmp_path / "gone" / "a.txt", ["x"])

    @pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
    def test_permissions_are_those_of_the_old_file_and_links_stay_links(self, tmp_path):
        path, link = tmp_path / "a.txt", tmp_path / "link.txt"
        path.write_text("old")
        path.chmod(0o640)
        link.symlink_to(path)
        write_atomically(link, ["new"])
        assert link.is_symlink()
        assert path.read_text() == "new"
        assert stat.S_IMODE(path.stat().st_mode) == 0o640

    def test_pieces_of_a_large_table_are_small(self):
        rows = "".join(f"{k}.5,{k % 7},{k % 2}\n" for k in range(60_000))
        scenario = scenario_of_table(best_guess(parse_csv("a,b,label\n" + rows)), standardise=False)
        record = Record(np.arange(30_000), np.ones((30_000, 3)), np.ones(30_000))
        pieces = list(pieces_of(scenario, record))
        assert max(map(len, pieces)) < 120_000
        assert json.loads("".join(pieces))["run"]["weights"][29_999] == [1.0, 1.0, 1.0]

"""The page previews a file, says in words what the present choice gives, and makes a scenario of it."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from logreg_gui.controls.table_page import PREVIEW_ROWS, TablePage
from logreg_gui.core.csv_files import Column, parse_csv
from logreg_gui.scenario import TableData
from logreg_gui.views.style import Look
from logreg_gui.views.stylesheet import SHEET

ROWS = "".join(f"{k / 7:.3f},{'' if k % 50 == 7 else k * k},{k % 3},{'ab'[k % 2]},p{k}\n" for k in range(300))
PLANTS = "height,width,spots,kind,place\n" + ROWS


@pytest.fixture
def open_page(qtbot):
    """A function that opens the page on some text and notes the scenarios it gives in `page.chosen`."""

    def open_page(text, name="plants.csv", sheet=""):
        page = TablePage(parse_csv(text, name))
        page.setStyleSheet(sheet)
        page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # the test looks at it afterwards
        qtbot.addWidget(page)
        page.chosen = []
        page.data_chosen.connect(page.chosen.append)
        page.show()
        return page

    return open_page


def pick(field, name):
    """Choose an entry as a click does."""
    index = field.findData(name)
    assert index >= 0, f"{name} is not offered"
    field.setCurrentIndex(index)
    field.activated.emit(index)


def offered(field):
    return [field.itemData(index) for index in range(field.count())]


def shown(page, row, column):
    return page.preview.model().index(row, column).data()


class TestPreview:
    def test_heads_each_column_by_its_name_and_what_it_holds(self, open_page):
        page = open_page(PLANTS)
        model = page.preview.model()
        heads = [model.headerData(k, Qt.Orientation.Horizontal) for k in range(model.columnCount())]
        assert heads == [
            "height\nnumbers",
            "width\nnumbers, 6 missing",
            "spots\nnumbers",
            "kind\ntext",
            "place\ntext",
        ]

    def test_shows_the_first_rows_as_they_were_read_and_their_lines(self, open_page):
        page = open_page(PLANTS)
        assert [shown(page, 8, k) for k in range(5)] == ["1.143", "64", "2", "a", "p8"]
        assert shown(page, 7, 1) == ""
        assert page.preview.model().headerData(8, Qt.Orientation.Vertical) == "10"

    def test_has_no_more_rows_than_anybody_scrolls_through(self, open_page):
        assert open_page(PLANTS).preview.model().rowCount() == PREVIEW_ROWS
        assert open_page("x,k\n1,a\n2,b\n").preview.model().rowCount() == 2

    def test_a_page_in_a_cell_is_cut_short(self, open_page):
        page = open_page("x,k\n1," + 500 * "a" + "\n2,b\n")
        assert len(shown(page, 0, 1)) == 60
        assert shown(page, 0, 1).endswith("a…")

    def test_leaves_the_million_other_cells_alone(self, open_page, monkeypatch):
        def fail(column):
            pytest.fail("all cells were made text")

        monkeypatch.setattr(Column, "texts", property(fail))
        page = open_page(PLANTS)
        assert shown(page, 0, 4) == "p0"


class TestChoices:
    def test_start_with_what_the_table_seems_to_be_about(self, open_page):
        page = open_page(PLANTS)
        assert [field.currentData() for field in (page.x1, page.x2, page.label)] == [
            "height",
            "width",
            "kind",
        ]
        assert page.standardise.isChecked()

    def test_offer_what_can_be_chosen(self, open_page):
        page = open_page(PLANTS)
        assert offered(page.x1) == offered(page.x2) == ["height", "width", "spots"]
        assert offered(page.label) == ["height", "width", "spots", "kind"]

    def test_show_nothing_as_an_edit(self, open_page):
        assert open_page(PLANTS).chosen == []


class TestSentence:
    def test_counts_rows_and_classes_and_what_is_dropped(self, open_page):
        page = open_page(PLANTS)
        assert page.sentence.text() == "294 rows of 2 classes (a, b); 6 rows with missing cells are dropped."

    def test_follows_the_choice(self, open_page):
        page = open_page(PLANTS)
        pick(page.label, "spots")
        pick(page.x2, "height")
        assert page.sentence.text() == "300 rows of 3 classes (0, 1, 2), over height alone."

    def test_tells_of_a_regression_which_has_no_second_feature(self, open_page):
        page = open_page(PLANTS)
        pick(page.label, "width")
        expected = "294 rows of numbers: width over height, a regression by least squares; "
        assert page.sentence.text() == expected + "6 rows with missing cells are dropped."
        assert not page.x2.isEnabled()
        pick(page.label, "kind")
        assert page.x2.isEnabled()

    def test_a_feature_that_becomes_the_label_leaves_its_place_to_another(self, open_page):
        page = open_page(PLANTS)
        pick(page.label, "height")
        assert (page.x1.currentData(), page.label.currentData()) == ("spots", "height")
        assert page.sentence.text().startswith("300 rows of numbers: height over spots")

    def test_says_why_a_choice_cannot_be_used_until_it_can(self, open_page):
        page = open_page(PLANTS)
        pick(page.label, "spots")
        pick(page.x1, "spots")
        assert "a feature is another column than the label" in page.sentence.text()
        assert not page.use.isEnabled()
        assert page.sentence.property("wrong") is True
        pick(page.x1, "height")
        assert page.use.isEnabled()
        assert page.sentence.property("wrong") is False

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("name,place\n" + "".join(f"n{k},p{k}\n" for k in range(9)), "no column that could be the label"),
            ("k,l\na,b\nc,d\n", "no column of numbers"),
            ("x,k\n1,\n,a\n,b\n", "no row where"),
        ],
    )
    def test_says_why_a_table_cannot_be_used(self, open_page, qtbot, text, words):
        page = open_page(text)
        assert words in page.sentence.text()
        assert not page.use.isEnabled()
        qtbot.keyClick(page, Qt.Key.Key_Return)
        assert page.chosen == []

    def test_is_what_a_screen_reader_reads(self, open_page):
        page = open_page(PLANTS)
        assert page.sentence.accessibleName() == page.sentence.text()

    def test_names_of_columns_are_no_markup(self, open_page):
        page = open_page("<b>x</b>,v,k\n1,2,<i>a</i>\n3,4,b\n")
        assert page.sentence.textFormat() is Qt.TextFormat.PlainText
        assert "<i>a</i>" in page.sentence.text()


class TestTaking:
    def test_gives_a_scenario_of_the_chosen_columns_and_closes(self, open_page, qtbot):
        page = open_page(PLANTS)
        pick(page.x1, "spots")
        qtbot.mouseClick(page.use, Qt.MouseButton.LeftButton)
        (scenario,) = page.chosen
        assert isinstance(scenario.data, TableData)
        assert (scenario.data.x1, scenario.data.x2, scenario.data.label) == ("spots", "width", "kind")
        assert (scenario.preset, scenario.model.objective) == ("plants.csv", "logistic")
        assert scenario.model.standardise
        assert not page.isVisible()

    def test_may_leave_the_features_as_they_are(self, open_page, qtbot):
        page = open_page(PLANTS)
        page.standardise.click()
        qtbot.mouseClick(page.use, Qt.MouseButton.LeftButton)
        assert not page.chosen[0].model.standardise

    def test_enter_takes(self, open_page, qtbot):
        page = open_page(PLANTS)
        qtbot.keyClick(page, Qt.Key.Key_Return)
        assert len(page.chosen) == 1

    def test_esc_takes_nothing(self, open_page, qtbot):
        page = open_page(PLANTS)
        qtbot.keyClick(page, Qt.Key.Key_Escape)
        assert page.chosen == []
        assert not page.isVisible()


class TestManners:
    def test_it_blocks_nothing(self, open_page):
        page = open_page(PLANTS)
        assert not page.isModal()
        assert page.windowModality() is Qt.WindowModality.NonModal

    @pytest.mark.parametrize(("sheet", "height"), [("", 720), (SHEET, 600), (SHEET, 1080)])
    def test_every_control_has_a_name_and_a_tip_and_is_large_enough_to_hit(self, open_page, sheet, height):
        font, look = QApplication.font(), Look(height=height)
        QApplication.setFont(look.font(look.base))
        page = open_page(PLANTS, sheet=sheet)
        QApplication.setFont(font)
        for control in (page.x1, page.x2, page.label, page.standardise, page.use, page.preview):
            assert control.toolTip()
            assert control.accessibleName() or control.text()
            assert control.height() >= 24

    def test_it_fits_its_window_and_stays_readable_with_many_columns(self, qtbot):
        window = QWidget()
        window.resize(1000, 600)
        qtbot.addWidget(window)
        header = ",".join(f"column number {k}" for k in range(40))
        numbers = np.random.default_rng(0).normal(size=(20, 40)).round(2)
        rows = "".join(",".join(map(str, row)) + "\n" for row in numbers.tolist())
        page = TablePage(parse_csv(f"{header}\n{rows}"), window)
        assert page.width() < window.width()
        assert page.height() < window.height()

"""Fields take what people type, step in round numbers, and never edit by being shown."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent

from logreg_gui.controls.choice_field import Choice, ChoiceField
from logreg_gui.controls.number_field import NumberField, number_text, parse_number, stepped
from logreg_gui.controls.sliders import LogSlider, Slider
from logreg_gui.controls.switch import Switch


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3e-4", 3e-4),
        ("0.5", 0.5),
        ("0,5", 0.5),
        (" −1.25 ", -1.25),
        ("1E3", 1000.0),
        ("-2", -2.0),
        ("abc", None),
        ("", None),
        ("1,000.5", None),
        ("1 2", None),
    ],
)
def test_numbers_are_read_as_people_type_them(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize("value", [0.0022, 5e-5, -1.5, 0.0, 90.0, 1e12, 1 / 3, 123456.789])
def test_what_a_field_shows_reads_back_as_the_same_number(value):
    assert parse_number(number_text(value)) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("value", "steps", "expected"),
    [
        (0.0022, 1, 0.005),
        (0.0022, -1, 0.002),
        (0.001, 1, 0.002),
        (0.001, -1, 0.0005),
        (0.05, 1, 0.1),
        (1.0, 2, 5.0),
        (90.0, 1, 100.0),
        (100.0, -1, 50.0),
        (5e-5, -3, 5e-6),
    ],
)
def test_stepping_without_a_step_walks_one_two_five_ten(value, steps, expected):
    assert stepped(value, steps, None) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "steps", "expected"), [(1.03, 1, 1.1), (-0.6, -2, -0.8), (0.0, 1, 0.1), (0.3, -3, 0.0)]
)
def test_stepping_with_a_step_stays_on_its_multiples(value, steps, expected):
    assert stepped(value, steps, 0.1) == pytest.approx(expected, abs=1e-12)


@pytest.fixture
def field(qtbot):
    made = NumberField("σ₁ of class 0", step=0.1)
    qtbot.addWidget(made)
    made.show_value(1.0)
    made.show()
    return made


def retype(qtbot, field, text, key=Qt.Key.Key_Return):
    field.lineEdit().selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, key)


def test_enter_offers_what_was_typed_once(qtbot, field):
    offered = []
    field.value_edited.connect(lambda value, held: offered.append((value, held)))
    with qtbot.waitSignal(field.finished):
        retype(qtbot, field, "2.5")
    assert offered == [(2.5, False)]


def test_typing_the_same_number_again_offers_nothing(qtbot, field):
    with qtbot.assertNotEmitted(field.value_edited):
        retype(qtbot, field, "1.0")


def test_escape_brings_the_last_value_back(qtbot, field):
    with qtbot.assertNotEmitted(field.value_edited):
        retype(qtbot, field, "77", Qt.Key.Key_Escape)
    assert field.lineEdit().text() == "1"


def test_what_is_no_number_is_marked_told_and_kept_for_mending(qtbot, field):
    with qtbot.waitSignal(
        field.rejected, check_params_cb=lambda reason: reason == "σ₁ of class 0 must be a number, got wide"
    ):
        retype(qtbot, field, "wide")
    assert field.lineEdit().text() == "wide"
    assert "wide" in field.error
    with qtbot.waitSignal(field.value_edited, check_params_cb=lambda value, held: value == 3.0):
        retype(qtbot, field, "3")
    assert field.error == ""


def test_leaving_the_field_offers_what_was_typed(qtbot, field):
    field.lineEdit().selectAll()
    qtbot.keyClicks(field, "4")
    with qtbot.waitSignal(field.value_edited, check_params_cb=lambda value, held: value == 4.0):
        field.focusOutEvent(QFocusEvent(QEvent.Type.FocusOut))


@pytest.mark.parametrize(("key", "value"), [(Qt.Key.Key_Up, 1.1), (Qt.Key.Key_Down, 0.9)])
def test_arrow_keys_step(qtbot, field, key, value):
    with qtbot.waitSignal(
        field.value_edited, check_params_cb=lambda offered, held: offered == pytest.approx(value)
    ):
        qtbot.keyClick(field, key)


@pytest.mark.parametrize("text", ["nan", "inf", "wide"])
def test_arrow_keys_on_what_is_no_finite_number_start_from_the_last_good_value(qtbot, field, text):
    field.lineEdit().selectAll()
    qtbot.keyClicks(field, text)
    with qtbot.waitSignal(
        field.value_edited, check_params_cb=lambda value, held: value == pytest.approx(1.1)
    ):
        qtbot.keyClick(field, Qt.Key.Key_Up)


def test_the_wheel_does_not_take_the_keys_to_a_field_it_passes_over(field):
    # Qt gives the focus by the wheel to whatever has this policy, and what has the focus the wheel changes.
    wheel = Qt.FocusPolicy.WheelFocus
    assert field.focusPolicy() & wheel != wheel


def test_a_key_that_is_held_down_says_so(qtbot, field):
    said = []
    field.value_edited.connect(lambda value, held: said.append(held))
    for is_repeat in (False, True, True):
        press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, "", is_repeat)
        QCoreApplication.sendEvent(field, press)
        field.show_value(field.value + 0.1)
    assert said[0] is False
    assert all(said[1:])
    assert len(said) > 1


def test_arrows_do_not_step_below_the_smallest_value(qtbot):
    field = NumberField("n", smallest=1.0)
    qtbot.addWidget(field)
    field.show_value(2.0)
    with qtbot.waitSignal(field.value_edited, check_params_cb=lambda value, held: value == 1.0):
        qtbot.keyClick(field, Qt.Key.Key_Down)
    field.show_value(1.0)
    with qtbot.assertNotEmitted(field.value_edited):
        qtbot.keyClick(field, Qt.Key.Key_Down)
    assert not field.error


def test_a_wrong_entry_survives_that_its_number_is_shown_again_but_not_another_one(qtbot, field):
    retype(qtbot, field, "wide")
    field.show_value(1.0)
    assert field.lineEdit().text() == "wide"
    with qtbot.waitSignal(field.rejected, check_params_cb=lambda reason: reason == ""):
        field.show_value(2.0)
    assert field.lineEdit().text() == "2"
    assert not field.error


def test_showing_a_value_is_not_editing(qtbot, field):
    with qtbot.assertNotEmitted(field.value_edited):
        field.show_value(9.0)
    assert field.lineEdit().text() == "9"


def test_arrows_never_lead_back_into_the_bounds_the_wrong_way(qtbot):
    field = NumberField("σ", step=0.1, smallest=0.1, largest=0.9)
    qtbot.addWidget(field)
    field.show_value(0.03)
    with qtbot.assertNotEmitted(field.value_edited):
        field.stepBy(-1)
    field.show_value(0.85)
    with qtbot.waitSignal(field.value_edited, check_params_cb=lambda value, held: value == 0.9):
        field.stepBy(3)


def test_a_unit_need_not_be_typed_and_does_not_hinder(qtbot):
    field = NumberField("test set", step=5.0, unit="%")
    qtbot.addWidget(field)
    field.show_value(20.0)
    assert field.lineEdit().text() == "20\N{NO-BREAK SPACE}%"
    for text, value in (("30", 30.0), ("12,5%", 12.5), ("7 %", 7.0)):
        with qtbot.waitSignal(
            field.value_edited, check_params_cb=lambda got, held, value=value: got == value
        ):
            retype(qtbot, field, text)
    with qtbot.waitSignal(field.value_edited, check_params_cb=lambda got, held: got == 10.0):
        field.stepBy(1)


def test_a_number_that_changes_by_itself_is_no_edit_and_spares_what_is_typed(qtbot, field):
    with qtbot.assertNotEmitted(field.value_edited):
        field.show_live_value(5.0)
        assert field.lineEdit().text() == "5"
        retype(qtbot, field, "wide")
        field.show_live_value(6.0)
        assert field.lineEdit().text() == "wide"
        qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.lineEdit().text() == "6"


def test_a_field_without_a_number_shows_a_word_and_offers_nothing(qtbot, field):
    with qtbot.assertNotEmitted(field.value_edited):
        field.show_nothing("automatic")
        field.focusOutEvent(QFocusEvent(QEvent.Type.FocusOut))
    assert (field.lineEdit().text(), field.lineEdit().placeholderText()) == ("", "automatic")
    field.show_value(3.0)
    assert field.lineEdit().text() == "3"


def test_what_is_discarded_is_neither_offered_nor_refused_any_longer(qtbot, field):
    retype(qtbot, field, "wide")
    with (
        qtbot.assertNotEmitted(field.value_edited),
        qtbot.waitSignal(field.rejected, check_params_cb=lambda reason: reason == ""),
    ):
        field.discard()
    assert field.lineEdit().text() == "1"
    assert not field.error


def test_a_barred_entry_cannot_be_reached_and_says_why(qtbot):
    field = ChoiceField("objective", [("a", 1)])
    qtbot.addWidget(field)
    with qtbot.assertNotEmitted(field.value_chosen):
        field.show_choices([Choice("a", 1), Choice("b", 2, "only on Sundays"), Choice("c", 3)])
        field.show_value(1)
    assert field.itemData(1, Qt.ItemDataRole.ToolTipRole) == "only on Sundays"
    with qtbot.waitSignal(field.value_chosen, check_params_cb=lambda value: value == 3):
        qtbot.keyClick(field, Qt.Key.Key_Down)


def test_a_long_name_that_is_no_entry_does_not_widen_the_field(qtbot):
    field = ChoiceField("preset", [("a", 1)])
    qtbot.addWidget(field)
    width = field.minimumSizeHint().width()
    field.show_value("x", "a very long name of a file that somebody brought along.csv")
    assert field.minimumSizeHint().width() == width


def test_a_switch_tells_clicks_and_not_what_it_is_shown(qtbot):
    switch = Switch("auto", "automatic")
    qtbot.addWidget(switch)
    with qtbot.assertNotEmitted(switch.value_chosen):
        switch.show_value(True)
    assert switch.isChecked()
    with qtbot.waitSignal(switch.value_chosen, check_params_cb=lambda value: value is False):
        qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(switch.value_chosen, check_params_cb=lambda value: value is True):
        qtbot.keyClick(switch, Qt.Key.Key_Space)


def test_showing_a_choice_is_not_choosing(qtbot):
    field = ChoiceField("speed", [("slow", 1.0), ("fast", 2.0)])
    qtbot.addWidget(field)
    with qtbot.assertNotEmitted(field.value_chosen):
        field.show_value(2.0)
    assert field.currentText() == "fast"
    with qtbot.assertNotEmitted(field.value_chosen):
        field.show_value(7.0, "7 of them")
    assert field.currentIndex() == -1


def test_choosing_tells_the_value(qtbot):
    field = ChoiceField("speed", [("slow", 1.0), ("fast", 2.0)])
    qtbot.addWidget(field)
    with qtbot.waitSignal(field.value_chosen, check_params_cb=lambda value: value == 2.0):
        field.activated.emit(1)


@pytest.fixture
def slider(qtbot):
    made = Slider("step", 1000)
    qtbot.addWidget(made)
    made.resize(300, 30)
    made.show()
    return made


def test_a_slider_goes_where_it_is_clicked(qtbot, slider):
    told = []
    slider.dragged.connect(lambda position, continues: told.append((position, continues)))
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(150, 15))
    assert told == [(pytest.approx(500, abs=4), False)]


def test_a_drag_is_one_gesture(qtbot, slider):
    told = []
    slider.dragged.connect(lambda position, continues: told.append(continues))
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(50, 15))
    for x in (90, 140, 220):
        qtbot.mouseMove(slider, QPoint(x, 15))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(220, 15))
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(20, 15))
    assert told == [False, True, True, True, False]


def test_a_handle_in_the_hand_is_not_pulled_away(qtbot, slider):
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(150, 15))
    held = slider.value()
    slider.show_position(3)
    assert slider.value() == held
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(150, 15))
    slider.show_position(3)
    assert slider.value() == 3


def test_showing_a_position_is_not_dragging(qtbot, slider):
    with qtbot.assertNotEmitted(slider.dragged):
        slider.show_position(700)


def test_a_log_slider_maps_clicks_to_powers_of_ten(qtbot):
    slider = LogSlider("learning rate", -4, 2)
    qtbot.addWidget(slider)
    slider.resize(320, 50)
    slider.show()
    with qtbot.waitSignal(slider.value_dragged) as caught:
        qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(160, 10))
    assert caught.args[0] == pytest.approx(0.1, rel=0.1)


@pytest.mark.parametrize(("value", "position"), [(1e-4, 0), (1.0, 400), (1e2, 600), (1e9, 600), (1e-9, 0)])
def test_a_log_slider_shows_values_on_its_scale_and_the_rest_at_its_ends(qtbot, value, position):
    slider = LogSlider("learning rate", -4, 2)
    qtbot.addWidget(slider)
    slider.show_value(value)
    assert slider.value() == position


@pytest.mark.parametrize("pixels", [14, 21, 42])
def test_fields_and_sliders_are_large_enough_to_hit_at_every_font_size(qtbot, pixels):
    for widget in (
        NumberField("n"),
        Slider("s", 10),
        LogSlider("η", -2, 2),
        ChoiceField("c", [("a", 1)]),
        Switch("s", "s"),
    ):
        qtbot.addWidget(widget)
        font = QFont()
        font.setPixelSize(pixels)
        widget.setFont(font)
        assert widget.sizeHint().height() >= (24 if pixels >= 16 else 20)
        assert widget.sizeHint().width() >= 24


def test_of_a_number_too_long_for_its_field_the_sign_is_seen_and_the_last_digits_are_not(qtbot):
    field = NumberField("w")
    qtbot.addWidget(field)
    field.resize(60, field.sizeHint().height())
    field.show()
    field.clearFocus()
    field.show_value(-0.123456789)
    assert field.lineEdit().cursorPosition() == 0
    field.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.lineEdit().end(False)
    field.show_value(-0.123456788)
    assert field.lineEdit().cursorPosition() > 0, "where one types nothing jumps"

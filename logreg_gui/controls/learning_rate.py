"""The learning rate: a number or automatic, a slider, and the zones in which it climbs or does not."""

from __future__ import annotations

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from logreg_gui.controls.editor import Editor
from logreg_gui.controls.form import VERTICAL_SPACING, FieldGroup
from logreg_gui.controls.number_field import NumberField
from logreg_gui.controls.remark import Remark
from logreg_gui.controls.sliders import LogSlider
from logreg_gui.controls.switch import Switch
from logreg_gui.notation import significant
from logreg_gui.scenario import OPTIMIZERS, Scenario, with_model

WHAT = "learning rate η"
LOWEST_EXPONENT, HIGHEST_EXPONENT = -8, 2
"""Down to the gradient of a million rows, up to the lengths in weights of the adaptive optimizers."""

ALONG_GRADIENT = "η in w ← w + η Xᵀ(y − p): how far a step goes along the summed gradient; 3e-4 is understood"
IN_WEIGHTS = "η: how far a step moves a weight, whatever the size of the gradient; 3e-4 is understood"
ZONES = "Green: every step climbs. Amber: stable, steps may fall. Red: no step size this large settles"


class LearningRateGroup(FieldGroup):
    """Edits the learning rate of the model; while it is automatic, shows the one that is used.

    Of a method without a learning rate only the room for one is left, and the sentence in it.
    """

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._used: float | None = None
        self._is_automatic = False
        self.field = NumberField(WHAT)
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.automatic = Switch("auto", f"automatic {WHAT}")
        self.automatic.setToolTip("Take a learning rate that is safe on these data, and keep it so")
        self.slider = LogSlider(WHAT, LOWEST_EXPONENT, HIGHEST_EXPONENT)
        self.slider.setToolTip(ZONES)
        self._zones = Remark(lines=2)

        self._label = label = QLabel("rate η")
        label.setToolTip(WHAT)
        label.setBuddy(self.field)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(VERTICAL_SPACING)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.field, 0, 1)
        grid.addWidget(self.automatic, 0, 2)
        grid.addWidget(self.slider, 1, 0, 1, 3)
        grid.addWidget(self._zones, 2, 0, 1, 3)

        wanted = "a positive number from 10⁻¹² to 10¹²"
        for part in (label, self.field, self.automatic, self.slider):
            policy = part.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            part.setSizePolicy(policy)
        editor.join_number(self.field, _with_rate, wanted)
        editor.join_choice(self.automatic, self._with_automatic, f"automatic {WHAT}")
        self.slider.value_dragged.connect(self._drag)
        self.show_stable_rates(None, None)

    def show_scenario(self, scenario: Scenario) -> None:
        has_rate = any(one.name == "learning_rate" for one in OPTIMIZERS[scenario.model.optimizer].parameters)
        if not has_rate:
            self.field.discard()  # before it is hidden, which would take it for finished
        for part in (self._label, self.field, self.automatic, self.slider):
            part.setVisible(has_rate)
        is_adaptive = OPTIMIZERS[scenario.model.optimizer].is_adaptive
        self.field.setToolTip(IN_WEIGHTS if is_adaptive else ALONG_GRADIENT)
        rate = scenario.learning_rate
        if (rate is None) != self._is_automatic:
            self.field.discard()
        self._is_automatic = rate is None
        self.automatic.show_value(rate is None)
        if rate is None:
            self._show_used()
        else:
            self.field.show_value(rate)
            self.slider.show_value(rate)
        self._allow_automatic()

    def show_used(self, rate: float | None) -> None:
        """Show the rate that training uses, for as long as it is automatic; None when it is not known."""
        if rate == self._used:
            return
        self._used = rate
        if self._is_automatic:
            self._show_used()
        self._allow_automatic()

    def show_stable_rates(
        self, always_climbing: float | None, largest_stable: float | None, reason: str = ""
    ) -> None:
        """Mark the zones; None for what is not known or does not exist, and a `reason` why there are none."""
        self.slider.show_zones(always_climbing, largest_stable)
        self._zones.setText(reason or _zones_text(always_climbing, largest_stable))

    def show_zone_colors(self, safe: QColor, edge: QColor, unstable: QColor) -> None:
        """The colours of the zones."""
        self.slider.show_colors(safe, edge, unstable)

    def _show_used(self) -> None:
        if self._used is None:
            self.field.show_nothing("automatic")
            return
        rate = _rounded(self._used)
        self.field.show_live_value(rate)
        self.slider.show_value(rate)

    def _allow_automatic(self) -> None:
        # Without a number to go on with, it cannot be anything but automatic.
        self.automatic.setEnabled(not self._is_automatic or self._used is not None)

    def _with_automatic(self, scenario: Scenario, is_automatic: bool) -> Scenario:
        if is_automatic or self._used is None:
            return with_model(scenario, learning_rate=None)
        return with_model(scenario, learning_rate=_rounded(self._used))

    def _drag(self, rate: float, continues: bool) -> None:
        self._editor.offer(_with_rate, rate, WHAT, continues)


def _with_rate(scenario: Scenario, rate: float) -> Scenario:
    return with_model(scenario, learning_rate=rate)


def _rounded(rate: float) -> float:
    """As many digits as there is room for: what is shown is what holds when it is no longer automatic."""
    return float(f"{rate:.3g}")


def _zones_text(always_climbing: float | None, largest_stable: float | None) -> str:
    if always_climbing is None and largest_stable is None:
        return "stable learning rates: computing"
    if largest_stable is None:
        edge = "separable: no largest stable rate"
    else:
        edge = f"largest stable rate {significant(largest_stable)}"
    if always_climbing is None:
        return edge
    return f"always climbs below {significant(always_climbing)}; {edge}"

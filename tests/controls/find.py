"""Fields as a person finds them: by name, among those that can be seen."""

from logreg_gui.controls.choice_field import ChoiceField
from logreg_gui.controls.number_field import NumberField
from logreg_gui.controls.switch import Switch


def shown(panel, kind, name):
    """The field of that kind and name that can be seen."""
    return next(w for w in panel.findChildren(kind) if w.isVisible() and w.accessibleName() == name)


def number(panel, name):
    """The number field of that name."""
    return shown(panel, NumberField, name)


def choice(panel, name):
    """The choice of that name."""
    return shown(panel, ChoiceField, name)


def names(panel):
    """The names of all fields that can be seen."""
    kinds = (NumberField, ChoiceField, Switch)
    return {w.accessibleName() for kind in kinds for w in panel.findChildren(kind) if w.isVisible()}

"""What the user asked for: everything that is needed to reproduce a run, and nothing that a run produces.

A `Scenario` is a value. An edit is a new one (`dataclasses.replace`, or one of the functions below where one
choice entails another), checked when it is made, so that a scenario that exists is a scenario that can be
trained. `classify_change` says what an edit means for a run in progress.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

# The controls' whole vocabulary is in this module: what a scenario is made of is named here too.
from logreg_gui.core.csv_files import MOST_CLASSES as MOST_CLASSES
from logreg_gui.core.csv_files import Column as Column
from logreg_gui.core.csv_files import CsvError as CsvError
from logreg_gui.core.csv_files import Table as Table
from logreg_gui.core.csv_files import read_csv as read_csv
from logreg_gui.core.datasets import LARGEST_SEED, Dataset
from logreg_gui.core.datasets import GaussianClass as GaussianClass
from logreg_gui.core.datasets import GaussianData as GaussianData
from logreg_gui.core.features import LARGEST_DEGREE as LARGEST_DEGREE
from logreg_gui.core.generators import IRIS_FEATURES as IRIS_FEATURES
from logreg_gui.core.generators import Circles as Circles
from logreg_gui.core.generators import Iris as Iris
from logreg_gui.core.generators import Moons as Moons
from logreg_gui.core.generators import NoisyCurve as NoisyCurve
from logreg_gui.core.generators import Spirals as Spirals
from logreg_gui.core.generators import StripeWithOutlier as StripeWithOutlier
from logreg_gui.core.generators import Xor as Xor
from logreg_gui.core.models import OBJECTIVES as OBJECTIVES
from logreg_gui.core.models import ModelSpec as ModelSpec
from logreg_gui.core.optimizers import OPTIMIZERS as OPTIMIZERS
from logreg_gui.core.optimizers import Parameter as Parameter
from logreg_gui.core.painted import MOST_PAINTED as MOST_PAINTED
from logreg_gui.core.painted import PaintedData as PaintedData
from logreg_gui.core.painted import cleared as cleared
from logreg_gui.core.painted import flipped as flipped
from logreg_gui.core.painted import jittered as jittered
from logreg_gui.core.painted import moved as moved
from logreg_gui.core.painted import painted_from_pieces, starting_points
from logreg_gui.core.painted import rows_near as rows_near
from logreg_gui.core.painted import sprayed as sprayed
from logreg_gui.core.painted import with_points_added as with_points_added
from logreg_gui.core.painted import without_points as without_points
from logreg_gui.core.pausing import PauseRules as PauseRules
from logreg_gui.core.penalties import PENALTIES as PENALTIES
from logreg_gui.core.pieces import Pieces as Pieces
from logreg_gui.core.pieces import finished
from logreg_gui.core.precision import PRECISIONS as PRECISIONS
from logreg_gui.core.samples import INPUTS as INPUTS
from logreg_gui.core.samples import Data as Data
from logreg_gui.core.samples import demand_split as demand_split
from logreg_gui.core.samples import draw as draw
from logreg_gui.core.samples import number_of_classes as number_of_classes
from logreg_gui.core.samples import number_of_features as number_of_features
from logreg_gui.core.samples import number_of_rows as number_of_rows
from logreg_gui.core.samples import rows_pieces
from logreg_gui.core.tables import TableData as TableData
from logreg_gui.core.tables import best_guess as best_guess
from logreg_gui.core.tables import likely_features as likely_features
from logreg_gui.core.tables import possible_labels as possible_labels
from logreg_gui.core.validation import positive_number, real_number, whole_number

UNLIMITED = math.inf
"""The speed of a run that takes as many steps per second as the machine can."""

SPEEDS: tuple[float, ...] = (1, 2, 5, 10, 30, 60, 100, 600, UNLIMITED)
"""The speeds offered to the user, in steps per second."""

MAX_STEPS = 100_000_000
"""The largest step budget: at this many steps even the smallest data set trains for minutes at full speed."""

MAX_CLASS_SIZE = 1_000_000
"""Rows per class: two such classes train at 150 steps per second and more, and take 0.4 GB at most."""

SMALLEST_LEARNING_RATE = 1e-12
LARGEST_LEARNING_RATE = 1e12


STARTS = ("weights", "zeros", "random")

MOST_GAUSSIANS = 6
"""As many classes as marks and colours can be told apart on a projector."""

MOST_TERMS = 500
"""Of the feature map: the Hessian is still quick. Four features of degree 6 make 209."""


@dataclass(frozen=True)
class Scenario:
    """All settings of a run.

    `preset` names the scenario this one was derived from. `model` holds objective, features, penalty and
    optimizer; its learning rate is per summed gradient, as in the tutorials: w <- w + learning_rate * X^T (y
    - p), and None stands for the automatic one. `steps` is the budget after which training pauses by itself.
    `speed` is in steps per second. `initial_weights` holds the intercept first; a model with another number
    of weights starts from zeros.

    `start` "zeros" and "random" take others instead: random ones are standard normal, drawn with
    `start_seed`. `pause_at` are rules by which training pauses before the budget is used up.

    `inputs`, `label_noise`, `test_size` and `split_seed` are those of `samples.draw`, `precision` is that of
    `core.precision`.

    Raises ValueError naming the field and the value.
    """

    preset: str
    data: Data
    model: ModelSpec = ModelSpec()  # noqa: RUF009  # frozen: sharing one is harmless
    steps: int = 1000
    speed: float = 10.0
    initial_weights: tuple[float, ...] = ()
    inputs: str = "both"
    label_noise: float = 0.0
    test_size: float = 0.0
    split_seed: int = 0
    precision: str = "automatic"
    start: str = "weights"
    start_seed: int = 0
    pause_at: PauseRules = PauseRules()  # noqa: RUF009  # frozen: sharing one is harmless

    def __post_init__(self) -> None:
        _check_learning_rate(self.model.learning_rate)
        checked: dict[str, Any] = {
            "steps": whole_number("steps", self.steps, 1, MAX_STEPS),
            "speed": _speed(self.speed),
            "label_noise": _share("label_noise", self.label_noise),
            "test_size": _share("test_size", self.test_size),
            "split_seed": whole_number("split_seed", self.split_seed, 0, LARGEST_SEED),
            "initial_weights": tuple(float(weight) for weight in self.initial_weights),
        }
        if not all(map(math.isfinite, checked["initial_weights"])):
            raise ValueError(f"initial_weights must be finite numbers, got {self.initial_weights!r}")
        checked["start_seed"] = whole_number("start_seed", self.start_seed, 0, LARGEST_SEED)
        if self.start not in STARTS:
            raise ValueError(f"start must be one of {', '.join(STARTS)}, got {self.start!r}")
        if self.precision not in PRECISIONS:
            raise ValueError(f"precision must be one of {', '.join(PRECISIONS)}, got {self.precision!r}")
        if self.inputs not in INPUTS:
            raise ValueError(f"inputs must be one of {', '.join(INPUTS)}, got {self.inputs!r}")
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        _check_sizes(self.data)
        _check_objective(self.model.objective, self.n_classes)
        _check_terms(self.model, {"first": 1, "both": 2}.get(self.inputs), number_of_features(self.data))

    @property
    def learning_rate(self) -> float | None:
        """That of the model: None for the automatic one."""
        return self.model.learning_rate

    @property
    def n_classes(self) -> int:
        """Number of classes K; 0 for a regression."""
        return number_of_classes(self.data)

    @property
    def seed(self) -> int:
        """That of the data; of the test set and the wrong labels, where the data have none."""
        return int(getattr(self.data, "seed", self.split_seed))

    @property
    def has_seed(self) -> bool:
        """Whether another seed makes anything different."""
        return hasattr(self.data, "seed") or self.test_size > 0.0 or self.label_noise > 0.0


@dataclass(frozen=True)
class Edit:
    """A scenario that the user made from the last one, and what the Edit menu calls the change.

    `continues` marks the later parts of one gesture (a slider being dragged): they share one undo entry.
    """

    scenario: Scenario
    label: str
    continues: bool = False


class Change(Enum):
    """What an edit means for the run in progress."""

    NOTHING = auto()
    HYPERPARAMETERS = auto()
    """Keep the weights, go on."""
    DATA = auto()
    """Other rows, or another penalty on the same ones: keep the weights, go on."""
    NEW_MODEL = auto()
    """Other weights are trained: start again from the initial ones, and go on if it was training."""
    NEW_RUN = auto()
    """Another scenario: pause at the initial weights."""


def classify_change(old: Scenario, new: Scenario) -> Change:
    """The consequence of replacing `old` by `new` while it trains."""
    if old == new:
        return Change.NOTHING
    started_elsewhere = old.preset != new.preset or _start_of(old) != _start_of(new)
    if started_elsewhere or type(old.data) is not type(new.data):
        return Change.NEW_RUN
    if _weights_of(old) != _weights_of(new):
        return Change.NEW_MODEL
    return Change.HYPERPARAMETERS if _climbed(old) == _climbed(new) else Change.DATA


def _start_of(scenario: Scenario) -> tuple[object, ...]:
    if scenario.start == "random":
        return scenario.start, scenario.start_seed
    return "weights", scenario.initial_weights if scenario.start == "weights" else ()


def _weights_of(scenario: Scenario) -> tuple[object, ...]:
    """What decides how many weights there are and what they mean."""
    model = scenario.model
    return (
        model.objective, model.degree, model.interactions, model.standardise, model.intercept,
        scenario.inputs, scenario.n_classes, _columns_of(scenario.data),
    )  # fmt: skip


def _columns_of(data: Data) -> object:
    return getattr(data, "input_names", None), getattr(data, "class_names", None)


def _climbed(scenario: Scenario) -> tuple[object, ...]:
    """What decides about the height that a set of weights has."""
    model = scenario.model
    penalty = () if model.penalty == "none" else (model.penalty, model.C, model.l1_ratio)
    return scenario.data, scenario.label_noise, scenario.test_size, scenario.split_seed, penalty


def with_class(scenario: Scenario, index: int, gaussian: GaussianClass) -> Scenario:
    """`scenario` with class `index` of its Gaussians replaced."""
    data = _gaussians_of(scenario)
    classes = list(data.classes)
    classes[index] = gaussian
    return replace(scenario, data=replace(data, classes=tuple(classes)))


def with_class_count(scenario: Scenario, count: int) -> Scenario:
    """`scenario` with so many Gaussians: the last ones go, new ones come in a free direction.

    More than two classes ask for softmax.

    Raises:
        ValueError: `count` is not a whole number from 2 to 6.
    """
    count = whole_number("classes", count, 2, MOST_GAUSSIANS)
    data = _gaussians_of(scenario)
    classes = list(data.classes[:count])
    while len(classes) < count:
        classes.append(_another(classes))
    # Legacy draws belong to the tutorials' own classes.
    legacy = data.legacy_covariances if count == len(data.classes) else None
    return with_data(scenario, replace(data, classes=tuple(classes), legacy_covariances=legacy))


def with_data(scenario: Scenario, data: Data) -> Scenario:
    """`scenario` with other data of any kind, and with the objective that their classes ask for.

    A regression asks for squared error, more than two classes for softmax; two classes leave the choice, and
    are logistic where there was none before. With another objective the learning rate is automatic again.
    """
    model, before, after = scenario.model, scenario.n_classes, number_of_classes(data)
    objective = {0: "squared-error", 2: model.objective if before == 2 else "logistic"}.get(after, "softmax")
    if objective != model.objective:
        model = replace(model, objective=objective, learning_rate=None)
    return replace(scenario, data=data, model=model)


def painted(scenario: Scenario) -> Scenario:
    """`scenario` with its rows as points to paint on; of a regression, a point of each of two classes."""
    return finished(painted_pieces(scenario))


def painted_pieces(scenario: Scenario) -> Pieces[Scenario]:
    """`painted`, some rows at a time."""
    points = starting_points()
    if scenario.n_classes > 1 and number_of_features(scenario.data) > 1:
        rows = yield from rows_pieces(scenario.data)
        if isinstance(rows, Dataset):
            points = yield from painted_from_pieces(rows, scenario.n_classes)
    return replace(with_data(replace(scenario, inputs="both"), points), preset=PAINTED)


PAINTED = "painted points"
"""What a scenario of painted points is called as a preset, which it is not."""


def with_prior(scenario: Scenario, index: int, prior: float) -> Scenario:
    """`scenario` with the share `prior` of the rows in class `index`; the others keep their proportions.

    Sizes are whole, so the prior is met as nearly as the number of all rows allows.

    Raises:
        ValueError: `prior` does not lie between 0 and 1.
    """
    prior = real_number("prior", prior)
    if not 0.0 < prior < 1.0:
        raise ValueError(f"prior must lie between 0 and 1, both excluded, got {prior!r}")
    data = _gaussians_of(scenario)
    total = sum(gaussian.size for gaussian in data.classes)
    rest = total - data.classes[index].size
    own = min(max(1, round(prior * total)), total - (len(data.classes) - 1))
    classes = [
        replace(gaussian, size=own if k == index else max(1, round((total - own) * gaussian.size / rest)))
        for k, gaussian in enumerate(data.classes)
    ]
    return replace(scenario, data=replace(data, classes=tuple(classes)))


def number_of_inputs(scenario: Scenario) -> int:
    """Number of features that are inputs of the model."""
    count = number_of_features(scenario.data)
    return {"first": 1, "both": min(2, count)}.get(scenario.inputs, count)


def number_of_weights(scenario: Scenario) -> int:
    """Number of weights of the model, intercepts among them."""
    model = scenario.model
    terms = _number_of_terms(model, number_of_inputs(scenario)) + model.intercept
    return terms * (scenario.n_classes if model.objective == "softmax" else 1)


def has_given_start(scenario: Scenario) -> bool:
    """Whether training starts from `initial_weights`: given ones, as many as the model has."""
    return scenario.start == "weights" and len(scenario.initial_weights) == number_of_weights(scenario)


def with_initial_weights(scenario: Scenario, weights: tuple[float, ...]) -> Scenario:
    """`scenario` that starts from these weights."""
    return replace(scenario, initial_weights=weights, start="weights")


def with_seed(scenario: Scenario, seed: int) -> Scenario:
    """`scenario` with another seed: another sample of the same data, another test set, other wrong labels."""
    seed = whole_number("seed", seed, 0, LARGEST_SEED)
    data: Any = scenario.data
    if hasattr(data, "seed"):
        data = replace(data, seed=seed)
    return replace(scenario, data=data, split_seed=seed)


def with_model(scenario: Scenario, **changes: Any) -> Scenario:
    """`scenario` with fields of its model changed, and with what those choices entail.

    A learning rate belongs to an optimizer and to features: with another of these it becomes automatic again,
    unless one is given. An l1 penalty asks for an optimizer that can climb it, the proximal one if the
    present one cannot; and an optimizer that cannot leaves the l1 penalty's place to l2.

    Raises:
        ValueError: as `ModelSpec`.
    """
    model = scenario.model
    if _RATE_DEPENDS_ON & changes.keys() and any(getattr(model, k) != v for k, v in changes.items()):
        changes.setdefault("learning_rate", None)
    optimizer = changes.get("optimizer", model.optimizer)
    penalty = changes.get("penalty", model.penalty)
    has_corners = penalty == "l1" or (
        penalty == "elasticnet" and changes.get("l1_ratio", model.l1_ratio) != 0
    )
    if has_corners and optimizer in OPTIMIZERS and not OPTIMIZERS[optimizer].handles_l1:
        if "optimizer" in changes and "penalty" not in changes:
            changes["penalty"] = "l2"
        else:
            changes |= {"optimizer": "proximal", "learning_rate": None}
    return replace(scenario, model=replace(model, **changes))


_RATE_DEPENDS_ON = {"objective", "degree", "interactions", "standardise", "optimizer"}


def scenario_of_table(data: TableData, standardise: bool) -> Scenario:
    """The scenario to start from with a table of one's own, called after its file.

    Logistic regression of two classes, softmax of more, least squares of a regression, with the automatic
    learning rate: whatever the units of the columns, it climbs.
    """
    objective = {0: "squared-error", 2: "logistic"}.get(len(data.class_names), "softmax")
    return Scenario(data.name, data, ModelSpec(objective, standardise=standardise), steps=500, speed=60.0)


def slower(speed: float) -> float:
    """The next slower offered speed, or the slowest."""
    return max((offered for offered in SPEEDS if offered < speed), default=SPEEDS[0])


def faster(speed: float) -> float:
    """The next faster offered speed, or the fastest."""
    return min((offered for offered in SPEEDS if offered > speed), default=SPEEDS[-1])


def _speed(value: object) -> float:
    return UNLIMITED if value == UNLIMITED else positive_number("speed", value)


def _share(field: str, value: object) -> float:
    number = real_number(field, value)
    if not 0.0 <= number < 1.0:
        raise ValueError(f"{field} must be a share of at least 0 and below 1, got {value!r}")
    return number


def _check_learning_rate(number: float | None) -> None:
    # The bounds keep learning_rate * gradient clear of underflow and overflow; teaching needs 1e-6 to 1e2.
    if number is not None and not SMALLEST_LEARNING_RATE <= number <= LARGEST_LEARNING_RATE:
        raise ValueError(
            f"learning_rate must be a positive finite number from {SMALLEST_LEARNING_RATE:g} to "
            f"{LARGEST_LEARNING_RATE:g}, got {number!r}"
        )


def _check_sizes(data: Data) -> None:
    for gaussian in data.classes if isinstance(data, GaussianData) else ():
        whole_number("size", gaussian.size, 1, MAX_CLASS_SIZE)
    if hasattr(data, "size"):
        whole_number("size", data.size, 1, 2 * MAX_CLASS_SIZE)
    if isinstance(data, StripeWithOutlier):
        whole_number("outliers", data.outliers, 0, 2 * MAX_CLASS_SIZE)
    if number_of_classes(data) > MOST_GAUSSIANS:
        raise ValueError(f"classes must be at most {MOST_GAUSSIANS}, got {number_of_classes(data)}")


def _check_objective(objective: str, n_classes: int) -> None:
    if n_classes == 0 and objective != "squared-error":
        raise ValueError(f"objective must be squared-error where the target is no class, got {objective!r}")
    if n_classes > 2 and objective != "softmax":
        raise ValueError(
            f"objective must be softmax for more than two classes, got {objective!r} for {n_classes}"
        )


def _check_terms(model: ModelSpec, wanted: int | None, n_features: int) -> None:
    n_inputs = n_features if wanted is None else min(wanted, n_features)
    n_terms = _number_of_terms(model, n_inputs)
    if n_terms > MOST_TERMS:
        raise ValueError(
            f"degree must give at most {MOST_TERMS} terms, got {model.degree}: of {n_inputs} inputs it "
            f"makes {n_terms:,}"
        )


def _number_of_terms(model: ModelSpec, n_inputs: int) -> int:
    products = math.comb(n_inputs + model.degree, model.degree) - 1
    return products if model.interactions else n_inputs * model.degree


def _gaussians_of(scenario: Scenario) -> GaussianData:
    if not isinstance(scenario.data, GaussianData):
        raise ValueError(f"data must be Gaussian classes, got {type(scenario.data).__name__}")
    return scenario.data


def _another(classes: list[GaussianClass]) -> GaussianClass:
    """A round Gaussian as far from the middle of `classes` as they are, where there is most room."""
    middle = [sum(gaussian.mean[axis] for gaussian in classes) / len(classes) for axis in range(2)]
    ways = [(one.mean[0] - middle[0], one.mean[1] - middle[1]) for one in classes]
    radius = max(max(math.hypot(*way) for way in ways), 1.0)
    taken = [math.atan2(way[1], way[0]) for way in ways]
    angles = [k * math.pi / 12.0 for k in range(24)]

    def room(angle: float) -> float:
        return min(abs(math.remainder(angle - other, 2.0 * math.pi)) for other in taken)

    angle = max(angles, key=room)
    deviation = sum(sum(one.standard_deviations) for one in classes) / (2 * len(classes))
    mean = (
        round(middle[0] + 1.2 * radius * math.cos(angle), 2),
        round(middle[1] + 1.2 * radius * math.sin(angle), 2),
    )
    size = sorted(one.size for one in classes)[len(classes) // 2]
    deviation = float(f"{max(deviation, 1e-6):.2g}")
    return GaussianClass.from_standard_deviations(mean, (deviation, deviation), 0.0, size)

"""The update of the weights in symbols, as LaTeX, for every optimizer, objective and penalty.

X (n, p) holds a column of ones and the terms, y the target; w the weights, with softmax W (p, K), one column
per class, and Y the labels as 0 and 1. The gradient g is that of the smooth part of F,

    g(w) = X^T (y - p) - lambda w,   p = sigma(X w), softmax(X W), or X w for least squares,

with lambda = 0 for the intercept. S_a is the soft threshold of an l1 penalty. ACCENT stands for the colour of
the learning rate, which is that of its slider.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from logreg_gui.frames import ModelSpec

ETA = r"\textcolor{ACCENT}{\eta}"


@dataclass(frozen=True)
class Formula:
    """The update, and below it what its symbols mean, line by line."""

    update: str
    where: tuple[str, ...]


@dataclass(frozen=True)
class _Symbols:
    """The letters of one objective and penalty."""

    weights: str
    target: str
    link: str
    has_l1: bool
    has_l2: bool
    is_net: bool

    @property
    def l2(self) -> str:
        return r"\lambda_2" if self.is_net else r"\lambda"

    @property
    def l1(self) -> str:
        return r"\lambda_1" if self.is_net else r"\lambda"

    def letter(self, name: str) -> str:
        """A vector, or with softmax a matrix."""
        return rf"\mathbf{{{name.upper() if self.weights == 'W' else name}}}"

    def fitted(self, at: str) -> str:
        """The prediction at weights."""
        scores = rf"\mathbf{{X}}{at}"
        return rf"{self.link}({scores})" if self.link else scores

    def gradient(self, at: str, fitted: str = "") -> str:
        """The gradient at weights; `fitted` stands for the prediction there."""
        y = rf"\mathbf{{{self.target}}}"
        slope = rf"\mathbf{{X}}^{{\mathsf{{T}}}}({y} - {fitted or self.fitted(at)})"
        return rf"{slope} - {self.l2}{at}" if self.has_l2 else slope

    def thresholded(self, moved: str) -> str:
        """A step with the soft threshold, if the penalty has one."""
        return rf"S_{{{ETA}{self.l1}}}\bigl({moved}\bigr)" if self.has_l1 else moved

    def meanings(self) -> tuple[str, ...]:
        """Of the penalty's symbols."""
        lines = []
        if self.has_l1:
            lines.append(r"S_a(z) = \operatorname{sign}(z)\,\max(|z| - a,\; 0)")
        free = r"\text{not on the intercept}"
        if self.is_net:
            lines.append(rf"\lambda_1 = \rho / C,\quad \lambda_2 = (1 - \rho) / C,\quad {free}")
        elif self.has_l1 or self.has_l2:
            lines.append(rf"\lambda = 1 / C,\quad {free}")
        return tuple(lines)


@lru_cache(maxsize=64)
def formula_of(model: ModelSpec) -> Formula:
    """The update that the optimizer of `model` makes."""
    symbols = _symbols(model)
    update, *where = _UPDATES[model.optimizer](symbols)
    return Formula(update, (*where, *symbols.meanings()))


def _symbols(model: ModelSpec) -> _Symbols:
    penalty = model.penalty_value
    return _Symbols(
        weights="W" if model.objective == "softmax" else "w",
        target="Y" if model.objective == "softmax" else "y",
        link={"logistic": r"\sigma", "softmax": r"\operatorname{softmax}"}.get(model.objective, ""),
        has_l1=penalty.l1 > 0.0,
        has_l2=penalty.l2 > 0.0,
        is_net=penalty.l1 > 0.0 and penalty.l2 > 0.0,
    )


def _gradient_ascent(s: _Symbols) -> list[str]:
    now = _now(s)
    fitted = rf"{s.letter('p')}_t" if s.link else ""
    slope = s.gradient(now, fitted)
    slope = rf"\bigl({slope}\bigr)" if s.has_l2 else slope
    moved = rf"{now} + {ETA}\,{slope}"
    lines = [rf"{_next(s)} = {s.thresholded(moved)}"]
    return lines + ([rf"{fitted} = {s.fitted(now)}"] if s.link else [])


def _stochastic(s: _Symbols) -> list[str]:
    now = _now(s)
    scores = rf"\mathbf{{X}}_B{now}"
    fitted = rf"{s.letter('p')}_B" if s.link else scores
    slope = rf"\tfrac{{n}}{{b}}\,\mathbf{{X}}_B^{{\mathsf{{T}}}}(\mathbf{{{s.target}}}_B - {fitted})"
    slope = rf"\bigl({slope} - {s.l2}{now}\bigr)" if s.has_l2 else slope
    meaning = r"B:\ \text{the next } b \text{ of } n \text{ rows}"
    if s.link:
        meaning = rf"{fitted} = {s.link}({scores}),\quad {meaning}"
    moved = rf"{now} + {ETA}\,{slope}"
    return [rf"{_next(s)} = {s.thresholded(moved)}", meaning]


def _momentum(s: _Symbols) -> list[str]:
    velocity = s.letter("v")
    return [
        rf"{_next(s)} = {_now(s)} + {velocity}_{{t+1}}",
        rf"{velocity}_{{t+1}} = \beta\,{velocity}_t + {ETA}\,{s.letter('g')}_t",
        _slope(s),
    ]


def _nesterov(s: _Symbols) -> list[str]:
    velocity, weights = s.letter("v"), s.letter("w")
    ahead = rf"{_now(s)} + \beta\,{velocity}_t"
    return [
        rf"{_next(s)} = {_now(s)} + {velocity}_{{t+1}}",
        rf"{velocity}_{{t+1}} = \beta\,{velocity}_t + {ETA}\,{s.letter('g')}({ahead})",
        rf"{s.letter('g')}({weights}) = {s.gradient(weights)}",
    ]


def _adagrad(s: _Symbols) -> list[str]:
    squares, slope = s.letter("s"), s.letter("g")
    return [_scaled(s), rf"{squares}_{{t+1}} = {squares}_t + {slope}_t^2", _slope(s)]


def _rmsprop(s: _Symbols) -> list[str]:
    squares, slope = s.letter("s"), s.letter("g")
    return [_scaled(s), rf"{squares}_{{t+1}} = 0.9\,{squares}_t + 0.1\,{slope}_t^2", _slope(s)]


def _adam(s: _Symbols) -> list[str]:
    mean, squares, slope = s.letter("m"), s.letter("s"), s.letter("g")
    update = (
        rf"{_next(s)} = {_now(s)} + {ETA}\,\hat{{{mean}}}_{{t+1}} / "
        rf"\bigl(\sqrt{{\hat{{{squares}}}_{{t+1}}}} + \epsilon\bigr)"
    )
    lines = [update]
    for symbol, decay, rest, power in ((mean, "0.9", "0.1", ""), (squares, "0.999", "0.001", "^2")):
        lines.append(
            rf"{symbol}_{{t+1}} = {decay}\,{symbol}_t + {rest}\,{slope}_t{power},\quad "
            rf"\hat{{{symbol}}}_t = {symbol}_t / (1 - {decay}^t)"
        )
    return [*lines, _slope(s)]


def _newton(s: _Symbols) -> list[str]:
    lines = [rf"{_next(s)} = {_now(s)} - \mathbf{{H}}_t^{{-1}}{s.letter('g')}_t", _slope(s)]
    if s.weights == "W":
        return [*lines, r"\mathbf{H}_t:\ \text{the second derivatives there}"]
    curvature = r"\mathbf{X}^{\mathsf{T}}\mathbf{X}"
    if s.link:
        curvature = r"\mathbf{X}^{\mathsf{T}}\operatorname{diag}(\mathbf{p}_t(1 - \mathbf{p}_t))\,\mathbf{X}"
    ridge = rf" - {s.l2}\mathbf{{I}}" if s.has_l2 else ""
    meaning = rf",\quad \mathbf{{p}}_t = {s.fitted(_now(s))}" if s.link else ""
    return [*lines, rf"\mathbf{{H}}_t = -{curvature}{ridge}{meaning}"]


def _lbfgs(s: _Symbols) -> list[str]:
    return [
        rf"{_next(s)} = {_now(s)} + \alpha_t\,\mathbf{{B}}_t\,{s.letter('g')}_t",
        r"\mathbf{B}_t \approx -\mathbf{H}_t^{-1}\ \text{from the last steps},"
        r"\quad \alpha_t\ \text{by line search}",
        _slope(s),
    ]


def _proximal(s: _Symbols) -> list[str]:
    ahead, weights = s.letter("u"), s.letter("w")
    slope = s.letter("g")
    moved = rf"{ahead}_t + {ETA}\,{slope}({ahead}_t)"
    return [
        rf"{_next(s)} = {s.thresholded(moved)}",
        rf"{ahead}_t = {weights}_t + \beta_t\,({weights}_t - {weights}_{{t-1}})",
        rf"{slope}({ahead}) = {s.gradient(ahead)}",
    ]


def _now(s: _Symbols) -> str:
    return rf"{s.letter('w')}_t"


def _next(s: _Symbols) -> str:
    return rf"{s.letter('w')}_{{t+1}}"


def _slope(s: _Symbols) -> str:
    return rf"{s.letter('g')}_t = {s.gradient(_now(s))}"


def _scaled(s: _Symbols) -> str:
    """A step along the gradient, each weight's by its own root mean square."""
    root = rf"\sqrt{{{s.letter('s')}_{{t+1}}}}"
    return rf"{_next(s)} = {_now(s)} + {ETA}\,{s.letter('g')}_t / \bigl({root} + \epsilon\bigr)"


_UPDATES = {
    "gradient-ascent": _gradient_ascent,
    "sgd": _stochastic,
    "momentum": _momentum,
    "nesterov": _nesterov,
    "adagrad": _adagrad,
    "rmsprop": _rmsprop,
    "adam": _adam,
    "newton": _newton,
    "lbfgs": _lbfgs,
    "proximal": _proximal,
}

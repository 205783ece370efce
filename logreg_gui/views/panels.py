"""The numbers beside the curve: tiles, the update equation with its numbers, and the table of weights."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from logreg_gui.frames import FloatArray, Frame
from logreg_gui.views import formatting
from logreg_gui.views.style import Look

SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"


class _Panel(QWidget):
    """A painted widget of fixed height that shows frames."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = Look()
        self.frame: Frame | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_frame(self, frame: Frame) -> None:
        """Show the numbers of this instant."""
        self.frame = frame
        self.update()

    def set_look(self, look: Look) -> None:
        """Take other colours and sizes."""
        self.look = look
        self.setFixedHeight(self.height_for(look))
        self.update()

    def height_for(self, look: Look) -> int:
        """The height in pixels that the panel needs."""
        raise NotImplementedError

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Paint the frame."""
        raise NotImplementedError

    def sizeHint(self) -> QSize:
        return QSize(200, self.height_for(self.look))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self.look.color("plot"))
        if self.frame is not None:
            self.draw(painter, self.frame)
        painter.end()


class NumbersPanel(_Panel):
    """Step, log-likelihood and its distance to the maximum, gradient norm, accuracy."""

    def tiles(self, frame: Frame) -> list[tuple[str, str, str]]:
        """Caption, value and remark of each tile."""
        gap = frame.gap_to_maximum
        if gap is not None:
            remark = f"{formatting.significant(max(gap, 0.0))} below max"
        elif frame.data.references is None:
            remark = "maximum: computing"
        else:
            remark = "no maximum"
        wrong = round((1.0 - frame.accuracy) * frame.data.dataset.n_rows)
        return [
            ("step t", formatting.whole(frame.step), f"of {formatting.whole(frame.stop_step)}"),
            ("log-likelihood", formatting.log_likelihood(frame.log_likelihood), remark),
            ("gradient norm", formatting.significant(frame.gradient_norm), ""),
            ("accuracy", formatting.percent(frame.accuracy), f"{formatting.whole(wrong)} wrong"),
        ]

    def height_for(self, look: Look) -> int:
        return round(2.75 * look.base + 1.3 * look.key)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        look = self.look
        painter.fillRect(self.rect(), look.color("window"))
        tiles = self.tiles(frame)
        small, large = look.font(look.base), look.font(look.key, bold=True)
        # Room by need, so that a long log-likelihood is not squeezed beside a short step number.
        needs = [
            max(
                QFontMetricsF(small).horizontalAdvance(caption),
                QFontMetricsF(large).horizontalAdvance(value),
                QFontMetricsF(small).horizontalAdvance(remark),
                4.0 * look.base,
            )
            for caption, value, remark in tiles
        ]
        available = self.width() - 2 * look.gap
        scale = min(1.0, (available - 3 * look.gap) / sum(needs))
        spare = max(0.0, available - sum(needs) * scale) / len(tiles)
        left = float(look.gap)
        for (caption, value, remark), need in zip(tiles, needs, strict=True):
            width = need * scale
            self._tile(painter, left, width, caption, value, remark)
            left += width + spare

    def _tile(
        self, painter: QPainter, left: float, width: float, caption: str, value: str, remark: str
    ) -> None:
        look = self.look
        lines = (
            (caption, look.font(look.base), "muted", 1.25 * look.base),
            (value, look.font(look.key, bold=True), "text", 1.25 * look.key),
            (remark, look.font(look.base), "muted", 1.25 * look.base),
        )
        top = 0.1 * look.base
        for text, font, ink, height in lines:
            metrics = QFontMetricsF(font)
            painter.save()
            painter.setFont(font)
            painter.setPen(look.color(ink))
            painter.translate(left, top)
            needed = metrics.horizontalAdvance(text)
            if needed > width:
                painter.scale(width / needed, 1.0)
            painter.drawText(
                QRectF(0, 0, max(needed, width) + 1, height), Qt.AlignmentFlag.AlignVCenter, text
            )
            painter.restore()
            top += height


class EquationPanel(_Panel):
    """The update of the weights in symbols, set by ziamath, and below it with the numbers of this step."""

    SYMBOLS = (
        r"\mathbf{w}_{t+1} = \mathbf{w}_t + \textcolor{ACCENT}{\eta}\,"
        r"\mathbf{X}^{\mathsf{T}}(\mathbf{y} - \mathbf{p}_t)"
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: QPixmap | None = None
        self._picture_key: object = None
        self._may_typeset = False
        self.setAccessibleName("Update of the weights")

    def typeset(self) -> None:
        """Set the symbols. Called once the window is on the screen: loading ziamath takes a while."""
        self._may_typeset = True
        self.update()

    def height_for(self, look: Look) -> int:
        return round(1.75 * look.key + 3 * 1.32 * look.base + 1.2 * look.gap)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        look = self.look
        head = 1.75 * look.key
        if self._may_typeset:
            picture = self._symbols(painter.device().devicePixelRatioF())
            size = picture.deviceIndependentSize()
            painter.drawPixmap(QPointF(look.gap, (head - size.height()) / 2), picture)
        self._numbers(painter, frame, head)

    def _symbols(self, ratio: float) -> QPixmap:
        key = (self.look.theme.name, self.look.key, self.width(), ratio)
        if self._picture is None or self._picture_key != key:
            self._picture, self._picture_key = self._render_symbols(ratio), key
        return self._picture

    def _render_symbols(self, ratio: float) -> QPixmap:
        import ziamath  # 0.1 s that the first picture need not wait for

        # Qt's SVG renderer draws nothing for the <symbol> elements that ziamath writes by default.
        ziamath.config.svg2 = False
        theme = self.look.theme
        formula = ziamath.Latex(
            self.SYMBOLS.replace("ACCENT", theme.accent), size=1.15 * self.look.key, color=theme.text
        )
        renderer = QSvgRenderer(QByteArray(formula.svg().encode()))
        natural = renderer.viewBoxF().size()
        scale = min(1.0, (self.width() - 2 * self.look.gap) / max(natural.width(), 1.0))
        picture = QPixmap(
            max(1, round(natural.width() * scale * ratio)), max(1, round(natural.height() * scale * ratio))
        )
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        renderer.render(painter)
        painter.end()
        picture.setDevicePixelRatio(ratio)
        return picture

    def _numbers(self, painter: QPainter, frame: Frame, top: float) -> None:
        look = self.look
        rate = formatting.shortest(frame.learning_rate)
        columns: list[list[str] | str] = [
            formatting.column(frame.next_weights),
            "=",
            formatting.column(frame.weights),
            "+",
            f"{rate} ·",
            formatting.column(frame.gradient),
        ]
        font = look.font(look.base)
        metrics = QFontMetricsF(font)
        row = 1.32 * look.base
        bracket, gap = 0.55 * look.base, 0.36 * look.base
        # Columns as wide as the longest number they are likely to hold, so that they stand still while it
        # trains.
        number = metrics.horizontalAdvance("−0.0000")
        widths = [
            metrics.horizontalAdvance(column)
            if isinstance(column, str)
            else max(number, *(metrics.horizontalAdvance(text) for text in column)) + 2 * bracket
            for column in columns
        ]
        needed = sum(widths) + gap * (len(columns) - 1)
        scale = min(1.0, (self.width() - 2 * look.gap) / needed)
        painter.save()
        painter.setFont(font)
        painter.translate(look.gap, top)
        painter.scale(scale, scale)
        left = 0.0
        for column, width in zip(columns, widths, strict=True):
            if isinstance(column, str):
                painter.setPen(look.color("accent" if "·" in column else "text"))
                painter.drawText(QRectF(left, 0, width + 1, 3 * row), Qt.AlignmentFlag.AlignCenter, column)
            else:
                self._vector(painter, left, width, row, bracket, column)
            left += width + gap
        painter.restore()

    def _vector(
        self, painter: QPainter, left: float, width: float, row: float, bracket: float, texts: list[str]
    ) -> None:
        height = row * len(texts)
        painter.setPen(QPen(self.look.color("text"), max(1.4, 0.09 * self.look.base)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for edge, inward in ((left + 1.0, 1.0), (left + width - 1.0, -1.0)):
            parenthesis = QPainterPath(QPointF(edge + inward * bracket, 0.0))
            parenthesis.quadTo(edge - inward * 0.8 * bracket, height / 2, edge + inward * bracket, height)
            painter.drawPath(parenthesis)
        painter.setPen(self.look.color("text"))
        for index, text in enumerate(texts):
            cell = QRectF(left + bracket, index * row, width - 2.1 * bracket, row)
            painter.drawText(cell, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


class WeightsPanel(_Panel):
    """The weights now beside those at the maximum and those of the Bayes-optimal boundary."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Weights now, at the maximum and Bayes-optimal")

    def rows(self, frame: Frame) -> list[list[str]]:
        """The table's cells, the first row being the heading."""
        references = frame.data.references
        maximum = references.maximum_likelihood.weights if references is not None else None
        bayes = frame.data.bayes
        optimal = bayes.weights if bayes is not None and bayes.is_line else None
        names = ["intercept w₀"] + [f"w{SUBSCRIPTS[index]}" for index in range(1, len(frame.weights))]
        columns = (
            names,
            [formatting.fixed(weight, 4) for weight in frame.weights],
            _reference_column(maximum, len(names), "none"),
            _reference_column(optimal, len(names), "none" if bayes is None else "curved"),
        )
        return [["weights", "now", "MLE", "Bayes"], *(list(cells) for cells in zip(*columns, strict=True))]

    def height_for(self, look: Look) -> int:
        return round(4 * 1.42 * look.base + 0.8 * look.gap)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        look = self.look
        painter.fillRect(self.rect(), look.color("window"))
        row = 1.42 * look.base
        shares = (0.28, 0.24, 0.24, 0.24)
        inks = ("muted", "boundary", "maximum", "bayes")
        usable = self.width() - 2.0 * look.gap
        for line, cells in enumerate(self.rows(frame)):
            left = float(look.gap)
            for column, text in enumerate(cells):
                width = shares[column] * usable
                painter.setFont(look.font(look.base, bold=line == 0 or column == 1))
                painter.setPen(look.color(inks[column]))
                alignment = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
                cell = QRectF(left, 0.4 * look.gap + line * row, width, row)
                _draw_fitted(painter, cell, alignment | Qt.AlignmentFlag.AlignVCenter, text)
                left += width
            if line == 0:
                painter.setPen(QPen(look.color("edge"), 1.0))
                y = 0.4 * look.gap + row
                painter.drawLine(QPointF(look.gap, y), QPointF(self.width() - look.gap, y))


def _reference_column(weights: FloatArray | None, rows: int, instead: str) -> list[str]:
    if weights is None:
        return [instead] + [""] * (rows - 1)
    return [formatting.fixed(weight, 4) for weight in weights]


def _draw_fitted(painter: QPainter, cell: QRectF, alignment: Qt.AlignmentFlag, text: str) -> None:
    """Text in a cell, narrowed when it is too long: a number must never be cut off."""
    needed = QFontMetricsF(painter.font()).horizontalAdvance(text) + 2.0
    painter.save()
    painter.translate(cell.topLeft())
    if needed > cell.width():
        painter.scale(cell.width() / needed, 1.0)
    painter.drawText(QRectF(0, 0, max(needed, cell.width()), cell.height()), alignment, text)
    painter.restore()

"""The update of the weights: in symbols, and with the numbers of this step."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from logreg_gui import notation
from logreg_gui.frames import Frame
from logreg_gui.views.panel import Panel
from logreg_gui.views.style import Look


class EquationPanel(Panel):
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
        rate = notation.shortest(frame.learning_rate)
        columns: list[list[str] | str] = [
            notation.column(frame.next_weights),
            "=",
            notation.column(frame.weights),
            "+",
            f"{rate} ·",
            notation.column(frame.gradient),
        ]
        font = look.font(look.base)
        metrics = QFontMetricsF(font)
        row = 1.32 * look.base
        bracket, gap = 0.75 * look.base, 0.36 * look.base
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

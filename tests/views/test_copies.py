"""A copy is the very picture that drawing makes, and is left as soon as anything it depends on is another."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPicture

from logreg_gui.views.copies import TILE, Backdrop, Cards, Grid, Stamp, Still, Tiles, pixel_ratio
from logreg_gui.views.style import Look

AREA = QRectF(20.5, 10.25, 300.0, 200.0)
INK = QColor("#7a1fa2")


def image_of(*draws, ratio=1.0, shift=(0.0, 0.0), ground="#d0e0f0"):
    """A picture of 400 x 300 units with what is drawn, one after the other."""
    image = QImage(round(400 * ratio), round(300 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(ground))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(*shift)
    for draw in draws:
        draw(painter)
    painter.end()
    return image


def wavy_path(seed=0):
    """A closed path all over the area, and beyond its edges."""
    rng = np.random.default_rng(seed)
    path = QPainterPath(QPointF(*rng.uniform(-100, 400, 2)))
    for x, y in rng.uniform((-100, -100), (500, 400), (12, 2)):
        path.lineTo(x, y)
    path.setFillRule(Qt.FillRule.OddEvenFill)
    return path


def filling(stamp, area=AREA):
    def draw(painter):
        painter.setClipRect(area)
        stamp.fill(painter, area)

    return draw


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("seed", range(4))
def test_a_stamp_that_is_copied_is_the_one_that_was_drawn(ratio, seed):
    stamp = Stamp(wavy_path(seed), INK)
    inside = QPainterPath()
    inside.addEllipse(QRectF(60.3, 40.7, 90.0, 55.5))
    small = Stamp(inside, INK)
    for one, path in ((stamp, wavy_path(seed)), (small, inside)):
        drawn = image_of(lambda painter, path=path: painter.fillPath(path, INK), ratio=ratio)
        clipped = image_of(filling(Stamp(path, INK)), ratio=ratio)
        assert one is stamp or clipped == drawn
        for _ in range(3):
            assert nearly(image_of(filling(one), ratio=ratio), clipped)


def nearly(one, other):
    """Whether pictures are the same, but for single pixels where Qt cuts a path at another edge."""
    away = np.abs(channels(one) - channels(other))
    return away.max() <= 2 and np.count_nonzero(away.max(axis=2)) <= 20


def channels(image):
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return pixels[:, : image.width(), :3].astype(int)


def test_a_stamp_in_another_area_or_place_or_size_of_pixels_is_drawn_there():
    stamp, path = Stamp(wavy_path(), INK), wavy_path()
    smaller = QRectF(40.0, 30.0, 100.0, 120.0)
    for area, ratio, shift in (
        (smaller, 1.0, (0.0, 0.0)),
        (AREA, 1.0, (0.0, 0.0)),
        (AREA, 2.0, (0.0, 0.0)),
        (AREA, 1.0, (7.0, 3.0)),
        (AREA, 1.0, (0.0, 0.0)),
    ):
        for _ in range(3):
            found = image_of(filling(stamp, area), ratio=ratio, shift=shift)
            assert nearly(found, image_of(filling(Stamp(path, INK), area), ratio=ratio, shift=shift))


class TestStill:
    """Dots along a way: where they begin, all of them lie."""

    def drawing(self, still, bounds=AREA, ink=INK, seen=None, begin=30.3):
        def stroke(painter):
            if seen is not None:
                seen.append(painter)
            painter.setClipRect(bounds)
            painter.setPen(QPen(ink, 3.0, Qt.PenStyle.DotLine, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(begin, 12.0), QPointF(290.7, 190.9))

        return lambda painter: still.draw(painter, bounds, (ink.rgba(), begin), stroke)

    @pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
    def test_a_copy_is_what_was_drawn(self, ratio):
        still, seen = Still(), []
        first, *others = (image_of(self.drawing(still, seen=seen), ratio=ratio) for _ in range(4))
        assert all(nearly(other, first) for other in others)
        assert others[1] == others[2]
        assert len(seen) == 2, "at first, and into the copy"
        assert first != image_of(ratio=ratio)

    @pytest.mark.parametrize(
        "change",
        [
            {"bounds": AREA.adjusted(60.0, 0.0, 0.0, -40.0)},
            {"ink": QColor("#0072b2")},
            {"begin": 60.0},
        ],
    )
    def test_whatever_it_depends_on_draws_it_anew(self, change):
        still = Still()
        for _ in range(3):
            image_of(self.drawing(still))
        wanted = image_of(self.drawing(Still(), **change))
        for _ in range(3):
            assert nearly(image_of(self.drawing(still, **change)), wanted)

    def test_on_vectors_it_is_drawn(self):
        still = Still()
        for _ in range(3):
            image_of(self.drawing(still))
        picture, seen = QPicture(), []
        painter = QPainter(picture)
        self.drawing(still, seen=seen)(painter)
        painter.end()
        assert len(seen) == 1


def ruling(grid, columns=(30.0, 77.3), rows=(50.5, 120.0), ink=INK, area=AREA):
    def draw(painter):
        painter.setClipRect(area)
        grid.draw(painter, ink, columns, rows, area)

    return draw


@pytest.mark.parametrize("is_smooth", [False, True])
@pytest.mark.parametrize(
    "change",
    [
        {"columns": (30.0, 78.3)},
        {"columns": (30.0,)},
        {"rows": (50.5, 121.0)},
        {"ink": QColor(10, 20, 30, 26)},
        {"area": QRectF(60.0, 10.25, 200.0, 200.0)},
        {"area": QRectF(20.5, 60.0, 300.0, 100.0)},
    ],
    ids=lambda change: "-".join(change),
)
def test_a_grid_that_is_copied_is_the_one_that_was_drawn_and_another_is_another(is_smooth, change):
    grid = Grid(is_smooth=is_smooth)
    for what in ({"ink": QColor(20, 20, 30, 26)}, change, {}):
        drawn = image_of(ruling(Grid(is_smooth=is_smooth), **what))
        for _ in range(3):
            assert image_of(ruling(grid, **what)) == drawn
    assert image_of(ruling(grid, **change)) != drawn


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_lines_of_a_grid_that_cross_are_laid_over_each_other(ratio):
    grid = Grid(is_smooth=True)
    faint = QColor(20, 20, 30, 26)
    pictures = [image_of(ruling(grid, ink=faint), ratio=ratio) for _ in range(3)]
    assert pictures[1] == pictures[2] == pictures[0]


def label(text, at):
    def paint(painter):
        painter.setFont(Look().font(15))
        painter.setPen(QColor("black"))
        painter.drawText(QPointF(*at), text)
        painter.drawLine(QPointF(5.5, 20.5), QPointF(200.25, 20.5))

    return paint


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_a_backdrop_that_is_copied_is_the_one_that_was_drawn_and_another_is_another(ratio):
    backdrop = Backdrop()
    seen = []
    for area, ground, text, shift in (
        (QRect(0, 0, 210, 90), "#ffffff", "w₁ x₁", (0.0, 0.0)),
        (QRect(0, 0, 210, 90), "#ffffff", "w₂ x₂", (0.0, 0.0)),
        (QRect(0, 0, 210, 90), "#eeeeee", "w₂ x₂", (0.0, 0.0)),
        (QRect(0, 0, 150, 60), "#dddddd", "w₂ x₂", (0.0, 0.0)),
        (QRect(0, 0, 150, 70), "#dddddd", "w₂ x₂", (0.0, 0.0)),
        (QRect(0, 0, 150, 70), "#dddddd", "w₂ x₂", (40.0, 30.0)),
    ):
        paint, ink = label(text, (12.3, 40.6)), QColor(ground)

        def draw(painter, one, area=area, ink=ink, text=text, paint=paint):
            painter.setClipRect(area)
            one.draw(painter, area, ink, text, paint)

        drawn = image_of(lambda painter, draw=draw: draw(painter, Backdrop()), ratio=ratio, shift=shift)
        for _ in range(3):
            assert (
                image_of(lambda painter, draw=draw: draw(painter, backdrop), ratio=ratio, shift=shift)
                == drawn
            )
        seen.append(drawn)
    assert all(one != other for number, one in enumerate(seen) for other in seen[:number])


def test_nothing_is_copied_where_it_would_not_be_the_same():
    assert image_ratio(lambda painter: None) == 1.0
    assert image_ratio(lambda painter: painter.translate(3.0, -2.0)) == 1.0
    assert image_ratio(lambda painter: painter.translate(0.5, 0.0)) is None
    assert image_ratio(lambda painter: painter.rotate(30.0)) is None
    assert image_ratio(lambda painter: painter.scale(1.0, 2.0)) is None
    assert image_ratio(lambda painter: painter.scale(1.0, -1.0)) is None
    assert image_ratio(lambda painter: painter.setOpacity(0.5)) is None
    picture = QPicture()
    with QPainter(picture) as painter:
        assert pixel_ratio(painter) is None, "vectors stay vectors"


def image_ratio(prepare):
    image = QImage(10, 10, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        prepare(painter)
        return pixel_ratio(painter)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_the_tiles_of_a_picture_are_what_there_is_in_it(ratio):
    picture = QImage(5 * TILE + 7, 3 * TILE + 1, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRectF(70.5, 3.3, 20.0, 10.0), INK)
        painter.fillRect(QRectF(5 * TILE, 3 * TILE, 9.0, 9.0), INK)
    picture.setDevicePixelRatio(ratio)
    tiles = Tiles(picture)
    assert len(tiles) == 2
    whole = image_of(lambda painter: painter.drawImage(QPointF(11.0, 12.0), picture), ratio=ratio)
    assert image_of(lambda painter: tiles.draw(painter, 11.0, 12.0), ratio=ratio) == whole


def card_painter(painted):
    """Paints a plate with a disc on it, and notes where."""

    def paint(painter, area):
        painted.append(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 255, 255, 217))
        painter.drawRoundedRect(area, 4.0, 4.0)
        painter.setBrush(INK)
        painter.drawEllipse(area.center(), 0.3 * area.height(), 0.3 * area.height())

    return paint


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_a_card_is_the_picture_that_was_drawn_within_one_level(ratio):
    cards, painted = Cards(most=4), []
    plate = QRectF(40.4, 30.6, 61.25, 22.5)

    def draw(painter):
        cards.draw(painter, plate, "disc", card_painter(painted))

    first, *others = (image_of(draw, ratio=ratio) for _ in range(3))
    assert len(painted) == 1, "into its copy"
    assert others == [first] * 2
    plate.moveTo(round(plate.x() * ratio) / ratio, round(plate.y() * ratio) / ratio)
    drawn = image_of(lambda painter: card_painter([])(painter, plate), ratio=ratio)
    assert np.abs(channels(drawn) - channels(first)).max() <= 1
    assert first != image_of(ratio=ratio)


def test_a_card_is_copied_to_another_place_at_whole_pixels():
    cards, painted = Cards(most=4), []
    areas = []
    for left in (40.4, 41.7, 43.5, 100.0):
        plate = QRectF(left, 30.6, 61.25, 22.5)
        image_of(lambda painter, plate=plate: areas.append(cards.draw(painter, plate, 1, card_painter([]))))
        painted.append((areas[-1].left(), areas[-1].top()))
    assert painted == [(40.0, 31.0), (42.0, 31.0), (44.0, 31.0), (100.0, 31.0)]
    assert {(area.width(), area.height()) for area in areas} == {(61.25, 22.5)}
    assert len(cards) == 1


def test_cards_of_another_key_size_or_ratio_are_drawn_and_the_oldest_goes():
    cards, painted = Cards(most=2), []
    paint = card_painter(painted)

    def draw(key, width, ratio):
        plate = QRectF(10.0, 10.0, width, 20.0)
        image_of(lambda painter: cards.draw(painter, plate, key, paint), ratio=ratio)

    for key, width, ratio in ((1, 60.0, 1.0), (2, 60.0, 1.0), (1, 61.0, 1.0), (1, 60.0, 2.0), (1, 60.0, 1.0)):
        draw(key, width, ratio)
    assert len(painted) == 5, "of the first one the copy went"
    assert len(cards) == 2
    draw(1, 60.0, 1.0)
    assert len(painted) == 5


def test_a_card_on_vectors_is_drawn_where_it_is():
    cards, painted = Cards(most=2), []
    picture = QPicture()
    painter = QPainter(picture)
    plate = QRectF(40.4, 30.6, 61.25, 22.5)
    assert [cards.draw(painter, plate, 1, card_painter(painted)) for _ in range(3)] == [plate] * 3
    painter.end()
    assert painted == [plate] * 3

"""A formula in TeX, set by ziamath and painted in the theme's colours."""

from __future__ import annotations

import functools
import logging
import re
import threading
from dataclasses import dataclass
from xml.etree.ElementTree import tostring

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import look
from gui.widgets.painted import Painted, draw_text_at, elided, line_height, text_width

#: Formulas are set once, with letters of this size and in no colour of their own; SVG scales.
SET_PX = 48
NO_COLOR = "currentColor"
#: A formula that is too wide is set smaller, down to this share of its size.
SMALLEST_SHARE = 0.6
#: Glyphs are read from a font file that has one position for all: two threads at once would leave
#: letters out, and the font would remember them as blank.
_SETTING = threading.Lock()
_SIGNS = {
    "sum": "Σ", "prod": "Π", "cdot": "·", "times": "×", "approx": "≈", "le": "≤", "leq": "≤",
    "ge": "≥", "geq": "≥", "infty": "∞", "sqrt": "√", "in": "∈", "to": "→", "partial": "∂",
    "neq": "≠", "pm": "±", "mid": "|", "cdots": "…", "ldots": "…", "dots": "…", "Delta": "Δ",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "eta": "η", "theta": "θ", "lambda": "λ", "mu": "μ", "pi": "π", "sigma": "σ", "tau": "τ",
    "varphi": "φ", "phi": "φ", "Sigma": "Σ", "quad": " ", "left": "", "right": "",
}


def plain_formula(tex: str) -> str:
    """A formula as a line of text, for screen readers and where it cannot be set."""
    text = re.sub(r"\\frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"(\1)/(\2)", tex)
    text = re.sub(r"\\(text|mathrm|operatorname|mathbf)\s*\{([^{}]*)\}", r"\2", text)
    text = re.sub(r"\\([A-Za-z]+)", lambda m: _SIGNS.get(m[1], m[1]), text)
    text = re.sub(r"\\[,;:! ]", " ", text)
    text = re.sub(r"\{([^{}])\}", r"\1", text).replace("{", "(").replace("}", ")")
    return re.sub(r"\s+", " ", text.replace("\\", "").replace("-", "−")).strip()


@dataclass(frozen=True)
class Formula:
    """A formula as SVG: its size, and the height of its baseline below the top, in pixels."""

    svg: bytes
    width: float
    height: float
    baseline: float

    def at(self, size_px: float) -> Formula:
        """The same formula with letters of `size_px`."""
        share = size_px / SET_PX
        return Formula(self.svg, share * self.width, share * self.height, share * self.baseline)

    def renderer(self, color: str) -> QSvgRenderer:
        """Draws it in that colour."""
        return QSvgRenderer(QByteArray(self.svg.replace(NO_COLOR.encode(), color.encode())))


@functools.lru_cache(maxsize=512)
def typeset(tex: str) -> Formula | None:
    """Set a formula with letters of `SET_PX`; None, with a line in the log, where that fails."""
    from ziamath.config import config
    from ziamath.zmath import Latex

    config.svg2 = False  # QtSvg shows nothing, or half, of the SVG 2 that is the default
    try:
        with _SETTING:
            element = Latex(tex, size=SET_PX, color=NO_COLOR).svgxml()
    except Exception as error:  # noqa: BLE001  the parsers raise anything, even AssertionError
        logging.getLogger(__name__).warning("Cannot set the formula %r: %r", tex, error)
        return None
    _, top, width, height = map(float, element.get("viewBox", "").split())
    return Formula(tostring(element), width, height, -top)


@functools.lru_cache(maxsize=256)
def formula_pixmap(
    tex: str, size_px: int, color: str, ratio: float, share: float = 1.0
) -> QPixmap | None:
    """The formula at a `share` of its size, as a transparent pixmap, sharp at that pixel ratio."""
    whole = typeset(tex)
    if whole is None:
        return None
    formula = whole.at(share * size_px * ratio)
    size = QSize(round(formula.width), round(formula.height))
    pixmap = QPixmap(size)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        formula.renderer(color).render(painter, QRectF(0, 0, *size.toTuple()))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


class MathLabel(Painted):
    """One formula. `plain` is what screen readers say; without it, it is made from the TeX."""

    def __init__(
        self, tex: str = "", plain: str = "", parent: QWidget | None = None, *, size: float = 16,
        token: str = "ink", centered: bool = False, smallest: float = SMALLEST_SHARE,
    ) -> None:
        super().__init__(parent)
        self._tex, self._plain = "", ""
        self._size, self._token, self._centered = size, token, centered
        self._smallest = smallest
        self._other_line: MathLabel | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_formula(tex, plain)

    @property
    def tex(self) -> str:
        """The formula."""
        return self._tex

    def set_formula(self, tex: str, plain: str = "") -> None:
        """Show another formula."""
        plain = plain or plain_formula(tex)
        if (tex, plain) != (self._tex, self._plain):
            self._tex, self._plain = tex, plain
            self.setAccessibleName(plain)
            self.updateGeometry()
            self.update()
            if self._other_line is not None:
                self._other_line.update()

    def go_on_in(self, other: MathLabel) -> None:
        """The formula goes on in another label: where one must be set smaller, both are."""
        self._other_line, other._other_line = other, self

    @property
    def is_typeset(self) -> bool:
        """Whether the formula is set; else its plain text stands there."""
        return self._formula() is not None

    @property
    def baseline(self) -> float:
        """The height of the baseline below the widget's top, in pixels."""
        formula, share = self._formula(), self._share()
        if formula is None:
            return (self.height() + line_height(look().font(self._size)) / 2) / 2
        return (self.height() - share * formula.height) / 2 + share * formula.baseline

    def _size_px(self) -> int:
        return look().font(self._size).pixelSize()

    def _formula(self) -> Formula | None:
        whole = typeset(self._tex) if self._tex else None
        return None if whole is None else whole.at(self._size_px())

    def _share(self) -> float:
        """The share of its size at which the formula is set."""
        other = self._other_line
        own = self._fitting_share()
        return own if other is None or other.isHidden() else min(own, other._fitting_share())

    def _fitting_share(self) -> float:
        """The largest one at which the formula fits the width."""
        formula = self._formula()
        if formula is None or formula.width <= self.width():
            return 1.0
        return max(self.width() / formula.width, self._smallest)

    def sizeHint(self) -> QSize:
        formula, font = self._formula(), look().font(self._size)
        if formula is None:
            return QSize(int(text_width(self._plain, font)) + 2, int(line_height(font)) + 1)
        return QSize(int(formula.width) + 1, int(formula.height) + 1)

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(int(hint.width() * self._smallest), hint.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._tex:
            return
        color = look().tokens.text_hex(self._token)
        pixmap = formula_pixmap(
            self._tex, self._size_px(), color, self.devicePixelRatioF(), self._share()
        )
        with QPainter(self) as painter:
            if pixmap is None:
                font = look().font(self._size)
                painter.setFont(font)
                painter.setPen(look().tokens.text(self._token))
                text = elided(self._plain, font, self.width())
                draw_text_at(painter, text, self._left(text_width(text, font)), self.height() / 2)
            else:
                size = pixmap.deviceIndependentSize()
                left, top = self._left(size.width()), (self.height() - size.height()) / 2
                formula = self._formula()
                if self.keeps_strokes and formula is not None:
                    formula.renderer(color).render(painter, QRectF(QPointF(left, top), size))
                else:
                    painter.drawPixmap(round(left), round(top), pixmap)

    def _left(self, width: float) -> float:
        return max((self.width() - width) / 2, 0.0) if self._centered else 0.0

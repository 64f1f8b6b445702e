"""How Chalknet looks: colour tokens, type sizes, and the one stylesheet made of them.

Each colour token has one meaning everywhere (see `Tokens`). Sizes are given in pixels at the
normal text size and pass through `Appearance.px`, so that zoom and projector scale everything.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib import resources
from pathlib import Path
from string import Template

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

BASE_TEXT_PX = 14
#: 24 pt at a window height of 1080 pixels, the least that the last row of a lecture hall reads.
PROJECTOR_TEXT_PX = 32
PROJECTOR_HEIGHT_PX = 1080
#: The sizes that resources/style.qss uses, as $px1, $px2, …
STYLESHEET_SIZES = (1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18, 20, 24)
ZOOM_STEPS = (0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5)


@dataclass(frozen=True)
class Tokens:
    """Colours as "#RRGGBB", each with one meaning in every tab."""

    ground: str  # the page
    surface: str  # cards
    line: str  # rules and borders
    ink: str  # text, target, theory
    muted: str  # secondary text
    blue: str  # the network, training set, positive values
    orange: str  # test set, the step being explained
    vermilion: str  # error, negative values, what is being dragged
    green: str  # right, confirmed
    purple: str  # a further series
    ghost: str  # the state before, pinned runs, predictions
    soft: str  # selected
    on_blue: str  # text on a blue ground
    orange_text: str  # the same three as text, which needs 4.5 : 1 where a curve needs 3 : 1
    vermilion_text: str
    green_text: str

    def text_hex(self, name: str) -> str:
        """A token as "#RRGGBB" for text, dark or light enough to be read on every ground.

        What is only a trace as a curve, the ghost, is secondary as text.
        """
        found: str = getattr(self, "muted" if name == "ghost" else f"{name}_text", "")
        return found or str(getattr(self, name))

    def text(self, name: str) -> QColor:
        """A token as the colour of a text."""
        return QColor(self.text_hex(name))

    def color(self, name: str, alpha: float = 1.0) -> QColor:
        """A token as QColor; `alpha` in 0…1."""
        color = QColor(getattr(self, name))
        color.setAlphaF(alpha)
        return color

    def blend(self, name: str, share: float, ground: str = "surface") -> QColor:
        """The opaque mixture of a token with a ground; alpha would cost a curve ten times more."""
        top, bottom = QColor(getattr(self, name)), QColor(getattr(self, ground))
        return QColor.fromRgbF(
            *(
                share * over + (1 - share) * under
                for over, under in (
                    (top.redF(), bottom.redF()),
                    (top.greenF(), bottom.greenF()),
                    (top.blueF(), bottom.blueF()),
                )
            )
        )


LIGHT = Tokens(
    ground="#F6F6F3", surface="#FFFFFF", line="#E2E4E7", ink="#1B1F24", muted="#5B6470",
    blue="#0072B2", orange="#C77700", vermilion="#D55E00", green="#00805E", purple="#9B4F85",
    ghost="#B9BFC6", soft="#EEF4F9", on_blue="#FFFFFF", orange_text="#966300",
    vermilion_text="#B83C00", green_text="#007D5C",
)
DARK = Tokens(
    ground="#14171B", surface="#1C2026", line="#2C323A", ink="#E8EAED", muted="#9AA4AF",
    blue="#56B4E9", orange="#F2B23E", vermilion="#FF7B45", green="#2CC69A", purple="#D79BC0",
    ghost="#4A525C", soft="#22303B", on_blue="#14171B", orange_text="#F2B23E",
    vermilion_text="#FF7B45", green_text="#2CC69A",
)
PROJECTOR = Tokens(**{
    **{field.name: getattr(LIGHT, field.name) for field in fields(Tokens)},
    "ground": "#FFFFFF", "line": "#C9CDD2", "ink": "#000000", "muted": "#3F4750",
})
THEMES = {"light": LIGHT, "dark": DARK, "projector": PROJECTOR}


def theme_label(name: str) -> str:
    """A theme's name for the screen."""
    return {
        "light": QCoreApplication.translate("Theme", "Light"),
        "dark": QCoreApplication.translate("Theme", "Dark"),
        "projector": QCoreApplication.translate("Theme", "Projector"),
    }[name]


class Appearance(QObject):
    """The look in force. There is one, because there is one application: see `look()`."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.theme = "light"
        self.zoom = 1.0
        self.window_height_px = 720
        self._fonts: dict[tuple[int, bool], QFont] = {}

    @property
    def tokens(self) -> Tokens:
        """The colours of the current theme."""
        return THEMES[self.theme]

    @property
    def is_projector(self) -> bool:
        """Whether the projector theme is on: fewer things, larger."""
        return self.theme == "projector"

    @property
    def scale(self) -> float:
        """The factor between a size at normal text and the size on screen."""
        base = float(BASE_TEXT_PX)
        if self.is_projector:
            base = PROJECTOR_TEXT_PX * self.window_height_px / PROJECTOR_HEIGHT_PX
        return self.zoom * base / BASE_TEXT_PX

    @property
    def line_px(self) -> float:
        """The width of a curve: thick lines are for the projector."""
        return 4.0 if self.is_projector else 2.0

    def px(self, size: float) -> int:
        """A size in pixels at normal text, scaled."""
        return max(1, round(size * self.scale))

    def font(self, size: float = BASE_TEXT_PX, *, bold: bool = False) -> QFont:
        """The interface font with tabular figures, `size` in pixels at normal text.

        On the projector nothing is smaller than the body text.
        """
        if self.is_projector:
            size = max(size, BASE_TEXT_PX)
        pixels = self.px(size)
        # Asked for hundreds of times a frame; a copy costs a twentieth of a new one.
        if (pixels, bold) not in self._fonts:
            font = QFont(QApplication.font())
            font.setPixelSize(pixels)
            font.setBold(bold)
            font.setFeature(QFont.Tag("tnum"), 1)
            self._fonts[pixels, bold] = font
        return QFont(self._fonts[pixels, bold])

    def set_theme(self, name: str, zoom: float | None = None) -> None:
        """Switch to the theme `name`, one of `THEMES`, and perhaps to another zoom with it."""
        wanted = name, self.zoom if zoom is None else zoom
        if wanted != (self.theme, self.zoom):
            self.theme, self.zoom = wanted
            self.apply()

    def set_zoom(self, zoom: float) -> None:
        """Scale everything; 1 is the normal size."""
        zoom = min(max(zoom, ZOOM_STEPS[0]), ZOOM_STEPS[-1])
        if zoom != self.zoom:
            self.zoom = zoom
            self.apply()

    def zoom_by(self, steps: int) -> None:
        """Go `steps` along `ZOOM_STEPS`."""
        nearest = min(range(len(ZOOM_STEPS)), key=lambda i: abs(ZOOM_STEPS[i] - self.zoom))
        self.set_zoom(ZOOM_STEPS[min(max(nearest + steps, 0), len(ZOOM_STEPS) - 1)])

    def set_window_height(self, height_px: int) -> None:
        """Tell the projector theme how tall the window is; its type grows with it."""
        before = self.px(BASE_TEXT_PX)
        self.window_height_px = height_px
        if self.px(BASE_TEXT_PX) != before:
            self.apply()

    def apply(self) -> None:
        """Put palette, font and stylesheet into force; tell the widgets that paint themselves."""
        app = QApplication.instance()
        stylesheet = self._stylesheet()
        # Polishing every widget takes longer than all else at the start, so not for nothing.
        if isinstance(app, QApplication) and app.styleSheet() != stylesheet:
            # From one stylesheet straight to another, Qt takes four times as long.
            app.setStyleSheet("")
            app.setPalette(palette(self.tokens))
            app.setFont(self.font())
            # Qt tells the new font only to what was shown already; and what has a stylesheet, as
            # all has in a moment, would not listen.
            for widget in app.allWidgets():
                QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.ApplicationFontChange))
            app.setStyleSheet(stylesheet)
        self.changed.emit()

    def _stylesheet(self) -> str:
        template = resources.files("resources").joinpath("style.qss").read_text("utf-8")
        values = {field.name: getattr(self.tokens, field.name) for field in fields(Tokens)}
        sizes = {f"px{size}": f"{self.px(size)}px" for size in STYLESHEET_SIZES}
        small = self.font(12).pixelSize()
        icons = Path(str(resources.files("resources"))).as_posix() + "/icons"
        # A slider's handle is round; beyond half its height, Qt would make it a square.
        handle = f"{3 * self.px(4) // 2}px"
        # What is ticked stands on the blue, which is light in the dark theme.
        check = "dark" if self.tokens is DARK else "light"
        return Template(template).substitute(
            values, **sizes, small=f"{small}px", icons=icons, check=check, handle=handle
        )


def palette(tokens: Tokens) -> QPalette:
    """The Qt palette made of the tokens; Fusion draws the rest from it."""
    made = QPalette()
    role = QPalette.ColorRole
    for target, token in {
        role.Window: "ground", role.Base: "surface", role.AlternateBase: "ground",
        role.Button: "surface", role.WindowText: "ink", role.Text: "ink", role.ButtonText: "ink",
        role.ToolTipBase: "surface", role.ToolTipText: "ink", role.PlaceholderText: "muted",
        role.Highlight: "blue", role.HighlightedText: "on_blue", role.Link: "blue",
        role.Mid: "line", role.Light: "surface", role.Dark: "line", role.Accent: "blue",
    }.items():
        made.setColor(target, QColor(getattr(tokens, token)))
    for target in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, target, QColor(tokens.muted))
    return made


_appearance: Appearance | None = None


def look() -> Appearance:
    """The application's appearance, made on first use."""
    global _appearance
    if _appearance is None:
        _appearance = Appearance()
    return _appearance

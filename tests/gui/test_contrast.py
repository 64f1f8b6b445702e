"""Every text can be read: 4.5 : 1 in all themes, on every ground that it is used on."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from gui.theme import THEMES, Tokens
from gui.widgets.drawing_canvas import BOARD, CHALK, HINT
from gui.widgets.painted import is_bright, luminance
from gui.widgets.plot_layers import BAND_SHARE

ROOT = Path(__file__).resolve().parents[2]
LEAST = 4.5
#: What texts are written in, and what they are written on.
TEXTS = ("ink", "muted", "blue", "orange", "vermilion", "green", "purple", "ghost")
GROUNDS = ("ground", "surface", "soft")
DRAWING = ("drawText", "draw_text_at")


def ratio(one: QColor | str, other: QColor | str) -> float:
    """The contrast of two colours as WCAG 2 defines it, 1 … 21."""
    high, low = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_definition():
    assert ratio("#000000", "#FFFFFF") == pytest.approx(21)
    assert ratio("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert ratio("#FF0000", "#FFFFFF") == pytest.approx(4.00, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_token_on_every_ground(theme):
    tokens = THEMES[theme]
    found = {
        (text, ground): ratio(tokens.text_hex(text), getattr(tokens, ground))
        for text, ground in product(TEXTS, GROUNDS)
    }
    assert {pair: value for pair, value in found.items() if value < LEAST} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_texts_on_other_grounds(theme):
    tokens = THEMES[theme]
    assert ratio(tokens.on_blue, tokens.blue) >= LEAST
    # The name of a shaded area stands on its shade.
    assert ratio(tokens.text("vermilion"), tokens.blend("vermilion", BAND_SHARE)) >= LEAST
    # A field to be filled in, a button while it is pressed, and one that is switched off.
    assert ratio(tokens.ink, tokens.blend("ghost", 0.18)) >= LEAST
    assert ratio(tokens.ink, tokens.line) >= LEAST
    assert ratio(tokens.muted, tokens.line) >= LEAST
    # Keys that are shown on a stage.
    assert ratio(tokens.ground, tokens.ink) >= LEAST
    assert min(ratio(CHALK, BOARD), ratio(HINT, BOARD)) >= LEAST


def test_numbers_in_coloured_cells():
    for red, green, blue in product(range(0, 256, 15), repeat=3):
        color = QColor(red, green, blue)
        assert ratio("#000000" if is_bright(color) else "#FFFFFF", color) >= LEAST


def test_a_text_keeps_its_colour_apart_from_others():
    """A darker sibling is still the colour that it stands for."""
    for tokens in THEMES.values():
        for name in ("orange", "vermilion", "green"):
            curve, text = QColor(getattr(tokens, name)), tokens.text(name)
            assert abs(curve.hueF() - text.hueF()) < 0.04
        assert tokens.text("orange").hueF() - tokens.text("vermilion").hueF() > 0.03
        assert tokens.text_hex("ghost") == tokens.muted


# --- as used --------------------------------------------------------------------------------------


def rules() -> list[tuple[str, dict[str, str]]]:
    """The stylesheet's rules: selector and properties, tokens as names."""
    source = (ROOT / "resources" / "style.qss").read_text("utf-8")
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return [
        (" ".join(selector.split()),
         dict(re.findall(r"([\w-]+)\s*:\s*([^;]+)", body)))
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", source)
    ]


def ground_of(selector: str, properties: dict[str, str]) -> list[str]:
    """What a rule's text stands on: its own background, else any that there is."""
    own = re.match(r"\$(\w+)", properties.get("background", ""))
    return [own[1]] if own else list(GROUNDS)


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_of_the_stylesheet(theme):
    tokens, tried = THEMES[theme], 0
    for selector, properties in rules():
        color = re.fullmatch(r"\$(\w+)", properties.get("color", "").strip())
        if color is None:
            continue
        for ground in ground_of(selector, properties):
            tried += 1
            found = ratio(getattr(tokens, color[1]), getattr(tokens, ground))
            assert found >= LEAST, f"{selector}: {color[1]} on {ground}"
    assert tried > 20


def test_the_stylesheet_names_only_tokens():
    names = {field.name for field in fields(Tokens)}
    used = set(re.findall(r"\$([a-z_]+)", " ".join(
        value for _, properties in rules() for key, value in properties.items()
        if "color" in key or key.startswith("background")
    )))
    assert used <= names


@cache
def functions_of(path: Path) -> list[tuple[str, list[ast.Call]]]:
    """The functions that paint, each with its calls in order."""
    source = path.read_text("utf-8")
    if "Painter" not in source:
        return []
    return [
        (node.name, sorted((one for one in ast.walk(node) if isinstance(one, ast.Call)),
                           key=lambda call: (call.lineno, call.col_offset)))
        for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)
    ]


def pens_of_texts(path: Path, helpers: set[str]) -> list[tuple[str, str]]:
    """Each place that draws a text, with the pen set before it in the same function, if any."""
    found = []
    for function, calls in functions_of(path):
        pen = ""
        for call in calls:
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name == "setPen":
                pen = ast.unparse(call.args[0])
            elif name in DRAWING or name in helpers:
                found.append((f"{path.relative_to(ROOT)}:{call.lineno} {function}", pen))
    return found


def outcomes(node: ast.expr) -> set[object]:
    """What an expression may be, as far as it stands there; None for anything else."""
    if isinstance(node, ast.Constant):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return outcomes(node.body) | outcomes(node.orelse)
    return {None}


def is_readable(pen: str) -> bool:
    """Whether a pen has a colour for texts, or one that is readable in any case."""
    if pen in ("muted", "HINT") or "is_bright(" in pen:
        return True
    node = ast.parse(pen, mode="eval").body
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "QPen":
        node = node.args[0]
    kind = getattr(node.func, "attr", "") if isinstance(node, ast.Call) else ""
    if kind == "color":
        return outcomes(node.args[0]) <= {"ink", "muted", "ground"}
    return kind == "text"


def test_every_text_that_is_painted_has_a_text_colour():
    files = sorted((ROOT / "gui").rglob("*.py"))
    # Functions that leave the pen to whoever calls them draw with that one's.
    helpers = {
        place.rpartition(" ")[2] for path in files for place, pen in pens_of_texts(path, set())
        if not pen
    } - {"paintEvent"}
    drawn = [one for path in files for one in pens_of_texts(path, helpers)]
    assert len(drawn) > 60
    assert [one for one in drawn if one[1] and not is_readable(one[1])] == []


def test_the_reading_of_pens():
    for pen, is_fine in (
        ("look().tokens.color('muted')", True), ("tokens.text(token)", True),
        ("tokens.color('ink' if on else 'muted')", True), ("tokens.color('orange')", False),
        ("tokens.color(token)", False), ("QPen(tokens.color('muted'), look().px(1))", True),
        ("tokens.color('ghost')", False), ("QColor('#888888')", False),
    ):
        assert is_readable(pen) is is_fine, pen

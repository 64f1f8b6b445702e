"""The tour: lessons played for real, and the handout that they leave."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QImage, QPainter, QPolygonF
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

import main
from engine.lessons.facts import Facts
from engine.lessons.lesson import Place
from engine.lessons.library import Library
from engine.lessons.reading import parse
from gui import tour
from gui.lecture import picturing
from gui.lecture.handout_player import named
from gui.theme import look
from gui.widgets.function_plot import FunctionPlot
from gui.widgets.math_label import MathLabel
from gui.widgets.painted import Painted

ROOT = Path(main.__file__).parent
SHORT = """\
---
title: Short
part: mine
summary: A switch.
---

## A switch (1 min)

```set expressivity fresh
scene = neuron
neuron.weight = 2
neuron.bias = -3
```

It switches at {{edge:.2f}}, or

$$ s = {{edge:.3g}} $$

```ask number
prompt: And with *b* = −1, not {{neuron.bias}}?
of: edge
```

> Wait for it.

---

```set expressivity
neuron.bias = -1
```

At {{edge:.2f}}.

## Any function

```set expressivity
scene = function
function.pieces = 4
```

```ask sketch
prompt: Sketch the network.
of: network
x: -3 … 3
y: -2 … 2
```

---

Off by {{sup_error:.3f}}.

```goal
title: Under a tenth
when: sup_error < 0.1
```
"""
LONG = """\
---
title: Long
part: mine
summary: A training that takes its time.
---

## Train

```set training fresh
recipe.epochs = 200
```

```do
play until epoch 200
```

It stands at {{test_loss:.3f}}.
"""


@pytest.fixture(autouse=True)
def own_lessons(own_home: Path) -> Path:
    """Two lessons of the user's own."""
    folder = own_home / "lessons"
    folder.mkdir(parents=True)
    for name, text in (("short", SHORT), ("long", LONG)):
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "handout"


def colours(path: Path) -> int:
    """How many colours a picture has, looked at roughly."""
    image = QImage(str(path)).scaledToWidth(300)
    return len({image.pixel(x, y) for x in range(image.width()) for y in range(image.height())})


def play(out: Path, *arguments: str) -> int:
    return tour.run(["tour", "--out", str(out), *arguments])


def test_a_lesson_is_played_and_taken_down(qapp, out: Path, capsys, own_home: Path):
    assert play(out, "--lesson", "short", "--theme", "dark", "--notes", "--whole-window") == 0
    told = capsys.readouterr()
    names = {Path(line).relative_to(out).as_posix() for line in told.out.splitlines()}
    assert names == {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert look().theme == "dark"
    # The user's own home is as it was, with nothing in it but his lessons.
    assert [path.name for path in own_home.iterdir()] == ["lessons"]

    lesson = parse(SHORT, key="short")
    numbers = json.loads((out / "numbers.json").read_text("utf-8"))["short"]
    assert len(numbers) == len(lesson.places)
    for place, found in zip(lesson.places, numbers, strict=True):
        state = lesson.at(place)
        facts = Facts(state.tab, state.specs[state.tab])
        names_here = named(lesson.steps[place.step], place)
        assert found["facts"] == {n: pytest.approx(facts.value(n)) for n in names_here}
        assert "remark" not in found
    assert numbers[0]["facts"]["edge"] == 1.5
    assert numbers[1]["facts"]["edge"] == 0.5
    assert numbers[2]["facts"]["sup_error"] == numbers[3]["facts"]["sup_error"] > 0.1

    html = (out / "short.html").read_text("utf-8")
    text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))
    for words in ("at 1.50 , or", "not −3?", "Wait for it.", "At 0.50 .", "Answer 0.5", "Off by",
                  "Under a tenth"):
        assert words in text, words
    assert html.count("<svg ") == 1
    assert 'aria-label="s = 1.5"' in html
    for link in re.findall(r'(?:src|href)="([^"#]+)"', html):
        assert (out / link).is_file(), link
    # The question hides what would tell; the plane is there again with the curve on it.
    assert {name for name in names if name.endswith(".png")} == {
        "short/01-step.png", "short/01-answer.png", "short/02-step.png", "short/02-answer.png",
        "short/02-step-sketch.png", "short/02-answer-sketch.png",
        *(f"short/{step}-{part}-window.png" for step in ("01", "02")
          for part in ("step", "answer")),
    }
    for name in names:
        if name.endswith(".png"):
            assert colours(out / name) > 8, name
        elif name.endswith(".svg"):
            svg = (out / name).read_text("utf-8")
            tags = {one.tag.rpartition("}")[2] for one in ElementTree.fromstring(svg).iter()}
            assert "text" in tags, name
            assert tags & {"path", "polyline"}, name
            assert '"Sans Serif"' not in svg
            assert QSvgRenderer(str(out / name)).isValid()


def test_what_is_not_reached_in_time_is_said(qapp, torch_is_there, out: Path, capsys):
    assert play(out, "--lesson", "long", "--limit", "1") == 0
    assert "Train: After 1 s" in " ".join(capsys.readouterr().err.split())
    found = json.loads((out / "numbers.json").read_text("utf-8"))["long"][0]
    assert found["remark"].startswith("After 1 s")
    html = (out / "long.html").read_text("utf-8")
    assert f'<p class="remark">{found["remark"]}</p>' in html
    assert colours(out / "long" / "01-step.png") > 8


def test_ctrl_c_leaves_what_was_played(qapp, out: Path, capsys, monkeypatch):
    class Pressed(threading.Event):
        def is_set(self) -> bool:
            return (out / "short" / "01-answer.png").exists()

    @contextmanager
    def deferred() -> Iterator[threading.Event]:
        yield Pressed()

    monkeypatch.setattr(tour, "deferred_ctrl_c", deferred)
    assert play(out, "--lesson", "short", "--lesson", "long") == 130
    assert "interrupted" in capsys.readouterr().err
    assert "The tour was stopped here." in (out / "short.html").read_text("utf-8")
    assert not (out / "long.html").exists()
    assert "short.html" in (out / "index.html").read_text("utf-8")
    found = json.loads((out / "numbers.json").read_text("utf-8"))
    assert [place["is_revealed"] for place in found["short"]] == [False, True]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no Ctrl-C to one process alone")
def test_ctrl_c_from_the_system(out: Path):
    process = subprocess.Popen(
        [sys.executable, "main.py", "tour", "--lesson", "short", "--out", str(out)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )
    for line in process.stdout:
        if line.strip().endswith("01-step.png"):
            break
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert "Traceback" not in told
    assert told.splitlines()[-1] == "chalknet: interrupted."
    assert (out / "index.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "culprit"),
    [
        (("--lesson", "7z"), "“7z”"), (("--theme", "sepia"), "sepia"),
        (("--language", "tlh"), "tlh"), (("--limit", "0"), "--limit"), (("--sepia",), "--sepia"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_written(out, capsys, arguments, culprit):
    assert play(out, *arguments) == 2
    told = capsys.readouterr()
    assert (told.out, len(told.err.splitlines())) == ("", 1)
    assert culprit in told.err
    assert not out.exists()


def test_a_folder_that_cannot_be_written(out: Path, capsys):
    out.write_text("in the way", encoding="utf-8")
    assert play(out / "below", "--lesson", "short") == 2
    told = capsys.readouterr()
    assert (told.out, len(told.err.splitlines())) == ("", 1)
    assert "--out" in told.err


def test_a_broken_lesson_is_told_when_it_is_asked_for(own_lessons: Path, out: Path, capsys):
    (own_lessons / "broken.md").write_text(SHORT.replace("{{edge:.2f}}", "{{egde}}"), "utf-8")
    assert play(out, "--lesson", "broken") == 2
    assert "broken.md:" in capsys.readouterr().err
    chosen = tour.chosen(Library(), ())
    assert "broken" not in {lesson.key for lesson in chosen}
    assert {"short", "1a", "hour"} <= {lesson.key for lesson in chosen}
    assert "broken.md:" in capsys.readouterr().err


def test_lessons_come_in_the_order_asked_for_and_once():
    chosen = tour.chosen(Library(), ("2a", "short", "2a"))
    assert [lesson.key for lesson in chosen] == ["2a", "short"]


def test_what_a_place_names():
    lesson = parse(SHORT, key="short")
    assert named(lesson.steps[0], Place(0)) == ["edge", "neuron.bias"]
    # A sketch's curve is no number; the goal's is.
    assert named(lesson.steps[1], Place(1, True)) == ["sup_error"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_vectors_show_what_pixels_show(qapp, theme):
    """Painted from the SVG, the plot looks as it does from its own paint."""
    look().set_theme(theme)
    plot = FunctionPlot("A plot", "x")
    plot.set_x_range(0, 1)
    plot.set_y_range(0, 1)
    plot.set_curve("f", [0.0, 0.3, 1.0], [0.1, 0.8, 0.2], "blue", width=2.0)
    plot.resize(300, 200)
    area = QRect(0, 0, 300, 200)
    pixels = picturing.image_of(plot, area)
    vectors = QImage(pixels.size(), pixels.format())
    svg = picturing.svg_of(plot, area, "A < B")
    assert ElementTree.fromstring(svg)[0].text == "A < B"
    renderer = QSvgRenderer(svg)
    assert renderer.isValid()
    assert renderer.viewBox() == area
    with QPainter(vectors) as painter:
        renderer.render(painter)
    blue = look().tokens.color("blue")

    def is_blue(image: QImage, x: int, y: int) -> bool:
        seen = image.pixelColor(x, y)
        pairs = ((seen.red(), blue.red()), (seen.green(), blue.green()), (seen.blue(), blue.blue()))
        return all(abs(a - b) < 40 for a, b in pairs)

    places = [(x, y) for x in range(300) for y in range(200) if is_blue(pixels, x, y)]
    assert len(places) > 200
    both = [place for place in places if is_blue(vectors, *place)]
    assert len(both) > 0.9 * len(places)
    assert vectors.pixelColor(1, 1) == look().tokens.color("ground")
    plot.deleteLater()


class Window(Painted):
    """Cuts what it paints at a rectangle, in coordinates of its own."""

    shift = 0.0

    def paintEvent(self, _event) -> None:
        with QPainter(self) as painter:
            painter.translate(self.shift, self.shift)
            painter.setClipRect(QRectF(10, 20, 30, 40))
            painter.fillRect(-100, -100, 400, 400, look().tokens.color("blue"))


@pytest.mark.parametrize("shift", [0.0, 5.0, 0.25])
def test_vectors_are_cut_where_pixels_are(qapp, shift: float):
    """Browsers take a clipping path as it stands: moved, it must be the rectangle on the page."""
    frame = QWidget()
    frame.resize(200, 200)
    inner = Window(frame)
    inner.shift = shift
    inner.setGeometry(50, 60, 100, 100)
    area = QRect(30, 30, 150, 150)
    page = ElementTree.fromstring(picturing.svg_of(frame, area, ""))
    space = "{http://www.w3.org/2000/svg}"
    cuts = set()
    for clip in page.iter(f"{space}clipPath"):
        x, y = map(int, re.findall(r"-?\d+", clip[0].get("transform")))
        corners = re.findall(r"(-?[\d.]+),(-?[\d.]+)", clip[0].get("d"))
        points = QPolygonF([QPointF(x + float(a), y + float(b)) for a, b in corners])
        cuts.add(points.boundingRect().getRect())
    assert (30 + shift, 50 + shift, 30, 40) in cuts
    # The groups that are clipped have the page's own coordinates.
    clipped = [group for group in page.iter(f"{space}g") if group.get("clip-path")]
    assert clipped
    assert not any(group.get("transform") for group in clipped)
    frame.deleteLater()


def test_a_picture_is_not_made_of_the_pixels_on_screen(qapp):
    """What was painted before, and is kept for speed, is painted anew as strokes."""
    frame = QWidget()
    frame.resize(400, 300)
    plot, formula = FunctionPlot("A plot", "x", frame), MathLabel("x^2", parent=frame)
    plot.set_x_range(0, 1)
    plot.set_y_range(0, 1)
    plot.set_curve("f", [0.0, 1.0], [0.0, 1.0], "blue")
    plot.setGeometry(0, 0, 400, 250)
    formula.setGeometry(0, 250, 400, 50)
    before = frame.grab().toImage()
    svg = picturing.svg_of(frame, frame.rect(), "").decode()
    assert "<image" not in svg
    assert {"A plot", "x", "1.0"} <= {text.strip() for text in re.findall(r">([^<]+)</text>", svg)}
    # Letters of a formula are filled; Qt's pen without colour is not written down as black.
    filled = re.findall(r'stroke="([^"]+)"[^>]*stroke-miterlimit="4"', svg)
    assert filled
    assert set(filled) == {"none"}
    assert not Painted.keeps_strokes
    assert frame.grab().toImage() == before
    frame.deleteLater()

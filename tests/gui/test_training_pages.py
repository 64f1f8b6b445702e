"""The pages for the images and the model, the panels, and the download of the full set."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from driving import RECIPE, is_one_sentence
from PySide6.QtCore import Qt

from engine.data.download import Progress
from engine.data.images import load_images
from engine.errors import DataError
from engine.training.recipe import Recipe
from gui.tabs.training.run import RunState

Key = Qt.Key


@pytest.fixture
def browser(lab):
    lab.click(lab.tab.pages.buttons["images"])
    return lab


def test_counts_and_rows_of_every_class(browser):
    view, images = browser.tab.images, load_images("fashion_mnist")
    for split in ("training", "test"):
        browser.click(view.splits.buttons[split])
        labels, pictures = images.labels(split), images.images(split)
        for number in range(10):
            assert view.names[number].text() == images.dataset.class_names[number]
            assert view.counts[number].text() == f"{int((labels == number).sum()):,}"
            chosen = view._indices[number]
            assert set(labels[chosen]) == {number}
            np.testing.assert_array_equal(view.walls[number]._images, pictures[chosen])


def test_other_images_of_each_class(browser):
    view = browser.tab.images
    before = view._indices.copy()
    browser.click(next(b for b in view.findChildren(type(view.pin_button)) if b.text() == "others"))
    assert not np.array_equal(view._indices, before)


def test_an_image_is_enlarged_and_a_test_image_pinned(browser):
    view, images = browser.tab.images, load_images("fashion_mnist")
    wall = view.walls[3]
    browser.click(wall, wall.cell_rect(0, 1).center().toPoint())
    index = int(view._indices[3, 1])
    np.testing.assert_array_equal(view.large._levels, images.training_images[index])
    assert f"no. {index:,}" in view.large_card.title
    assert not view.pin_button.isVisible()  # there are predictions of test images only

    browser.click(view.splits.buttons["test"])
    browser.focus(view.walls[5])
    browser.press(Key.Key_Right)
    browser.press(Key.Key_Return)
    index = int(view._indices[5, 1])
    np.testing.assert_array_equal(view.large._levels, images.test_images[index])
    browser.click(view.pin_button)
    assert browser.store.spec.pinned == (index,)


def test_where_the_images_come_from_is_always_said(lab):
    sample = "FashionMNIST, bundled sample, 12,000 + 2,000"
    assert lab.tab.headline.text == sample
    assert lab.tab.recipe_panel.data.text() == sample
    source = lab.tab.images.source.text()
    assert sample in source
    assert "Licence: MIT" in source


def test_another_data_set(browser):
    browser.choose(browser.field("data").box, "MNIST")
    browser.until(lambda: browser.tab.headline.text.startswith("MNIST, bundled"))
    assert [n.text() for n in browser.tab.images.names] == list("0123456789")
    browser.wait_ready()


@pytest.mark.parametrize("what", ["nothing there", "broken"])
def test_a_data_folder_that_does_not_help_is_named(open_lab, tmp_path, what):
    if what == "broken":
        raw = tmp_path / "FashionMNIST" / "raw"
        raw.mkdir(parents=True)
        for name in ("train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                     "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"):
            (raw / f"{name}.gz").write_bytes(b"no gzip")
    lab = open_lab(data_dir=tmp_path)
    lab.click(lab.tab.pages.buttons["images"])
    problems = lab.tab.images.problems
    assert problems.isVisible()
    assert is_one_sentence(problems.text())
    assert str(tmp_path) in problems.text() or "train-images" in problems.text()
    assert "bundled sample" in lab.tab.headline.text
    lab.press(Key.Key_S)
    lab.wait_for(RunState.PAUSED)


def test_the_model_of_the_homework(open_lab):
    lab = open_lab(Recipe(training_images=400))
    lab.click(lab.tab.pages.buttons["model"])
    view = lab.tab.model
    assert view.card.title == "242,762 parameters"
    assert "242,762 parameters" in lab.tab.recipe_panel.parameters.text()
    table = view.table
    texts = [[table.item(r, c).text() for c in range(4)] for r in range(table.rowCount())]
    assert texts[0] == ["linear1", "784 → 256", "(n, 256)", "200,960"]
    assert sum(int(row[3].replace(",", "")) for row in texts if row[3] != "–") == 242_762
    modules = sum(p.numel() for p in lab.run.ready.training.network.parameters())
    assert modules == 242_762


def test_pages_by_keyboard(lab):
    lab.focus(lab.tab.pages.buttons["overview"])
    for page in ("inside", "images", "model"):
        lab.press(Key.Key_Right)
        assert lab.store.spec.page.value == page
        assert lab.tab.pages.buttons[page].hasFocus()
    assert lab.tab.model.isVisible()
    assert not lab.tab.curves.isVisible()
    assert not lab.window.undo_stack.canUndo()  # turning a page is nothing to undo


@pytest.mark.parametrize(("key", "panel"), [("F2", "recipe_panel"), ("F3", "notes_panel")])
def test_panels_come_and_go_and_are_remembered(open_lab, key, panel):
    lab = open_lab()
    wanted = Key[f"Key_{key}"]
    shown = getattr(lab.tab, panel)
    if not shown.isVisible():
        lab.press(wanted)
    assert shown.isVisible()
    lab.press(wanted)
    assert not shown.isVisible()
    lab.close()
    again = getattr(open_lab().tab, panel)
    assert not again.isVisible()


# --- download ---------------------------------------------------------------------------------


@pytest.fixture
def network(monkeypatch):
    """A network in this computer: it hands out bytes as the test allows."""
    gate = threading.Event()
    seen = {"closed": False, "key": "", "error": None}

    def fetch(key: str) -> Iterator[Progress]:
        seen["key"] = key
        try:
            for part in range(1, 11):
                yield Progress("train-images-idx3-ubyte", part * 1_000_000, 10_000_000, 2.5e6)
                if part == 5:
                    while not gate.wait(0.01):
                        yield Progress("train-images-idx3-ubyte", 5_000_000, 10_000_000, 0.0)
                    if seen["error"]:
                        raise seen["error"]
        finally:
            seen["closed"] = True

    seen["gate"] = gate
    monkeypatch.setattr("engine.data.download.download", fetch)
    return seen


def test_a_download_shows_how_far_it_is_and_ends_in_a_fresh_run(browser, network):
    bar, before = browser.tab.images.download, browser.run
    assert bar.button.text().startswith("Download all images (")
    browser.click(bar.button)
    assert bar.button.text() == "Cancel"
    browser.until(lambda: bar.bar.value() == 500)
    assert bar.status.text().startswith("train-images-idx3-ubyte: 5.0 of 10.0 MB")
    assert bar.status.text().endswith("MB/s")
    network["gate"].set()
    browser.until(lambda: bar.status.text() == "Downloaded and verified; the next run uses it.")
    assert network["key"] == "fashion_mnist"
    assert network["closed"]
    browser.until(lambda: browser.run is not before)
    browser.wait_ready()


def test_a_download_can_be_cancelled(browser, network):
    bar, before = browser.tab.images.download, browser.run
    browser.click(bar.button)
    browser.until(lambda: bar.bar.value() == 500)
    browser.click(bar.button)
    browser.until(lambda: bar.status.text() == "Cancelled; nothing was kept.")
    assert network["closed"]
    assert not bar.bar.isVisible()
    assert bar.button.text().startswith("Download all")
    assert browser.run is before


def test_a_download_that_fails_says_why_and_can_be_tried_again(browser, network):
    bar = browser.tab.images.download
    network["error"] = DataError("The server does not answer; try again later.")
    network["gate"].set()
    browser.click(bar.button)
    browser.until(lambda: bar.status.text() == "The server does not answer; try again later.")
    network["error"] = None
    browser.click(bar.button)
    browser.until(lambda: bar.status.text() == "Downloaded and verified; the next run uses it.")
    browser.wait_ready()


def test_a_download_does_not_end_a_run_in_progress(browser, network):
    bar = browser.tab.images.download
    browser.press(Key.Key_E)
    browser.wait_for(RunState.PAUSED)
    run = browser.run
    network["gate"].set()
    browser.click(bar.button)
    browser.until(lambda: bar.status.text() == "Downloaded and verified; the next run uses it.")
    browser.qtbot.wait(250)
    assert browser.run is run
    assert run.recipe == RECIPE


def test_closing_ends_a_download(open_lab, network):
    import time

    lab = open_lab()
    lab.click(lab.tab.pages.buttons["images"])
    lab.click(lab.tab.images.download.button)
    lab.until(lambda: lab.tab.images.download.bar.value() == 500)
    begun = time.monotonic()
    lab.close()
    assert time.monotonic() - begun < 3
    assert network["closed"]

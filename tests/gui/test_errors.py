"""What nobody caught: one calm message, the details in the log, and the window goes on."""

from __future__ import annotations

import logging
import sys
import threading

import pytest
from PySide6.QtWidgets import QMessageBox, QWidget

from engine.places import state_folder
from gui.errors import CrashReporter, log, start_log


@pytest.fixture
def window(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


@pytest.fixture
def reporter(window):
    made = CrashReporter(window)
    yield made
    made.uninstall()


@pytest.fixture
def log_file(own_home):
    before = log.handlers[:]
    start_log()
    yield state_folder() / "chalknet.log"
    for handler in [h for h in log.handlers if h not in before]:
        handler.close()
        log.removeHandler(handler)


def fail() -> None:
    raise ZeroDivisionError("nobody expected that")


def report() -> None:
    """What Python does with an exception that reached the top."""
    try:
        fail()
    except ZeroDivisionError:
        sys.excepthook(*sys.exc_info())


def messages(window) -> list[QMessageBox]:
    return [box for box in window.findChildren(QMessageBox) if box.isVisible()]


def test_one_message_with_the_details_in_the_log(window, reporter, log_file, qtbot):
    report()
    report()
    qtbot.waitUntil(lambda: len(messages(window)) == 1)
    qtbot.wait(20)
    (box,) = messages(window)
    assert not box.isModal()
    assert "ZeroDivisionError: nobody expected that" in box.informativeText()
    assert str(log_file) in box.informativeText()
    text = log_file.read_text(encoding="utf-8")
    assert text.count("Traceback") == 2
    assert 'raise ZeroDivisionError("nobody expected that")' in text
    box.button(QMessageBox.StandardButton.Ok).click()
    qtbot.waitUntil(lambda: not messages(window))
    report()
    qtbot.waitUntil(lambda: len(messages(window)) == 1)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_another_thread_s_end_is_told_in_the_window_s(window, reporter, log_file, qtbot):
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(messages(window)) == 1)
    assert "Traceback" in log_file.read_text(encoding="utf-8")


def test_ctrl_c_is_no_crash(window, reporter, qtbot, capsys):
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    qtbot.wait(30)
    assert not messages(window)


def test_the_hooks_are_given_back(window):
    reporter = CrashReporter(window)
    assert sys.excepthook == reporter._on_exception
    reporter.uninstall()
    assert sys.excepthook is sys.__excepthook__
    assert threading.excepthook is threading.__excepthook__


def test_without_a_place_for_the_log_it_goes_to_stderr(own_home):
    own_home.write_text("a file where the folder should be")
    before = log.handlers[:]
    start_log()
    (handler,) = [h for h in log.handlers if h not in before]
    assert type(handler) is logging.StreamHandler
    log.removeHandler(handler)

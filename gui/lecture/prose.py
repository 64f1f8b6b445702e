"""Paragraphs of a lesson: Markdown with live numbers, set in the theme's type."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.lessons.wording import NUMBER_BEGINS, NUMBER_ENDS
from gui.theme import look
from gui.widgets.wrapped_label import WrappedLabel

#: Distance of the lines in per cent of the type's own.
LINE_HEIGHT = 125
#: Signs of code after which a line may end.
BREAKS_AFTER = "(,.=_+-*/"
MARKDOWN = (
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub
    | QTextDocument.MarkdownFeature.MarkdownNoHTML
)


def rich_text(markdown: str, font: QFont) -> str:
    """Markdown as rich text for labels; the numbers that live are in bold."""
    document = QTextDocument()
    document.setDefaultFont(font)
    document.setMarkdown(markdown, MARKDOWN)
    _space(document, font)
    _mark_numbers(document)
    return document.toHtml()


def _space(document: QTextDocument, font: QFont) -> None:
    """Air between the lines and the paragraphs; none below the last one."""
    block = document.begin()
    while block.isValid():
        cursor = QTextCursor(block)
        spaced = block.blockFormat()
        spaced.setLineHeight(
            LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
        )
        is_item, is_last = block.textList() is not None, not block.next().isValid()
        goes_on = _is_code(block) and _is_code(block.next())
        below = 0.0 if is_last or goes_on else 0.3 if is_item else 0.6
        spaced.setTopMargin(0)
        spaced.setBottomMargin(font.pixelSize() * below)
        if _is_code(block):
            # A long line goes on in the next one, rather than make the whole step wider.
            _let_break(block)
        cursor.setBlockFormat(spaced)
        block = block.next()


def _is_code(block: QTextBlock) -> bool:
    return block.isValid() and block.blockFormat().hasProperty(
        QTextFormat.Property.BlockCodeFence.value
    )


def _let_break(block: QTextBlock) -> None:
    """Allow a line of code to end after its signs; marks without a width say where."""
    cursor = QTextCursor(block)
    for place in reversed(range(len(block.text()))):
        if block.text()[place] in BREAKS_AFTER:
            cursor.setPosition(block.position() + place + 1)
            cursor.insertText("\u200b")


def _mark_numbers(document: QTextDocument) -> None:
    bold = QTextCharFormat()
    bold.setFontWeight(QFont.Weight.Bold)
    cursor = QTextCursor(document)
    while True:
        begin = document.find(NUMBER_BEGINS, cursor)
        if begin.isNull():
            return
        end = document.find(NUMBER_ENDS, begin)
        if end.isNull():
            return
        cursor.setPosition(begin.selectionEnd())
        cursor.setPosition(end.selectionStart(), QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(bold)
        end.removeSelectedText()
        begin.removeSelectedText()
        cursor = begin


class Prose(WrappedLabel):
    """One paragraph or list. Screen readers get it without marks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._markdown = ""
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        look().changed.connect(self.on_look_changed)

    @property
    def markdown(self) -> str:
        """What it says, with the marks around live numbers taken out."""
        return self._markdown.replace(NUMBER_BEGINS, "").replace(NUMBER_ENDS, "")

    def set_markdown(self, markdown: str) -> None:
        """Say something else; nothing happens where it is the same."""
        if markdown != self._markdown:
            self._markdown = markdown
            self._render()

    def on_look_changed(self) -> None:
        """Set in the new type."""
        if self._markdown:
            self._render()

    def _render(self) -> None:
        self.setText(rich_text(self._markdown, look().font()))
        self.setAccessibleName(self.markdown.replace("*", ""))
        self.updateGeometry()

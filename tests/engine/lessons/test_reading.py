"""Lesson files: what is read from them, and that every mistake is told with its line."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.errors import LessonError
from engine.lessons.lesson import Formula, Place, Prose, QuestionKind
from engine.lessons.library import template
from engine.lessons.reading import parse, read_lesson

HEAD = "---\ntitle: A test\npart: 1b\n---\n\n"
#: The step's own lines begin at line 8; the block `set` takes lines 8 to 10.
STEP = HEAD + "## One (2 min)\n\n```set expressivity\nfunction.pieces = 8\n```\n"
ASK = "```ask choice\nprompt: Which?\nchoices: a | b\nanswer: a\n```\n\n---\n"


def test_everything_that_a_step_holds():
    lesson = parse(STEP + """
Prose with {{function.pieces}} pieces,
on two lines.

- a list

$$ a = {{delta:.2f}} $$

> To be said.
> And this.

```show
function.pieces, function.heights
```
```goal
title: Be good!
when: sup_error < 0.1 and score >= 0.5
hint: Try.
```
```ask sketch
prompt: How does it look?
of: network
x: -3 … 3
y: -1 to 1
```

---

```set expressivity
function.pieces = 16
```
```do
add boxes until 5
```
So it is.

## Two

Another one.
""", key="mine")
    first, second = lesson.steps
    assert (lesson.key, lesson.title, lesson.part) == ("mine", "A test", "1b")
    assert (first.title, first.minutes, first.tab) == ("One", 2, "expressivity")
    assert [type(block) for block in first.before.blocks] == [Prose, Prose, Formula]
    assert first.before.blocks[0].text.endswith("on two lines.")
    assert first.before.blocks[2] == Formula("a = {{delta:.2f}}", 17)
    assert first.notes == "To be said.\nAnd this."
    assert first.controls == ("function.pieces", "function.heights")
    assert (first.goal.key, first.goal.hint) == ("mine/be-good", "Try.")
    assert first.question.kind is QuestionKind.SKETCH
    assert (first.question.x_range, first.question.y_range) == ((-3, 3), (-1, 1))
    assert first.question.y_label == "N(x)"
    assert first.after.action.text == "add boxes until 5"
    assert second.after is None
    assert second.tab == "expressivity"
    assert lesson.places == (Place(0), Place(0, True), Place(1))
    assert lesson.next(Place(0)) == Place(0, True)
    assert lesson.previous(Place(1)) == Place(0, True)
    assert lesson.clamped(Place(9, True)) == Place(1)


def test_patches_add_up_and_commands_hold_until_the_recipe_changes():
    lesson = parse(HEAD + """## One
```set training
recipe.epochs = 5
```
```do
play until epoch 2
```
## Two
```set training
log_loss = true
```
## Three
```set training
recipe.seed = 1
```
## Four
```set expressivity
function.pieces = 9
```
```do
add boxes until 4
```
## Five
```set training fresh
```
""")
    states = [lesson.at(place) for place in lesson.places]
    assert states[0].actions["training"].argument == 2
    assert states[1].actions["training"] is states[0].actions["training"]
    assert states[1].specs["training"].log_loss
    assert states[2].actions == {}
    assert states[2].specs["training"].recipe.epochs == 5
    assert states[3].specs["expressivity"].added == 4
    assert states[3].specs["training"] == states[2].specs["training"]
    assert states[4].specs["training"].recipe.epochs == 30


def test_values_are_read_as_their_field_needs_them():
    lesson = parse(HEAD + """## One
```set training
recipe.hidden = 64x3
recipe.learning_rate = .01
recipe.batch_norm = true
watched = [1, 2]
```
## Two
```set expressivity
box.at_zero = 0
function.formula = 1
```
## Three
```set backprop
chosen = {"part": "bias", "layer": 2}
```
## Four
```set backprop
chosen.column = 3
```
""")
    specs = lesson.at(lesson.places[-1]).specs
    recipe = specs["training"].recipe
    assert (recipe.hidden, recipe.learning_rate, recipe.batch_norm) == ((64, 64, 64), 0.01, True)
    assert specs["expressivity"].function.formula == "1"
    assert (specs["backprop"].chosen.layer, specs["backprop"].chosen.column) == (2, 3)


def test_code_remarks_and_windows_line_ends():
    text = STEP + "<!-- nobody\nsees this -->\n```python\nx = {{}}\n```\n"
    lesson = parse(("\ufeff" + text).replace("\n", "\r\n"))
    (block,) = lesson.steps[0].before.blocks
    assert (block.text, block.is_verbatim) == ("```python\nx = {{}}\n```", True)


def test_remarks_are_left_out_wherever_they_stand_but_not_of_code():
    lesson = parse(STEP + """Text <!-- a secret --> more.
<!-- a remark --> This stays.

<!-- several
lines --> And this.

```text
<!-- shown -->
```
""")
    told = [block.text for block in lesson.steps[0].before.blocks]
    assert [" ".join(text.split()) for text in told] == [
        "Text more. This stays.", "And this.", "```text <!-- shown --> ```",
    ]


def test_what_takes_long_to_read_is_read_all_the_same():
    lines = "a\n" * 20_000
    with pytest.raises(LessonError, match="no end"):
        parse(STEP + "$$\n" + lines)
    title = "a" + " " * 20_000 + "b"
    assert parse(STEP.replace("One", title)).steps[0].title == title
    assert parse(STEP.replace("(2 min)", f"({'9' * 400} min)")).steps[0].minutes == 0


def test_titles_and_ranges_are_read_as_one_writes_them():
    goal = "```goal\ntitle: {title}\nwhen: sup_error < 1\n```\n"
    lesson = parse(STEP.replace("## One (2 min)", "## C# ##") + goal.format(title="ηλ")
                   + "## Two\n" + goal.format(title="μν"))
    assert lesson.steps[0].title == "C#"
    assert len({step.goal.key for step in lesson.steps}) == 2
    asked = "```ask sketch\nprompt: A\nof: network\nx: −1 … 1\ny: 0 … 1\n```\n\n---\n"
    assert parse(STEP + asked).steps[0].question.x_range == (-1, 1)


MISTAKES = [
    ("", 1, "empty"),
    ("Hello", 1, "header"),
    ("---\ntitle: A\n", 1, "no end"),
    ("---\nTitle\n---\n", 2, "no line of a header"),
    ("---\ntitle: A\ntitle: B\n---\n", 3, "twice"),
    ("---\nauthor: A\n---\n", 2, "no “author”"),
    ("---\npart: 1a\n---\n", 1, "no title"),
    (HEAD, 1, "no step"),
    (HEAD + "Prose\n", 6, "before the first step"),
    (HEAD + "# One\n", 6, "two signs"),
    (HEAD + "##\n", 6, "no title"),
    (HEAD + "## One\n", 6, "names its tab"),
    (HEAD + "## One\n```set expresivity\n```\n", 7, "did you mean “expressivity”"),
    (HEAD + "## One\n```set training slowly\n```\n", 7, "names its tab"),
    (STEP + "```set training\n```\n", 11, "about the tab expressivity"),
    (STEP + "```set expressivity\n```\n", 11, "set twice"),
    (STEP + "```\n", 11, "no end"),
    (STEP + "```poem\n```\n", 11, "no block “poem”"),
    (STEP.replace("function.pieces", "function.peaces"), 9, "did you mean “function.pieces”"),
    (STEP.replace("function.pieces", "pieces"), 9, "did you mean"),
    (STEP.replace("= 8", ""), 9, "sets nothing"),
    (STEP.replace("= 8", "="), 9, "sets nothing"),
    (STEP.replace("= 8", "= many"), 9, "Pieces n must be a whole number"),
    (STEP.replace("= 8", "= 0"), 9, "from 1 to"),
    (STEP.replace("= 8", "= 8\nfunction.formula = sin(y)"), 10, "y"),
    (STEP + "```do\nadd boxes until ten\n```\n", 12, "how many boxes"),
    (STEP + "```do\nadd boxes\n```\n", 12, "did you mean “add boxes until”"),
    (STEP + "```do\n```\n", 11, "one line"),
    (STEP + "```do\nplay until epoch 3\n```\n", 12, "cannot"),
    (STEP + "$$ $$\n", 11, "no formula"),
    (STEP + "$$ a\n\nmore\n", 11, "no end"),
    (STEP + "$$ a $$ b\n", 11, "lines of its own"),
    (STEP + "<!-- a\n", 11, "no end"),
    (STEP + "a\n{{sup_eror}}\n", 12, "did you mean “sup_error”"),
    (STEP + "{{sup_error:.3q}}\n", 11, "no way to write a number"),
    (STEP + "{{sup_error:d}}\n", 11, "whole numbers"),
    (STEP + "{{scene:.3f}}\n", 11, "a word"),
    (STEP + "{{function}}\n", 11, "no single value"),
    (STEP + "{{sup_by_heights}}\n", 11, "several numbers"),
    (STEP + "{{ 3 }}\n", 11, "begins a live number"),
    (STEP + "```show\nfunction.colour\n```\n", 12, "no setting"),
    (STEP + "```goal\ntitle: A\n```\n", 11, "needs its when"),
    (STEP + "```goal\ntitle: A\nwhen: sup_error\n```\n", 13, "compares nothing"),
    (STEP + "```goal\ntitle: A\nwhen: joy > 3\n```\n", 13, "joy"),
    (STEP + "```goal\ntitle: A\nwhen: sup_error < \"a\"\n```\n", 13, "number with a word"),
    (STEP + "```ask riddle\n```\n", 11, "names one kind"),
    (STEP + ASK.replace("choice\n", "choice\ncolour: red\n"), 12, "means nothing here"),
    (STEP + ASK.replace("prompt: Which?\n", ""), 11, "needs its prompt"),
    (STEP + ASK.replace("answer: a\n", ""), 11, "needs one truth"),
    (STEP + ASK.replace("answer: a", "answer: c"), 14, "not among the choices"),
    (STEP + ASK.replace("a | b", "a | a"), 13, "two or more different"),
    (STEP + ASK.replace("answer: a", "of: joy"), 14, "joy"),
    (STEP + ASK.replace("answer: a", "answer: a\ncovers: joy"), 15, "joy"),
    (STEP + ASK.replace("Which?", "{{joy}}"), 11, "joy"),
    (STEP + ASK.replace("\n---\n", ""), 11, "never answered"),
    (STEP + ASK + "a\n\n---\n", 20, "reveals once"),
    (STEP + ASK.replace("choice\n", "number\n").replace("choices: a | b\n", ""), 13, "no number"),
    (STEP + "{{function.pieces:.3}}\n", 11, "whole number"),
    (STEP + "Text <!-- no end\n", 11, "comment has no end"),
    (STEP + ASK.replace("answer: a", "of: sup_error"), 13, "is none"),
    (STEP + ASK.replace("answer: a", "of: l2_by_heights"), 14, "several numbers"),
    (STEP + "```ask number\nprompt: A\nof: function.formula\n```\n\n---\n", 13, "is a word"),
    (STEP + ASK.replace("choice\n", "order\n").replace("answer: a", "of: sup_error"), 14,
     "no order"),
    (STEP + "```ask sketch\nprompt: A\nof: network\nx: -1e308 … 1e308\ny: 0 … 1\n```\n---\n", 14,
     "range"),
    (STEP + "```ask sketch\nprompt: A\nof: joy\n```\n\n---\n", 13, "no curve “joy”"),
    (STEP + "```ask sketch\nprompt: A\nof: network\nx: 0 … 0\ny: 0 … 1\n```\n---\n", 14, "range"),
]


@pytest.mark.parametrize(("text", "line", "words"), MISTAKES)
def test_a_mistake_is_one_sentence_with_its_line(text: str, line: int, words: str):
    with pytest.raises(LessonError) as caught:
        parse(text)
    sentence = str(caught.value)
    assert caught.value.line == line, sentence
    assert words in sentence
    assert sentence[-1] in ".?"
    assert "\n" not in sentence


def lines_of(text: str) -> int:
    """How many lines an editor counts."""
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1


LINES = st.sampled_from([
    *template().splitlines(), *STEP.splitlines(), *ASK.splitlines(), "```", "---", "$$", "> ",
    "function.pieces = 1e999", "chosen_neuron = {}", "twin = null", "{{", "<!--", "## ", "when: 1",
    "tweaks = [{\"neuron\": 0}]", "x: 0 … nan",
])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(LINES, st.text(max_size=20)), max_size=30).map("\n".join))
@example("---\ntitle: A\n---\n## A\n```set expressivity\ntwin = null\n```")
@example("---\ntitle: A\n---\n## A\n```set expressivity\nfunction.points = [[1]]\n```")
@example("---\ntitle: A\n---\n## A\n```set expressivity\nfunction = [1]\nfunction.pieces = 1\n```")
@example("---\ntitle: A\n---\n## A\n```set expressivity\nscene..x = 1\nfunction. = 2\n```")
@example("0\x85\n{{")  # no editor counts that mark as the end of a line
def test_rubbish_is_refused_and_nothing_else_happens(text: str):
    for whole in (text, STEP + text, template() + text):
        try:
            lesson = parse(whole)
        except LessonError as error:
            assert 0 <= error.line <= lines_of(whole)  # noqa: PT017
        else:
            for place in lesson.places:
                lesson.at(place)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_lesson_is_refused_or_still_one(data):
    text = template()
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, min(start + 40, len(text))))
    damaged = text[:start] + data.draw(st.text(max_size=5)) + text[stop:]
    try:
        parse(damaged)
    except LessonError as error:
        assert error.line <= lines_of(damaged)  # noqa: PT017


def test_a_file_that_is_no_text_or_not_there(tmp_path):
    path = tmp_path / "a.md"
    with pytest.raises(LessonError, match="cannot be read"):
        read_lesson(path)
    path.write_bytes(b"---\ntitle: A\xff\n")
    with pytest.raises(LessonError, match="UTF-8") as caught:
        read_lesson(path)
    assert caught.value.line == 2

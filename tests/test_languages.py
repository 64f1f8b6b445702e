"""Every text of the window is in every catalogue, and no catalogue has anything else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter

import pytest
from texts import ROOT, all_texts, has_words, placeholders

from engine import words
from engine.errors import ChalknetError, SpecError
from engine.help.texts import help_texts, read_texts
from engine.spec import from_builtins, knobs
from engine.training.recipe import Activation, Recipe

OTHERS = [code for code in words.languages() if code != words.SOURCE]
TEXTS = all_texts()


@pytest.fixture(autouse=True)
def speaks_english():
    yield
    words.set_language(words.SOURCE)


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_is_missing(code):
    known = words.read_catalogue(code).texts
    missing = {
        f"{text.file}:{text.line}: {text.text}"
        for text in TEXTS if has_words(text.text) and text.text not in known
    }
    assert not missing, "these texts have no translation:\n" + "\n".join(sorted(missing))


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_is_left_over(code):
    spoken = {text.text for text in TEXTS}
    known = words.read_catalogue(code).texts
    unused = [key for key in known if key.rpartition(words.CONTEXT_MARK)[2] not in spoken
              and key not in spoken and not key.startswith("QShortcut|")]
    assert not unused, "nobody says these any more:\n" + "\n".join(unused)


@pytest.mark.parametrize("code", OTHERS)
def test_placeholders_are_the_same(code):
    for text, said in words.read_catalogue(code).texts.items():
        source = text.rpartition(words.CONTEXT_MARK)[2] if said else text
        assert placeholders(said) == placeholders(source), f"{text!r} -> {said!r}"


@pytest.mark.parametrize("code", OTHERS)
def test_marks_around_and_in_a_text_are_kept(code):
    """Blanks at the ends, tags, and formulas are not for the translator to change."""
    for text, said in words.read_catalogue(code).texts.items():
        assert said.strip(), f"{text!r} is empty"
        for end in (0, -1):
            assert text[end].isspace() == said[end].isspace(), f"{text!r} -> {said!r}"
        tags = [Counter(re.findall(r"</?\w+>", one)) for one in (text, said)]
        assert tags[0] == tags[1], f"{text!r} -> {said!r}"


@pytest.mark.parametrize("code", OTHERS)
def test_a_catalogue_is_sorted_so_that_changes_are_easy_to_read(code):
    file = ROOT / "resources" / "languages" / f"{code}.json"
    keys = list(json.loads(file.read_text("utf-8"))["texts"])
    assert keys == sorted(keys)


@pytest.mark.parametrize("code", OTHERS)
def test_everything_that_can_be_asked_about_is_told_in_it(code):
    """The same keys, of the same parts of the homework, in other words."""
    folder = ROOT / "resources" / "help"
    for file in sorted((folder / "en").glob("*.md")):
        english, other = (
            read_texts((folder / one / file.name).read_text("utf-8")) for one in ("en", code)
        )
        assert other.keys() == english.keys(), file.name
        for key, told in english.items():
            assert other[key].parts == told.parts, f"{file.name}: {key}"
            assert bool(other[key].title) == bool(told.title), f"{file.name}: {key}"
            assert other[key].text != told.text, f"{file.name}: {key} is not translated"
            shown = help_texts(file.stem, code).entries[key]
            assert (shown.see, shown.now, shown.tex) == (told.see, told.now, told.tex)
            assert (shown.text, shown.title) == (other[key].text, other[key].title)


def test_no_said_text_is_taken_for_another_text():
    """What is said twice, by the engine and then by the window, must stay as it is."""
    for code in OTHERS:
        texts = words.read_catalogue(code).texts
        for said in texts.values():
            assert texts.get(said, said) == said


def test_the_engine_speaks_the_language_in_force():
    english = str(refusal())
    words.set_language("de")
    assert Activation.TANH.label == "tanh"
    assert knobs(Recipe)["learning_rate"].label == "Lernrate"
    assert str(refusal()) == "Trainingsbilder: Erlaubt ist eine ganze Zahl von 0 bis 60\u202f000."
    words.set_language("en")
    assert str(refusal()) == english == "Training images must be a whole number from 0 to 60,000."


def refusal() -> SpecError:
    with pytest.raises(SpecError) as caught:
        from_builtins(Recipe, {"training_images": -1})
    return caught.value


def test_counts_are_grouped_as_the_language_does_and_the_point_stays():
    words.use("other", words.Catalogue({"{n:,} of {x:.1f}": "{x:.1f} und {n:,}"}, thousands=" "))
    assert words.say("{n:,} of {x:.1f}", n=12345, x=0.5) == "0.5 und 12 345"
    assert words.grouped(1234567.25, ",.1f") == "1 234 567.2"
    words.set_language("en")
    assert words.grouped(1234567) == "1,234,567"


def test_a_context_tells_homonyms_apart():
    words.use("other", words.Catalogue({"Run": "Lauf", "Verbs|Run": "Laufen"}))
    assert words.find("Run", "Anything") == "Lauf"
    assert words.find("Run", "Verbs") == "Laufen"
    assert words.find("Walk") is None


def test_an_unknown_language_is_refused_in_one_sentence():
    with pytest.raises(ChalknetError, match="There is no language “xx”; choose from en, de"):
        words.set_language("xx")
    assert words.language() == "en"


def test_english_reads_no_catalogue():
    """The start-up of most launches must not pay for the languages that they do not speak."""
    code = (
        "from engine import words; words.read_catalogue = None; "
        "from engine.training.recipe import Recipe; "
        "print(Recipe().activation.label, words.say('{n:,}', n=1000))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["ReLU", "1,000"]

"""What a few typed letters find, and in which order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.lecture.palette_matching import match

letters = st.text(alphabet="abcdeé ßÄ1·(", max_size=12)


def ranked(typed: str, *titles: str) -> list[str]:
    found = [(match(typed, title), title) for title in titles]
    return [title for m, title in sorted(
        ((m, t) for m, t in found if m is not None), key=lambda pair: -pair[0].score
    )]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("dark", "Dark"), ("oac", "Order and chaos"), ("plots scale", "Scale of the plots"),
        ("uberblick", "Überblick"), ("ÜBER", "uber alles"),
        ("LR", "Learning rate"), ("nxt thm", "Next theme"), ("3·", "3 · Any function"),
    ],
)
def test_it_is_found(typed, title):
    assert match(typed, title) is not None


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("xyz", "Order and chaos"), ("soahc", "Order and chaos"), ("dark mode", "Dark"),
        ("z", "Dark"),
    ],
)
def test_it_is_not_found(typed, title):
    assert match(typed, title) is None


def test_beginnings_come_before_words_before_insides_before_scattered_letters():
    wanted = ["Step", "Next step", "Footstep", "Small, then every place"]
    assert ranked("step", *reversed(wanted)) == wanted


def test_of_two_that_fit_alike_the_shorter_is_meant():
    assert ranked("pen", "Pending changes", "Pen") == ["Pen", "Pending changes"]


def test_other_words_count_less_than_the_title():
    title, elsewhere = match("preset", "Preset"), match("preset", "Sine", "Preset of Expressivity")
    assert title is not None
    assert elsewhere is not None
    assert title.score > elsewhere.score
    assert elsewhere.places == frozenset()


@given(typed=letters, title=letters, also=letters)
def test_matches_are_letters_of_the_title(typed, title, also):
    found = match(typed, title, also)
    if found is not None:
        assert all(0 <= place < len(title.lower()) for place in found.places)
        # With and without its accent it is the same letter.
        plain = str.maketrans("éä", "ea")
        typed_letters = set(typed.lower().translate(plain))
        found_letters = {title.lower()[place] for place in found.places}
        assert {letter.translate(plain) for letter in found_letters} <= typed_letters


@given(title=st.text(alphabet="abc de", min_size=1, max_size=12).filter(str.strip))
def test_every_title_is_found_by_itself_and_by_each_of_its_words(title):
    assert match(title, title) is not None
    for word in title.split():
        assert match(word, title) is not None

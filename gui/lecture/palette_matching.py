"""How well a text fits what was typed: beginnings first, then words, then letters in order."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

#: What a typed word is worth, by how it was found.
AT_START, AT_WORD, INSIDE, ELSEWHERE, SCATTERED = 100.0, 80.0, 50.0, 40.0, 30.0
#: Scattered letters are worth less, the further apart they stand; from here on, nothing.
LEAST = 5.0
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Match:
    """How good it is, and which letters of the title it was found in."""

    score: float
    places: frozenset[int] = frozenset()


def match(typed: str, title: str, also: str = "") -> Match | None:
    """Whether every word of `typed` is found in `title`, or as it stands in `also`.

    Upper and lower case are alike, and so are letters with and without accents. The empty text
    fits everything.
    """
    title, also = _plain(title), _plain(also)
    words = _plain(typed).split()
    score = 0.0
    places: set[int] = set()
    for word in words:
        found = _find(word, title)
        if found is None or found.score < ELSEWHERE:
            elsewhere = _find_elsewhere(word, also)
            found = elsewhere if elsewhere is not None else found
        if found is None:
            return None
        score += found.score
        places |= found.places
    # Of two that fit alike, the shorter title was meant.
    return Match(score / max(len(words), 1) - 0.05 * len(title), frozenset(places))


def _plain(text: str) -> str:
    """In lower case and without accents, letter for letter."""
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in text.lower())


def _find(word: str, title: str) -> Match | None:
    place = title.find(word)
    if place == 0:
        return _run(AT_START, 0, word)
    starts = {found.start() for found in _WORD.finditer(title)}
    at_word = next((start for start in sorted(starts) if title.startswith(word, start)), None)
    if at_word is not None:
        return _run(AT_WORD, at_word, word)
    if place > 0:
        return _run(INSIDE, place, word)
    return _scattered(word, title, starts)


def _find_elsewhere(word: str, text: str) -> Match | None:
    place = text.find(word)
    if place < 0:
        return None
    is_word = place == 0 or not text[place - 1].isalnum()
    return Match(ELSEWHERE if is_word else SCATTERED)


def _run(score: float, start: int, word: str) -> Match:
    return Match(score, frozenset(range(start, start + len(word))))


def _scattered(word: str, title: str, starts: set[int]) -> Match | None:
    """The letters in their order, best from a beginning: "oac" for "Order and chaos"."""
    if len(word) < 2:
        return None
    best: Match | None = None
    for start, letter in enumerate(title):
        if letter != word[0]:
            continue
        places = _follow(word, title, start, starts)
        if places is None:
            continue
        jumps = sum(
            after - before > 1 and after not in starts for before, after in pairwise(places)
        )
        begins = sum(place in starts for place in places)
        score = SCATTERED - 8.0 * jumps - 0.3 * (places[-1] - places[0]) + 2.0 * begins
        if score >= LEAST and (best is None or score > best.score):
            best = Match(score, frozenset(places))
    return best


def _follow(word: str, title: str, start: int, starts: set[int]) -> list[int] | None:
    """One place for every letter: the next one, else the next beginning, else wherever it comes."""
    places = [start]
    for letter in word[1:]:
        at = places[-1] + 1
        if not title.startswith(letter, at):
            coming = sorted(s for s in starts if s >= at and title[s] == letter)
            at = coming[0] if coming else title.find(letter, at)
        if at < 0:
            return None
        places.append(at)
    return places

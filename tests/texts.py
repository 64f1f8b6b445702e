"""Every text of the source that a user may see, found by reading the source as a tree.

`python tests/texts.py` prints what the catalogues lack, by file, and what they have too much.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: Functions that take a text, or a context and a text, as their leading arguments.
SPEAKERS = {"tr", "_tr", "translate", "say", "later"}
#: Constructors of tables: which of their arguments, by place and by name, are texts.
TABLES: dict[str, dict[int, str]] = {
    "ActionInfo": {1: "text", 2: "help"},
    "knob": {0: "label", 1: "help", 99: "special"},
    "TabInfo": {2: "title"},
    "Curve": {3: "x_label", 4: "y_label"},
}
#: Tables whose class has the same name in several modules.
PRESETS: dict[str, dict[str, dict[int, str]]] = {
    "engine/training/presets.py": {"Preset": {1: "label", 2: "watch"}},
    "engine/backprop/presets.py": {"Preset": {1: "label", 2: "watch"}},
    "engine/backprop/small_presets.py": {"SmallPreset": {1: "label", 2: "watch"}},
    "engine/backprop/bugs.py": {"BugInfo": {97: "symptom", 98: "hidden_by"}},
    "engine/initialization/presets.py": {"_preset": {1: "label", 2: "watch"}},
    "engine/expressivity/presets.py": {"Preset": {1: "watch"}},
    "gui/tabs/training/inside_view.py": {"Reading": {0: "help"}},
    "gui/tabs/backprop/chain_card.py": {"Knob": {4: "help"}},
}
#: What speaks to a terminal and not to the window.
SILENT = ("engine/cli.py", "engine/data/make_sample.py", "engine/backprop/make_bundled.py")


@dataclass(frozen=True)
class Text:
    """A text of the source; `context` is that of Qt, where it is known."""

    text: str
    file: str
    line: int
    context: str = ""


class Unreadable(Exception):
    """A text that is put together where it should be one constant."""


def source_files() -> list[Path]:
    """The product's own modules."""
    files = sorted([*ROOT.glob("engine/**/*.py"), *ROOT.glob("gui/**/*.py")])
    return [f for f in files if f.relative_to(ROOT).as_posix() not in SILENT]


def all_texts() -> list[Text]:
    """All texts of the product, in the order of its files."""
    return [text for file in source_files() for text in texts_in(file)]


def texts_in(path: Path) -> Iterator[Text]:
    """The texts of one file; raises `Unreadable` where one is no constant."""
    name = path.relative_to(ROOT).as_posix()
    tree = ast.parse(path.read_text("utf-8"))
    tables = {**TABLES, **PRESETS.get(name, {})}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = _name(node.func)
            if called in SPEAKERS:
                yield from _spoken(node, name)
            elif called in tables:
                yield from _of_table(node, tables[called], name)
        elif isinstance(node, ast.ClassDef) and any(_name(b) == "Choice" for b in node.bases):
            yield from _labels(node, name)


def _spoken(node: ast.Call, file: str) -> Iterator[Text]:
    """tr("text"), translate("Context", "text"), say("text", …)."""
    called, context = _name(node.func), ""
    arguments = node.args
    if called == "translate" or (called == "tr" and len(arguments) == 2):
        if len(arguments) < 2 or not isinstance(arguments[0], ast.Constant):
            return  # that of a painter, a string, or with a context of its own
        context, arguments = str(arguments[0].value), arguments[1:]
    if arguments:
        for text in _constants(arguments[0], file):
            yield Text(text, file, node.lineno, context)


def _of_table(node: ast.Call, places: dict[int, str], file: str) -> Iterator[Text]:
    for place, keyword in places.items():
        given = [k.value for k in node.keywords if k.arg == keyword]
        if place < len(node.args):
            given.append(node.args[place])
        for argument in given:
            for text in _constants(argument, file):
                yield Text(text, file, argument.lineno)


def _labels(node: ast.ClassDef, file: str) -> Iterator[Text]:
    """NAME = "value", "label" of a closed list of values; without a label the value is shown."""
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            value = statement.value
            shown = value.elts[1] if isinstance(value, ast.Tuple) else value
            for text in _constants(shown, file):
                yield Text(text, file, statement.lineno)


def _constants(node: ast.expr, file: str) -> Iterator[str]:
    """The texts that an expression may be; nothing where it is a variable."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and node.value:
            yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _constants(node.body, file)
        yield from _constants(node.orelse, file)
    elif isinstance(node, ast.JoinedStr | ast.BinOp):
        raise Unreadable(f"{file}:{node.lineno}: a text to be translated is one constant")


def _name(node: ast.expr) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))


def placeholders(text: str) -> set[str]:
    """The {placeholders} of a text, with their formats; TeX that takes none has other braces."""
    if "\\" in text and "{{" not in text:
        return set()
    return set(re.findall(r"\{+[^{}]*\}+", text))


def has_words(text: str) -> bool:
    """Whether there is anything to translate: a word, rather than a sign or a formula."""
    bare = re.sub(r"\{[^{}]*\}", "", text)
    return bool(re.search(r"[^\W\d_]{2,}", bare))


def main() -> None:
    sys.path.insert(0, str(ROOT))
    from engine.words import SOURCE, languages, read_catalogue

    texts = all_texts()
    for code in languages():
        if code == SOURCE:
            continue
        known = read_catalogue(code).texts
        wanted = {t.text: t for t in texts if has_words(t.text)}
        print(f"# {code}: {len(wanted)} texts, {len(wanted.keys() - known.keys())} are missing")
        file = ""
        for text, found in wanted.items():
            if text not in known:
                if found.file != file:
                    file = found.file
                    print(f"## {file}")
                print(f"{found.line}: {text!r}")
        spoken = {t.text for t in texts}
        for key in known:
            if key not in spoken and key.rpartition("|")[2] not in spoken:
                print(f"unused: {key!r}")


if __name__ == "__main__":
    main()

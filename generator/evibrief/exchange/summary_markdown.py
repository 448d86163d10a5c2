"""The two-minute part of a summary as plain Markdown: what a newsletter pastes, and what a comparison compares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evibrief.pages.article import Article
from evibrief.pages.rendering import Renderer
from evibrief.pages.sentences import Sentence

_MARKS = re.compile(r"[\\`*_{}\[\]#&<>|~^=$@]")
# Every Markdown knows these behind a backslash. Before the others Python-Markdown leaves the backslash standing, so
# they are written as entities.
_BACKSLASHED = frozenset("\\`*_{}[]#")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# What makes a list, a rule, a definition or a box of a line that starts with it.
_LINE_START = re.compile(r"^(\d+)([.)])(?=\s|$)|^([-+:!])")


def summary_markdown(article: Article, renderer: Renderer) -> bytes:
    """The article in its order; text of records stays text, whatever marks it holds."""
    return "".join(f"{block}\n\n" for block in _blocks(article, renderer)).rstrip("\n").encode() + b"\n"


def _blocks(article: Article, renderer: Renderer) -> Iterator[str]:
    yield f"# {_text(article.title)}"
    yield "\n".join(f"{number}. {_text(point.text)}" for number, point in enumerate(article.key_points, start=1))
    yield f"**{_text(article.level.text)}**"
    sections: tuple[tuple[str, Sequence[Sentence]], ...] = (
        ("background", article.background),
        ("methods", article.methods),
        ("results", article.results),
        ("limitations", article.limitations),
        ("meaning", article.meaning),
    )
    for name, sentences in sections:
        if sentences:
            yield f"## {_text(renderer.speak('pages.section', id=name))}"
            yield _text(" ".join(sentence.text for sentence in sentences))
    for reading in article.reading:
        words = _text(reading.text.text)
        link = f"[{words}](<{_address(reading.url)}>)" if reading.url else words
        yield f"{link} {_text(reading.citation)}"


def _address(url: str) -> str:
    """A link's address; angle brackets, which old DOIs hold, would end it."""
    return url.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")


def _text(text: str) -> str:
    """Text that Markdown leaves as it is."""
    return _LINE_START.sub(_start_as_text, _MARKS.sub(_mark_as_text, text))


def _mark_as_text(found: re.Match[str]) -> str:
    mark = found.group()
    return f"\\{mark}" if mark in _BACKSLASHED else _NAMED.get(mark, f"&#{ord(mark)};")


def _start_as_text(found: re.Match[str]) -> str:
    return f"{found[1]}\\{found[2]}" if found[1] else f"&#{ord(found[3])};"

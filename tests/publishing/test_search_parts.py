"""The divided search index: read back by hand, as the browser's script reads it."""

from __future__ import annotations

import bisect
import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evibrief.publishing.search_parts import PARTS, SEARCH_INDEX, WORKER, divide_search, divided, words_of
from evibrief.publishing.sheets import Slip

CONFIG = {"lang": ["en"], "separator": "[\\s\\-]+"}


def entry(location: str, title: str, text: str = "") -> dict[str, str]:
    return {"location": location, "title": title, "text": text}


def document(*entries: dict[str, str]) -> dict[str, Any]:
    return {"config": CONFIG, "docs": list(entries)}


class Reader:
    """Reads the files of an index."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.parts = json.loads(files[PARTS])

    def file(self, name: str) -> Any:
        return json.loads(self.files[f"search/{self.parts['edition']}/{name}"])

    def page(self, number: int) -> list[Any]:
        size = self.parts["pages_per_file"]
        page: list[Any] = self.file(f"pages-{number // size}.json")[number % size]
        return page

    def found(self, word: str) -> dict[str, bool]:
        """Locations of the pages that hold a word, and whether their title does."""
        firsts = [first.encode("utf-16-be") for first in self.parts["words"]]
        number = max(bisect.bisect_right(firsts, word.encode("utf-16-be")) - 1, 0)
        values = itertools.accumulate(self.file(f"words-{number}.json").get(word, []))
        return {self.page(value // 2)[0]: bool(value % 2) for value in values}


def test_a_word_leads_to_its_pages_and_says_where_it_stands() -> None:
    reader = Reader(
        divided(
            document(
                entry("studies/tea-2001/", "Tea 2001", "<p>Hiccups after tea</p>"),
                entry("summaries/tea/", "Tea for hiccups", "<p>Tea may reduce hiccups.</p>"),
                entry("about/", "About", "<p>What this is.</p>"),
                entry("about/#use-it", "Use it", "<p>Take the tea table.</p>"),
            )
        )
    )
    assert reader.found("tea") == {"summaries/tea/": True, "about/": False, "studies/tea-2001/": True}
    assert reader.found("hiccups") == {"summaries/tea/": True, "studies/tea-2001/": False}
    assert reader.found("table") == {"about/": False}
    assert reader.found("coffee") == {}


def test_summaries_stand_before_other_pages_and_studies_last() -> None:
    names = ["studies/a/", "about/", "summaries/z/", "topics/t/", "summaries/b/"]
    reader = Reader(divided(document(*(entry(name, "Same") for name in names))))
    assert list(reader.found("same")) == ["summaries/b/", "summaries/z/", "about/", "topics/t/", "studies/a/"]


def test_a_page_is_kept_with_its_sections_as_plain_text() -> None:
    reader = Reader(
        divided(
            document(entry("a/", "A &lt;b&gt;", "<p>one</p> <p>two &amp; three</p>"), entry("a/#s", "S", "<p>four</p>"))
        )
    )
    assert reader.page(0) == ["a/", "A <b>", "one two & three", [["a/#s", "S", "four"]]]


def test_a_section_without_its_page_still_has_one() -> None:
    assert Reader(divided(document(entry("a/#s", "S", "four")))).page(0) == ["a/", "S", "", [["a/#s", "S", "four"]]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Peer-support: people's hopes", ["peer", "support", "people", "s", "hopes"]),
        ("Ménière’s DISEASE", ["meniere", "s", "disease"]),
        ("α-blockers, 5.20 mg", ["α", "blockers", "5", "20", "mg"]),
        ("ﬁbrosis", ["fibrosis"]),
        ("_under_score", ["under", "score"]),
        ("", []),
    ],
)
def test_words_are_compared_without_accents_and_capitals(text: str, words: list[str]) -> None:
    assert words_of(text) == words


# Letters from several scripts, and one beyond the first plane, where orders of letters differ.
WORDS = st.lists(st.text("aábßλж中\U00010400-", min_size=1, max_size=6), max_size=30).map(" ".join)


@given(st.lists(st.tuples(WORDS, WORDS), max_size=40))
def test_every_word_of_every_page_is_found(pages: list[tuple[str, str]]) -> None:
    entries = [entry(f"summaries/{number:03d}/", title, text) for number, (title, text) in enumerate(pages)]
    reader = Reader(divided(document(*entries)))
    for one in entries:
        titled = set(words_of(one["title"]))
        for word in titled | set(words_of(one["text"])):
            assert reader.found(word)[one["location"]] == (word in titled)


def test_no_file_grows_with_the_site() -> None:
    words = ["".join(letters) for letters in itertools.product("abcdefgh", repeat=4)]
    docs = [
        entry(f"summaries/{number:05d}/", word, " ".join(words[number : number + 20]))
        for number, word in enumerate(words)
    ]
    files = divided(document(*docs))
    folder = f"search/{json.loads(files[PARTS])['edition']}/"
    assert len([name for name in files if name.startswith(f"{folder}words-")]) > 3
    assert max(len(content) for name, content in files.items()) < 33_000
    assert json.loads(files[SEARCH_INDEX]) == {"config": CONFIG, "docs": []}


def test_another_content_has_another_address() -> None:
    one, other = (divided(document(entry("a/", "A", text))) for text in ("one", "two"))
    assert json.loads(one[PARTS])["edition"] != json.loads(other[PARTS])["edition"]
    assert divided(document(entry("a/", "A", "one"))) == one


def test_a_page_told_by_a_slip_is_found_as_one_of_the_index() -> None:
    slips = [
        Slip(key="", uri="summaries/tea/", title="Tea & hiccups", search_text="Tea  may\nreduce <hiccups>."),
        Slip(key="", uri="studies/tea-2001/", title="Tea 2001", search_text="One two"),
        Slip(key="", uri="studies/nobody/", title="Without words", search_text=""),
    ]
    about = entry("about/", "About", "<p>Tea</p>")
    whole = document(
        about,
        entry("summaries/tea/", "Tea &amp; hiccups", "<p>Tea may reduce &lt;hiccups&gt;.</p>"),
        entry("studies/tea-2001/", "Tea 2001", "<p>One two</p>"),
    )
    assert divided(document(about), slips) == divided(whole)


@pytest.mark.parametrize("asks", [True, False])
def test_only_a_site_whose_pages_ask_for_parts_is_divided(tmp_path: Path, asks: bool) -> None:
    (tmp_path / "search").mkdir()
    whole = document(entry("a/", "A", "one"))
    (tmp_path / SEARCH_INDEX).write_text(json.dumps(whole), encoding="utf-8")
    (tmp_path / "404.html").write_text(f"<script>{WORKER if asks else 'workers/search.js'}</script>", encoding="utf-8")
    divide_search(tmp_path)
    assert (tmp_path / PARTS).is_file() == asks
    assert bool(json.loads((tmp_path / SEARCH_INDEX).read_text(encoding="utf-8"))["docs"]) != asks


def test_the_script_is_where_the_frame_names_it() -> None:
    root = Path(__file__).resolve().parents[2]
    assert (root / "site" / "docs" / WORKER).is_file()
    assert re.search(re.escape(WORKER), (root / "site" / "theme" / "main.html").read_text(encoding="utf-8"))

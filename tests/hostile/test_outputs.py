"""Text is text: whatever stands in a record, no page, picture, file or feed takes it for anything else.

Each payload stands in every free text field of every record at once; the site made of them is compared with the site
of harmless records, element by element.
"""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree

import pytest
from markdown import Markdown

import evibrief.publishing.assemble as assembling
from evibrief.pages.notice_page import NoticePage, Why, notice_rendered
from evibrief.pages.outputs import RenderedPage
from evibrief.pages.rendering import Renderer
from evibrief.publishing.edition import Edition, Masthead
from evibrief.publishing.gate import faults_of_content
from evibrief.publishing.sheets import PackedFile
from evibrief.records.study import Study
from evibrief.records.summary import Summary
from hostile.payloads import PAYLOADS
from hostile.readings import Page, read_page, squeezed
from hostile.records import all_text_fields, full_summary, records_with, text_fields_of

TEMPLATES = Path(__file__).parents[2] / "templates"
SUMMARY = "summaries/tea-for-hiccups/"
# With all that could make something of a text; the site's own pages use fewer.
EXTENSIONS = (
    "extra", "toc", "sane_lists", "smarty", "meta", "wikilinks", "admonition", "nl2br", "codehilite", "legacy_attrs",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An edition, and what it held while its folder was there."""

    edition: Edition
    pages: tuple[RenderedPage, ...]
    files: tuple[PackedFile, ...]


@cache
def made_with(name: str) -> Made:
    """The edition of records whose every text is a payload; of harmless ones for an empty name."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        renderer = Renderer(TEMPLATES)
        patch.setattr(assembling, "Renderer", lambda _: renderer)
        root = Path(folder)
        for path, record in records_with(PAYLOADS[name] if name else None):
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
        edition = assembling.assemble(root, Masthead(name="Evidence", url="https://evidence.example.org/"))
        leaves = tuple(edition.leaves)
    return Made(
        edition=edition,
        pages=tuple(replace(leaf.sheet.page, body=leaf.sheet.body) for leaf in leaves),
        files=(*edition.files, *(file for leaf in leaves for file in leaf.files)),
    )


def finished(name: str) -> tuple[RenderedPage, ...]:
    """The pages of an edition with their bodies."""
    return made_with(name).pages


def file_of(name: str, uri: str) -> str:
    return next(file.content for file in made_with(name).files if file.uri == uri).decode("utf-8")


@cache
def pages_of(name: str) -> dict[str, tuple[Page, Page]]:
    """Body and head of each page by its address; topics are named by the records, so by their kind."""
    return {
        page.kind if page.kind == "topic" else page.uri: (read_page(page.body), read_page(page.head))
        for page in finished(name)
    }


every_payload = pytest.mark.parametrize("name", PAYLOADS)


def test_the_payloads_stand_in_every_text_field_there_is() -> None:
    there_are = all_text_fields(Study) | all_text_fields(Summary)
    stand_in = set()
    for path, record in records_with(None):
        stand_in |= text_fields_of(Study if path.startswith("studies/") else Summary, record)
    assert there_are == stand_in
    assert len(there_are) >= 80
    assert len(PAYLOADS) >= 40


@every_payload
def test_pages_are_built_of_the_same_elements(name: str) -> None:
    harmless = pages_of("")
    assert pages_of(name).keys() == harmless.keys()
    for uri, (body, head) in pages_of(name).items():
        assert body.elements.keys() <= harmless[uri][0].elements.keys(), uri
        assert head.elements == harmless[uri][1].elements, uri
        assert body.oddities == head.oddities == [], uri
        assert body.scripts == harmless[uri][0].scripts, uri
        assert body.schemes | head.schemes <= {"", "https"}, uri


@every_payload
def test_pages_say_the_payload_as_it_is(name: str) -> None:
    body, head = pages_of(name)[SUMMARY]
    expected = squeezed(PAYLOADS[name])
    assert expected in squeezed(body.words)
    assert expected in squeezed(head.words)
    assert expected in squeezed(pages_of(name)["studies/made-up-2001/"][0].words)


@every_payload
def test_nothing_that_a_page_holds_is_silenced_or_run(name: str) -> None:
    for page in finished(name):
        assert faults_of_content(page.uri, page.body, made=True) == ()


@every_payload
def test_addresses_of_pages_are_names(name: str) -> None:
    for path in made_with(name).edition.paths:
        assert re.fullmatch(r"[\w.-]+(/[\w.-]+)*", path), path
        assert ".." not in path
        assert all(len(part.encode()) <= 255 for part in path.split("/")), path


@every_payload
def test_drawings_are_sound_xml(name: str) -> None:
    harmless = next(page for page in finished("") if page.uri == SUMMARY)
    for page in finished(name):
        drawings = re.findall(r"<svg\b.*?</svg>", page.body, re.DOTALL)
        for drawing in drawings:
            for element in ElementTree.fromstring(drawing).iter():
                tag = str(element.tag).rpartition("}")[2]
                assert tag not in {"script", "foreignObject", "image", "use", "a", "style", "animate", "set"}
                assert not any(key.startswith("on") or key.endswith("href") for key in element.attrib)
        if page.uri == SUMMARY:
            assert len(drawings) == harmless.body.count("<svg")


@every_payload
def test_files_of_drawings_are_sound_and_hold_nothing_that_acts(name: str) -> None:
    drawings = [file for file in made_with(name).files if file.uri.endswith(".svg")]
    assert [file.uri for file in drawings] == [file.uri for file in made_with("").files if file.uri.endswith(".svg")]
    for file in drawings:
        for element in ElementTree.fromstring(file.content).iter():
            tag = str(element.tag).rpartition("}")[2]
            assert tag not in {"script", "foreignObject", "image", "use", "a", "animate", "set"}, file.uri
            assert not any(key.startswith("on") or key.endswith("href") for key in element.attrib), file.uri
            if tag == "style":
                assert "url(" not in str(element.text), file.uri
                assert "@import" not in str(element.text), file.uri


@every_payload
def test_a_notice_and_the_list_of_what_stands_hold_text(name: str) -> None:
    view = NoticePage(title=PAYLOADS[name], since=date(2001, 2, 3), why=Why.RECORDED, reason=PAYLOADS[name])
    harmless = NoticePage(title="x", since=date(2001, 2, 3), why=Why.RECORDED, reason="x")
    renderer = Renderer(TEMPLATES)
    page, plain = (read_page(notice_rendered("x", one, renderer).body) for one in (view, harmless))
    assert page.elements == plain.elements
    assert page.oddities == page.scripts == []
    assert squeezed(page.words).count(squeezed(PAYLOADS[name])) == 2
    document = json.loads(file_of(name, "published.json"))
    assert [item["title"] for item in document["summaries"].values()] == [PAYLOADS[name]]


@every_payload
def test_linked_data_is_one_object_with_the_text_as_it_is(name: str) -> None:
    script = "".join(pages_of(name)[SUMMARY][1].scripts)
    document = json.loads(script)
    assert keys_of(document) == keys_of(json.loads("".join(pages_of("")[SUMMARY][1].scripts)))
    assert document["name"] == PAYLOADS[name]
    assert not set(script) & set("<>&\u2028\u2029")


@every_payload
@pytest.mark.parametrize("uri", [f"{SUMMARY}data.json", "feed.json", "evibrief.json"])
def test_json_files_keep_their_shape(name: str, uri: str) -> None:
    document = json.loads(file_of(name, uri))
    # A long text can push a derived sentence out of the two minutes, with the inputs it names; nothing can come in.
    assert keys_of(document) <= keys_of(json.loads(file_of("", uri)))
    if "title" in document and uri != "feed.json":
        assert document["title"] == PAYLOADS[name]


@every_payload
def test_the_feed_is_sound_and_its_texts_are_text(name: str) -> None:
    feed, harmless = (ElementTree.fromstring(file_of(which, "feed.xml")) for which in (name, ""))
    assert [element.tag for element in feed.iter()] == [element.tag for element in harmless.iter()]
    titles = [element.text for element in feed.iter("{http://www.w3.org/2005/Atom}title")]
    assert titles[1:] == [PAYLOADS[name]]


@every_payload
@pytest.mark.parametrize("uri", [f"{SUMMARY}effects.csv", "studies.csv"])
def test_tables_hold_no_formula(name: str, uri: str) -> None:
    rows = list(csv.reader(StringIO(file_of(name, uri), newline=""), strict=True))
    assert len(rows) == len(list(csv.reader(StringIO(file_of("", uri), newline=""))))
    assert all(len(row) == len(rows[0]) for row in rows)
    for cell in (cell for row in rows for cell in row):
        if cell.strip()[:1] in {"=", "+", "-", "@", "\t", "\r"}:
            assert re.fullmatch(r"-?[0-9.]+(e-?[0-9]+)?", cell), cell


@every_payload
def test_reference_files_keep_their_records(name: str) -> None:
    ris, harmless = (file_of(which, f"{SUMMARY}references.ris").split("\r\n") for which in (name, ""))
    assert [line[:6] for line in ris] == [line[:6] for line in harmless]
    bibtex = file_of(name, f"{SUMMARY}references.bib")
    assert entries_of(bibtex) == entries_of(file_of("", f"{SUMMARY}references.bib"))
    for command in re.findall(r"\\([a-zA-Z]+)", bibtex):
        assert command in {"textbackslash", "textasciitilde", "textasciicircum"}


@every_payload
@pytest.mark.parametrize("extensions", [(), EXTENSIONS], ids=["plain", "extended"])
def test_markdown_stays_the_same_text(name: str, extensions: tuple[str, ...]) -> None:
    page, harmless = (
        read_page(Markdown(extensions=extensions).convert(file_of(which, f"{SUMMARY}summary.md")))
        for which in (name, "")
    )
    assert {tag.split()[0] for tag in page.elements} == {tag.split()[0] for tag in harmless.elements}
    assert page.elements["h1"] + page.elements["h1 id"] == 1
    assert page.oddities == page.scripts == []
    assert page.schemes == {"https"}
    assert shown_alike(PAYLOADS[name]) in shown_alike(page.words)


def shown_alike(text: str) -> str:
    """A text as one of the extensions prints it, which makes quotes, dashes and dots typographic."""
    for made, typed in (("“", '"'), ("”", '"'), ("‘", "'"), ("’", "'"), ("—", "---"), ("–", "--"), ("…", "...")):
        text = text.replace(made, typed)
    return squeezed(text).replace("«", "<<").replace("»", ">>")


def keys_of(document: Any) -> set[str]:
    """Every key of an object, at any depth."""
    if isinstance(document, dict):
        return set(document).union(*map(keys_of, document.values()))
    if isinstance(document, list):
        return set[str]().union(*map(keys_of, document))
    return set()


def entries_of(bibtex: str) -> list[tuple[str, list[str]]]:
    """The entries of a BibTeX file, with their fields, read as BibTeX does: by counting braces."""
    entries: list[tuple[str, list[str]]] = []
    position = 0
    while (start := bibtex.find("@", position)) >= 0:
        depth, field_start, fields = 0, 0, []
        for position in range(bibtex.index("{", start), len(bibtex)):
            char = bibtex[position]
            escaped = bibtex[position - 1] == "\\" and bibtex[position - 2] != "\\"
            if char == "{" and not escaped:
                depth += 1
            elif char == "}" and not escaped:
                depth -= 1
            elif char == "," and depth == 1:
                field_start = position + 1
            elif char == "=" and depth == 1:
                fields.append(bibtex[field_start:position].strip())
            if depth == 0:
                break
        assert depth == 0, "a brace is never closed"
        entries.append((bibtex[start : bibtex.index("{", start)], fields))
        position += 1
    return entries


def test_the_records_can_be_read_by_people_too() -> None:
    assert full_summary()["title"] in pages_of("")[SUMMARY][0].words

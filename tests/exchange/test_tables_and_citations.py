"""CSV that a spreadsheet may open, RIS and BibTeX that a reference manager reads, Markdown that stays text."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

import pytest

from evibrief.exchange.citations import bibtex, ris
from evibrief.exchange.csv_tables import EFFECT_COLUMNS, STUDY_COLUMNS, effects_csv, studies_csv, study_line
from evibrief.exchange.summary_markdown import summary_markdown
from evibrief.records.citations import Citation
from evibrief.records.study import Study
from evibrief.synthesis.evidence import PooledSynthesis
from exchange.records import article, brief, library, renderer, slugs

COOK: dict[str, Any] = {
    "title": "Results of a {randomised} trial & more",
    "author": [{"family": "Cook", "given": "JA"}, {"literal": "Group of Authors and Others"}],
    "container_title": "Schizophrenia Bulletin",
    "issued": "2012-06",
    "volume": "38",
    "issue": "4",
    "page": "881-891",
    "doi": "10.1093/schbul/sbr012",
    "pmid": "21402724",
}


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


@pytest.mark.parametrize("slug", slugs())
def test_effects_come_back_from_csv_digit_for_digit(slug: str) -> None:
    table = rows(effects_csv(brief(slug)))
    for item in brief(slug).outcomes:
        if isinstance(item.synthesis, PooledSynthesis):
            own = [row for row in table if row["outcome"] == item.outcome.id and row["yi"]]
            assert [float(row["yi"]) for row in own] == [row.yi for row in item.synthesis.rows]
            assert [float(row["vi"]) for row in own] == [row.vi for row in item.synthesis.rows]
            assert math.isclose(sum(float(row["weight_percent"]) for row in own), 100)


def test_a_reported_result_is_a_line_of_its_own() -> None:
    (recovery, *_) = rows(effects_csv(brief("peer-support-groups")))
    assert (recovery["evidence"], recovery["measure"]) == ("reported", "SMD")
    # Cooper 2024, table 2: 0.18 (0.07 to 0.29).
    assert (recovery["estimate"], recovery["ci_low"], recovery["ci_high"]) == ("0.18", "0.07", "0.29")


def test_columns_are_as_promised() -> None:
    assert effects_csv(brief("bcg-tuberculosis")).decode().splitlines()[0] == ",".join(EFFECT_COLUMNS)
    assert studies_csv([], {}).decode().splitlines() == [",".join(STUDY_COLUMNS)]


@pytest.mark.parametrize("text", ['=HYPERLINK("http://evil","x")', "+1", "-1", "@SUM(A1)", " =1+1"])
def test_text_is_never_a_formula_and_numbers_stay_numbers(text: str) -> None:
    entry = next(iter(library().studies.values())).study
    study = Study.model_construct(**{**dict(entry), "label": text, "n_randomised": -5})
    (row,) = rows(studies_csv([study_line(study)], {entry.id: ["a", "b"]}))
    assert row["label"] == f"'{text}"
    assert row["n_randomised"] == "-5"
    assert row["summaries"] == "a; b"


def test_ris_has_the_parts_of_a_paper_in_order() -> None:
    lines = ris({"cook-2012.main": Citation.model_validate(COOK)}).decode().split("\r\n")
    assert lines == [
        "TY  - JOUR",
        "ID  - cook-2012.main",
        "AU  - Cook, JA",
        "AU  - Group of Authors and Others",
        "TI  - Results of a {randomised} trial & more",
        "T2  - Schizophrenia Bulletin",
        "PY  - 2012",
        "DA  - 2012/06//",
        "VL  - 38",
        "IS  - 4",
        "SP  - 881",
        "EP  - 891",
        "DO  - 10.1093/schbul/sbr012",
        "AN  - 21402724",
        "ER  - ",
        "",
    ]


def test_bibtex_escapes_what_latex_would_read() -> None:
    assert bibtex({"cook-2012.main": Citation.model_validate(COOK)}).decode() == (
        "@article{cook-2012.main,\n"
        "  title = {Results of a \\{randomised\\} trial \\& more},\n"
        "  author = {Cook, JA and {Group of Authors and Others}},\n"
        "  journal = {Schizophrenia Bulletin},\n"
        "  year = {2012},\n"
        "  volume = {38},\n"
        "  number = {4},\n"
        "  pages = {881--891},\n"
        "  doi = {10.1093/schbul/sbr012},\n"
        "  pmid = {21402724},\n"
        "}\n"
    )


def test_ris_has_one_record_for_each_citation_and_no_stray_line() -> None:
    for entry in library().studies.values():
        text = ris({report.id: report for report in entry.study.reports}).decode()
        assert text.count("TY  - ") == text.count("ER  - ") == len(entry.study.reports)
        assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in text.split("\r\n") if line)


@pytest.mark.parametrize("slug", slugs())
def test_markdown_tells_the_article(slug: str) -> None:
    text = summary_markdown(article(slug), renderer()).decode()
    assert text.startswith("# ")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    for number, point in enumerate(article(slug).key_points, start=1):
        assert f"{number}. {point.text}" in unescape(re.sub(r"\\(.)", r"\1", text))


def test_marks_in_a_record_are_text_in_markdown() -> None:
    hostile = replace(article("bcg-tuberculosis").background[0], text="1. <b>*x*</b> [a](javascript:b) `c` # d_e_")
    told = replace(article("bcg-tuberculosis"), title="# A *title*", background=(hostile,))
    lines = summary_markdown(told, renderer()).decode().splitlines()
    assert lines[0] == "# \\# A \\*title\\*"
    assert "1\\. &lt;b&gt;\\*x\\*&lt;/b&gt; \\[a\\](javascript:b) \\`c\\` \\# d\\_e\\_" in lines


def test_dates_are_what_the_record_says() -> None:
    citation = Citation.model_validate({"title": "T", "issued": date(2012, 6, 23).isoformat()})
    assert "DA  - 2012/06/23/" in ris({"x": citation}).decode().split("\r\n")

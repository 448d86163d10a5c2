"""RIS, BibTeX and PubMed XML. Every reference is made up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evibrief.errors import RecordError
from evibrief.exchange.importing import Foreign, Imported, kind_of
from evibrief.exchange.importing.bibtex import plain, read_bibtex
from evibrief.exchange.importing.names import people
from evibrief.exchange.importing.pubmed import read_pubmed
from evibrief.exchange.importing.ris import read_ris
from evibrief.records.reader import parse

RIS = """\
TY  - JOUR
AU  - Fakename, Francesca
AU  - The Hiccup Group
TI  - Tea against hiccups:
      a trial that never was.
T2  - Journal of Nothing
PY  - 1991/03//
VL  - 1
IS  - 2
SP  - 3
EP  - 4
DO  - https://doi.org/10.1000/fake.1991
DB  - PubMed
AN  - 999999991
N2  - Registered as NCT99999991.
XX  - nobody knows
ER  - 

TY  - CHAP
AU  - Fakename, Francesca
TI  - More
PY  - 1991
DO  - 10.1000/FAKE.1991
ER  - 
"""  # noqa: W291

BIBTEX = r"""
% a comment
@string{jn = "Journal of "}
@comment{left out}
@article{key1,
  author = {Fakename, Fran{\c c}oise and {The {and} Group} and Jos{\'e} M{\"u}ller and others},
  title = "Tea {\& } hiccups",
  journal = jn # {Nothing},
  year = 1991, month = mar,
  volume = {1}, number = 2, pages = {3--4},
  doi = {10.1000/fake.1991},
  shoesize = {42}
}
@phdthesis(key2, title={No author}, school={Nowhere}, date={1992-03-01})
"""

PUBMED = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://dtd.example.org/pubmed.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation><PMID Version="1">999999991</PMID><Article>
<Journal><JournalIssue><Volume>1</Volume><Issue>2</Issue><PubDate><Year>1991</Year><Month>Mar</Month><Day>5</Day>
</PubDate></JournalIssue><Title>Journal of Nothing</Title></Journal>
<ArticleTitle>Tea against <i>hiccups</i>.</ArticleTitle><Pagination><MedlinePgn>3-4</MedlinePgn></Pagination>
<AuthorList><Author><LastName>Fakename</LastName><ForeName>Francesca</ForeName></Author>
<Author><CollectiveName>The Hiccup Group</CollectiveName></Author></AuthorList>
<DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList>
<AccessionNumber>NCT99999991</AccessionNumber></AccessionNumberList></DataBank></DataBankList>
<PublicationTypeList><PublicationType>Randomized Controlled Trial</PublicationType></PublicationTypeList>
</Article><CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>J Nothing 1993;3:1</RefSource>
</CommentsCorrections></CommentsCorrectionsList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="doi">10.1000/fake.1991</ArticleId>
<ArticleId IdType="pmc">PMC9999991</ArticleId></ArticleIdList></PubmedData></PubmedArticle>
<PubmedBookArticle/>
</PubmedArticleSet>
"""


def study(imported: Imported, index: int = 0) -> dict[str, Any]:
    record = imported.studies[index]
    value: Any = parse(record.text, shown_as=record.path).value
    return dict(value)


@pytest.mark.parametrize(
    ("reader", "text"), [(read_ris, RIS), (read_bibtex, BIBTEX), (read_pubmed, PUBMED)], ids=["ris", "bibtex", "pubmed"]
)
def test_a_check_asks_for_what_only_the_paper_tells(
    reader: Callable[[bytes, str], Imported], text: str, only_gaps: Callable[[Imported], None]
) -> None:
    only_gaps(reader(text.encode(), "refs"))


def test_a_ris_reference_becomes_a_study() -> None:
    made = read_ris(RIS.encode(), "refs.ris")
    first = study(made)
    assert (first["id"], first["label"], first["design"]) == ("fakename-1991", "Fakename 1991", None)
    assert first["registrations"] == ["NCT99999991"]
    assert first["reports"] == [
        {
            "id": "main",
            "role": "primary",
            "title": "Tea against hiccups: a trial that never was",
            "author": [{"family": "Fakename", "given": "Francesca"}, {"literal": "The Hiccup Group"}],
            "container_title": "Journal of Nothing",
            "issued": "1991-03",
            "volume": "1",
            "issue": "2",
            "page": "3-4",
            "doi": "10.1000/fake.1991",
            "pmid": "999999991",
        }
    ]


def test_two_references_to_one_paper_are_reported_not_merged() -> None:
    made = read_ris(RIS.encode(), "refs.ris")
    assert [item.id for item in made.studies] == ["fakename-1991", "fakename-1991-2"]
    assert any("is the paper of fakename-1991, fakename-1991-2" in text for text in made.unmapped)
    assert "the RIS field XX was left out" in made.unmapped


def test_a_bibtex_entry_becomes_a_study() -> None:
    made = read_bibtex(BIBTEX.encode(), "refs.bib")
    first, second = study(made), study(made, 1)
    assert first["reports"][0] == {
        "id": "main",
        "role": "primary",
        "title": "Tea & hiccups",
        "author": [
            {"family": "Fakename", "given": "Françoise"},
            {"literal": "The and Group"},
            {"family": "Müller", "given": "José"},
        ],
        "container_title": "Journal of Nothing",
        "issued": "1991-03",
        "volume": "1",
        "issue": "2",
        "page": "3-4",
        "doi": "10.1000/fake.1991",
    }
    assert second["reports"][0] == {
        "id": "main",
        "role": "primary",
        "type": "thesis",
        "title": "No author",
        "issued": "1992-03-01",
        "publisher": "Nowhere",
    }
    assert "the BibTeX field shoesize was left out" in made.unmapped


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"{\'e}\`a\^{\i}", "éàî"),
        (r"\c{c}\v s{\v{s}}", "çšš"),
        (r"Stra{\ss}e \o re {\AA}", "Straße øre Å"),
        (r"50\% \& a~b -- c", "50% & a b -- c"),
        (r"$\alpha$ {\emph{x}}", "$$ x"),
    ],
)
def test_tex_becomes_text(tex: str, expected: str) -> None:
    assert plain(tex) == expected


def test_a_pubmed_article_brings_design_register_and_retraction() -> None:
    made = read_pubmed(PUBMED.encode(), "p.xml")
    first = study(made)
    assert first["design"] == "randomised"
    assert first["registrations"] == ["NCT99999991"]
    report = first["reports"][0]
    assert report["retraction"] == {"status": "retracted", "notice": "J Nothing 1993;3:1", "checked_on": None}
    assert (report["issued"], report["title"]) == ("1991-03-05", "Tea against hiccups")
    assert (report["pmid"], report["pmcid"], report["doi"]) == ("999999991", "PMC9999991", "10.1000/fake.1991")
    assert made.unmapped == ("book articles that were left out: 1",)


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("Cook JA, Copeland ME, et al.", ["Cook|JA", "Copeland|ME"]),
        ("Cook, J.A., Copeland, M.E.", ["Cook|J.A.", "Copeland|M.E."]),
        ("van Gestel-Timmermans JAWM", ["van Gestel-Timmermans|JAWM"]),
        ("Cook JA and Copeland ME", ["Cook|JA", "Copeland|ME"]),
        ("The Hiccup Group", ["The Hiccup Group|"]),
        ("", []),
    ],
)
def test_authors_are_taken_apart(listed: str, expected: list[str]) -> None:
    made = [f"{row.get('family') or row.get('literal')}|{row.get('given', '')}" for row in people(listed)]
    assert made == expected


@pytest.mark.parametrize(
    ("reader", "text", "message"),
    [
        (read_ris, RIS[:200], "ends within a reference"),
        (read_ris, "TY  - JOUR\nTY  - JOUR\nER  - \n", "starts before the last one ends"),
        (read_ris, "hello\n", "not a RIS file"),
        (read_ris, "", "empty"),
        (read_bibtex, BIBTEX[:300], "ends within an entry"),
        (read_bibtex, "hello", "not a BibTeX file"),
        (read_bibtex, "@article{a, title}", "expected 'name = value,'"),
        (read_pubmed, PUBMED[:900], "not complete XML"),
        (read_pubmed, "<html/>", "not PubMed XML"),
        (read_ris, "TY  - \udcff", "UTF-8"),
    ],
)
def test_a_cut_off_or_foreign_file_gives_one_line(
    reader: Callable[[bytes, str], Imported], text: str, message: str
) -> None:
    with pytest.raises(RecordError) as caught:
        reader(text.encode(errors="surrogateescape"), "refs")
    (problem,) = caught.value.problems
    assert message in str(problem)


@pytest.mark.parametrize(
    ("text", "kind"), [(RIS, Foreign.RIS), (BIBTEX, Foreign.BIBTEX), (PUBMED, Foreign.PUBMED), ("hello", None)]
)
def test_a_format_is_told_by_its_content(text: str, kind: Foreign | None) -> None:
    assert kind_of(text.encode(), "export") is kind


@given(st.text(max_size=80), st.sampled_from(["ris", "bib"]))
def test_any_text_is_read_or_refused(text: str, kind: str) -> None:
    wrapped = f"TY  - JOUR\nTI  - {text}\nER  - \n" if kind == "ris" else f"@article{{k, title = {{{text}}}}}"
    try:
        made = (read_ris if kind == "ris" else read_bibtex)(wrapped.encode(errors="ignore"), "x")
    except RecordError:
        return
    for record in made.studies:
        parse(record.text, shown_as=record.path)

"""The gate: what a site must not have, each fault told with its page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from evibrief.errors import SiteError
from evibrief.publishing.cache import Cache
from evibrief.publishing.gate import MAX_SHOWN, check_site, faults_of_content
from evibrief.publishing.page_facts import facts_as_bytes, facts_from, facts_in


def faults(site: Path, files: dict[str, str], *, expected: Iterable[str] = (), site_url: str = "") -> list[str]:
    for name, content in files.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    try:
        check_site(site, expected=expected, site_url=site_url)
    except SiteError as error:
        return str(error).splitlines()[1:]
    return []


def test_a_sound_site_passes(tmp_path: Path) -> None:
    home = """<html><head><link rel=stylesheet href='a.css'><link rel="canonical" href="https://elsewhere.org/x/">
      <script>var x = '<a href="nowhere">';</script><!-- <a href="nowhere"> --></head>
      <body><a href="s/">s</a> <a href="s/index.html#here">here</a> <a href="#top">up</a> <a href="?q=1">q</a>
      <a href="https://doi.org/10.1000/x">doi</a> <a href="mailto:a@b.org">mail</a> <img src="data:image/png;base64,AA">
      <a href="s/a%20b.csv" download>data</a> <p title="a > b" id=plain>text</p> <a href="#plain">p</a></body></html>"""
    files = {
        "index.html": home,
        "s/index.html": '<p id="here"></p><a href="..">home</a><a href="../index.html">home</a><a href="/s/">s</a>',
        "s/a b.csv": "x",
        "a.css": "p { background: url(data:image/png;base64,AA) } q { background: url('b.png') }",
    }
    assert faults(tmp_path, files, expected=list(files)) == []


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ('<a href="gone/">x</a>', "the link gone/ leads nowhere"),
        ('<a href="../../etc/">x</a>', "the link ../../etc/ leads nowhere"),
        ('<a href="#gone">x</a>', "the link #gone names no place on its page"),
        ('<a href="other.html#gone">x</a>', "the link other.html#gone names no place on its page"),
        ('<a href="/gone.html">x</a>', "the link /gone.html leads nowhere"),
        ("<img src='gone.png'>", "the link gone.png leads nowhere"),
        ('<img srcset="gone.png 2x, other.html 1x">', "the link gone.png leads nowhere"),
        ('<script src="https://cdn.org/x.js"></script>', "loads https://cdn.org/x.js from another host"),
        ('<link href="//fonts.org/x" rel="preconnect">', "loads //fonts.org/x from another host"),
        ('<iframe src="https://video.org/"></iframe>', "loads https://video.org/ from another host"),
        ('<svg><image xlink:href="https://x.org/a.png"/></svg>', "loads https://x.org/a.png from another host"),
        ('<a href="javascript:alert(1)">x</a>', "the address javascript:alert(1) may not stand in a page"),
        ('<a href="java&#115;cript:alert(1)">x</a>', "the address javascript:alert(1) may not stand in a page"),
        ('<a href="data:text/html,x">x</a>', "the address data:text/html,x may not stand in a page"),
    ],
)
def test_a_fault_is_told_with_its_page(tmp_path: Path, page: str, fault: str) -> None:
    assert faults(tmp_path, {"index.html": page, "other.html": "<p id=a>"}) == [f"index.html: {fault}"]


@pytest.mark.parametrize(
    ("content", "made", "fault"),
    [
        ('<p onclick="x()">x</p>', False, "the attribute onclick is void under the page's policy"),
        ("<p STYLE='color: red'>x</p>", False, "the attribute style is void under the page's policy"),
        ("<p>x</p><ScRiPt >x</script>", True, "a page made from records holds a script; scripts belong to the theme"),
    ],
)
def test_content_relies_on_nothing_that_the_policy_forbids(content: str, made: bool, fault: str) -> None:
    assert faults_of_content("a.html", content, made=made) == (f"a.html: {fault}",)
    assert faults_of_content("a.html", "<p title='on style'>onclick=x</p>", made=made) == ()


def test_a_summary_says_that_it_is_no_medical_advice() -> None:
    page = '<div class="ev ev-summary"><p>{}</p></div>'
    (fault,) = faults_of_content("summaries/x/index.html", page.format("It works."), made=True)
    assert fault.startswith("summaries/x/index.html: the summary does not say that it is no medical advice")
    said = page.replace("<p>", '<p class="ev-advice">').format("No advice.")
    assert faults_of_content("summaries/x/index.html", said, made=True) == ()
    assert faults_of_content("a.html", "<p>It works.</p>", made=True) == ()


def test_a_page_written_by_hand_may_have_its_own_script() -> None:
    assert faults_of_content("a.html", "<script src='a.js'></script>", made=False) == ()


def test_a_style_sheet_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    assert faults(tmp_path, {"a.css": '@import "https://fonts.org/x.css"; p { src: url(//cdn.org/f.woff) }'}) == [
        "a.css: loads //cdn.org/f.woff from another host",
        "a.css: loads https://fonts.org/x.css from another host",
    ]


def test_a_page_that_was_promised_must_be_there(tmp_path: Path) -> None:
    assert faults(tmp_path, {"a.html": "", "b.html": "x"}, expected=["a.html", "b.html", "c/index.html"]) == [
        "a.html: is missing or empty",
        "c/index.html: is missing or empty",
    ]


def test_the_sites_own_address_is_no_other_host(tmp_path: Path) -> None:
    files = {
        "index.html": '<link rel="canonical" href="https://e.org/x/"><a href="/x/s/">s</a><img src="https://e.org/x/a.js">'
        '<a href="https://e.org/x/gone/">g</a><script src="/x/a.js"></script>',
        "s/index.html": "x",
        "a.js": "x",
    }
    assert faults(tmp_path, files, site_url="https://e.org/x/") == [
        "index.html: the link https://e.org/x/gone/ leads nowhere"
    ]


def test_a_flood_of_faults_is_cut(tmp_path: Path) -> None:
    links = "".join(f'<a href="gone-{number}">x</a>' for number in range(MAX_SHOWN + 5))
    found = faults(tmp_path, {"index.html": links})
    assert len(found) == MAX_SHOWN + 1
    assert found[-1] == "and 5 more"


def test_a_link_that_broke_is_found_on_a_page_whose_facts_are_kept(tmp_path: Path) -> None:
    site, cache = tmp_path / "site", Cache(tmp_path)
    pages = {"index.html": '<a href="other.html#here">x</a>', "other.html": '<p id="here"></p>'}
    assert faults(site, pages) == []
    check_site(site, expected=(), cache=cache)
    check_site(site, expected=(), cache=cache)
    (site / "other.html").write_text("<p></p>", encoding="utf-8")
    with pytest.raises(SiteError, match="names no place"):
        check_site(site, expected=(), cache=cache)
    (site / "other.html").unlink()
    with pytest.raises(SiteError, match="leads nowhere"):
        check_site(site, expected=(), cache=cache)


def test_facts_are_the_same_when_read_from_the_cache() -> None:
    page = (
        '<a id="a&quot;b" href="x#é">x</a><p onclick=y name=z><img src="i.png" srcset="j.png 2x"><link href=k rel=icon>'
    )
    facts = facts_in(page)
    assert facts.ids == {'a"b', "z"}
    assert {reference.address for reference in facts.references} == {"x#é", "i.png", "j.png", "k"}
    assert facts.silenced == {"onclick"}
    assert facts_from(facts_as_bytes(facts)) == facts

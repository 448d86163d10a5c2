"""Every sentence opens to its rule, its figures and its records, and every numeral in it stands in its own trace.

A numeral of a sentence is looked for in what that one sentence was made from, and a numeral of a table in what that one
row shows; so that a wrong figure is noticed though the same digits stand elsewhere on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from html import unescape
from typing import Any

import pytest

from evibrief.pages.rendering import Renderer
from evibrief.records.fields import Record
from exchange.records import brief
from whole_site import ROOT, data_of, page_at, slugs

NUMERAL = re.compile(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?")
WORDS = (
    *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
    *("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
)
IN_WORDS = dict(zip(WORDS, (*range(2, 20), *range(20, 100, 10)), strict=True))
IN_WORDS |= {
    f"{tens}-{ones}": IN_WORDS[tens] + one
    for tens in WORDS[18:]
    for one, ones in enumerate(["one", *WORDS[:8]], start=1)
}
WORD = re.compile(rf"\b(?:{'|'.join(sorted(IN_WORDS, key=len, reverse=True))})\b", re.IGNORECASE)
# What templates say by themselves: the level of an interval, the denominator, pure chance, two people, the scales.
OF_A_TEMPLATE: Mapping[str, set[str]] = {
    "findings.": {"95"},
    "article.people": {"1,000"},
    "article.superiority": {"50", "two"},
    "article.few_studies": set(),
}

# What a p-value or a weight is printed as where it is smaller or larger than anybody needs to know.
ENDS_OF_P = {"0.001", "0.99", "99.9"}
SMALLEST_WEIGHT = "0.1"

Sentence = Mapping[str, Any]


def sentences(slug: str) -> Iterator[Sentence]:
    """Every sentence of an article, as its data file holds it."""
    article = data_of(slug)["article"]
    yield from article["key_points"]
    yield article["level"]
    yield article["answer"]
    for part in ("background", "methods", "results", "limitations", "meaning"):
        yield from article[part]
    yield from (item["text"] for item in article["reading"])


ALL = [(slug, sentence) for slug in slugs() for sentence in sentences(slug)]


def at(record: object, field: str) -> object:
    """What a dotted field of a record holds; outcomes are found by their ids."""
    found = record
    for name in field.split("."):
        if isinstance(found, tuple):
            found = found[int(name)] if name.isdigit() else next(item for item in found if item.id == name)
        elif isinstance(found, dict):
            found = found[name]
        else:
            found = getattr(found, name)
    return found


def text_of(part: object) -> str:
    """Every text and number in a part of a record."""
    match part:
        case None | bool():
            return ""
        case Record():
            return " ".join(text_of(getattr(part, name)) for name in type(part).model_fields)
        case tuple() | list():
            return " ".join(text_of(item) for item in part)
        case dict():
            return " ".join(text_of(item) for item in part.values())
    return str(part)


def rounded(value: float, *, is_share: bool = False) -> set[str]:
    """A figure as it may be printed: with up to four decimals; a share in percent."""
    exact = Decimal(repr(abs(float(value)))) * (100 if is_share else 1)
    steps = [Decimal(1).scaleb(-decimals) for decimals in range(5)]
    return {f"{exact.quantize(step, rounding=ROUND_HALF_UP):,}" for step in steps}


def numbers_in(text: str) -> set[str]:
    """Numerals and number words of a text; a date counts by its parts."""
    dates = {part.lstrip("0") for found in re.findall(r"\d{4}-\d{2}(?:-\d{2})?", text) for part in found.split("-")}
    return set(NUMERAL.findall(text)) | {word.lower() for word in WORD.findall(text)} | dates


def traced(slug: str, sentence: Sentence) -> set[str]:
    """The numerals and number words that a sentence's own trace accounts for."""
    summary, trace = brief(slug).summary, sentence["trace"]
    found: set[str] = set()
    for name, value in trace["inputs"].items():
        if isinstance(value, str):
            found |= numbers_in(value)
        elif value is not None:
            found |= rounded(value, is_share=name.endswith("share"))
            found |= {word for word, number in IN_WORDS.items() if number == value}
    own = [at(summary, field) for field in trace["fields"] if not field.startswith("outcomes.")]
    own += [at(summary, field) for field in trace["fields"] if field.endswith("judgements")]
    # Of an outcome itself only names count, which may hold a digit; its figures stand in the inputs.
    own += [at(summary, f"outcomes.{name}.name") for name in trace["outcomes"]]
    # A source is named with its year.
    cited = {source["report"] for source in trace["sources"]} | {source["seen_in"] for source in trace["sources"]}
    if "source_review" in trace["fields"] or trace["rule"] == "aim":
        cited.add(summary.source_review.reference if summary.source_review else None)
    own += [str(summary.references[name].year) for name in sorted(filter(None, cited)) if name in summary.references]
    if trace["rule"] == "reading":
        own.append([str(study.year) for study in brief(slug).studies.values()])
    if "name" in trace or trace["rule"] == "familiar-scale":
        own += [getattr(at(summary, f"outcomes.{name}"), "familiar_scale", None) for name in trace["outcomes"]]
    of_template = {
        word for start, words in OF_A_TEMPLATE.items() if trace["template"].startswith(start) for word in words
    }
    return found | numbers_in(text_of(own)) | of_template


def untraced(slug: str, sentence: Sentence, text: str | None = None) -> set[str]:
    said = sentence["text"] if text is None else text
    numerals = set(NUMERAL.findall(said)) | {word.lower() for word in WORD.findall(said)}
    return numerals - traced(slug, sentence)


@pytest.mark.parametrize("slug", slugs())
def test_every_sentence_has_a_rule_and_a_record(slug: str) -> None:
    renderer, summary = Renderer(ROOT / "templates"), brief(slug).summary
    for sentence in sentences(slug):
        trace = sentence["trace"]
        assert trace["rule"], sentence["text"]
        assert trace["template"]
        assert trace["fields"], sentence["text"]
        for field in trace["fields"]:
            assert at(summary, field) is not None, field
        assert set(trace["studies"]) <= set(summary.studies)
        assert {source["report"] for source in trace["sources"]} <= set(summary.references)
        family = re.sub(
            r"^(judgement|level|risk-of-bias|inconsistency|imprecision|publication-bias)-.*", r"\1", trace["rule"]
        )
        assert renderer.speak(f"rules.{family}").endswith(".")


@pytest.mark.parametrize("slug", slugs())
def test_every_numeral_of_a_sentence_stands_in_its_own_trace(slug: str) -> None:
    assert {item["text"]: found for item in sentences(slug) if (found := untraced(slug, item))} == {}


def changed(text: str, pattern: re.Pattern[str]) -> Iterator[str]:
    """A text with each of its numerals made wrong, one at a time: its last digit moved up by one to nine."""
    for match in pattern.finditer(text):
        digits = match.group()
        for step in range(1, 10):
            wrong = digits[:-1] + str((int(digits[-1]) + step) % 10)
            yield text[: match.start()] + wrong + text[match.end() :]


def test_a_wrong_digit_in_a_sentence_is_found() -> None:
    """Nearly always: a wrong figure may be another figure of the same sentence, or a setting named in its trace."""
    tried = [bool(untraced(slug, item, wrong)) for slug, item in ALL for wrong in changed(item["text"], NUMERAL)]
    assert len(tried) > 2000
    assert sum(tried) / len(tried) > 0.93


def block(html: str, start: str, end: str) -> Iterator[str]:
    for part in html.split(start)[1:]:
        yield part.partition(end)[0]


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


@pytest.mark.parametrize("slug", slugs())
def test_on_the_page_every_sentence_opens_to_its_origin(slug: str) -> None:
    """Without a script: by the element that a browser, a keyboard and a screen reader open by themselves."""
    body = page_at(f"summaries/{slug}/").body
    opened: dict[str, str] = {}
    for details in block(body, '<details class="ev-provenance">', "</details>"):
        assert details.startswith("<summary>")
        for item in block(details, "<li>", "</li>"):
            quoted, _, rest = item.partition("</q>")
            opened.setdefault(plain(quoted), rest)
    article = data_of(slug)["article"]
    told = [item for item in sentences(slug) if item not in [link["text"] for link in article["reading"]]]
    for sentence in told:
        # The answer is shown on other pages; here its outcome tells it.
        origin = opened[re.sub(r"\s+", " ", sentence["text"])]
        assert "<dt>Rule</dt>" in origin
        assert "<dt>Record</dt>" in origin
        for name, value in sentence["trace"]["inputs"].items():
            assert re.sub(r"[_-]", " ", name) in plain(origin), (name, value)
        if sentence["trace"]["sources"]:
            assert "<dt>Read in</dt>" in origin


@pytest.mark.parametrize("slug", slugs())
def test_every_step_of_certainty_shows_its_rule_and_figures(slug: str) -> None:
    body = page_at(f"summaries/{slug}/").body
    lists = list(block(body, '<ul class="ev-steps">', "</ul>"))
    rated = [item for item in data_of(slug)["outcomes"] if item["rating"]]
    assert len(lists) == len(rated)
    for html, item in zip(lists, rated, strict=True):
        reasons = [item["rating"]["start_reason"], *(step["reason"] for step in item["rating"]["steps"])]
        steps = list(block(html, "<li>", "</li>"))
        assert len(steps) == len(reasons) + 1
        for step, reason in zip(steps, reasons, strict=False):
            assert f"<code>{reason['rule']}</code>" in step
            for name in reason["figures"]:
                assert name.replace("_", " ") in plain(step)


# Tables: a row may print only what is its own.


def cells(html: str) -> str:
    return plain(re.sub(r"</t[hd]>", " | ", html))


def figures(part: object) -> Iterator[float]:
    match part:
        case bool() | None | str():
            return
        case int() | float():
            yield float(part)
        case list():
            for item in part:
                yield from figures(item)
        case dict():
            for item in part.values():
                yield from figures(item)


def printed(part: object) -> set[str]:
    return {text for value in figures(part) if abs(value) < 1e9 for text in rounded(value)}


def difference(own: Mapping[str, Any]) -> set[str]:
    """Of people, the difference between the two numbers as they are printed beside it."""
    people = own["absolute"]
    if people is None:
        return set()
    sides = [Decimal(repr(people[name])).quantize(Decimal(1), ROUND_HALF_UP) for name in ("intervention", "control")]
    return {f"{abs(sides[0] - sides[1])}"}


class Rows:
    """The rows of one kind of table on a page, each with the numerals that it may print."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        self.body = page_at(f"summaries/{slug}/").body
        self.found: list[tuple[str, set[str]]] = []
        for item in data_of(slug)["outcomes"]:
            self._of_outcome(item, item["record"]["name"])
        self._summary_of_findings()

    def _table(self, caption: str) -> Iterator[tuple[str, str]]:
        """Rows below a caption: the heading of each, and its cells."""
        if f">{caption}</caption>" in self.body:
            table = self.body.partition(f">{caption}</caption>")[2].partition("</table>")[0].partition("<tbody>")[2]
            for row in block(table, "<tr", "</tr>"):
                head, _, rest = row.partition(">")[2].partition("</th>")
                yield plain(head.partition("<small>")[0]), cells(rest)

    def _of_outcome(self, item: Mapping[str, Any], name: str) -> None:
        synthesis = item["synthesis"]
        for head, text in self._table(f"Results of each study: {name}"):
            own = [row for row in synthesis["rows"] if row["label"] == head]
            if own:
                shown = [
                    {k: row[k] for k in ("intervention", "comparator", "estimate", "weight_percent", "participants")}
                    for row in own
                ]
                self.found.append((text, printed(shown) | {SMALLEST_WEIGHT}))
        for head, text in self._table(f"Other ways of pooling: {name}"):
            own = [
                other
                for other in (*synthesis["alternatives"], *synthesis["leave_one_out"])
                if (head == f"Without {other['label']}" if other["study_id"] else not head.startswith("Without "))
                or other["name"] == "without-high-risk"
            ]
            apart = [one["figures"]["rstudent"] for one in synthesis["influence"] if head == f"Without {one['label']}"]
            if own:
                self.found.append((text, printed([{k: o[k] for k in ("k", "estimate", "i2")} for o in own] + apart)))

    def _summary_of_findings(self) -> None:
        table = self.body.partition('<caption id="findings">')[2].partition("</table>")[0].partition("<tbody>")[2]
        rows = list(block(table, "<tr", "</tr>"))
        assert len(rows) == len(data_of(self.slug)["outcomes"])
        for html, item in zip(rows, data_of(self.slug)["outcomes"], strict=True):
            synthesis = item["synthesis"]
            own = {k: synthesis.get(k) for k in ("k", "participants", "estimate", "absolute")}
            words = numbers_in(text_of([item["record"].get("time_window"), item["record"]["name"]]))
            people = numbers_in(str((item["record"].get("baseline_risk") or {}).get("over")))
            self.found.append(
                (cells(html.partition("</th>")[2]), printed(own) | words | people | difference(own) | {"0"})
            )


@cache
def rows_of(slug: str) -> Rows:
    return Rows(slug)


@pytest.mark.parametrize("slug", slugs())
def test_every_numeral_of_a_row_is_its_own(slug: str) -> None:
    assert [(text, left) for text, own in rows_of(slug).found if (left := set(NUMERAL.findall(text)) - own)] == []


def test_a_wrong_digit_in_a_row_is_found() -> None:
    tried = [
        bool(set(NUMERAL.findall(wrong)) - own)
        for slug in slugs()
        for text, own in rows_of(slug).found
        for wrong in changed(text, NUMERAL)
    ]
    assert len(tried) > 10_000
    assert sum(tried) / len(tried) > 0.9


@pytest.mark.parametrize("slug", slugs())
def test_a_forest_plot_prints_no_number_that_its_table_does_not(slug: str) -> None:
    body = page_at(f"summaries/{slug}/").body
    by_id = {item["record"]["id"]: item for item in data_of(slug)["outcomes"]}
    for section in block(body, '<section class="ev-outcome"', "</section>"):
        drawings = [part for part in block(section, '<svg class="fig fig-forest', "</svg>") if 'id="forest-' in part]
        if drawings:
            pooled = by_id[section.partition("outcome-")[2].partition('"')[0]]["synthesis"]
            around = {k: pooled["pooled"][k] for k in ("i2", "tau2", "q_p")}
            groups = pooled["subgroups"] or {}
            tests = [groups.get("p"), *({k: g["pooled"][k] for k in around} for g in groups.get("groups", []))]
            heterogeneity = printed([around, *tests]) | ENDS_OF_P
            table = section.partition("Results of each study: ")[2].partition("</table>")[0]
            for drawing in drawings:
                drawn = re.sub(r"<text class=\"fig-tick\".*?</text>", " ", drawing, flags=re.DOTALL)
                texts = " ".join(re.findall(r"<text[^>]*>(.*?)</text>", drawn, re.DOTALL))
                # A label that is too long for its column ends in dots.
                texts = re.sub(r"\S*\N{HORIZONTAL ELLIPSIS}", " ", texts)
                assert set(NUMERAL.findall(plain(texts))) - set(NUMERAL.findall(plain(table))) - heterogeneity == set()

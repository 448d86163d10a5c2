"""Every numeral on every page of our own site comes from somewhere: a record, its data file, or a documented setting.

A numeral is traced on its own page: to the text of the records behind it, to a figure of its data file in one of the
roundings that a page may print, to a number of things that are listed there, or to a threshold. This is the widest
net, over every page; what stands in sentences and tables is traced more closely in ``test_traced_words.py``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

import pytest

from evibrief import __version__
from evibrief.appraisal.settings import DEFAULT
from pages.markup import read
from whole_site import ROOT, Page, page_at, pages, slugs, written

NUMERAL = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
MOST_DECIMALS = 5
# In the words of every page: the level of intervals, the denominator of natural frequencies, pure chance, levels and
# steps of the two scales, no difference as a ratio and as a difference, and the ends of printed p-values.
OF_THE_WORDING = {"95", "1,000", "50", "0", "1", "2", "3", "4", "5", "0.5", "100", "0.001", "0.99"}


def numerals(text: str) -> set[str]:
    """The numerals of a text as they are printed; a fraction is never read as two."""
    return set(NUMERAL.findall(text))


def words_of(page: Page) -> str:
    """What a reader sees or hears of a page, without the marks of axes, which are drawn at round values."""
    body = re.sub(r"<text class=\"fig-tick\".*?</text>", " ", page.body, flags=re.DOTALL)
    return " ".join(read(body).text)


def printed(value: float) -> Iterator[str]:
    """A figure as pages may print it: rounded, in percent, of 1,000 people, from its logarithm, as a standard error."""
    forms = [value, 100 * value, 1000 * value, 100 - value, 100 * (1 - value), math.sqrt(abs(value))]
    if abs(value) < 50:
        forms += [math.exp(value), 1 / value if value else 0.0]
    for form in forms:
        if abs(form) >= 1e9:
            continue
        exact = Decimal(repr(float(abs(form))))
        for decimals in range(MOST_DECIMALS + 1):
            rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
            yield f"{rounded:,}"
            yield f"{rounded}"


def figures_in(data: Any) -> Iterator[float]:
    """Every number in a data file, and how many things each of its lists holds."""
    if isinstance(data, bool) or data is None:
        return
    if isinstance(data, int | float):
        yield float(data)
    elif isinstance(data, str):
        yield from (float(found.replace(",", "")) for found in numerals(data))
    elif isinstance(data, list):
        yield float(len(data))
        # A subgroup's share of the weight is that of its rows together.
        yield math.fsum(item.get("weight_percent") or 0.0 for item in data if isinstance(item, Mapping))
        for item in data:
            yield from figures_in(item)
    elif isinstance(data, Mapping):
        for item in data.values():
            yield from figures_in(item)


@cache
def of_data(slug: str) -> frozenset[str]:
    data = json.loads(written()[f"summaries/{slug}/data.json"])
    texts = numerals(json.dumps(data, ensure_ascii=False))
    return frozenset({text for value in set(figures_in(data)) for text in printed(value)} | texts)


@cache
def of_record(path: str) -> frozenset[str]:
    text = (ROOT / path).read_text(encoding="utf-8")
    found = numerals(text)
    # A date is printed in words; a figure with more digits than any reader needs is rounded; counts get their comma.
    parts = {part.lstrip("0") for date in re.findall(r"\d{4}-\d{2}(?:-\d{2})?", text) for part in date.split("-")}
    values = {float(number.replace(",", "")) for number in found}
    return frozenset(found | parts | {form for value in values for form in printed(value)})


@cache
def studies_of(slug: str) -> tuple[str, ...]:
    text = (ROOT / "summaries" / f"{slug}.yaml").read_text(encoding="utf-8")
    return tuple(name for name in study_names() if re.search(rf"^  - {re.escape(name)}$", text, re.MULTILINE))


@cache
def study_names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (ROOT / "studies").glob("*.yaml")))


def of_summary(slug: str) -> set[str]:
    found = set(of_data(slug) | of_record(f"summaries/{slug}.yaml"))
    return found.union(*(of_record(f"studies/{name}.yaml") for name in studies_of(slug)))


def of_study(name: str) -> set[str]:
    """A study's own record, the effects that summaries compute from it, and the pages that use it."""
    users = [slug for slug in slugs() if name in studies_of(slug)]
    return set(of_record(f"studies/{name}.yaml")).union(*(of_data(slug) for slug in users))


def of_settings() -> set[str]:
    values = [getattr(DEFAULT, item.name) for item in fields(DEFAULT)]
    texts = {form for value in values if isinstance(value, int | float) for form in printed(value)}
    return texts | numerals(" ".join(item.metadata["source"] for item in fields(DEFAULT))) | numerals(__version__)


def allowed_on(page: Page) -> set[str]:
    shelf, _, name = page.uri.rstrip("/").partition("/")
    if shelf == "summaries":
        return of_summary(name)
    if shelf == "studies" and name:
        return of_study(name)
    if shelf == "methods":
        return of_settings()
    counts = {f"{number:,}" for number in (len(slugs()), len(study_names()))}
    if shelf == "studies":
        return counts.union(*(of_record(f"studies/{study}.yaml") for study in study_names()))
    return counts.union(*(of_data(slug) | of_record(f"summaries/{slug}.yaml") for slug in slugs()))


def untraced(page: Page) -> set[str]:
    return numerals(words_of(page)) - allowed_on(page) - OF_THE_WORDING


def test_every_numeral_on_every_page_is_traced() -> None:
    found = {page.uri: untraced(page) for page in pages()}
    assert {uri: sorted(numbers) for uri, numbers in found.items() if numbers} == {}


@pytest.mark.parametrize("slug", slugs())
def test_every_numeral_of_an_article_is_traced(slug: str) -> None:
    text = written()[f"summaries/{slug}/summary.md"].decode("utf-8")
    assert numerals(re.sub(r"^\d+\. ", "", text, flags=re.MULTILINE)) - of_summary(slug) - OF_THE_WORDING == set()


def test_a_numeral_from_nowhere_is_found() -> None:
    page = page_at("summaries/intensive-statins/")
    for invented in ("0.4711", "31,415", "8.317"):
        assert untraced(replace(page, body=f"{page.body}<p>{invented}</p>")) == {invented}

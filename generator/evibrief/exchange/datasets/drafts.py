"""What the converters of all tables share: the frame of a record, its reports, its arms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..record_text import Fields, Row, Value

TableRow = Mapping[str, str]
PACKAGE_VERSION = "1.2-0"
PACKAGE = f"metadat {PACKAGE_VERSION}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """One table: its name in the package, its subject as a suffix for ids, the review that it comes from."""

    name: str
    title: str
    subject: str
    review: Fields
    convert: Callable[[DataSet, Sequence[TableRow]], Iterator[Draft]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A record before ids are settled: ``name`` is what the id would be if no other study had it."""

    dataset: DataSet
    name: str
    rows: str
    fields: Fields


def draft(
    dataset: DataSet,
    numbers: Sequence[int],
    label: str,
    design: str,
    body: Fields,
    *,
    own: Fields | None = None,
    title: str | None = None,
    registrations: Sequence[str] = (),
) -> Draft:
    """Return the record of a study, from the numbers of its rows, its label, its own report, and its body."""
    rows = "row " + str(numbers[0]) if len(numbers) == 1 else "rows " + ", ".join(map(str, numbers))
    main: list[Value] = [{"id": "main", "role": "primary", **own}] if own else []
    review: Fields = {"id": "review", "role": "review", **dataset.review}
    data: Fields = {
        "id": "dataset",
        "role": "dataset",
        "type": "dataset",
        "title": f"{dataset.name}: {dataset.title}",
        "container_title": "metadat: Meta-Analysis Datasets (R package)",
        "version": PACKAGE_VERSION,
    }
    fields: Fields = {
        "label": label,
        **({"title": title} if title else {}),
        "reports": [*main, review, data],
        **({"registrations": registrations} if registrations else {}),
        "design": design,
        **body,
        "extraction": {"extracted_by": f"converted from {dataset.name} ({PACKAGE})"},
    }
    return Draft(dataset=dataset, name=slug(label), rows=rows, fields=fields)


def slug(text: str) -> str:
    """Return text as an id: lower-case ASCII letters and digits, joined by single hyphens."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_text.lower().replace("'", "")))


def own_report(names: str, year: str = "") -> Fields:
    """Return what a table gives of a study's own report: surnames, or the name of a trial or group, and the year."""
    text = re.sub(r" et al\.?$", "", names)
    is_group = re.search(r"[A-Z]{2}|\d|Society", text) is not None
    authors = [Row(literal=text)] if is_group else [Row(family=name) for name in text.split(" & ")]
    called = f"{names} {year}".strip()
    return {
        "author": authors,
        **({"issued": int(year)} if year else {}),
        "note": f"The data set names it {called}; the full citation stands in the reference list of the review.",
    }


def label_of(names: str, year: str) -> str:
    """Return how tables name a study: without et al."""
    return f"{re.sub(r' et al[.]?$', '', names)} {year}".strip()


def source(dataset: DataSet, number: int) -> Row:
    """Return where a figure stands: the row of the table, counted from 1."""
    return Row(report="dataset", place=f"data set {dataset.name}, row {number}")


def events(count: str, n: str | int) -> Row:
    """Return one arm of a dichotomous result."""
    return Row(events=int(count), n=int(n))


def two_arms(first: tuple[str, str], second: tuple[str, str]) -> list[Row]:
    """Return an intervention and a comparator, each given by its id and label."""
    return [arm(*first, "intervention"), arm(*second, "comparator")]


def arm(name: str, label: str, role: str) -> Row:
    """Return an arm of a study."""
    return Row(id=name, label=label, role=role)


def numbered(rows: Iterable[TableRow]) -> Iterator[tuple[int, TableRow]]:
    """Yield rows with their numbers, counted from 1 as R counts them."""
    return enumerate(rows, start=1)

"""Review Manager 5 files (``.rm5``): studies, references, characteristics, risk of bias, and every type of analysis."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from evibrief.exchange.record_text import Fields, Row

from .analyses import Analysis, AnalysisRow, Kind
from .drafts import Imported, Report, figure, given, line, refused, tidy, year
from .names import people
from .review_drafts import Progress, Review, ReviewStudy, drafted
from .revman_risk import Entry, assessment, domains_of
from .safe_xml import parse_xml, text_of

PROGRAM = "RevMan 5"

_KINDS = {
    "DICH": Kind.DICHOTOMOUS,
    "CONT": Kind.CONTINUOUS,
    "IV": Kind.GENERIC,
    "IPD": Kind.LOG_RANK,
    "OTHER": Kind.TEXT,
}
_VALUES = {
    Kind.DICHOTOMOUS: {"events_1": "EVENTS_1", "total_1": "TOTAL_1", "events_2": "EVENTS_2", "total_2": "TOTAL_2"},
    Kind.CONTINUOUS: {
        "mean_1": "MEAN_1", "sd_1": "SD_1", "total_1": "TOTAL_1",
        "mean_2": "MEAN_2", "sd_2": "SD_2", "total_2": "TOTAL_2",
    },
    Kind.GENERIC: {
        "estimate": "EFFECT_SIZE", "se": "SE", "low": "CI_START", "high": "CI_END",
        "total_1": "TOTAL_1", "total_2": "TOTAL_2",
    },
    Kind.LOG_RANK: {
        "o_e": "O_E", "var": "VAR",
        "events_1": "EVENTS_1", "total_1": "TOTAL_1", "events_2": "EVENTS_2", "total_2": "TOTAL_2",
    },
    Kind.TEXT: {},
}  # fmt: skip
_TOTALS = {"YES": "all", "SUB": "subgroups", "NO": "none"}
_LEVELS = {"YES": "low", "NO": "high", "UNKNOWN": "unclear"}
_TYPES = {
    "JOURNAL_ARTICLE": "article-journal", "BOOK": "book", "BOOK_SECTION": "chapter", "DISSERTATION": "thesis",
    "THESIS": "thesis", "REPORT": "report", "ONLINE": "webpage", "COCHRANE_REVIEW": "article-journal",
}  # fmt: skip
_OTHER_STUDIES = {"EXCLUDED_STUDIES": "excluded", "AWAITING_STUDIES": "awaiting", "ONGOING_STUDIES": "ongoing"}


def read_revman5(data: bytes, shown_as: str, progress: Progress | None = None) -> Imported:
    """Return the records of an ``.rm5`` file.

    Raises:
        RecordError: one line, if it is not a RevMan 5 review of interventions.
    """
    root = parse_xml(data, shown_as)
    if root.tag != "COCHRANE_REVIEW":
        raise refused(shown_as, f"not a RevMan 5 review (its root is <{tidy(root.tag)[:40]}>)")
    kind = root.get("TYPE", "INTERVENTION")
    if kind not in ("INTERVENTION", "FLEXIBLE"):
        raise refused(shown_as, f"a RevMan review of type {tidy(kind)[:40]}; only reviews of interventions are read")
    report = Report()
    studies = tuple(_studies(root, report))
    if not studies:
        raise refused(shown_as, "the review has no included study")
    _report_rest(root, report)
    review = Review(
        source=tidy(shown_as),
        program=PROGRAM,
        citation=_citation(root),
        studies=studies,
        analyses=tuple(_analyses(root)),
        participants=text_of(root.find(".//CRIT_PARTICIPANTS")),
        kinds_of_studies=text_of(root.find(".//CRIT_STUDIES")),
        search_through=_date(root.find(".//LAST_SEARCH/DATE")),
    )
    return drafted(review, report, progress)


def _citation(root: Element) -> Fields:
    cover = root.find("COVER_SHEET")
    title = text_of(root.find("COVER_SHEET/TITLE")) or "Untitled review"
    authors = []
    for person in cover.iterfind("CREATORS/PERSON") if cover is not None else ():
        family, given_names = line(text_of(person.find("LAST_NAME"))), line(text_of(person.find("FIRST_NAME")))
        if family:
            authors.append(Row(**given(family=family, given=given_names)))
    published = root.find(".//REVIEW_PUBLISHED")
    when = year(published.get("YEAR")) if published is not None else ""
    return {
        "title": line(title),
        **given(author=authors),
        **({"container_title": "Cochrane Database of Systematic Reviews"} if "14651858" in root.get("DOI", "") else {}),
        **({"issued": int(when)} if when else {}),
        **_doi(root.get("DOI")),
    }


def _doi(text: str | None) -> dict[str, str]:
    found = re.search(r"10\.\d{4,9}/\S{1,200}", tidy(text or ""))
    return {"doi": found.group().rstrip(".,;")} if found else {}


def _date(element: Element | None) -> str:
    if element is None:
        return ""
    parts = [element.get(name, "") for name in ("YEAR", "MONTH", "DAY")]
    if not all(re.fullmatch(r"\d{1,4}", part) for part in parts):
        return ""
    made = f"{parts[0]:0>4}-{parts[1]:0>2}-{parts[2]:0>2}"
    return made if re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", made) else ""


def _studies(root: Element, report: Report) -> Iterator[ReviewStudy]:
    said = {item.get("STUDY_ID"): item for item in root.iter("INCLUDED_CHAR")}
    title = line(text_of(root.find("COVER_SHEET/TITLE")))
    risks = _risks(root, f"the authors of the review '{title}'", report)
    for study in root.iterfind(".//INCLUDED_STUDIES/STUDY"):
        key, when = study.get("ID", ""), year(study.get("YEAR"))
        about = said.get(key)
        yield ReviewStudy(
            key=key,
            label=line(_label(study.get("NAME", ""), when)),
            year=when,
            reports=tuple(_reports(study, when)),
            methods=_told(about, "CHAR_METHODS"),
            participants=_told(about, "CHAR_PARTICIPANTS"),
            interventions=_told(about, "CHAR_INTERVENTIONS"),
            notes=_told(about, "CHAR_NOTES"),
            registrations=tuple(_registrations(study)),
            risk_of_bias=(risks[key],) if key in risks else (),
        )


def _label(name: str, when: str) -> str:
    return name if not when or when in name else f"{name} {when}"


def _told(about: Element | None, name: str) -> str:
    return text_of(about.find(name)) if about is not None else ""


def _reports(study: Element, when: str) -> Iterator[Fields]:
    references = [item for item in study.iterfind("REFERENCE") if _has_text(item)]
    references.sort(key=lambda item: item.get("PRIMARY") != "YES")
    for position, reference in enumerate(references, start=1):
        name = "main" if position == 1 else f"report-{position}"
        yield {"id": name, "role": "primary" if position == 1 else "companion", **_reference(reference)}


def _has_text(reference: Element) -> bool:
    return any(text_of(reference.find(name)) for name in ("AU", "TI", "SO"))


def _reference(reference: Element) -> Fields:
    kind = reference.get("TYPE", "")
    when = year(text_of(reference.find("YR")))
    texts = {name: line(text_of(reference.find(name))) for name in ("TI", "SO", "VL", "NO", "PG", "PB")}
    listed = text_of(reference.find("AU"))
    return {
        **({"type": _TYPES[kind]} if _TYPES.get(kind, "article-journal") != "article-journal" else {}),
        **given(title=texts["TI"], author=people(listed), container_title=texts["SO"]),
        **({"issued": int(when)} if when else {}),
        **given(volume=texts["VL"], issue=texts["NO"], page=texts["PG"], publisher=texts["PB"]),
        **_identifiers(reference),
        **({"note": f"RevMan's type: {kind.replace('_', ' ').lower()}."} if kind and kind not in _TYPES else {}),
    }


def _identifiers(reference: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in reference.iterfind("IDENTIFIERS/IDENTIFIER"):
        kind, value = item.get("TYPE", "").upper(), tidy(item.get("VALUE", ""))
        if kind == "DOI":
            found |= _doi(value)
        elif kind in ("PUBMED", "MEDLINE", "PMID") and (number := re.search(r"\b[1-9]\d{0,8}\b", value)):
            found["pmid"] = number.group()
    return found


def _registrations(study: Element) -> Iterator[str]:
    pattern = r"\b(NCT\d{8}|ISRCTN\d{8}|ACTRN\d{14}|EUCTR[\d-]+|ChiCTR[\w-]+)\b"
    for item in study.iterfind("IDENTIFIERS/IDENTIFIER"):
        yield from re.findall(pattern, item.get("VALUE", ""))


def _risks(root: Element, assessed_by: str, report: Report) -> dict[str, Fields]:
    entries: dict[str, list[Entry]] = {}
    for item in root.iterfind(".//QUALITY_ITEMS/QUALITY_ITEM"):
        name = text_of(item.find("NAME"))
        if not domains_of(name):
            if item.find(".//QUALITY_ITEM_DATA_ENTRY") is not None:
                report.add(f"the risk-of-bias item '{name}' is the review's own and was left out")
            continue
        groups = {group.get("ID"): text_of(group.find("NAME")) for group in item.iter("QUALITY_ITEM_DATA_ENTRY_GROUP")}
        for entry in item.iter("QUALITY_ITEM_DATA_ENTRY"):
            made = Entry(
                item=name,
                group=groups.get(entry.get("GROUP_ID"), ""),
                level=_LEVELS.get(entry.get("RESULT", ""), "unclear"),
                words=text_of(entry.find("DESCRIPTION")),
            )
            entries.setdefault(entry.get("STUDY_ID", ""), []).append(made)
    made_of = {study: assessment(found, assessed_by) for study, found in entries.items()}
    return {study: made for study, made in made_of.items() if made is not None}


def _report_rest(root: Element, report: Report) -> None:
    for tag, word in _OTHER_STUDIES.items():
        number = len(root.findall(f".//{tag}/STUDY"))
        if number:
            report.add(f"studies of the review that were left out: {number} {word}")
    for tag, words in (("SOF_TABLE", "summary-of-findings tables"), ("ADDITIONAL_TABLE", "additional tables")):
        number = len(root.findall(f".//{tag}"))
        if number:
            report.add(f"{words} of the review that were left out: {number}")


def _analyses(root: Element) -> Iterator[Analysis]:
    for position, comparison in enumerate(root.iterfind(".//ANALYSES_AND_DATA/COMPARISON"), start=1):
        name = text_of(comparison.find("NAME")) or f"Comparison {position}"
        number = comparison.get("NO") or str(position)
        for outcome in comparison:
            prefix, _, kind = outcome.tag.partition("_")
            if kind == "OUTCOME" and prefix in _KINDS:
                yield _analysis(outcome, prefix, name, number)


def _analysis(outcome: Element, prefix: str, comparison: str, number: str) -> Analysis:
    kind = _KINDS[prefix]
    measure = outcome.get("EFFECT_MEASURE") or text_of(outcome.find("EFFECT_MEASURE"))
    default = {Kind.LOG_RANK: "PETO", Kind.DICHOTOMOUS: "MH"}.get(kind, "IV")
    return Analysis(
        number=tidy(f"{number}.{outcome.get('NO', '')}").rstrip("."),
        comparison=comparison,
        name=text_of(outcome.find("NAME")),
        kind=kind,
        measure=measure,
        method=outcome.get("METHOD") or default,
        is_random=outcome.get("RANDOM") == "YES",
        totals=_TOTALS.get(outcome.get("TOTALS", "YES"), "all"),
        intervention=line(text_of(outcome.find("GROUP_LABEL_1"))) or "Experimental",
        comparator=line(text_of(outcome.find("GROUP_LABEL_2"))) or "Control",
        left=text_of(outcome.find("GRAPH_LABEL_1")),
        right=text_of(outcome.find("GRAPH_LABEL_2")),
        counts_non_events=outcome.get("SWAP_EVENTS") == "YES",
        level=outcome.get("CI_TOTAL", ""),
        printed=_printed(outcome, measure),
        rows=tuple(_rows(outcome, prefix, kind)),
    )


def _rows(outcome: Element, prefix: str, kind: Kind) -> Iterator[AnalysisRow]:
    for item in outcome:
        if item.tag == f"{prefix}_DATA":
            yield _row(item, kind, "")
        elif item.tag == f"{prefix}_SUBGROUP":
            name = line(text_of(item.find("NAME"))) or f"Subgroup {item.get('NO', '')}".strip()
            yield from (_row(row, kind, name) for row in item.iterfind(f"{prefix}_DATA"))


def _row(item: Element, kind: Kind, subgroup: str) -> AnalysisRow:
    values = {ours: item.get(theirs, "") for ours, theirs in _VALUES[kind].items()}
    return AnalysisRow(study=item.get("STUDY_ID", ""), subgroup=subgroup, values=values)


def _printed(outcome: Element, measure: str) -> str:
    found = [figure(outcome.get(name)) for name in ("EFFECT_SIZE", "CI_START", "CI_END")]
    if outcome.get("TOTALS", "YES") != "YES" or any(value is None for value in found):
        return ""
    estimate, low, high = (f"{float(value or 0):.4g}" for value in found)
    i2 = figure(outcome.get("I2"))
    spread = f", I2 {float(i2):.0f} %" if i2 is not None else ""
    return f"{measure} {estimate} ({low} to {high}){spread}"

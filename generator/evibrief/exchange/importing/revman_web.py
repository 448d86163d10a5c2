"""RevMan Web's CSV files: study information, arms, results, risk of bias, and the analyses of a data package.

Which file is which is told by its columns, not its name. Studies are matched by their name, as RevMan does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evibrief.exchange.record_text import Fields, Row

from .analyses import Analysis, AnalysisRow, Kind
from .csv_text import Table
from .drafts import Arms, Gap, Ids, Imported, Report, count, figure, given, identifier, line, prose, refused, tidy, year
from .review_drafts import Progress, Review, ReviewStudy, drafted
from .revman_risk import Entry, assessment, domains_of

PROGRAM = "RevMan Web"

_KINDS = {
    "dichotomous": Kind.DICHOTOMOUS,
    "continuous": Kind.CONTINUOUS,
    "contrast level": Kind.GENERIC,
    "generic inverse variance": Kind.GENERIC,
    "o-e and variance": Kind.LOG_RANK,
    "other data": Kind.TEXT,
}
_VALUES = {
    "events_1": "Experimental cases", "total_1": "Experimental N", "mean_1": "Experimental mean",
    "sd_1": "Experimental SD", "events_2": "Control cases", "total_2": "Control N", "mean_2": "Control mean",
    "sd_2": "Control SD", "o_e": "O-E", "var": "Variance", "se": "GIV SE",
}  # fmt: skip
_METHODS = {"mantel-haenszel": "MH", "inverse variance": "IV", "peto": "PETO", "exp[(o-e) / var]": "PETO"}
_ROLE_OF_COMPARATOR = re.compile(
    r"placebo|control|usual|sham|no (treatment|intervention)|waiting|standard", re.IGNORECASE
)
_ROB_2 = (
    ("randomi", "randomisation"),
    ("deviation", "deviations"),
    ("missing", "missing-data"),
    ("measurement", "measurement"),
    ("selection", "selection-of-result"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebFiles:
    """The tables of an export by what they are; those that were not given are missing."""

    information: Table | None = None
    arms: Table | None = None
    results: Table | None = None
    risk: Table | None = None
    settings: Table | None = None
    rows: Table | None = None


def role_of(table: Table) -> str | None:
    """Return which file of an export a table is, by its columns; nothing if it is none of them."""
    columns = set(table.columns)
    if {"Analysis group", "Analysis number", "Statistical method"} <= columns:
        return "settings"
    if {"Analysis group", "Analysis number", "Study"} <= columns:
        return "rows"
    if {"Study", "Outcome", "Data type"} <= columns and {"Arm", "Mean", "Cases"} & columns:
        return "results"
    if {"Study", "Arm"} <= columns and "Outcome" not in columns:
        return "arms"
    if "Study" in columns and any(_domain(name, "judgement") or name == "Overall bias" for name in columns):
        return "risk"
    if "Study" in columns and any(name.startswith(("Char:", "Characteristic:")) for name in columns):
        return "information"
    return None


def read_revman_web(tables: Sequence[Table], shown_as: str, progress: Progress | None = None) -> Imported:
    """Return the records of an export.

    Raises:
        RecordError: one line, if no table names studies, or two are of the same kind.
    """
    report = Report()
    files = _sorted_out(tables, shown_as, report)
    analyses = tuple(_analyses(files, report)) if files.settings and files.rows else ()
    studies = tuple(_studies(files, report, named_in_analyses=bool(analyses)))
    if not studies:
        raise refused(shown_as, "none of the tables names a study", "export study information from RevMan Web")
    citation: Fields = {"title": line(f"Review exported from RevMan Web ({tidy(shown_as)})")}
    report.add("the review's own citation is not in these files; write it in references")
    review = Review(source=tidy(shown_as), program=PROGRAM, citation=citation, studies=studies, analyses=analyses)
    return drafted(review, report, progress)


# Words of RevMan Web for an estimator and an interval, and ours.
_ESTIMATORS = (("laird", "DL"), ("restricted", "REML"), ("reml", "REML"))
_INTERVALS = (("wald", "wald"), ("hartung", "hksj"), ("hksj", "hksj"))


def _sorted_out(tables: Sequence[Table], shown_as: str, report: Report) -> WebFiles:
    found: dict[str, Table] = {}
    for table in tables:
        role = role_of(table)
        if role is None:
            report.add(f"{table.name} is none of the files that are read; left out")
        elif role in found:
            raise refused(shown_as, f"{table.name} and {found[role].name} are both the {role} of studies")
        else:
            found[role] = table
    return WebFiles(**found)


def _analyses(files: WebFiles, report: Report) -> Iterator[Analysis]:
    assert files.settings is not None
    assert files.rows is not None
    rows: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for row in files.rows.rows:
        rows.setdefault((row["Analysis group"], row["Analysis number"]), []).append(row)
    for row in files.settings.rows:
        key = (row["Analysis group"], row["Analysis number"])
        kind = _KINDS.get(row.get("Data type", "").casefold())
        if kind is None:
            report.add(f"analysis {'.'.join(key)}: data of type '{row.get('Data type', '')}' are not read")
            continue
        yield _analysis(row, key, kind, rows.get(key, []), report)


def _analysis(
    row: Mapping[str, str], key: tuple[str, str], kind: Kind, rows: Sequence[Mapping[str, str]], report: Report
) -> Analysis:
    measure = row.get("Effect measure", "")
    estimator, method = row.get("Heterogeneity estimator", ""), row.get("CI method", "")
    tau2 = next((ours for word, ours in _ESTIMATORS if word in estimator.casefold()), "")
    if estimator and not tau2:
        report.add(f"analysis {'.'.join(key)}: the review's estimator is {estimator}; set model.tau2 to match")
    ci = next((ours for word, ours in _INTERVALS if word in method.casefold()), "")
    if method and ci != "wald":
        report.add(f"analysis {'.'.join(key)}: the review's interval is {method}; compare model.ci with it")
    is_log = row.get("Log-scale data", "").casefold() in ("true", "yes")
    return Analysis(
        number=tidy(".".join(key)),
        comparison=tidy(row.get("Analysis group name", "")) or f"Comparison {key[0]}",
        name=tidy(row.get("Analysis name", "") or row.get("Outcome", "")),
        kind=kind,
        measure=measure,
        method=_METHODS.get(row.get("Statistical method", "").casefold(), row.get("Statistical method", "")),
        is_random="random" in row.get("Analysis model", "").casefold(),
        totals=_totals(row),
        intervention=line(row.get("Experimental group label") or row.get("Experimental intervention"))
        or "Experimental",
        comparator=line(row.get("Control group label") or row.get("Control intervention")) or "Control",
        left=row.get("Graph label (left)", ""),
        right=row.get("Graph label (right)", ""),
        counts_non_events=row.get("Swap event and non-event", "").casefold() in ("true", "yes"),
        tau2=tau2 or "DL",
        ci=ci or "wald",
        level=(row.get("CI/PI level") or row.get("Estimate CI", "")).removesuffix("%").strip(),
        printed=_printed(row, measure),
        rows=tuple(_row(item, kind, is_log=is_log) for item in rows),
    )


def _totals(row: Mapping[str, str]) -> str:
    shown = [
        row.get(name, "").casefold() in ("true", "yes", "") for name in ("Overall estimates", "Subgroup estimates")
    ]
    return "all" if shown[0] else "subgroups" if shown[1] else "none"


def _printed(row: Mapping[str, str], measure: str) -> str:
    found = [figure(row.get(name)) for name in ("Mean", "CI start", "CI end")]
    if any(value is None for value in found):
        return ""
    estimate, low, high = (f"{float(value or 0):.4g}" for value in found)
    return f"{measure} {estimate} ({low} to {high})"


def _row(row: Mapping[str, str], kind: Kind, *, is_log: bool) -> AnalysisRow:
    values = {ours: row.get(theirs, "") for ours, theirs in _VALUES.items()}
    if kind is Kind.GENERIC:
        values["estimate"] = row.get("GIV Mean", "")
        values["low"] = row.get("CI start", "")
        if is_log:
            values["log_estimate"] = row.get("GIV Mean", "")
    return AnalysisRow(study=tidy(row.get("Study", "")), subgroup=line(row.get("Subgroup")), values=values)


def _studies(files: WebFiles, report: Report, *, named_in_analyses: bool) -> Iterator[ReviewStudy]:
    tables = [files.information, files.arms, files.results, files.rows, files.risk]
    names = dict.fromkeys(tidy(row["Study"]) for table in tables if table for row in table.rows if row["Study"])
    about = _by_study(files.information)
    arms, results, risks = _by_study(files.arms), _by_study(files.results), _by_study(files.risk)
    years = {name: rows[0].get("Study year", "") for name, rows in _by_study(files.rows).items()}
    for name in names:
        facts = about.get(name, [{}])[0]
        own = Arms()
        found = [] if named_in_analyses else list(_results(name, results.get(name, []), own, report))
        yield ReviewStudy(
            key=name,
            label=line(name),
            year=year(facts.get("Year") or facts.get("Study year") or years.get(name) or name),
            reports=(),
            methods=_char(facts, "Methods"),
            participants=_char(facts, "Participants"),
            interventions=_char(facts, "Interventions"),
            notes=_char(facts, "Notes"),
            registrations=tuple(re.findall(r"\b(NCT\d{8}|ISRCTN\d{8})\b", " ".join(facts.values()))),
            risk_of_bias=tuple(_risk_of_bias(risks.get(name, []), report)),
            arms=() if named_in_analyses else tuple(_arms(arms.get(name, []), own)),
            results=tuple(found),
        )


def _by_study(table: Table | None) -> dict[str, list[Mapping[str, str]]]:
    found: dict[str, list[Mapping[str, str]]] = {}
    for row in table.rows if table else ():
        found.setdefault(tidy(row["Study"]), []).append(row)
    return found


def _char(facts: Mapping[str, str], what: str) -> str:
    text = facts.get(f"Char: {what}") or facts.get(f"Characteristic: {what}") or ""
    return tidy(re.sub(r"<[^<>]{1,200}>", " ", text))


def _arms(rows: Sequence[Mapping[str, str]], known: Arms) -> list[object]:
    """Return the arms as their file lists them; an arm's role is plain only for a placebo and the like."""
    made: list[object] = []
    named = {line(row["Arm"]): row for row in rows if line(row["Arm"])}
    ids = {label: name for (label, _, _), name in known.known.items()}
    fresh = Ids(taken=set(ids.values()))
    for label in dict.fromkeys([*ids, *named]):
        row = named.get(label, {})
        text = f"{label} {row.get('Intervention', '')}"
        role = "comparator" if _ROLE_OF_COMPARATOR.search(text) else Gap("intervention or comparator")
        made.append(
            {
                "id": ids.get(label) or fresh.new(identifier(label, fallback="arm")),
                "label": label,
                "role": role,
                **given(description=prose(row.get("Description"))),
            }
        )
    return made


def _results(study: str, rows: Sequence[Mapping[str, str]], arms: Arms, report: Report) -> Iterator[dict[str, object]]:
    grouped: dict[tuple[str, str, str], list[Mapping[str, str]]] = {}
    for row in rows:
        key = (row["Outcome"], row["Data type"].casefold(), row.get("Reference arm", ""))
        grouped.setdefault(key, []).append(row)
    for (outcome, kind, reference), found in grouped.items():
        made = _contrasts(found, reference, arms) if reference else _arm_level(found, kind, arms)
        if not made:
            report.add(f"{study}, {outcome}: its figures are not ones of {kind or 'any known'} data; left out")
        for result in made:
            place = Row(report="review", place=line(f"Study results, outcome {outcome}"))
            yield {
                "outcome": identifier(outcome, fallback="outcome"),
                "type": result.pop("type"),
                "source": place,
                **result,
            }


def _arm_level(rows: Sequence[Mapping[str, str]], kind: str, arms: Arms) -> list[dict[str, object]]:
    sides: dict[str, Row] = {}
    for row in rows:
        side = _events(row) if kind == "dichotomous" else _mean(row)
        if side is None:
            return []
        sides[arms.id_of(line(row["Arm"]) or "Arm", "intervention")] = side
    return [{"type": "dichotomous" if kind == "dichotomous" else "continuous", "arms": sides}]


def _events(row: Mapping[str, str]) -> Row | None:
    events, people = count(row.get("Cases")), count(row.get("Sample size"))
    return Row(events=events, n=people) if events is not None and people and events <= people else None


def _mean(row: Mapping[str, str]) -> Row | None:
    people, mean = count(row.get("Sample size")), figure(row.get("Mean"))
    sd, se = figure(row.get("SD")), figure(row.get("SE"))
    if not people or mean is None or not ((sd and sd > 0) or (se and se > 0)):
        return None
    return Row(n=people, mean=mean, **({"sd": sd} if sd and sd > 0 else {"se": se or 0}))


def _contrasts(rows: Sequence[Mapping[str, str]], reference: str, arms: Arms) -> list[dict[str, object]]:
    made: list[dict[str, object]] = []
    for row in rows:
        measure = row.get("Effect measure", "").upper()
        ratio = measure in ("OR", "RR", "HR", "IRR")
        names = ("Exp mean", "Exp CI start", "Exp CI end") if ratio else ("Mean", "CI start", "CI end")
        estimate, low, high = (figure(row.get(name)) for name in names)
        se = figure(row.get("SE"))
        if measure not in ("OR", "RR", "HR", "IRR", "RD", "MD", "SMD") or estimate is None:
            continue
        interval = given(ci_low=low, ci_high=high) if low is not None and high is not None and low < high else {}
        both = [arms.id_of(line(row["Arm"]), "intervention"), arms.id_of(line(reference), "intervention")]
        contrast = Row(
            measure=measure, estimate=estimate, **interval, **({"se": se} if se and se > 0 else {}), arms=both
        )
        made.append({"type": "contrast", "contrast": contrast})
    return made


def _domain(column: str, part: str) -> str:
    found = re.fullmatch(rf"Domain \({part}\): *(.+)", column)
    return found[1] if found else ""


def _risk_of_bias(rows: Sequence[Mapping[str, str]], report: Report) -> Iterator[Fields]:
    if not rows:
        return
    if "Overall bias" in rows[0] or "Outcome" in rows[0] or "Result" in rows[0]:
        yield from (made for row in rows if (made := _rob_2(row)))
        return
    entries = []
    for column, judged in rows[0].items():
        item = _domain(column, "judgement")
        if item and judged and domains_of(item):
            words = tidy(re.sub(r"<[^<>]{1,200}>", " ", rows[0].get(f"Domain (support): {item}", "")))
            name, _, group = item.partition(": ")
            entries.append(Entry(item=name, group=group, level=_level(judged), words=words))
        elif item and judged:
            report.add(f"the risk-of-bias item '{item}' is the review's own and was left out")
    made = assessment(entries, "the authors of the review") if entries else None
    if made:
        yield made


def _level(words: str) -> str:
    text = words.casefold()
    return "low" if "low" in text else "high" if "high" in text else "unclear"


def _rob_2(row: Mapping[str, str]) -> Fields | None:
    domains: dict[str, Fields] = {}
    for column, judged in row.items():
        item = _domain(column, "judgement")
        name = next((name for word, name in _ROB_2 if word in item.casefold()), None)
        if name and judged:
            reason = prose(re.sub(r"<[^<>]{1,200}>", " ", row.get(f"Domain (support): {item}", "")))
            domains[name] = {"level": _level_2(judged), **({"reason": reason} if reason else {})}
    overall = row.get("Overall bias") or row.get("Domain (judgement): Overall bias") or ""
    if not domains or not overall:
        return None
    outcome = row.get("Outcome") or row.get("Result") or ""
    return {
        "tool": "RoB 2",
        **({"outcomes": [identifier(outcome, fallback="outcome")]} if outcome else {}),
        "domains": domains,
        "overall": {"level": _level_2(overall)},
        "assessed_by": "the authors of the review",
        "source": Row(report="review", place="Risk of bias table"),
    }


def _level_2(words: str) -> str:
    text = words.casefold()
    return "low" if "low" in text else "high" if "high" in text else "some concerns"

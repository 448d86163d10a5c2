"""ClinicalTrials.gov records (JSON of its service, version 2): design, arms, outcomes, and posted results."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from evibrief.exchange.record_text import Fields
from evibrief.records.wording import listed

from .csv_text import MAX_BYTES
from .drafts import (
    STUDIES,
    Gap,
    Ids,
    Imported,
    RecordFile,
    Report,
    count,
    extraction,
    given,
    identifier,
    line,
    prose,
    record_file,
    refused,
    settle_names,
    tidy,
)
from .foreign_json import Json, part, parts, text
from .posted_results import posted_results
from .reference_drafts import DESIGNS, citation
from .review_drafts import Progress

_MODELS = {"PARALLEL": "parallel", "CROSSOVER": "crossover", "FACTORIAL": "randomised", "SEQUENTIAL": "randomised"}
_OBSERVATIONAL = {"COHORT": "cohort", "CASE_CONTROL": "case-control", "CASE_ONLY": "single-arm"}
_ROLES = {
    "EXPERIMENTAL": "intervention",
    "ACTIVE_COMPARATOR": "comparator",
    "PLACEBO_COMPARATOR": "comparator",
    "SHAM_COMPARATOR": "comparator",
    "NO_INTERVENTION": "comparator",
}


def read_clinicaltrials(data: bytes, shown_as: str, progress: Progress | None = None) -> Imported:
    """Return a draft study for each trial of a file: one study, a list of them, or a page of a search.

    Raises:
        RecordError: one line, if it is not JSON of ClinicalTrials.gov, version 2.
    """
    report = Report()
    trials = _trials(data, shown_as)
    registered = [_registered(trial) for trial in trials]
    wanted = [identifier(number, fallback="trial") for number in registered]
    names = settle_names(wanted, registered, report)
    made = []
    for position, (trial, name) in enumerate(zip(trials, names, strict=True), start=1):
        made.append(_study(trial, name, tidy(shown_as), report))
        if progress:
            progress(position, len(names))
    return Imported(studies=tuple(made), unmapped=tuple(report.lines))


def _trials(data: bytes, shown_as: str) -> list[Json]:
    if len(data) > MAX_BYTES:
        raise refused(shown_as, f"the file is larger than {MAX_BYTES // 1024 // 1024} MB", "import it in parts")
    try:
        found = json.loads(data)
    except json.JSONDecodeError as error:
        advice = "it may be cut off; download it again"
        raise refused(shown_as, f"not complete JSON ({error.msg})", advice, line=error.lineno) from None
    except (UnicodeDecodeError, RecursionError, ValueError):
        raise refused(shown_as, "not JSON that can be read") from None
    if isinstance(found, dict) and "studies" in found:
        found = found["studies"]
    trials = found if isinstance(found, list) else [found]
    if not trials or not all(isinstance(trial, dict) and _registered(trial) for trial in trials):
        raise refused(shown_as, "not records of ClinicalTrials.gov, version 2 (protocolSection is missing)")
    return trials


def _registered(trial: object) -> str:
    return text(trial, "protocolSection", "identificationModule", "nctId")


def _study(trial: Json, name: str, source: str, report: Report) -> RecordFile:
    protocol = part(trial, "protocolSection")
    identification = part(protocol, "identificationModule")
    number = _registered(trial)
    acronym = line(text(identification, "acronym"))
    arms = _arms(protocol)
    results = posted_results(trial, number, arms, report)
    _report_measures(trial, number, report)
    _drop_impossible(arms, results, number, report)
    people = count(text(protocol, "designModule", "enrollmentInfo", "count"))
    is_actual = text(protocol, "designModule", "enrollmentInfo", "type") != "ESTIMATED"
    draft: dict[str, object] = {
        "id": name,
        "label": acronym or number,
        **given(title=line(text(identification, "briefTitle"))),
        "reports": [_register(protocol, number), *_publications(protocol)],
        "registrations": _registrations(identification, number),
        "design": _design(protocol) or Gap(DESIGNS),
        **given(countries=_countries(protocol), participants=prose(_participants(protocol))),
        **({"n_randomised": people} if people and is_actual else {}),
        **given(funding=line(_funding(protocol))),
        **given(arms=arms, results=results),
        "extraction": extraction(source, "ClinicalTrials.gov"),
    }
    comment = [
        f"Imported from {source} (ClinicalTrials.gov); results are those that the sponsor posted.",
        "Nobody has checked them yet against the trial's own paper.",
    ]
    return record_file(STUDIES, name, draft, comment)


def _drop_impossible(
    arms: list[dict[str, object]], results: list[dict[str, object]], number: str, report: Report
) -> None:
    """Leave out how many started in an arm where more are counted in a result; a person must look which is right."""
    for arm in arms:
        started = arm.get("n_randomised")
        rows = [result["arms"] for result in results]
        counted = [row[str(arm["id"])].get("n", 0) for row in rows if isinstance(row, dict) and arm["id"] in row]
        if isinstance(started, int) and max(counted, default=0) > started:
            del arm["n_randomised"]
            report.add(f"{number}, arm {arm['label']}: {started} people started, but {max(counted)} are counted")


def _register(protocol: object, number: str) -> Fields:
    made = citation(
        kind="webpage",
        title=text(protocol, "identificationModule", "officialTitle")
        or text(protocol, "identificationModule", "briefTitle"),
        journal="ClinicalTrials.gov",
        issued=text(protocol, "statusModule", "lastUpdatePostDateStruct", "date"),
        url=f"https://clinicaltrials.gov/study/{number}" if re.fullmatch(r"NCT\d{8}", number) else "",
    )
    return {"id": "register", "role": "register", **made}


def _publications(protocol: object) -> Iterator[Fields]:
    for position, item in enumerate(parts(protocol, "referencesModule", "references"), start=1):
        if text(item, "type") != "BACKGROUND":
            made = citation(pmid=text(item, "pmid"), note=text(item, "citation"))
            yield {"id": f"publication-{position}", "role": "companion", **made}


def _registrations(identification: object, number: str) -> list[str]:
    others = [line(text(item, "id")) for item in parts(identification, "secondaryIdInfos")]
    registers = [other for other in others if re.fullmatch(r"\d{4}-\d{6}-\d{2}(-\d{2})?|ISRCTN\d{8}", other)]
    return list(dict.fromkeys([line(number), *registers]))


def _design(protocol: object) -> str:
    module = part(protocol, "designModule")
    info = part(module, "designInfo")
    if text(module, "studyType") == "OBSERVATIONAL":
        return _OBSERVATIONAL.get(text(info, "observationalModel"), "")
    allocation, model = text(info, "allocation"), text(info, "interventionModel")
    if model == "SINGLE_GROUP":
        return "single-arm"
    if allocation == "RANDOMIZED":
        return _MODELS.get(model, "randomised")
    return "non-randomised" if allocation == "NON_RANDOMIZED" else ""


def _countries(protocol: object) -> list[str]:
    found = (line(text(item, "country")) for item in parts(protocol, "contactsLocationsModule", "locations"))
    return sorted({country for country in found if country})


def _participants(protocol: object) -> str:
    conditions = part(protocol, "conditionsModule", "conditions")
    named = [tidy(str(item)) for item in conditions] if isinstance(conditions, list) else []
    eligibility = part(protocol, "eligibilityModule")
    ages = [text(eligibility, "minimumAge"), text(eligibility, "maximumAge")]
    span = " to ".join(age for age in ages if age)
    sex = {"FEMALE": "women", "MALE": "men"}.get(text(eligibility, "sex"), "")
    facts = "; ".join(fact for fact in (", ".join(named), sex, span) if fact)
    return f"{facts}." if facts else ""


def _funding(protocol: object) -> str:
    module = part(protocol, "sponsorCollaboratorsModule")
    names = [text(module, "leadSponsor", "name"), *(text(item, "name") for item in parts(module, "collaborators"))]
    return ", ".join(name for name in names if name)


def _arms(protocol: object) -> list[dict[str, object]]:
    ids = Ids()
    made: list[dict[str, object]] = []
    for group in parts(protocol, "armsInterventionsModule", "armGroups"):
        label = line(text(group, "label"))
        if label:
            role = _ROLES.get(text(group, "type")) or Gap("intervention or comparator")
            made.append(
                {
                    "id": ids.new(identifier(label, fallback="arm")),
                    "label": label,
                    "role": role,
                    **given(description=prose(text(group, "description"))),
                }
            )
    return made


def _report_measures(trial: Json, number: str, report: Report) -> None:
    protocol = part(trial, "protocolSection", "outcomesModule")
    planned = [
        line(text(item, "measure"))
        for kind in ("primaryOutcomes", "secondaryOutcomes")
        for item in parts(protocol, kind)
    ]
    if planned and not part(trial, "resultsSection"):
        report.add(f"{number} has no posted results; it planned to measure {listed(planned)}")

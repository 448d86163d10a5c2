"""Empty records with comments, from which an editor starts: ``evibrief new``.

Every line that must be filled in says so (``fill in:``) and gets one message from ``evibrief check`` until it is.
Lines that may stay out are comments. A number of which one kind is enough (an SD, or a standard error) starts as "?".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from evibrief.errors import UsageError
from evibrief.exchange.importing.drafts import SCHEMAS, STUDIES, SUMMARIES, Imported, RecordFile, identifier
from evibrief.exchange.importing.writing import write_imported
from evibrief.records.pooling_choices import PooledMeasure
from evibrief.records.study import Design

FILL_IN = "# fill in:"
KINDS = ("dichotomous", "continuous", "median", "rate", "survival", "correlation", "contrast")
EVIDENCE = ("pooled", "reported", "narrative")

_OBSERVED = (Design.COHORT, Design.CASE_CONTROL, Design.CROSS_SECTIONAL)
_DESIGN_LINES = {
    Design.CLUSTER: (
        "cluster:",
        "  analysis_adjusted: false  # true if the figures below already allow for the clusters; else give both:",
        "  # icc: 0.02               # intra-cluster correlation coefficient, with its source",
        "  # mean_cluster_size: 25",
    ),
    Design.CROSSOVER: (
        "# crossover:                # a paired analysis needs it",
        "#   correlation: 0.6        # of a person's values under both treatments",
    ),
}
_ARM_LINES = {
    "dichotomous": (
        f"events:  {FILL_IN} people with the event",
        f"n:  {FILL_IN} people analysed",
    ),
    "continuous": (
        f"n:  {FILL_IN} people analysed",
        f"mean:  {FILL_IN} with the digits that the paper prints, such as 5.20",
        f'sd: "?"  {FILL_IN} or write se, or ci_low and ci_high, instead',
        "# baseline_mean: 5.20",
        "# baseline_sd: 1.10",
    ),
    "median": (
        f"n:  {FILL_IN} people analysed",
        f"median:  {FILL_IN} as printed",
        f'q1: "?"  {FILL_IN} lower quartile; or write minimum and maximum instead',
        f'q3: "?"  {FILL_IN} upper quartile',
    ),
    "rate": (
        f"events:  {FILL_IN} number of events",
        f"person_years:  {FILL_IN} time that people were watched, in years over all of them",
        "# n: 120",
    ),
    "correlation": (
        f"r:  {FILL_IN} correlation coefficient, between -1 and 1",
        f"n:  {FILL_IN} people analysed",
    ),
    "survival": ("# events: 12", f'n: "?"  {FILL_IN} people in the analysis; or delete the arms here'),
    "contrast": (f"n:  {FILL_IN} people in the analysis; or delete the arms here",),
}


def study_skeleton(name: str, design: str = "parallel", data: str = "dichotomous") -> str:
    """Return an empty study of a design, with one result of a kind of data.

    Raises:
        UsageError: if the name cannot be an id, or the design or kind is none of ours.
    """
    _check_name(name)
    if design not in list(Design):
        raise UsageError(f"there is no design '{design}'; write one of {', '.join(Design)}")
    if data not in KINDS:
        raise UsageError(f"there is no kind of data '{data}'; write one of {', '.join(KINDS)}")
    return "\n".join(_study_lines(name, Design(design), data)) + "\n"


def _study_lines(name: str, design: Design, data: str) -> Iterator[str]:
    arms = _arms(design, data)
    yield from _head(STUDIES, "A study: what was done, and what was reported. What the paper does not say is left out.")
    yield f"id: {_quoted(name)}"
    yield f"label: {_label(name)}  # how tables name it"
    yield "# title: Name or acronym of the study"
    yield "reports:"
    yield "  - id: main"
    yield "    role: primary"
    yield f"    issued: {_year(name)}" if _year(name) else "    # issued: 2012"
    yield '    # title: "Title of the paper"'
    yield "    # author:"
    yield "    #   - {family: Cook, given: JA}"
    yield "    # container_title: Journal"
    yield '    # volume: "50"'
    yield '    # page: "881-891"'
    yield '    # doi: "10.1186/s12888-021-03321-z"'
    yield '    # pmid: "34162340"'
    yield "# registrations: [NCT01024569]"
    yield f"design: {design}"
    yield from _DESIGN_LINES.get(design, ())
    yield "# setting: Community mental health services"
    yield "# countries: [Netherlands]"
    yield "# participants: Adults with ..."
    yield "# n_randomised: 333"
    yield "# funding: Who paid for the study"
    yield "# conflicts: Conflicts of interest that the authors declare"
    yield "arms:"
    for arm, role in arms:
        yield f"  - id: {arm}"
        yield f"    label:  {FILL_IN} what this group was given, such as weekly peer support group"
        yield f"    role: {role}"
        yield "    # n_randomised: 120"
    yield from _instruments(data)
    yield "results:"
    yield f"  - outcome:  {FILL_IN} named as the summaries name it, such as hope"
    yield f"    type: {data}"
    yield from (f"    {line}" for line in _result_lines(data, [arm for arm, _ in arms]))
    yield "# risk_of_bias:"
    yield "#   - tool: RoB 2"
    yield "#     domains:"
    yield "#       randomisation: {level: low, reason: By computer; allocation was concealed.}"
    yield "#       # and: deviations, missing-data, measurement, selection-of-result"
    yield "#     overall: {level: some concerns}"
    yield "#     assessed_by: Who judged"
    yield "extraction:"
    yield f"  extracted_by:  {FILL_IN} who takes the figures from the paper"
    yield "  # checked_by: A second person"
    yield "  # date: 2026-03-01"


def _arms(design: Design, data: str) -> tuple[tuple[str, str], ...]:
    if design is Design.SINGLE_ARM or data == "correlation":
        return (("treated", "intervention"),)
    if design in _OBSERVED:
        return (("exposed", "intervention"), ("unexposed", "comparator"))
    return (("intervention", "intervention"), ("control", "comparator"))


def _instruments(data: str) -> Iterator[str]:
    if data in ("continuous", "median"):
        yield "instruments:  # the scale or test; delete it here and below where there is none"
        yield "  scale:"
        yield f"    name:  {FILL_IN} full name, such as Recovery Assessment Scale"
        yield f"    better:  {FILL_IN} higher or lower: which score is better for the person"
        yield "    # low: 0"
        yield "    # high: 100"


def _result_lines(data: str, arms: Sequence[str]) -> Iterator[str]:
    if data == "continuous":
        yield "value: final  # or change: the difference to the start"
    if data in ("continuous", "median"):
        yield "instrument: scale"
    yield "# time_point: {label: end of the course, weeks: 12, after_end_weeks: 0}"
    yield "# population: intention-to-treat  # or modified-intention-to-treat, per-protocol, available-cases"
    yield "# definition: How the study defined the outcome"
    yield "source:"
    yield "  report: main"
    yield f"  place:  {FILL_IN} table, page or figure, such as Table 2, p. 58"
    if data == "survival":
        yield f"o_minus_e:  {FILL_IN} observed minus expected events with the intervention"
        yield f"v:  {FILL_IN} its variance"
    yield "arms:"
    for arm in arms:
        yield f"  {arm}:"
        yield from (f"    {line}" for line in _ARM_LINES[data])
    mark = "" if data == "contrast" else "# "
    fill = f"  {FILL_IN} " if data == "contrast" else "  # "
    yield f"{mark}contrast:  # the comparison as the paper prints it; a ratio as such, not its logarithm"
    yield f"{mark}  measure:{fill}RR, OR, RD, HR, IRR, IRD, MD, SMD or ROM"
    yield f"{mark}  estimate:{fill}the printed estimate"
    gap = ' "?"' if data == "contrast" else ""
    yield f"{mark}  ci_low:{gap}{fill}the interval; or write se, or p, instead"
    yield f"{mark}  ci_high:{gap}{fill}its upper end"
    yield f"{mark}  # adjusted_for: age and sex"


def summary_skeleton(
    name: str,
    evidence: str = "pooled",
    measure: str | None = None,
    *,
    studies: Sequence[str] = (),
    today: date | None = None,
) -> str:
    """Return an empty summary with one outcome; ``studies`` are the ids of its studies, ``today`` dates its history.

    Raises:
        UsageError: if the name cannot be a slug, or the kind of evidence or measure is none of ours.
    """
    _check_name(name)
    if evidence not in EVIDENCE:
        raise UsageError(f"there is no kind of evidence '{evidence}'; write one of {', '.join(EVIDENCE)}")
    if measure is not None and measure not in list(PooledMeasure):
        raise UsageError(f"there is no measure '{measure}'; write one of {', '.join(PooledMeasure)}")
    return "\n".join(_summary_lines(name, evidence, measure, studies, today)) + "\n"


def _summary_lines(
    name: str, evidence: str, measure: str | None, studies: Sequence[str], today: date | None
) -> Iterator[str]:
    yield from _head(SUMMARIES, "A question, the studies that answer it, what people judged, and what they write.")
    yield f"slug: {_quoted(name)}"
    yield f"title:  {FILL_IN} what was asked or done; no verdict, for the answer is computed"
    yield "status: draft  # draft, published, corrected or withdrawn"
    yield f"topic:  {FILL_IN} the shelf it stands on, such as Mental health"
    yield "# tags: [peer support, recovery]"
    yield "question:"
    yield f"  population:  {FILL_IN} such as adults with a mental health condition"
    yield f"  condition:  {FILL_IN} in one or two words, such as mental health conditions"
    for side, example in (("intervention", "peer support groups"), ("comparator", "usual care")):
        yield f"  {side}:"
        yield f"    name:  {FILL_IN} as it reads in the middle of a sentence, such as {example}"
        yield f"    number:  {FILL_IN} singular or plural: the verb that follows the name"
    yield "    # explained: What it is, in a sentence for someone who has never met it."
    yield from _references(evidence)
    yield "eligibility:"
    yield f"  participants:  {FILL_IN} whom the studies had to include"
    yield f"  studies:  {FILL_IN} which studies count, such as randomised trials of group peer support"
    yield f"search:  {FILL_IN} one of the two lines below"
    yield "  # through: 2026-03-01   # the last day that the search covers"
    yield "  # note: No search was made; this page tells of one trial."
    yield from _listed_studies(evidence, studies)
    yield "outcomes:  # in order of importance"
    yield from (f"  {line}" for line in _outcome_lines(evidence, measure))
    yield "# limitations:"
    yield "#   - The editors' own; the computed ones are added."
    yield "writing:  # figures only as placeholders, such as {hope.estimate}"
    yield f"  background:  {FILL_IN} why the question matters, in two or three sentences"
    yield f"  interpretation:  {FILL_IN} what it means for the reader"
    yield "people:"
    yield f"  - name:  {FILL_IN} who signs the summary"
    yield "    role: author"
    yield "history:"
    yield f"  - date: {today.isoformat()}" if today else f"  - date:  {FILL_IN} such as 2026-03-01"
    yield "    kind: first"
    yield "    text: First published."


def _references(evidence: str) -> Iterator[str]:
    if evidence == "pooled":
        yield "# references:"
        yield "#   review: {title: The review that is cited, issued: 2021}"
    else:
        yield "references:  # what the summary itself cites"
        yield "  review:"
        yield "    type: article-journal"
        yield '    # title: "Title of the review"'
        yield '    # doi: "10.1186/s12888-021-03321-z"'


def _listed_studies(evidence: str, studies: Sequence[str]) -> Iterator[str]:
    if studies:
        yield "studies:"
        yield from (f"  - {_quoted(study)}" for study in studies)
    elif evidence == "pooled":
        yield f"studies:  {FILL_IN} the ids of the studies, one on each line, such as - cook-2012"
    else:
        yield "# studies:"
        yield "#   - cook-2012"


def _outcome_lines(evidence: str, measure: str | None) -> Iterator[str]:
    yield f"- id:  {FILL_IN} as the study records name it, such as hope"
    yield f"  name:  {FILL_IN} as it reads in the middle of a sentence, such as quality of life"
    yield f"  importance:  {FILL_IN} critical, important or limited"
    yield f"  better:  {FILL_IN} lower for harms such as death, higher for recovery"
    yield "  # time_window: at the end of the groups"
    yield "  # bands:                # from where a difference counts"
    yield "  #   small: 0.2          # the minimal important difference"
    yield "  #   basis: {set_by_editors_because: Why this size counts.}"
    if evidence != "narrative":  # what is told in words alone is not rated
        yield "  judgements:"
        yield "    - domain: indirectness"
        yield f"      levels:  {FILL_IN} 0, or -1, -2 or -3 where people, treatment or outcome differ from the question"
        yield f"      reason:  {FILL_IN} why, in a sentence"
    yield f"  evidence: {evidence}"
    if evidence == "pooled":
        yield f"  measure: {measure}" if measure else f"  measure:  {FILL_IN} RR, OR, RD, MD, SMD, HR, IRR, ..."
        yield "  # time_point: end of the course   # take results with this time point's label only"
        yield "  # baseline_risk:"
        yield "  #   from_comparator_arms: median"
        yield "  #   basis: {set_by_editors_because: The comparator arms are typical.}"
    elif evidence == "reported":
        yield "  reported:  # as the review prints it, on its natural scale"
        yield f"    measure:  {FILL_IN} RR, OR, RD, HR, IRR, IRD, MD, SMD or ROM"
        for field in ("estimate", "ci_low", "ci_high"):
            yield f"    {field}:  {FILL_IN} as printed"
        yield "    source:"
        yield "      report: review"
        yield f"      place:  {FILL_IN} such as Figure 2"
    else:
        yield "  narrative:"
        yield f"    direction:  {FILL_IN} better, worse, not-improved, mixed, not-pooled or not-reported"
        yield f"    unknown:  {FILL_IN} what the source does not say, such as the estimate"


def _head(folder: str, purpose: str) -> Iterator[str]:
    yield f"# yaml-language-server: $schema=../schema/{SCHEMAS[folder]}.schema.json"
    yield f"# {purpose}"
    yield "# Lines that say 'fill in' are asked for by 'evibrief check'; lines that start with # may stay out."


def _label(name: str) -> str:
    words = " ".join(part if part.isdigit() else part.capitalize() for part in name.split("-"))
    return words if re.match(r"[A-Za-z]", words) and words.casefold() not in _MEANING else f'"{words}"'


_MEANING = frozenset({"true", "false", "null"})


def _quoted(name: str) -> str:
    return name if re.match(r"[a-z]", name) and name not in _MEANING else f'"{name}"'


def _year(name: str) -> str:
    found = re.search(r"(?:^|-)((?:19|20)\d\d)(?:-|$)", name)
    return found[1] if found else ""


def _check_name(name: str) -> None:
    fits = identifier(name, fallback="")
    if name != fits or not name:
        advice = f"; write {fits}" if fits else ", such as cook-2012"
        raise UsageError(f"'{name}' cannot be a name: lower-case letters, digits and single hyphens{advice}")


def write_skeleton(root: Path, folder: str, name: str, text: str) -> Path:
    """Write a skeleton into a project and return its path, relative to the project. Nothing is overwritten.

    Raises:
        RecordError: if the file is there already.
        UsageError: if it cannot be written.
    """
    assert folder in (STUDIES, SUMMARIES)
    record = RecordFile(folder=STUDIES if folder == STUDIES else SUMMARIES, id=name, text=text, gaps=0)
    return write_imported(Imported(studies=(record,)), root)[0]

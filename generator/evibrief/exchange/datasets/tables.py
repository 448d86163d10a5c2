"""One converter for each table: its columns into the results, arms and characteristics of studies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from ..record_text import Fields, Row
from .drafts import DataSet, Draft, TableRow, arm, draft, events, label_of, numbered, own_report, slug, source, two_arms

# End points 1 to 6 of dat.cannon2006, as its documentation numbers them.
CANNON_OUTCOMES = (
    "coronary-death-or-heart-attack",
    "coronary-death-or-cardiovascular-event",
    "cardiovascular-death",
    "non-cardiovascular-death",
    "death",
    "stroke",
)
CANNON_NAMES = {
    "PROVE IT": "Pravastatin or Atorvastatin Evaluation and Infection Therapy (PROVE IT-TIMI 22)",
    "A-TO-Z": "Aggrastat-to-Zocor (A-to-Z)",
    "TNT": "Treating to New Targets (TNT)",
    "IDEAL": "Incremental Decrease in End Points Through Aggressive Lipid-Lowering (IDEAL)",
}
CANNON_POPULATIONS = {"post-ACS": "after an acute coronary syndrome", "stable CAD": "stable coronary artery disease"}
BCG_DESIGNS = {"random": "randomised", "alternate": "quasi-randomised", "systematic": "quasi-randomised"}
# Codes of dat.linde2005, as its documentation explains them.
LINDE_STRATA = {
    "1": "smaller trials, major depression only",
    "2": "larger trials, major depression only",
    "3": "smaller trials, not only major depression",
    "4": "larger trials, not only major depression",
}
LINDE_RESPONSES = {
    "1": "Hamilton score reduced by at least 50 %, or below 10 after treatment",
    "2": "Hamilton score reduced by at least 50 %",
    "3": "By the Hamilton scale; exact definition not reported",
    "4": "The patient's own overall assessment of efficacy",
    "5": "At least much improved on the Clinical Global Impression scale",
}
PIGNON_NOTE = "The data set does not say whether the two comparisons have people in common."
PIGNON_TIMINGS = {"1": "adjuvant", "2": "neoadjuvant", "3": "concomitant"}
PIGNON_COMPARISONS = {
    "adjuvant": "Chemotherapy after local treatment, against local treatment alone",
    "neoadjuvant": "Chemotherapy before local treatment, against local treatment alone",
    "concomitant": "Chemotherapy during radiotherapy, against local treatment alone",
}


def cannon2006(dataset: DataSet, rows: Sequence[TableRow]) -> Iterator[Draft]:
    """Intensive statin treatment, six end points in each of four trials."""
    for number, row in numbered(rows):
        results: list[Fields] = [
            {
                "outcome": outcome,
                "type": "dichotomous",
                "source": source(dataset, number),
                "arms": {
                    "high-dose": events(row[f"ep{point}t"], row["nt"]),
                    "standard-dose": events(row[f"ep{point}c"], row["nc"]),
                },
            }
            for point, outcome in enumerate(CANNON_OUTCOMES, start=1)
        ]
        body: Fields = {
            "characteristics": {"population": CANNON_POPULATIONS[row["pop"]]},
            "arms": two_arms(("high-dose", "High-dose statin"), ("standard-dose", "Standard-dose statin")),
            "results": results,
        }
        own, title = own_report(row["trial"]), CANNON_NAMES[row["trial"]]
        yield draft(dataset, [number], row["trial"], "randomised", body, own=own, title=title)


def two_group_table(
    outcome: str, first: tuple[str, str], second: tuple[str, str]
) -> Callable[[DataSet, Sequence[TableRow]], Iterator[Draft]]:
    """Return the converter of a table with columns study, year, ai, n1i, ci and n2i, all of randomised trials."""

    def convert(dataset: DataSet, rows: Sequence[TableRow]) -> Iterator[Draft]:
        for number, row in numbered(rows):
            arms = {first[0]: events(row["ai"], row["n1i"]), second[0]: events(row["ci"], row["n2i"])}
            result: Fields = {
                "outcome": outcome,
                "type": "dichotomous",
                "source": source(dataset, number),
                "arms": arms,
            }
            body: Fields = {"arms": two_arms(first, second), "results": [result]}
            own = own_report(row["study"], row["year"])
            yield draft(dataset, [number], label_of(row["study"], row["year"]), "randomised", body, own=own)

    return convert


def hart1999(dataset: DataSet, rows: Sequence[TableRow]) -> Iterator[Draft]:
    """Warfarin: people with a stroke, and strokes over person-years."""
    for number, row in numbered(rows):
        place = source(dataset, number)
        people = {"warfarin": events(row["x1i"], row["n1i"]), "control": events(row["x2i"], row["n2i"])}
        rates = {
            "warfarin": Row(events=int(row["x1i"]), person_years=int(row["t1i"]), n=int(row["n1i"])),
            "control": Row(events=int(row["x2i"]), person_years=int(row["t2i"]), n=int(row["n2i"])),
        }
        body: Fields = {
            "characteristics": {"prevention": row["prevtype"], "target-inr": row["trinr"]},
            "arms": two_arms(("warfarin", "Adjusted-dose warfarin"), ("control", row["compgrp"].capitalize())),
            "results": [
                {"outcome": "stroke", "type": "dichotomous", "source": place, "arms": people},
                {"outcome": "stroke", "type": "rate", "source": place, "arms": rates},
            ],
        }
        own = own_report(row["study"], row["year"])
        yield draft(dataset, [number], label_of(row["study"], row["year"]), "randomised", body, own=own)


def hackshaw1998(dataset: DataSet, rows: Sequence[TableRow]) -> Iterator[Draft]:
    """A smoking spouse: odds ratios as the review prints them."""
    for number, row in numbered(rows):
        contrast = Row(
            measure="OR", estimate=Decimal(row["or"]), ci_low=Decimal(row["or.lb"]), ci_high=Decimal(row["or.ub"])
        )
        body: Fields = {
            "countries": [row["country"]],
            "participants": "Women who had never smoked.",
            "characteristics": {"type-of-study": row["design"]},
            "arms": two_arms(("exposed", "Spouse smoked"), ("unexposed", "Spouse did not smoke")),
            "results": [
                {
                    "outcome": "lung-cancer",
                    "type": "contrast",
                    "source": source(dataset, number),
                    "contrast": contrast,
                    "cases": int(row["cases"]),
                }
            ],
        }
        own = own_report(row["author"], row["year"])
        yield draft(dataset, [number], label_of(row["author"], row["year"]), row["design"], body, own=own)


def bcg(dataset: DataSet, rows: Sequence[TableRow]) -> Iterator[Draft]:
    """BCG vaccine, with latitude and way of allocation."""
    for number, row in numbered(rows):
        arms = {
            "vaccinated": events(row["tpos"], int(row["tpos"]) + int(row["tneg"])),
            "unvaccinated": events(row["cpos"], int(row["cpos"]) + int(row["cneg"])),
        }
        result: Fields = {
            "outcome": "tuberculosis",
            "type": "dichotomous",
            "source": source(dataset, number),
            "arms": arms,
        }
        body: Fields = {
            "characteristics": {"latitude": int(row["ablat"]), "allocation": row["alloc"]},
            "arms": two_arms(("vaccinated", "BCG vaccine"), ("unvaccinated", "No BCG vaccine")),
            "results": [result],
        }
        own = own_report(row["author"], row["year"])
        label = label_of(row["author"], row["year"])
        yield draft(dataset, [number], label, BCG_DESIGNS[row["alloc"]], body, own=own)


def linde2005(dataset: DataSet, rows: Sequence[TableRow]) -> Iterator[Draft]:
    """St John's wort; two trials come without counts of responders."""
    for number, row in numbered(rows):
        results = [_linde_response(dataset, number, row)] if row["ai"] else []
        body: Fields = {
            "countries": row["country"].split("/"),
            "n_randomised": int(row["ni"]),
            "characteristics": _linde_characteristics(row),
            "arms": two_arms(("st-johns-wort", "St John's wort extract"), ("placebo", "Placebo")),
            "results": results,
        }
        if note := _linde_note(row):
            body = {**body, "note": note}
        own = own_report(row["study"], row["year"])
        yield draft(dataset, [number], label_of(row["study"], row["year"]), "randomised", body, own=own)


def _linde_note(row: TableRow) -> str:
    if not row["ai"]:
        return "The data set gives no counts of people who responded in this trial."
    total, counted = int(row["ni"]), int(row["n1i"]) + int(row["n2i"])
    if total == counted:
        return ""
    return (
        f"The data set gives a sample of {total} people and counts {counted} in the two groups compared here; "
        f"it does not say where the other {total - counted} were."
    )


def _linde_response(dataset: DataSet, number: int, row: TableRow) -> Fields:
    arms = {"st-johns-wort": events(row["ai"], row["n1i"]), "placebo": events(row["ci"], row["n2i"])}
    definition = {"definition": LINDE_RESPONSES[row["response"]]} if row["response"] else {}
    place = source(dataset, number)
    return {"outcome": "response", "type": "dichotomous", **definition, "source": place, "arms": arms}


def _linde_characteristics(row: TableRow) -> Fields:
    figures = {"hamilton-at-start": "baseline", "hamilton-items": "version", "weeks": "duration", "dose-mg": "dosage"}
    return {
        **({"stratum": LINDE_STRATA[row["group"]]} if row["group"] else {}),
        "major-depression-only": "only" if row["major"] == "1" else "not only",
        "preparation": row["prep"],
        **{name: Decimal(row[column]) for name, column in figures.items() if row[column]},
    }


def hartmannboyce2018(dataset: DataSet, rows: Sequence[TableRow]) -> Iterator[Draft]:
    """Nicotine replacement; a study with several products has a row for each."""
    together: dict[str, list[tuple[int, TableRow]]] = {}
    for number, row in numbered(rows):
        together.setdefault(row["study"], []).append((number, row))
    for study, found in together.items():
        parts = re.fullmatch(r"(.+?) (\d{4})[a-z]?( \(.+\))?", study)
        controls = _control_arms([row for _, row in found])
        products = [arm(slug(row["treatment"]), row["treatment"].capitalize(), "intervention") for _, row in found]
        comparators = [arm(name, "Placebo or no nicotine replacement", "comparator") for name in controls.values()]
        body: Fields = {
            "arms": [*products, *comparators],
            "results": [
                _abstinence(dataset, number, row, controls[row["x.ctrl"], row["n.ctrl"]], several=len(found) > 1)
                for number, row in found
            ],
            **_note_on_controls(len(found), len(controls)),
        }
        own = own_report(parts[1], parts[2]) if parts else own_report(study)
        registrations = [study] if study.startswith("NCT") else []
        numbers = [number for number, _ in found]
        yield draft(dataset, numbers, study, "randomised", body, own=own, registrations=registrations)


def _control_arms(rows: Sequence[TableRow]) -> dict[tuple[str, str], str]:
    """Return an id for each control group of a study: rows that print the same counts share one."""
    counts = list(dict.fromkeys((row["x.ctrl"], row["n.ctrl"]) for row in rows))
    if len(counts) == 1:
        return {counts[0]: "control"}
    return {(row["x.ctrl"], row["n.ctrl"]): f"control-for-{slug(row['treatment'])}" for row in rows}


def _note_on_controls(comparisons: int, controls: int) -> Fields:
    if comparisons == 1:
        return {}
    same = "The data set prints the same control group for each comparison."
    own = "The data set prints a control group of its own for each comparison."
    return {"note": same if controls == 1 else own}


def _abstinence(dataset: DataSet, number: int, row: TableRow, control: str, *, several: bool) -> Fields:
    product = row["treatment"]
    return {
        "outcome": "abstinence",
        **({"comparison": f"{product.capitalize()} against control"} if several else {}),
        "type": "dichotomous",
        "time_point": {"label": "6 months or later"},
        "source": source(dataset, number),
        "arms": {slug(product): events(row["x.nrt"], row["n.nrt"]), control: events(row["x.ctrl"], row["n.ctrl"])},
        "characteristics": {"product": product},
    }


def pignon2000(dataset: DataSet, rows: Sequence[TableRow]) -> Iterator[Draft]:
    """Chemotherapy in head and neck cancer; rows 26.1 and 26.2 belong to trial 26."""

    def trial(numbered_row: tuple[int, TableRow]) -> int:
        return int(Decimal(numbered_row[1]["id"]))

    for _, group in groupby(sorted(numbered(rows), key=trial), key=trial):
        found = list(group)
        label = re.sub(r" \([ab]\)$", "", found[0][1]["trial"])
        body: Fields = {
            "arms": two_arms(
                ("chemotherapy", "Local treatment with chemotherapy"), ("local-treatment", "Local treatment alone")
            ),
            "results": [_deaths(dataset, number, row, several=len(found) > 1) for number, row in found],
            **({"note": PIGNON_NOTE} if len(found) > 1 else {}),
        }
        yield draft(dataset, [number for number, _ in found], label, "randomised", body)


def _deaths(dataset: DataSet, number: int, row: TableRow, *, several: bool) -> Fields:
    timing = PIGNON_TIMINGS[row["grp"]]
    return {
        "outcome": "death",
        **({"comparison": PIGNON_COMPARISONS[timing]} if several else {}),
        "type": "survival",
        "source": source(dataset, number),
        "o_minus_e": Decimal(row["OmE"]),
        "v": Decimal(row["V"]),
        "characteristics": {"timing": timing},
    }


def normand1999(dataset: DataSet, rows: Sequence[TableRow]) -> Iterator[Draft]:
    """Length of stay in specialised stroke care; the table does not say how patients were allocated."""
    for number, row in numbered(rows):
        arms = {
            name: Row(n=int(row[f"n{i}i"]), mean=Decimal(row[f"m{i}i"]), sd=Decimal(row[f"sd{i}i"]))
            for i, name in ((1, "stroke-unit"), (2, "routine-care"))
        }
        body: Fields = {
            "arms": two_arms(("stroke-unit", "Specialised stroke care"), ("routine-care", "Routine care")),
            "instruments": {"stay": Row(name="Length of hospital stay", better="lower", unit="days")},
            "results": [
                {
                    "outcome": "length-of-stay",
                    "type": "continuous",
                    "instrument": "stay",
                    "source": source(dataset, number),
                    "arms": arms,
                }
            ],
        }
        yield draft(dataset, [number], row["source"].replace("-", " "), "not-stated", body)

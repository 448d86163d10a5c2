"""Study records from the meta-analyses that the R package metadat holds as data sets.

Each data set is a table of published figures, one row for a study or for one of its comparisons. A row becomes a
record that says where each figure stands, and no more than the table and its documentation say: what the studies'
own papers report beyond that is left for an editor to add. Pure: rows in, records and their text out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..record_text import Fields, record_text
from . import sources, tables
from .drafts import PACKAGE, DataSet, Draft, TableRow
from .looked_at import acknowledged

FIRST_LINE = "Converted by scripts/convert_datasets.py. Delete this line before editing by hand."


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFile:
    """A record ready to be written: the study's id, which is the name of its file, its fields, and its YAML text."""

    id: str
    fields: Fields
    text: str


def study_files(tables_by_name: Mapping[str, Sequence[TableRow]]) -> list[StudyFile]:
    """Return the records of the tables given by data set name, sorted by id; tables that are not known are refused.

    An id is author and year. Where two studies would share one, and where no year is known, the subject follows.
    """
    known = {item.name: item for item in DATA_SETS}
    drafts = [draft for name, rows in tables_by_name.items() for draft in known[name].convert(known[name], rows)]
    taken = Counter(draft.name for draft in drafts)
    return sorted((_file(draft, is_alone=taken[draft.name] == 1) for draft in drafts), key=lambda file: file.id)


def _file(draft: Draft, *, is_alone: bool) -> StudyFile:
    has_year = re.search(r"-(19|20)\d{2}[a-z]?(-|$)", draft.name) is not None
    name = draft.name if has_year and is_alone else f"{draft.name}-{draft.dataset.subject}"
    comment = (
        FIRST_LINE,
        f"Figures: data set {draft.dataset.name}, {draft.rows}, in the R package {PACKAGE},",
        f"taken there from the review with doi {draft.dataset.review['doi']}.",
        "Nobody has checked them yet against the study's own paper.",
    )
    frame = {field: value for field, value in draft.fields.items() if field != "note"}
    note = {"note": draft.fields["note"]} if "note" in draft.fields else {}
    fields: Fields = {"id": name, **frame, **acknowledged(draft.dataset.name, name, draft.rows), **note}
    return StudyFile(id=name, fields=fields, text=record_text(fields, comment))


# Titles as the package's documentation gives them.
DATA_SETS = (
    DataSet(
        name="dat.bcg",
        title="Studies on the Effectiveness of the BCG Vaccine Against Tuberculosis",
        subject="bcg",
        review=sources.COLDITZ_1994,
        convert=tables.bcg,
    ),
    DataSet(
        name="dat.cannon2006",
        title="Studies on the Effectiveness of Intensive Versus Moderate Statin Therapy for Preventing Coronary Death "
        "or Myocardial Infarction",
        subject="statins",
        review=sources.CANNON_2006,
        convert=tables.cannon2006,
    ),
    DataSet(
        name="dat.hackshaw1998",
        title="Studies on the Risk of Lung Cancer in Women Exposed to Environmental Tobacco Smoke",
        subject="passive-smoking",
        review=sources.HACKSHAW_1997,
        convert=tables.hackshaw1998,
    ),
    DataSet(
        name="dat.hart1999",
        title="Studies on the Effectiveness of Warfarin for Preventing Strokes",
        subject="warfarin",
        review=sources.HART_1999,
        convert=tables.hart1999,
    ),
    DataSet(
        name="dat.hartmannboyce2018",
        title="Studies on the Effectiveness of Nicotine Replacement Therapy for Smoking Cessation",
        subject="nicotine",
        review=sources.HARTMANN_BOYCE_2018,
        convert=tables.hartmannboyce2018,
    ),
    DataSet(
        name="dat.lee2004",
        title="Studies on Acupoint P6 Stimulation for Preventing Nausea",
        subject="acupressure",
        review=sources.LEE_2004,
        convert=tables.two_group_table(
            "nausea", ("p6-stimulation", "Stimulation of acupuncture point P6"), ("sham", "Sham treatment")
        ),
    ),
    DataSet(
        name="dat.li2007",
        title="Studies on the Effectiveness of Intravenous Magnesium in Acute Myocardial Infarction",
        subject="magnesium",
        review=sources.LI_2007,
        convert=tables.two_group_table("death", ("magnesium", "Intravenous magnesium"), ("control", "No magnesium")),
    ),
    DataSet(
        name="dat.linde2005",
        title="Studies on the Effectiveness of St. John's Wort for Treating Depression",
        subject="st-johns-wort",
        review=sources.LINDE_2005,
        convert=tables.linde2005,
    ),
    DataSet(
        name="dat.normand1999",
        title="Studies on the Length of Hospital Stay of Stroke Patients",
        subject="stroke-unit",
        review=sources.NORMAND_1999,
        convert=tables.normand1999,
    ),
    DataSet(
        name="dat.pignon2000",
        title="Studies on the Effectiveness of Locoregional Treatment plus Chemotherapy for Head and Neck "
        "Squamous-Cell Carcinoma",
        subject="head-neck",
        review=sources.PIGNON_2000,
        convert=tables.pignon2000,
    ),
)

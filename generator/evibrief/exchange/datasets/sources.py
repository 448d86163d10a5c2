"""Where the converted data sets come from: the published reviews, and the R package that prints their figures."""

from __future__ import annotations

from ..record_text import Fields, Row

PACKAGE = "metadat 1.2-0"
COCHRANE = "Cochrane Database of Systematic Reviews"


def _authors(names: str) -> list[Row]:
    parts = [name.rpartition(" ") for name in names.split(", ")]
    return [Row(family=family, given=given) for family, _, given in parts]


def _article(authors: str, title: str, journal: str, year: int, place: str, doi: str) -> Fields:
    volume, issue, page = place.split("|")
    return {
        "title": title,
        "author": _authors(authors),
        "container_title": journal,
        "issued": year,
        "volume": volume,
        **({"issue": issue} if issue else {}),
        "page": page,
        "doi": doi,
    }


CANNON_2006 = _article(
    "Cannon CP, Steinberg BA, Murphy SA, Mega JL, Braunwald E",
    "Meta-analysis of cardiovascular outcomes trials comparing intensive versus moderate statin therapy",
    "Journal of the American College of Cardiology",
    2006,
    "48|3|438-445",
    "10.1016/j.jacc.2006.04.070",
)
LI_2007 = _article(
    "Li J, Zhang Q, Zhang M, Egger M",
    "Intravenous magnesium for acute myocardial infarction",
    COCHRANE,
    2007,
    "2007|2|CD002755",
    "10.1002/14651858.CD002755.pub2",
)
LEE_2004 = _article(
    "Lee A, Done ML",
    "Stimulation of the wrist acupuncture point P6 for preventing postoperative nausea and vomiting",
    COCHRANE,
    2004,
    "2004|3|CD003281",
    "10.1002/14651858.CD003281.pub2",
)
HART_1999: Fields = {
    **_article(
        "Hart RG, Benavente O, McBride R, Pearce LA",
        "Antithrombotic therapy to prevent stroke in patients with atrial fibrillation: a meta-analysis",
        "Annals of Internal Medicine",
        1999,
        "131|7|492-501",
        "10.7326/0003-4819-131-7-199910050-00003",
    ),
    "pmid": "10507957",
}
HACKSHAW_1997 = _article(
    "Hackshaw AK, Law MR, Wald NJ",
    "The accumulated evidence on lung cancer and environmental tobacco smoke",
    "BMJ",
    1997,
    "315|7114|980-988",
    "10.1136/bmj.315.7114.980",
)
COLDITZ_1994 = _article(
    "Colditz GA, Brewer TF, Berkey CS, Wilson ME, Burdick E, Fineberg HV, Mosteller F",
    "Efficacy of BCG vaccine in the prevention of tuberculosis: meta-analysis of the published literature",
    "JAMA",
    1994,
    "271|9|698-702",
    "10.1001/jama.1994.03510330076038",
)
LINDE_2005 = _article(
    "Linde K, Berner M, Egger M, Mulrow C",
    "St John's wort for depression: meta-analysis of randomised controlled trials",
    "British Journal of Psychiatry",
    2005,
    "186|2|99-107",
    "10.1192/bjp.186.2.99",
)
HARTMANN_BOYCE_2018 = _article(
    "Hartmann-Boyce J, Chepkin SC, Ye W, Bullen C, Lancaster T",
    "Nicotine replacement therapy versus control for smoking cessation",
    COCHRANE,
    2018,
    "2018|5|CD000146",
    "10.1002/14651858.CD000146.pub5",
)
PIGNON_2000 = _article(
    "Pignon JP, Bourhis J, Domenge C, Designe L",
    "Chemotherapy added to locoregional treatment for head and neck squamous-cell carcinoma: "
    "three meta-analyses of updated individual data",
    "Lancet",
    2000,
    "355|9208|949-955",
    "10.1016/S0140-6736(00)90011-4",
)
NORMAND_1999 = _article(
    "Normand ST",
    "Meta-analysis: formulating, evaluating, combining, and reporting",
    "Statistics in Medicine",
    1999,
    "18|3|321-359",
    "10.1002/(sici)1097-0258(19990215)18:3<321::aid-sim28>3.0.co;2-p",
)

"""Remarks of the checks on converted records that the editors have looked into and let stand.

What was looked up is the table, figure by figure: it says so. Whether the study's own paper agrees, nobody has looked.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..record_text import Fields, Value

BY = "The Evibrief editors"
DATE = "2026-11-23"

# By data set and study: the fields that a check speaks of, as its message names them.
LOOKED_AT: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "dat.bcg": {
        "ferguson-simes-1949": {"results.0.arms": "p25-large-ratio-few-events"},
        "hart-sutherland-1977": {"results.0.arms": "p32-allocation"},
        "stein-aronson-1953": {"results.0.arms": "p27-unlike-control-risk"},
        "vandiviere-1973": {"results.0.arms": "p25-large-ratio-few-events"},
    },
    "dat.hackshaw1998": {"wu-williams-1990": {"results.0": "p26-outlier"}},
    "dat.hartmannboyce2018": {
        "heydari-2013": {"results.0.arms": "p25-huge-ratio p27-unlike-control-risk"},
        "moolchan-2005": {"results.1.arms": "p25-large-ratio-few-events"},
        "shiffman-2009-4-mg": {"results.0": "p26-outlier"},
        "tonnesen-2000": {"results.0.arms": "p25-large-ratio-few-events"},
        "tonnesen-2006": {"results.0.arms": "p25-large-ratio-few-events"},
        "westman-1993": {"results.0.arms": "p25-huge-ratio"},
    },
    "dat.lee2004": {
        "agarwal-2002": {"results.0.arms": "p25-large-ratio-few-events"},
        "dundee-1986": {"results.0.arms": "p25-large-ratio-few-events"},
        "ferrera-love-1996": {"results.0.arms": "p27-unlike-control-risk"},
        "ho-1996": {"results.0.arms": "p25-huge-ratio"},
    },
    "dat.li2007": {
        "gyamlani-2000": {"results.0.arms": "p25-large-ratio-few-events"},
        "shechter-1990": {"results.0.arms": "p25-huge-ratio"},
        "zhu-2002": {"results.0.arms": "p32-allocation"},
    },
    "dat.linde2005": {
        "haensgen-vesper-1996": {
            "n_randomised": "p02-unaccounted",
            "results.0.arms": "p25-large-ratio-few-events",
        },
        "halama-1991": {"results.0.arms": "p27-unlike-control-risk"},
        "hdtsg-2002": {"n_randomised": "p02-unaccounted"},
        "hoffman-kuehl-1979": {"results.0.arms": "p25-huge-ratio"},
        "laakmann-1998": {"n_randomised": "p02-unaccounted"},
        "philipp-1999": {"n_randomised": "p02-unaccounted"},
        "quandt-1993": {"results.0.arms": "p25-huge-ratio"},
        "reh-1992": {"results.0.arms": "p25-large-ratio-few-events"},
        "schlich-1987": {"results.0.arms": "p25-huge-ratio"},
        "schmidt-sommer-1993": {"results.0.arms": "p25-large-ratio-few-events"},
    },
    "dat.normand1999": {
        "edinburgh-stroke-unit": {
            "results.0.arms.stroke-unit.sd": "p21-unlike-sd",
            "results.0.arms.routine-care.sd": "p21-unlike-sd",
        },
        "montreal-home-stroke-unit": {"results.0.arms.stroke-unit.sd": "p22-se-for-sd"},
        "montreal-transfer-stroke-unit": {
            "results.0.arms.stroke-unit.sd": "p21-unlike-sd",
            "results.0.arms.routine-care.sd": "p22-se-for-sd",
        },
        "orpington-mild-stroke-unit": {
            "results.0.arms.stroke-unit.sd": "p22-se-for-sd",
            "results.0.arms.routine-care.sd": "p22-se-for-sd",
        },
        "orpington-moderate-stroke-unit": {"results.0": "p26-outlier", "results.0.arms": "p24-large-difference"},
        "orpington-severe-stroke-unit": {
            "results.0.arms": "p24-large-difference",
            "results.0.arms.stroke-unit": "p23-unequal-spreads",
            "results.0.arms.routine-care.sd": "p21-unlike-sd",
        },
    },
    "dat.pignon2000": {"wia-oc5b-head-neck": {"results.0": "p26-outlier"}},
}


def acknowledged(dataset: str, study: str, rows: str) -> Fields:
    """Return the field that lets remarks on a study's record stand; nothing where there is none to let stand."""
    fields = LOOKED_AT.get(dataset, {}).get(study, {})
    reason = f"The figures stand so in the data set {dataset}, {rows}; the study's own paper was not at hand."
    entries: list[Value] = [
        {"check": check, "field": field, "reason": reason, "by": BY, "date": DATE}
        for field, checks in fields.items()
        for check in checks.split()
    ]
    return {"acknowledged": entries} if entries else {}

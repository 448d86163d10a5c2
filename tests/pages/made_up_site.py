"""A small made-up publication, rendered: two summaries over three studies, every kind of evidence once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from builders import make_study, make_summary
from evibrief.appraisal.briefs import Brief, appraise
from evibrief.appraisal.settings import DEFAULT
from evibrief.pages.article import write_article
from evibrief.pages.lists import note_of
from evibrief.pages.outputs import RenderedPage
from evibrief.pages.rendering import Renderer
from evibrief.pages.site_pages import list_pages, study_rendered, summary_rendered, uses_of
from evibrief.pages.study_list import study_row
from evibrief.records.study import Study
from evibrief.records.summary import Summary
from evibrief.synthesis import synthesise

TEMPLATES = Path(__file__).parents[2] / "templates"
RENDERER = Renderer(TEMPLATES)

_SOURCE = {"report": "main", "place": "Table 2, p. 58"}
_REVIEW = {"report": "review", "place": "Table 3"}


def studies() -> list[dict[str, Any]]:
    """Three trials with events; one with risk of bias, scales, a contrast and a retraction."""
    found = []
    for number, (tea, water) in enumerate(((10, 20), (4, 9), (30, 41)), start=1):
        found.append(
            make_study(
                id=f"made-up-200{number}",
                label=f"Made-up 200{number}",
                reports=[{"id": "main", "issued": 2000 + number, "title": "A trial that never was"}],
                results=[
                    {
                        "outcome": "hiccups",
                        "type": "dichotomous",
                        "source": _SOURCE,
                        "arms": {"tea": {"events": tea, "n": 50}, "water": {"events": water, "n": 50}},
                    }
                ],
            )
        )
    found[0] |= {
        "title": "The first trial",
        "countries": ["Nowhere", "Elsewhere"],
        "n_randomised": 100,
        "instruments": {"scale": {"name": "Made-up Scale", "better": "higher", "low": 0, "high": 10}},
        "risk_of_bias": [
            {
                "tool": "RoB 2",
                "domains": {"randomisation": {"level": "low"}, "measurement": {"level": "some concerns"}},
                "overall": {"level": "some concerns", "reason": "Nobody was blinded."},
                "assessed_by": "Nobody Real",
            }
        ],
    }
    found[0]["results"].append(
        {
            "outcome": "calm",
            "type": "continuous",
            "instrument": "scale",
            "source": {**_SOURCE, "quote": "calmer"},
            "arms": {"tea": {"n": 48, "mean": "5.20", "sd": "1.1"}, "water": {"n": 47, "mean": "4.8", "sd": "1.30"}},
            "contrast": {"measure": "MD", "estimate": "0.40", "ci_low": "-0.09", "ci_high": "0.89"},
        }
    )
    found[0]["acknowledged"] = [
        {
            "check": "p25-huge-ratio",
            "field": f"results.0.arms{part}",
            "reason": "It stands so in Table 2.",
            "by": "Nobody Real",
            "date": "2001-04-05",
        }
        for part in ("", ".tea")
    ]
    found[1]["reports"][0]["retraction"] = {"status": "retracted", "checked_on": "2001-05-06", "notice": "See there."}
    return found


def summaries() -> list[dict[str, Any]]:
    """A re-pooled summary with an absolute effect, and one that tells of a review."""
    pooled = make_summary(
        studies=["made-up-2001", "made-up-2002", "made-up-2003"],
        outcomes=[
            {
                "evidence": "pooled",
                "id": "hiccups",
                "name": "lasting hiccups",
                "number": "plural",
                "importance": "critical",
                "better": "lower",
                "measure": "RR",
                "baseline_risk": {
                    "from_comparator_arms": "total",
                    "over": "one day",
                    "basis": {"set_by_editors_because": "No other figure is made up."},
                },
            },
            {
                "evidence": "pooled",
                "id": "calm",
                "name": "calm",
                "importance": "important",
                "better": "higher",
                "measure": "SMD",
            },
        ],
    )
    told = make_summary(
        slug="humming-for-hiccups",
        title="Humming for hiccups",
        topic="Other medicine",
        notice="All of this is made up.",
        studies=[],
        references={"review": {"title": "A review that never was", "issued": 2003, "doi": "10.1234/made-up"}},
        outcomes=[
            {
                "evidence": "reported",
                "id": "calm",
                "name": "calm",
                "importance": "critical",
                "better": "higher",
                "reported": {
                    "measure": "SMD",
                    "estimate": "0.30",
                    "ci_low": "0.10",
                    "ci_high": "0.50",
                    "studies": 5,
                    "participants": 400,
                    "source": _REVIEW,
                },
            },
            {
                "evidence": "narrative",
                "id": "sleep",
                "name": "sleep",
                "importance": "important",
                "better": "higher",
                "narrative": {"direction": "not-pooled", "unknown": "How they slept is not told.", "source": _REVIEW},
            },
        ],
    )
    return [pooled, told]


def render(given_summaries: list[dict[str, Any]], given_studies: list[dict[str, Any]]) -> dict[str, RenderedPage]:
    """Render records as a site, by address."""
    known = {study.id: study for study in map(Study.model_validate, given_studies)}
    briefs = [brief(Summary.model_validate(record), known) for record in given_summaries]
    articles = {item.summary.slug: write_article(item, RENDERER, DEFAULT) for item in briefs}
    uses = uses_of(item.summary for item in briefs)
    notes = [note_of(item, articles[item.summary.slug]) for item in briefs]
    rows = [study_row(study) for study in known.values()]
    pages = [
        *(
            make()
            for make in list_pages(notes, rows, RENDERER, settings=DEFAULT, site_name="Made-up", version="0").values()
        ),
        *(study_rendered(study, uses.get(study.id, ()), RENDERER) for study in known.values()),
        *(
            summary_rendered(item, articles[item.summary.slug], RENDERER, settings=DEFAULT, site_name="Made-up")
            for item in briefs
        ),
    ]
    return {page.uri: page for page in sorted(pages, key=lambda page: page.uri)}


def brief(summary: Summary, known: Mapping[str, Study]) -> Brief:
    """Appraise a summary over the studies it names."""
    included = {name: known[name] for name in summary.studies}
    return appraise(summary, included, synthesise(summary, included), DEFAULT)

"""The smallest valid records, as plain values; every test says only what differs."""

from __future__ import annotations

import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any

PROJECTS = Path(__file__).parent / "projects"

_SOURCE = {"report": "main", "place": "Table 2"}

_STUDY: dict[str, Any] = {
    "id": "made-up-2001",
    "label": "Made-up 2001",
    "reports": [{"id": "main", "issued": 2001, "title": "A trial that never was"}],
    "design": "parallel",
    "arms": [
        {"id": "tea", "label": "Peppermint tea", "role": "intervention", "n_randomised": 50},
        {"id": "water", "label": "Warm water", "role": "comparator", "n_randomised": 50},
    ],
    "results": [
        {
            "outcome": "hiccups",
            "type": "dichotomous",
            "source": _SOURCE,
            "arms": {"tea": {"events": 10, "n": 50}, "water": {"events": 20, "n": 48}},
        }
    ],
    "extraction": {"extracted_by": "Nobody Real"},
}

_SUMMARY: dict[str, Any] = {
    "slug": "tea-for-hiccups",
    "title": "Peppermint tea for hiccups",
    "status": "published",
    "topic": "Made-up medicine",
    "question": {
        "population": "adults with hiccups",
        "condition": "hiccups",
        "intervention": {"name": "peppermint tea", "number": "singular"},
        "comparator": {"name": "warm water", "number": "singular"},
    },
    "eligibility": {"participants": "adults with hiccups", "studies": "trials that never were"},
    "search": {"note": "Nothing was searched; all of this is made up."},
    "studies": ["made-up-2001", "made-up-2002"],
    "outcomes": [
        {
            "evidence": "pooled",
            "id": "hiccups",
            "name": "lasting hiccups",
            "number": "plural",
            "importance": "critical",
            "better": "lower",
            "measure": "RR",
        }
    ],
    "writing": {"background": "Hiccups are made up here.", "interpretation": "Nothing follows from this."},
    "people": [{"name": "Nobody Real", "role": "author"}],
    "history": [{"date": "2001-02-03", "kind": "first", "text": "Made up."}],
}


def make_study(**changes: Any) -> dict[str, Any]:
    """Return the smallest valid study, with some of its fields changed; a field changed to None is left out."""
    return _changed(_STUDY, changes)


def make_summary(**changes: Any) -> dict[str, Any]:
    """Return the smallest valid summary, with some of its fields changed; a field changed to None is left out."""
    return _changed(_SUMMARY, changes)


def _changed(record: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    made = {**deepcopy(record), **changes}
    return {name: value for name, value in made.items() if value is not None}


def broken_project(mistake: str, folder: Path) -> Path:
    """Copy the smallest project to a folder, with the files of one mistake put over it."""
    shutil.copytree(PROJECTS / "small", folder, dirs_exist_ok=True)
    shutil.copytree(PROJECTS / "broken" / mistake, folder, dirs_exist_ok=True, ignore=lambda *_: ["expected.txt"])
    return folder

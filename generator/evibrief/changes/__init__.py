"""What a change of the records does, in words: `evibrief diff`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from evibrief.changes.comparison import Comparison, compare
from evibrief.changes.reports import as_json, as_markdown, as_text
from evibrief.changes.revisions import read_states
from evibrief.errors import Problem
from evibrief.pages.rendering import Renderer
from evibrief.publishing.options import settings_of_project
from evibrief.publishing.processes import SUMMARY
from evibrief.publishing.reading import shared
from evibrief.publishing.watch import Watch

_FORMS: dict[str, Callable[[Comparison, str, Sequence[Problem]], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
}


def changes_since(
    project: Path,
    revision: str,
    templates: Path,
    form: Literal["text", "markdown", "json"],
    watch: Watch | None = None,
) -> str:
    """Tell what changed in a project's records since a git revision, in the words that its readers would read.

    ``templates`` is the folder that holds them; both states are told in their wording, and rated by the
    settings that mkdocs.yml has now. ``watch`` follows what is read and told.

    Raises:
        UsageError: if there is no such revision, or no repository.
        RecordError: with the problems of the changed records as they are now, or of the settings.
        SiteError: if the templates cannot be used.
    """
    watch = watch or Watch()
    states = read_states(project, revision, watch)
    share = shared(watch, "summaries compared", SUMMARY)
    comparison = compare(states.before, states.after, Renderer(templates), settings_of_project(project), share)
    return _FORMS[form](comparison, revision, states.faults)

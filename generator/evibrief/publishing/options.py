"""The options of the plugin in mkdocs.yml: which thresholds of certainty and of words a publication sets otherwise.

Commands that do not build the site read them from the same place, so that everything is rated alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evibrief.appraisal.configured import settings_from
from evibrief.appraisal.settings import CERTAINTY, DEFAULT, IN_WORDS, Settings
from evibrief.errors import UsageError

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

CONFIG = "mkdocs.yml"
PLUGIN = "evibrief"
# Where neither stands in the file it holds no options, and MkDocs need not be loaded to say so.
_NEEDED = (CERTAINTY, IN_WORDS, "INHERIT")


def settings_of(config: MkDocsConfig) -> Settings:
    """Return the settings of a configuration that MkDocs has read.

    Raises:
        RecordError: with each option that cannot be right.
    """
    plugin = config.plugins.get(PLUGIN)
    given = plugin.config if plugin else {}
    return _settings(given.get(CERTAINTY), given.get(IN_WORDS), Path(config.config_file_path))


def settings_of_project(project: Path) -> Settings:
    """Return the settings of a project; our own where it has no mkdocs.yml.

    Raises:
        RecordError: with each option that cannot be right.
        UsageError: if MkDocs cannot read mkdocs.yml.
    """
    config = config_of_project(project, _NEEDED)
    return DEFAULT if config is None else settings_of(config)


def config_of_project(project: Path, needed: Sequence[str]) -> MkDocsConfig | None:
    """Return the configuration of a project whose mkdocs.yml holds one of some words; nothing where it does not.

    Raises:
        UsageError: if MkDocs cannot read mkdocs.yml.
    """
    path = project / CONFIG
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    if not any(word in text for word in needed):
        return None
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    try:
        return load_config(str(path))
    except MkDocsException as error:
        raise UsageError(f"{CONFIG}: {error}") from None


def _settings(certainty: object, words: object, path: Path) -> Settings:
    if certainty is None and words is None:
        return DEFAULT
    lines: dict[str, int] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        for name in re.findall(r"([A-Za-z0-9_]+)[\"']?\s*:", line.partition("#")[0]):
            lines.setdefault(name, number)
    return settings_from(certainty, words, path=path.name, lines=lines)

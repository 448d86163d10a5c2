"""The one renderer: HTML pages from templates, and sentences from the wording of a language.

Every HTML template is autoescaped, so text from a record stays text. A name that a template does not know is an
error. Templates never compute; numbers reach them through the filters named here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound
from markupsafe import Markup

from evibrief.errors import SiteError
from evibrief.pages import formats
from evibrief.pages.language import Language, read_language
from evibrief.records.markup import html_of

_SPACE = re.compile(r"[ \n]+")
_FILTERS: dict[str, Callable[..., object]] = {
    "estimate": formats.estimate,
    "fixed": formats.fixed,
    "percent": formats.percent,
    "share": formats.share,
    "per_1000": formats.per_1000,
    "p_value": formats.p_value,
    "count": formats.count,
    "in_words": formats.in_words,
    "at_start": formats.at_start,
    "listed": formats.listed,
    "listed_or": formats.listed_or,
    "day": formats.day,
}
_GLOBALS: dict[str, Callable[..., object]] = {
    "interval": formats.interval,
    "people_interval": formats.people_interval,
    "frequencies": formats.frequencies,
}


class Renderer:
    """Templates of a site: ``templates`` holds the HTML, ``wording`` (by default a folder in it) the sentences.

    Another language is another ``wording`` folder: sentences as macros, and the marks and words of ``language.json``.
    """

    def __init__(self, templates: Path, wording: Path | None = None) -> None:
        wording = wording or templates / "wording"
        self.language: Language = read_language(wording)
        self._html = self._environment(templates, autoescape=True)
        # Sentences are plain text; they are escaped where HTML templates print them.
        self._wording = self._environment(wording, autoescape=False)
        self._html.globals["speak"] = self.speak
        self._sentences: dict[str, Callable[..., object]] = {}

    def _environment(self, folder: Path, *, autoescape: bool) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=autoescape,  # noqa: S701
            undefined=StrictUndefined,
            # A renderer lives for one build; looking at every file's time for every sentence would cost a fifth of it.
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters.update({name: self._bound(function) for name, function in _FILTERS.items()})
        environment.filters["capitalised"] = formats.capitalised
        environment.filters["marked_up"] = _marked_up
        environment.globals.update({name: partial(call, language=self.language) for name, call in _GLOBALS.items()})
        return environment

    def _bound(self, function: Callable[..., object]) -> Callable[..., object]:
        return partial(function, language=self.language)

    def render(self, name: str, /, **context: object) -> str:
        """Return an HTML template filled with ``context``.

        Raises:
            SiteError: if the template is missing or wrong, or uses a name that the context does not hold.
        """
        try:
            return self._html.get_template(name).render(context)
        except TemplateError as error:
            raise SiteError(_fault(name, error)) from error

    def speak(self, name: str, /, **context: object) -> str:
        """Return a sentence: ``findings.difference`` is the macro ``difference`` of ``findings.j2``.

        ``context`` must be exactly what the macro takes. The result is plain text on one line.

        Raises:
            SiteError: if there is no such sentence, or it is given other names than it takes.
        """
        try:
            sentence = self._sentences.get(name) or self._sentence(name)
            return _SPACE.sub(" ", str(sentence(**context))).strip()
        except (TemplateError, TypeError, AttributeError) as error:
            raise SiteError(_fault(name, error)) from error

    def _sentence(self, name: str) -> Callable[..., object]:
        file, _, macro = name.partition(".")
        macro = macro.replace("-", "_")
        module = self._wording.get_template(f"{file}.j2").module
        if not hasattr(module, macro):
            raise SiteError(f"templates: {file}.j2 has no macro {macro} (wanted for {name}); {_OLD}")
        found: Callable[..., object] = getattr(module, macro)
        self._sentences[name] = found
        return found


# Only a folder of a publication's own can lack something: most often since a newer version says more.
_OLD = "add it as the installed version has it, or delete the folder to use the templates of that version"


def _marked_up(text: str) -> Markup:
    """Prose with the little Markdown that it may hold, as HTML; everything else in it is escaped."""
    return Markup(html_of(text))  # noqa: S704


def _fault(name: str, error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f"templates: there is no template '{error.name}' (wanted for {name}); {_OLD}"
    line = getattr(error, "lineno", None)
    return f"templates: {name}{f', line {line}' if line else ''}: {error}"

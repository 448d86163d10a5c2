"""The MkDocs plugin: `mkdocs build` and `mkdocs serve` publish the records as `evibrief` does.

A build goes to a folder beside the site and takes its place when all is done and checked. In live preview a mistake
in a record is told in the terminal and on every page, and the last good pages stay.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure.files import File, InclusionLevel

from evibrief.errors import EvidenceError, RecordError, SiteError
from evibrief.publishing.assemble import assemble
from evibrief.publishing.bindery import Bindery, Places
from evibrief.publishing.cache import Cache
from evibrief.publishing.edition import Edition, Masthead
from evibrief.publishing.framing import Frame, can_frame, frame_pages, unpacked
from evibrief.publishing.gate import check_site, faults_of_content
from evibrief.publishing.great_change import refuse_great_change
from evibrief.publishing.hand_written import refuse_both, refuse_collisions, refuse_links
from evibrief.publishing.listings import SITE_MAP, mapped, search
from evibrief.publishing.options import settings_of
from evibrief.publishing.packaged import shared_docs, theme
from evibrief.publishing.pinned_notices import pinned_notices
from evibrief.publishing.preview import error_edition, with_banner
from evibrief.publishing.ready_pages import ReadyPage, SiteFiles, page_file, plain_file
from evibrief.publishing.search_parts import asks_for_parts, divide_search
from evibrief.publishing.security_policy import with_policy
from evibrief.publishing.sitemap import divide_sitemap
from evibrief.publishing.staging import Staging
from evibrief.publishing.watch import Watch

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page
    from mkdocs.utils.templates import TemplateContext

WATCHED = ("studies", "summaries", "templates")
EPOCH = "SOURCE_DATE_EPOCH"
# After every other plugin: what is published is what is checked.
LAST = -100
FIRST = 100

log = logging.getLogger("mkdocs.plugins.evibrief")


class _Warnings(logging.Handler):
    """Remembers what MkDocs warned of: a site is published without a warning or not at all."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


class Options(Config):  # type: ignore[no-untyped-call]
    """What a publication decides for all its pages.

    ``certainty``: thresholds (see ``appraisal/settings.py``); ``retractions``: a file of the Retraction Watch data.
    """

    certainty = config_options.Optional(config_options.Type(object))
    retractions = config_options.Optional(config_options.Type(str))
    words = config_options.Optional(config_options.Type(object))


class EvibriefPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Turns records into pages of the site.

    ``edition`` may be set before a build by whoever has made it already, with the ``watch`` to time it by;
    ``own_words`` lets our own errors through as they are, where the caller can word them. A preview that frames pages
    when they are asked for finds here the ``frame``; pages it has not handed over it names as ``linked``.
    """

    def __init__(self) -> None:
        """Start with nothing; MkDocs calls the events."""
        self.edition: Edition | None = None
        self.own_words = False
        self.watch = Watch()
        self._previewing = False
        self._banner: tuple[str, ...] = ()
        self._staging: Staging | None = None
        self._warnings = _Warnings()
        self._faults: list[str] = []
        self._set_epoch = False
        self._nav: Navigation | None = None
        self.frame: Frame | None = None
        self.linked: tuple[str, ...] = ()
        self._framing = False
        self._bindery: Bindery | None = None
        self.cache: Cache | None = None

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Keep this instance through the rebuilds of a live preview; a build is never a dirty one."""
        self._previewing = command == "serve"
        if dirty and not self._previewing:
            raise PluginError("evibrief: a site is published whole; build without --dirty")

    @event_priority(LAST)
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the records before anything is cleaned or written, and send a build to a folder of its own."""
        project = project_of(config)
        _use_packaged_theme(config)
        self._faults.clear()
        self._framing = not self._previewing and can_frame(config)
        config.watch.extend(str(project / name) for name in WATCHED if (project / name).is_dir())
        with self._worded():
            if self._previewing:
                self._preview(project, config)
            else:
                self._begin(project, config)
        assert self.edition is not None
        self._date(self.edition)
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the pages and files of the edition."""
        assert self.edition is not None
        added = list(self._through_mkdocs(config))
        others = self._bindery.paths if self._bindery is not None else frozenset()
        made = others.union(file.dest_uri for file in added)
        with self._worded():
            refuse_both((file.dest_uri for file in files), made, Path(config.docs_dir).name)
        for file in added:
            files.append(file)
        for uri, path in shared_docs():
            if files.get_file_from_path(uri) is None:
                files.append(File.generated(config, uri, abs_src_path=str(path)))
        with self._worded():
            refuse_collisions(sorted(others.union(file.dest_uri for file in files if _is_included(file))))
        return SiteFiles(files, others | frozenset(self.linked), config)

    def _through_mkdocs(self, config: MkDocsConfig) -> Iterator[File]:
        """The edition's pages and files, but for those that the navigation does not name: they pass MkDocs by."""
        assert self.edition is not None
        yield from (page_file(page, config) for page in self.edition.pages)
        yield from (plain_file(file, config) for file in self.edition.files)
        shelf, named = self.edition.shelf, {path for _, path in titles_of(config.nav)}
        if shelf is None:
            return
        past = tuple(slip for slip in shelf.slips if self._framing and f"{slip.uri}index.md" not in named)
        self._bindery = Bindery(shelf, past) if past else None
        for slip in shelf.slips if not past else (slip for slip in shelf.slips if f"{slip.uri}index.md" in named):
            leaf = shelf.take(slip)
            yield page_file(leaf.sheet, config)
            yield from (plain_file(file, config) for file in leaf.files)

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Let the navigation in mkdocs.yml name a page in its own words, which are shorter than a title."""
        for title, path in titles_of(config.nav):
            file = files.get_file_from_path(path)
            if file is not None and isinstance(file.page, ReadyPage):
                file.page.title = title
        self._nav = nav
        return nav

    @event_priority(LAST)
    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> Any:
        """Frame the pages of the edition on every core, if that can be done ahead of MkDocs."""
        assert self._nav is not None
        self.frame = Frame(config=config, nav=self._nav, env=env, pages=files.documentation_pages())
        if self._framing:
            self._faults += frame_pages(self.frame, files, self._kept(config), self.watch)
        if self._bindery is not None and self._staging is not None:
            self._faults += self._bindery.bind(
                self.frame,
                Places(site=self._staging.site, published=self._staging.target),
                known=frozenset(file.dest_uri for file in files),
                site_url=masthead_of(config).url,
                watch=self.watch,
            )
        return env

    def on_template_context(
        self, context: TemplateContext, *, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        """Let the site map name every page."""
        if template_name == SITE_MAP and self._bindery is not None:
            context["pages"] = [*context["pages"], *mapped(self._bindery.slips, config)]  # type: ignore[list-item]
        return context

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Look at a page's content before the theme frames it; in live preview, say what keeps it from publication."""
        made = isinstance(page, ReadyPage)
        if not (made and self._framing):
            self._faults += faults_of_content(page.file.dest_uri, html, made=made)
        return with_banner(html, self._banner)

    @event_priority(FIRST)
    def _before_search(self, /, context: TemplateContext, *, page: Page, **_: object) -> TemplateContext:
        """Let the search plugin see a page's title and key points, not every word of every table."""
        if isinstance(page, ReadyPage):
            page.searching = True
        return context

    @event_priority(LAST)
    def _after_search(self, /, context: TemplateContext, *, page: Page, **_: object) -> TemplateContext:
        if isinstance(page, ReadyPage):
            page.searching = False
            framed = unpacked(page.framed[0].get(page.framed[1])) if page.framed is not None else None
            if framed is not None:
                page.finished = True
                context["finished"] = framed.decode("utf-8")  # type: ignore[typeddict-unknown-key]
        return context

    on_page_context = CombinedEvent(_before_search, _after_search)

    @event_priority(LAST)
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Complete the head of a finished page."""
        if isinstance(page, ReadyPage) and page.finished:
            page.finished = False
            return output
        if isinstance(page, ReadyPage) and page.rendered.head:
            output = output.replace("</head>", f"{page.rendered.head}\n</head>", 1)
        return self._finished(output)

    @event_priority(LAST)
    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        """Complete a page that the theme makes by itself, such as 404.html."""
        return self._finished(output_content) if template_name.endswith(".html") else output_content

    @event_priority(FIRST)
    def _before_index(self, /, *, config: MkDocsConfig) -> None:
        """Let the search plugin know of every page before it writes its index, if that is what pages will load."""
        if self._bindery is not None and not asks_for_parts(Path(config.site_dir)):
            search(self._bindery.slips, config)

    @event_priority(LAST)
    def _after_all(self, /, *, config: MkDocsConfig) -> None:
        """Check the finished site and put it in the place of the old one."""
        if self._staging is not None or not self.own_words:
            divide_search(Path(config.site_dir), self._bindery.slips if self._bindery is not None else ())
            divide_sitemap(Path(config.site_dir), masthead_of(config).url)
        if self._staging is None:
            return
        with self._worded():
            self._publish(self._staging, config)
        self._end()

    on_post_build = CombinedEvent(_before_index, _after_all)

    def on_build_error(self, *, error: Exception) -> None:
        """Leave the old site as it is, and nothing half-made behind."""
        self._end()

    def on_shutdown(self) -> None:
        """Let go of whatever is still held; MkDocs gives the same instance to the next build of a process."""
        self._end()
        self.own_words, self.linked = False, ()

    def _begin(self, project: Path, config: MkDocsConfig) -> None:
        if self.edition is None:
            target, retractions = Path(config.site_dir), pinned_notices(config)
            self.edition = assemble(
                project,
                masthead_of(config),
                settings=settings_of(config),
                retractions=retractions,
                cache=self._kept(config),
                previous=target,
            )
            refuse_great_change(self.edition, target)
        refuse_links(Path(config.docs_dir), Path(config.theme.custom_dir) if config.theme.custom_dir else None)
        self._staging = Staging.open(Path(config.site_dir))
        config.site_dir = str(self._staging.site)
        self._warnings.messages.clear()
        logging.getLogger("mkdocs").addHandler(self._warnings)

    def _preview(self, project: Path, config: MkDocsConfig) -> None:
        if self.own_words:
            return
        try:
            settings = settings_of(config)
            retractions = pinned_notices(config)
            self.edition = assemble(
                project, masthead_of(config), settings=settings, retractions=retractions, drafts=True
            )
            self._banner = ()
        except EvidenceError as error:
            self._banner = tuple(str(error).splitlines())
            self.edition = self.edition or error_edition()
            for line in self._banner:
                log.error(line)

    def _publish(self, staging: Staging, config: MkDocsConfig) -> None:
        assert self.edition is not None
        if self._warnings.messages:
            raise SiteError("\n".join(["MkDocs warned, so nothing is published:", *self._warnings.messages]))
        url = masthead_of(config).url
        cache = self._kept(config)
        check_site(
            staging.site,
            expected=self.edition.paths,
            site_url=url,
            known=self._faults,
            seen=self._bindery.sights if self._bindery is not None else (),
            cache=cache,
            watch=self.watch,
        )
        staging.publish()
        cache.sweep()
        # Who goes on with the site (mkdocs gh-deploy) finds it where it was asked for.
        config.site_dir = str(staging.target)

    def _kept(self, config: MkDocsConfig) -> Cache:
        """The cache of the project, one for the whole build: it knows what was used."""
        if self.cache is None:
            self.cache = Cache(project_of(config))
        return self.cache

    def _end(self) -> None:
        self._bindery = None
        logging.getLogger("mkdocs").removeHandler(self._warnings)
        if self._staging is not None:
            self._staging.close()
            self._staging = None
        if self._set_epoch:
            os.environ.pop(EPOCH, None)
            self._set_epoch = False

    def _date(self, edition: Edition) -> None:
        """Date the site by its records, unless the caller has said otherwise; MkDocs reads the date from here."""
        if EPOCH not in os.environ or self._set_epoch:
            os.environ[EPOCH] = str(edition.epoch)
            self._set_epoch = True

    def _finished(self, output: str) -> str:
        """A page with its policy; live preview has none, since it adds a script of its own to what it serves."""
        return output if self._previewing else with_policy(output)

    @contextmanager
    def _worded(self) -> Iterator[None]:
        """Word our errors for MkDocs, which shows a PluginError without a traceback."""
        try:
            yield
        except EvidenceError as error:
            if self.own_words:
                raise
            count = f"{len(error.problems)} problems in the records\n" if isinstance(error, RecordError) else ""
            raise PluginError(f"evibrief: {count}{error}") from error


def _is_included(file: File) -> bool:
    return file.inclusion not in (InclusionLevel.EXCLUDED, InclusionLevel.DRAFT)


def _use_packaged_theme(config: MkDocsConfig) -> None:
    """Put our overrides of the theme behind those of the project, and before the theme itself."""
    folder = str(theme())
    if folder not in config.theme.dirs:
        config.theme.dirs.insert(1 if config.theme.custom_dir else 0, folder)


def project_of(config: MkDocsConfig) -> Path:
    """The folder that holds mkdocs.yml, studies/ and summaries/."""
    return Path(config.config_file_path).resolve().parent


def masthead_of(config: MkDocsConfig) -> Masthead:
    """The name and address of the publication, as mkdocs.yml has them."""
    url = config.site_url or ""
    return Masthead(name=config.site_name, url=url if not url or url.endswith("/") else f"{url}/")


def titles_of(nav: object) -> Iterator[tuple[str, str]]:
    """The title and path of each page that the ``nav`` of mkdocs.yml names, at any depth."""
    if isinstance(nav, list):
        for item in nav:
            yield from titles_of(item)
    elif isinstance(nav, dict):
        for title, value in nav.items():
            if isinstance(value, str):
                yield str(title), value
            else:
                yield from titles_of(value)

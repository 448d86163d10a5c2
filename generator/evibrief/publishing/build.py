"""The site, built or previewed by command: MkDocs is driven from here, so that it and `evibrief` cannot differ."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evibrief.errors import SiteError, UsageError
from evibrief.publishing.assemble import assemble
from evibrief.publishing.cache import Cache
from evibrief.publishing.edition import Edition, path_of
from evibrief.publishing.great_change import refuse_great_change
from evibrief.publishing.options import CONFIG, PLUGIN, settings_of
from evibrief.publishing.pinned_notices import pinned_notices
from evibrief.publishing.plugin import EvibriefPlugin, masthead_of
from evibrief.publishing.staging import MARK
from evibrief.publishing.watch import Watch

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What was published, and where."""

    target: Path
    pages: int
    files: int
    withdrawn: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def build_site(
    project: Path,
    output: Path | None = None,
    watch: Watch | None = None,
    *,
    withdraw: bool = False,
    accept_changes: bool = False,
    previous: Path | None = None,
) -> Built:
    """Read and check the records, build the whole site aside, check it, and put it in place of the old one.

    With ``withdraw``, summaries whose records are invalid are replaced by notices and the rest is published; with
    ``accept_changes``, it may change the verdict of more than a fifth of the published summaries.
    ``output`` overrides where mkdocs.yml puts it; ``previous`` is a copy of the list of what is published
    (:mod:`evibrief.publishing.published`), where that stands elsewhere. The old site stays untouched on any error.

    Raises:
        RecordError: with every problem of the records; nothing was written then.
        UsageError, SiteError, BuildLocked: as their names say.
    """
    watch = watch or Watch()
    with _spoken(logging.WARNING):
        config = _config(project, output)
        target, cache = Path(config.site_dir), Cache(project)
        previous = previous or target
        edition = assemble(
            project,
            masthead_of(config),
            settings=settings_of(config),
            retractions=pinned_notices(config),
            watch=watch,
            cache=cache,
            withdraw=withdraw,
            previous=previous,
        )
        if not accept_changes:
            refuse_great_change(edition, previous)
        with watch.step("theme and search"):
            _run(config, edition, cache, watch)
    return _built(target, edition)


def serve_site(project: Path, watch: Watch | None = None) -> None:
    """Serve a live preview, drafts among it, until it is interrupted.

    Raises:
        UsageError, SiteError: if there is nothing to serve, or no place to serve it at.
    """
    from evibrief.publishing.preview_server import PreviewServer
    from evibrief.publishing.previewing import Preview

    _config_file(project)
    with _spoken(logging.INFO):
        server = PreviewServer(Preview(project, watch or Watch()))
        logging.getLogger("mkdocs.plugins.evibrief").info(f"The preview stands at {server.address}")
        server.run()


def write_pages(project: Path, output: Path, watch: Watch | None = None) -> Built:
    """Write only what is made from records, unframed: the HTML of each page's body, and every file.

    For another site builder, or for comparing two states. The folder must be new, or one that this wrote.

    Raises:
        RecordError, UsageError, SiteError: as their names say.
    """
    with _spoken(logging.WARNING):
        config = _config(project, None)
        retractions = pinned_notices(config)
        edition = assemble(
            project, masthead_of(config), settings=settings_of(config), retractions=retractions, watch=watch
        )
    if output.exists() and (not output.is_dir() or (any(output.iterdir()) and not (output / MARK).is_file())):
        raise UsageError(f"{output}: holds files that Evibrief did not write; name another folder")
    try:
        shutil.rmtree(output, ignore_errors=True)
        for leaf in edition.leaves:
            _write(output / path_of(leaf.sheet.page.uri), leaf.sheet.body.encode("utf-8"))
            for file in leaf.files:
                _write(output / file.uri, file.content)
        for file in edition.files:
            _write(output / file.uri, file.content)
    except OSError as error:
        raise SiteError(f"{output}: cannot be written ({error.strerror})") from None
    return _built(output, edition)


def _built(target: Path, edition: Edition) -> Built:
    beside = sum(1 for _ in edition.paths_beside)
    return Built(
        target=target,
        pages=len(edition.pages) + len(edition.slips),
        files=len(edition.files) + beside,
        withdrawn=edition.withdrawn,
        left_out=edition.left_out,
    )


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _config_file(project: Path) -> Path:
    path = project / CONFIG
    if not path.is_file():
        raise UsageError(f"{path}: is missing; name the folder that holds it with --project")
    return path


def _config(project: Path, output: Path | None) -> MkDocsConfig:
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    path = _config_file(project)
    try:
        if output is None:
            return load_config(str(path))
        return load_config(str(path), site_dir=str(output.resolve()))
    except MkDocsException as error:
        raise UsageError(f"{path.name}: {error}") from None


def _run(config: MkDocsConfig, edition: Edition, cache: Cache, watch: Watch) -> None:
    from mkdocs.commands.build import build
    from mkdocs.exceptions import Abort, MkDocsException

    plugin = config.plugins.get(PLUGIN)
    if not isinstance(plugin, EvibriefPlugin):
        raise UsageError(f"{CONFIG}: the plugin '{PLUGIN}' is not among the plugins")
    plugin.edition, plugin.own_words = edition, True
    plugin.cache, plugin.watch = cache, watch
    try:
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
    except (Abort, MkDocsException) as error:
        raise SiteError(f"MkDocs could not build the site: {error}") from error
    except OSError as error:
        raise SiteError(f"the site could not be written ({error.strerror or error}); the old site stays") from error
    finally:
        config.plugins.on_shutdown()


@contextmanager
def _spoken(level: int) -> Iterator[None]:
    """Let what MkDocs logs from this level on appear in the terminal, one line each."""
    logger, handler = logging.getLogger("mkdocs"), logging.StreamHandler()
    handler.setLevel(level)
    handler.setFormatter(logging.Formatter("%(message)s"))
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(level)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)

"""From a project's records to an edition: the whole way, in the order in which the data flow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from evibrief import __version__
from evibrief.appraisal.settings import DEFAULT, Settings
from evibrief.errors import Problem, RecordError, UsageError
from evibrief.exchange.explanation import explain
from evibrief.pages.lists import Note
from evibrief.pages.outputs import RenderedPage
from evibrief.pages.rendering import Renderer
from evibrief.pages.site_pages import list_pages
from evibrief.pages.study_list import StudyRow
from evibrief.pages.telling import tell
from evibrief.publishing.cache import Cache
from evibrief.publishing.edition import Edition, Masthead
from evibrief.publishing.files import Publication, site_files
from evibrief.publishing.notices import newest_of, notice_file, notice_page, standing_of, today
from evibrief.publishing.options import settings_of_project
from evibrief.publishing.pack import Pack
from evibrief.publishing.packaged import templates_of
from evibrief.publishing.pinned_notices import PinnedNotices, refuse_unrecorded
from evibrief.publishing.press import Materials, press, with_head
from evibrief.publishing.published import Verdict, published_file
from evibrief.publishing.reading import desk_of
from evibrief.publishing.sheets import lines_of, pack_file, pack_page, rows_of
from evibrief.publishing.watch import Watch
from evibrief.records.library import Library, read_library
from evibrief.records.summary import Status


def assemble(
    project: Path,
    masthead: Masthead,
    *,
    settings: Settings = DEFAULT,
    retractions: PinnedNotices | None = None,
    drafts: bool = False,
    watch: Watch | None = None,
    cache: Cache | None = None,
    withdraw: bool = False,
    previous: Path | None = None,
) -> Edition:
    """Read a project and make all its pages and files. Drafts are left out unless asked for.

    With ``withdraw``, summaries whose records are invalid give way to notices; ``previous`` is the site that this one
    replaces, or a copy of its list: its summaries get notices where they are no longer published
    (:mod:`evibrief.publishing.notices`).

    A report that ``retractions`` call retracted must be recorded so.

    Raises:
        RecordError: with every problem of the records.
        SiteError: if the templates cannot be used.
    """
    watch = watch or Watch()
    kept = Pack(project)
    desk = desk_of(project, kept, watch)
    templates, cache = templates_of(project), cache or Cache(project)
    renderer = Renderer(templates)
    also: tuple[Problem, ...] = ()
    while True:
        with watch.step("records"):
            standing = standing_of(project, withdraw=withdraw, previous=previous, also=also, desk=desk)
            kept.flush()
        library = standing.library
        materials = materials_of(
            library, renderer=renderer, settings=settings, masthead=masthead, retractions=retractions, drafts=drafts
        )
        try:
            refuse_unrecorded(library.studies.values(), retractions)
            shelf = press(materials, templates, cache, watch)
            break
        except RecordError as error:
            if not withdraw:
                raise
            # Each of these takes a summary or a study away, so that this ends.
            also += error.problems
    told = [(slip.note, slip.findings) for slip in shelf.slips if slip.note is not None]
    notes = tuple(note for note, _ in told)
    with watch.step("lists and feeds"):
        publication = Publication(
            masthead=masthead,
            notes=notes,
            studies=len(materials.studies),
            lines=lines_of(shelf.slips),
            updated=newest_of(library),
        )
        lists = [make() for make in lists_of(notes, tuple(rows_of(shelf.slips)), materials).values()]
        notices = [notice_page(notice, renderer) for notice in standing.notices]
        sheets = [pack_page(with_head(page, masthead)) for page in (*lists, *notices)]
        verdicts = tuple(Verdict(slug=note.slug, title=note.title, findings=findings) for note, findings in told)
        stands = published_file(verdicts, standing.notices)
        files = [pack_file(file) for file in (*site_files(publication), stands, *map(notice_file, standing.notices))]
    return Edition(
        pages=tuple(sorted(sheets, key=lambda sheet: sheet.page.uri)),
        files=tuple(files),
        shelf=shelf,
        dated=publication.updated,
        withdrawn=standing.invalid,
        left_out=standing.left_out,
        verdicts=verdicts,
    )


def materials_of(
    library: Library,
    *,
    renderer: Renderer,
    settings: Settings,
    masthead: Masthead,
    retractions: PinnedNotices | None,
    drafts: bool,
) -> Materials:
    """Return what the pages of a library are made from; without ``drafts``, of those summaries that are none."""
    facts = library.summary_facts()
    shown = library.only(summaries=[slug for slug in facts if drafts or facts[slug].status is not Status.DRAFT])
    return Materials(
        library=shown,
        entries=shown.summaries,
        studies=shown.study_models(),
        renderer=renderer,
        settings=settings,
        masthead=masthead,
        compared=retractions.compared(today(library)) if retractions else None,
    )


def lists_of(
    notes: Sequence[Note], studies: Sequence[StudyRow], materials: Materials
) -> dict[str, Callable[[], RenderedPage]]:
    """Return how to make each page that lists what is published, by its address."""
    return list_pages(
        notes,
        studies,
        materials.renderer,
        settings=materials.settings,
        compared=materials.compared,
        site_name=materials.masthead.name,
        version=__version__,
    )


def explained(project: Path, slug: str, outcome: str | None = None) -> str:
    """Explain the findings of one summary, or of one outcome of it.

    Raises:
        RecordError, SiteError: as :func:`assemble`.
        UsageError: if there is no such summary or outcome.
    """
    with Pack(project) as kept:
        return _explained(read_library(project, desk_of(project, kept)), project, slug, outcome)


def _explained(library: Library, project: Path, slug: str, outcome: str | None) -> str:
    if slug not in library.summaries:
        raise UsageError(f"there is no summary '{slug}'; there are {', '.join(library.summaries) or 'none'}")
    renderer = Renderer(templates_of(project))
    told = tell(library.summaries[slug].summary, library.study_models(), renderer, settings_of_project(project))
    return explain(told.brief, told.article, renderer, outcome)

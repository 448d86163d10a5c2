"""Commands for editors at work: start, import and format records, and see what a change does."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from evibrief.cli.program import PROJECT, main
from evibrief.errors import ExitCode

if TYPE_CHECKING:
    from evibrief.exchange.importing import Foreign


@main.group()
def new() -> None:
    """Start a record from a commented skeleton.

    \b
    evibrief new study cook-2012 --design cluster --data continuous
    evibrief new summary peer-support-groups --evidence pooled
    """


@new.command("study")
@click.argument("name")
@click.option("--design", default="parallel", show_default=True, help="How people came into the groups.")
@click.option("--data", default="dichotomous", show_default=True, help="The kind of data that the study reports.")
@PROJECT
def new_study(name: str, design: str, data: str, project: Path) -> None:
    """Start a study; NAME becomes its id, such as cook-2012.

    What must be filled in is marked, and `evibrief check` names each gap. Nothing is overwritten.
    """
    from evibrief.exchange.skeletons import study_skeleton, write_skeleton

    click.echo(write_skeleton(project, "studies", name, study_skeleton(name, design, data)).as_posix())


@new.command("summary")
@click.argument("name")
@click.option("--evidence", default="pooled", show_default=True, help="pooled, reported or narrative.")
@click.option("--measure", help="Effect measure of the first outcome, such as RR.")
@click.option("--study", "studies", multiple=True, help="Id of a study that belongs to it; may be repeated.")
@PROJECT
def new_summary(name: str, evidence: str, measure: str | None, studies: tuple[str, ...], project: Path) -> None:
    """Start a summary; NAME becomes its address, such as peer-support-groups.

    What must be filled in is marked, and `evibrief check` names each gap. Nothing is overwritten.
    """
    from datetime import date

    from evibrief.exchange.skeletons import summary_skeleton, write_skeleton

    text = summary_skeleton(name, evidence, measure, studies=studies, today=date.today())
    click.echo(write_skeleton(project, "summaries", name, text).as_posix())


@main.command("import")
@click.argument("file", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--kind", help="The format, where the file's name does not tell: revman5, csv, ris, pubmed ...")
@click.option(
    "--map",
    "column_map",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="For a CSV file: which column means what (TOML).",
)
@click.option("--doi", "dois", multiple=True, help="Look a paper up at Crossref by its DOI; may be repeated.")
@click.option("--pmid", "pmids", multiple=True, help="Look a paper up in PubMed by its number; may be repeated.")
@click.option("--mail", help="Your address, which both services like to be told.")
@click.option("--suffix", help="Added to every id, where ids are taken already.")
@PROJECT
def import_(
    file: Path | None,
    kind: str | None,
    column_map: Path | None,
    dois: tuple[str, ...],
    pmids: tuple[str, ...],
    mail: str | None,
    suffix: str | None,
    project: Path,
) -> None:
    """Write records from another program's file.

    Reads RevMan 5 (.rm5), RevMan Web's CSV files (their folder), CSV with a map of its columns, RIS, BibTeX, PubMed
    XML, ClinicalTrials.gov JSON, and the text of an issue that proposes a study. Nothing is overwritten; what could
    not be mapped is told. Only --doi and --pmid use the network.

    \b
    evibrief import review.rm5
    evibrief import trials.csv --map columns.toml
    evibrief import references.ris --suffix cochrane
    evibrief import --doi 10.1186/s12888-021-03321-z
    evibrief import issue.md           the text of an issue "Propose a study"
    """
    from evibrief.exchange import importing

    if (file is None) == (not dois and not pmids):
        raise click.UsageError("name a file to import, or papers by --doi or --pmid")
    with _progress("Importing") as progress:
        if file is None:
            from evibrief.exchange.importing.lookup import look_up

            made = look_up(dois, pmids, mail=mail, progress=progress)
        else:
            made = importing.read_foreign(file, _foreign(kind), column_map=column_map, progress=progress)
    if suffix:
        made = importing.with_suffix(made, suffix)
    with _progress("Writing") as progress:
        importing.write_imported(made, project, progress)
    click.echo(importing.account(made))


def _foreign(kind: str | None) -> Foreign | None:
    from evibrief.exchange.importing import Foreign

    try:
        return Foreign(kind) if kind else None
    except ValueError:
        known = ", ".join(Foreign)
        raise click.BadParameter(f"'{kind}' is not one of {known}", param_hint="--kind") from None


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Give what draws a bar on the terminal, once there is enough to wait for; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label=label, show_eta=False, show_pos=True, file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield show


@main.command()
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if a record would change.")
@PROJECT
def fmt(only_check: bool, project: Path) -> int:
    """Bring the records into canonical order and spacing.

    Comments and the digits of figures stay as they are.

    \b
    evibrief fmt
    evibrief fmt --check               for a pull request
    """
    from evibrief.exchange.formatting import format_project

    changed = format_project(project, write=not only_check)
    for path in changed:
        click.echo(path)
    return ExitCode.PROBLEMS if changed and only_check else ExitCode.OK


@main.command()
@click.argument("base")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="For a terminal, for a comment on a pull request, or for other programs.",
)
@click.option("--profile", is_flag=True, help="Print where the time went.")
@PROJECT
def diff(base: str, form: Literal["text", "markdown", "json"], profile: bool, project: Path) -> None:
    """Tell what changed since BASE, in the words that readers read.

    BASE is a revision of git, such as main or HEAD~1. For each summary that is affected: key points, level,
    certainty and figures before and after.

    \b
    evibrief diff main
    evibrief diff main --format markdown
    """
    from evibrief.changes import changes_since
    from evibrief.cli.following import follower
    from evibrief.publishing.packaged import templates_of

    watch = follower()
    click.echo(changes_since(project, base, templates_of(project), form, watch))
    if profile:
        click.echo(watch.report(), err=True)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--evibrief",
    "wanted",
    metavar="REQUIREMENT",
    help="What its two commands install: a wheel, a folder, or a requirement for pip; else what runs here.",
)
def init(folder: Path, wanted: str | None) -> None:
    """Start a new publication in FOLDER.

    It comes with one made-up example, mkdocs.yml, a Makefile with the same two commands, and workflows.

    \b
    evibrief init my-evidence
    evibrief init my-evidence --evibrief evibrief-1.0-py3-none-any.whl
    """
    from evibrief.exchange.new_publication import start_publication
    from evibrief.exchange.pinning import installed_pin, pin_of_text
    from evibrief.publishing.packaged import lock

    pin = installed_pin() if wanted is None else pin_of_text(wanted)
    for path in start_publication(folder, pin, lock()):
        click.echo(path)
    click.echo(f"requirements.txt: {pin.note}", err=True)

"""Commands for editors at work: start, import and format records, and see what a change does."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from evibrief.cli.program import PROJECT, main
from evibrief.errors import ExitCode


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
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--kind", help="The format, where the file's name does not tell: revman5, csv, ris, pubmed ...")
@click.option(
    "--map",
    "column_map",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="For a CSV file: which column means what (TOML).",
)
@click.option("--suffix", help="Added to every id, where ids are taken already.")
@PROJECT
def import_(file: Path, kind: str | None, column_map: Path | None, suffix: str | None, project: Path) -> None:
    """Write records from another program's file.

    Reads RevMan 5 (.rm5), RevMan Web's CSV files (their folder), CSV with a map of its columns, RIS, BibTeX, PubMed
    XML and ClinicalTrials.gov JSON. Nothing is overwritten; what could not be mapped is told.

    \b
    evibrief import review.rm5
    evibrief import trials.csv --map columns.toml
    evibrief import references.ris --suffix cochrane
    """
    from evibrief.exchange import importing

    try:
        form = importing.Foreign(kind) if kind else None
    except ValueError:
        known = ", ".join(importing.Foreign)
        raise click.BadParameter(f"'{kind}' is not one of {known}", param_hint="--kind") from None
    made = importing.read_foreign(file, form, column_map=column_map)
    if suffix:
        made = importing.with_suffix(made, suffix)
    importing.write_imported(made, project)
    click.echo(importing.account(made))


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
@PROJECT
def diff(base: str, form: Literal["text", "markdown", "json"], project: Path) -> None:
    """Tell what changed since BASE, in the words that readers read.

    BASE is a revision of git, such as main or HEAD~1. For each summary that is affected: key points, level,
    certainty and figures before and after.

    \b
    evibrief diff main
    evibrief diff main --format markdown
    """
    from evibrief.changes import changes_since
    from evibrief.publishing.packaged import templates_of

    click.echo(changes_since(project, base, templates_of(project), form))


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

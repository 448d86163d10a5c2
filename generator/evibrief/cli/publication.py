"""Commands for the publication as a whole: check it, publish it, preview it."""

from __future__ import annotations

import os
from pathlib import Path

import click

from evibrief.cli.program import PROJECT, main
from evibrief.errors import ExitCode, Severity, one_line


@main.command()
@PROJECT
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="Lines for people, an object for programs, or annotations for a pull request.",
)
@click.option("--explain", metavar="CODE", help="Tell what the message with this code means, and look at nothing.")
@click.option("--profile", is_flag=True, help="Print where the time went.")
def check(project: Path, form: str, explain: str | None, profile: bool) -> int:
    """Tell every problem of the records.

    Each is one line, with its file, line, field, and what would be right.

    Exit code 0 if there is no error, 1 if there is one.

    \b
    evibrief check
    evibrief check --format github     annotations for a pull request, and all of it in the step's summary
    evibrief check --format json       for other programs
    evibrief check --explain wrong-type
    """
    from datetime import date

    from evibrief.cli.following import follower
    from evibrief.exchange.problem_lists import as_github, as_json, as_step_summary, as_text
    from evibrief.publishing.days import stated_day
    from evibrief.publishing.rechecking import recheck_project

    if explain:
        from evibrief.exchange.message_catalogue import explained

        click.echo(explained(explain))
        return ExitCode.OK
    watch = follower()
    problems = recheck_project(project, day=stated_day() or date.today(), watch=watch)
    if form == "github" and (summary := os.environ.get("GITHUB_STEP_SUMMARY")):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(as_step_summary(problems))
    click.echo({"text": as_text, "json": as_json, "github": as_github}[form](problems))
    if profile:
        click.echo(watch.report(), err=True)
    return ExitCode.PROBLEMS if any(problem.severity is Severity.ERROR for problem in problems) else ExitCode.OK


@main.command()
@PROJECT
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the site goes; else where mkdocs.yml says (public/).",
)
@click.option("--render-only", is_flag=True, help="Write only the pages' own HTML and the data files, without a theme.")
@click.option("--profile", is_flag=True, help="Print where the time went.")
@click.option("--withdraw", is_flag=True, help="Replace summaries with invalid records by a notice; publish the rest.")
@click.option(
    "--previous",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A copy of published.json from the published site, where the output folder does not hold that.",
)
@click.option("--accept-changes", is_flag=True, help="Publish though more than a fifth of the verdicts change.")
def build(
    project: Path,
    output: Path | None,
    render_only: bool,
    profile: bool,
    withdraw: bool,
    previous: Path | None,
    accept_changes: bool,
) -> int:
    """Publish the site.

    The old one stays until the new one is complete and checked. What the new one is compared with, to leave notices
    for removed summaries and to stop where many verdicts change, is the site that it replaces.

    Exit code 0 if it was published, 1 if the records or the site have problems, 3 if summaries were withdrawn or
    other invalid records left out, 75 if another build is running.

    \b
    evibrief build
    evibrief build --output /srv/www/evidence
    evibrief build --render-only --output pages
    evibrief build --profile
    evibrief build --withdraw --previous published.json
    """
    from evibrief.cli.following import follower
    from evibrief.publishing.build import build_site, write_pages

    if render_only and output is None:
        raise click.UsageError("--render-only needs --output")
    watch = follower()
    if render_only and output:
        built = write_pages(project, output, watch)
    else:
        built = build_site(project, output, watch, withdraw=withdraw, accept_changes=accept_changes, previous=previous)
    click.echo(f"{built.pages} pages and {built.files} files are in {built.target}")
    if profile:
        click.echo(watch.report())
    for slug in built.withdrawn:
        click.echo(f"withdrawn until its records are mended (evibrief check tells): {slug}", err=True)
    for path in built.left_out:
        click.echo(one_line(f"left out until it is mended (evibrief check tells): {path}"), err=True)
    return ExitCode.WITHDRAWN if built.withdrawn or built.left_out else ExitCode.OK


@main.command()
@PROJECT
def serve(project: Path) -> None:
    """Preview the site while you edit.

    It stands at http://127.0.0.1:8000/, drafts among it, and follows every saved change.

    \b
    evibrief serve
    """
    from evibrief.cli.following import follower
    from evibrief.publishing.build import serve_site

    serve_site(project, follower())

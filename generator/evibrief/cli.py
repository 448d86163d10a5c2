"""The command line for editors. Each command is thin: it reads its arguments, calls one function, prints.

Nothing heavy is imported before a command needs it, so that the first line of help does not wait for statistics.
"""

from __future__ import annotations

import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from evibrief import __version__
from evibrief.errors import EvidenceError, ExitCode, Severity

if TYPE_CHECKING:
    from evibrief.statistics.measures import Measure

# About a second's work.
WORTH_A_BAR = 20
T = TypeVar("T")

PROJECT = click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    show_default="the current folder",
    help="The folder that holds studies/, summaries/ and mkdocs.yml.",
)


class _Program(click.Group):
    """The commands, and how each way of failing leaves the program; nobody but us ever sees a traceback."""

    def main(  # type: ignore[override]  # click overloads it for the two modes
        self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **extra: Any
    ) -> Any:
        """Run a command and leave with its exit code."""
        if not standalone_mode:
            return super().main(args, standalone_mode=False, **extra)
        sys.exit(int(self._run(args, **extra) or ExitCode.OK))

    def _run(self, args: Sequence[str] | None, **extra: Any) -> int | None:
        try:
            code: int | None = super().main(args, standalone_mode=False, **extra)
            return code
        except click.exceptions.Exit as leaving:
            return leaving.exit_code
        except click.ClickException as error:
            error.show()
            return error.exit_code
        except (click.Abort, KeyboardInterrupt):
            return 130  # the shell's own code for an interrupted command
        except EvidenceError as error:
            click.echo(str(error), err=True)
            return error.exit_code
        except BrokenPipeError:
            sys.stderr.close()  # whoever read our output has gone; there is nobody to tell
            return ExitCode.OK
        except Exception as error:
            return _our_bug(error)


def _our_bug(error: Exception) -> ExitCode:
    """Keep the traceback in a file and tell in one line where it is."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="evibrief-fault-", suffix=".txt", delete=False
    ) as file:
        file.write(f"Evibrief {__version__}, Python {sys.version}\n{' '.join(sys.argv)}\n\n")
        traceback.print_exception(error, file=file)
    click.echo(f"evibrief: a fault of ours ({type(error).__name__}); please report it with {file.name}", err=True)
    return ExitCode.OUR_BUG


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="evibrief")
def main() -> None:
    """Turn study records into plain-language evidence summaries, and publish them.

    \b
    evibrief check                     what is wrong with the records, line by line
    evibrief serve                     see the site while you edit
    evibrief build                     publish the site into public/
    """


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
def check(project: Path, form: str) -> int:
    """Tell every problem of the records.

    Each is one line, with its file, line, field, and what would be right.

    Exit code 0 if there is no error, 1 if there is one.

    \b
    evibrief check
    evibrief check --format github     annotations for a pull request
    evibrief check --format json       for other programs
    """
    from evibrief.exchange.problem_lists import as_github, as_json, as_text
    from evibrief.publishing.checking import check_project

    problems = check_project(project)
    click.echo({"text": as_text, "json": as_json, "github": as_github}[form](problems))
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
@click.option("--accept-changes", is_flag=True, help="Publish though more than a fifth of the verdicts change.")
def build(
    project: Path, output: Path | None, render_only: bool, profile: bool, withdraw: bool, accept_changes: bool
) -> int:
    """Publish the site.

    The old one stays until the new one is complete and checked.

    Exit code 0 if it was published, 1 if the records or the site have problems, 3 if summaries were withdrawn,
    75 if another build is running.

    \b
    evibrief build
    evibrief build --output /srv/www/evidence
    evibrief build --render-only --output pages
    evibrief build --profile
    """
    from evibrief.publishing.build import build_site, write_pages
    from evibrief.publishing.watch import Watch

    if render_only and output is None:
        raise click.UsageError("--render-only needs --output")
    watch = Watch(show=_bar) if sys.stderr.isatty() else Watch()
    if render_only and output:
        built = write_pages(project, output, watch)
    else:
        built = build_site(project, output, watch, withdraw=withdraw, accept_changes=accept_changes)
    click.echo(f"{built.pages} pages and {built.files} files are in {built.target}")
    if profile:
        click.echo(watch.report())
    for slug in built.withdrawn:
        click.echo(f"withdrawn until its records are mended (evibrief check tells): {slug}", err=True)
    return ExitCode.WITHDRAWN if built.withdrawn else ExitCode.OK


def _bar(label: str, items: Iterable[T], total: int) -> Iterator[T]:
    """Draw a bar on the terminal while items pass, where there are enough of them to wait for."""
    if total < WORTH_A_BAR:
        yield from items
        return
    with click.progressbar(items, length=total, label=label, file=sys.stderr) as bar:
        yield from bar


@main.command()
@PROJECT
def serve(project: Path) -> None:
    """Preview the site while you edit.

    It stands at http://127.0.0.1:8000/, drafts among it, and follows every saved change.

    \b
    evibrief serve
    """
    from evibrief.publishing.build import serve_site

    serve_site(project)


@main.command()
@click.argument("slug")
@click.argument("outcome", required=False)
@PROJECT
def explain(slug: str, outcome: str | None, project: Path) -> None:
    """Tell how a finding comes about.

    The figures, each step of the certainty, and what each sentence rests on.

    \b
    evibrief explain intensive-statins
    evibrief explain intensive-statins major-events
    """
    from evibrief.publishing.assemble import explained

    click.echo(explained(project, slug, outcome))


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--measure", required=True, metavar="M", help="RR, OR, RD, MD, SMD, ... (see below).")
@click.option(
    "--tau2",
    "method",
    type=click.Choice(["CE", "DL", "HE", "HS", "SJ", "ML", "REML", "EB", "PM", "MH", "PETO"], case_sensitive=False),
    default="REML",
    show_default=True,
    help="Estimator of the variance between studies; CE for one common effect; MH and PETO pool from the tables.",
)
@click.option(
    "--ci",
    type=click.Choice(["wald", "t", "hksj", "hksj-modified", "hksj-guarded"]),
    default="hksj-guarded",
    show_default=True,
    help="How the confidence interval is made.",
)
@click.option(
    "--prediction",
    type=click.Choice(["km1", "km2", "normal"]),
    default="km1",
    show_default=True,
    help="Prediction interval: t with k-1 or k-2 degrees of freedom, or normal.",
)
@click.option(
    "--level",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.95,
    show_default=True,
    help="Level of every interval, as a share.",
)
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object, with every digit.")
def pool(file: Path, measure: str, method: str, ci: str, prediction: str, level: float, as_object: bool) -> None:
    """Pool a table of studies.

    FILE is a CSV table with one study per line; group 1 is the intervention.

    \b
    Columns by measure (and a column study with their names, if you like):
      RR OR RD PETO AS     events_1, n_1, events_2, n_2
      MD SMD SMDH ROM      mean_1, sd_1, n_1, mean_2, sd_2, n_2
      MC SMCC SMCR         mean_1, sd_1, mean_2, sd_2, n, r
      IRR IRD IRSD         events_1, time_1, events_2, time_2
      HR                   o_minus_e, v
      COR ZCOR             r, n
      PR PLO PLN PFT PAS   events, n
      GEN (or any)         yi, vi    or    yi, sei

    \b
    evibrief pool trials.csv --measure RR
    evibrief pool trials.csv --measure OR --tau2 MH --json
    """
    from evibrief.exchange import pooling_desk
    from evibrief.exchange.effect_table import read_effect_table
    from evibrief.statistics.results import CiMethod, PredictionMethod

    chosen = _measure(measure)
    result = pooling_desk.pool_table(
        read_effect_table(file, chosen),
        chosen,
        method=pooling_desk.method_named(method.upper()),
        ci_method=CiMethod(ci),
        prediction_method=PredictionMethod(prediction),
        level=level,
    )
    click.echo(pooling_desk.as_json(result) if as_object else pooling_desk.as_text(result))


def _measure(name: str) -> Measure:
    from evibrief.statistics.measures import Measure

    try:
        return Measure(name.upper())
    except ValueError:
        known = ", ".join(measure.value for measure in Measure)
        raise click.BadParameter(f"'{name}' is not one of {known}", param_hint="--measure") from None


@main.command()
@click.argument("kind", type=click.Choice(["study", "summary"]))
def schema(kind: str) -> None:
    """Print the JSON Schema of a record.

    With it, an editor completes and checks a record while you type.

    \b
    evibrief schema study > study.schema.json
    """
    from evibrief.exchange.record_schema import schema_text

    click.echo(schema_text("study" if kind == "study" else "summary"), nl=False)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@PROJECT
def retractions(file: Path, project: Path) -> int:
    """Tell which reports of the studies were retracted or questioned.

    FILE is a snapshot of the Retraction Watch data (CSV). Reports are found by DOI and PubMed number.

    Exit code 1 if a retracted report is not recorded as such, else 0.

    \b
    evibrief retractions retraction_watch.csv
    """
    from evibrief.exchange.problem_lists import as_text
    from evibrief.exchange.retraction_notices import concerned, read_snapshot
    from evibrief.records.library import read_library

    snapshot = read_snapshot(file)
    problems = concerned(read_library(project).studies.values(), snapshot)
    click.echo(as_text(problems))
    click.echo(f"{len(snapshot.notices)} notices, the newest of {snapshot.newest or 'an unknown day'}.")
    return ExitCode.PROBLEMS if any(problem.severity is Severity.ERROR for problem in problems) else ExitCode.OK


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
def init(folder: Path) -> None:
    """Start a new publication in FOLDER.

    It comes with one made-up example, mkdocs.yml, a Makefile with the same two commands, and workflows.

    \b
    evibrief init my-evidence
    """
    from evibrief.exchange.new_publication import start_publication

    for path in start_publication(folder):
        click.echo(path)

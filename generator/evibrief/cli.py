"""The command line for editors. Each command is thin: it reads its arguments, calls one function, prints.

Nothing heavy is imported before a command needs it, so that the first line of help does not wait for statistics.
"""

from __future__ import annotations

import sys
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evibrief import __version__
from evibrief.errors import EvidenceError, ExitCode, Severity

if TYPE_CHECKING:
    from evibrief.statistics.measures import Measure

PROJECT = click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    show_default="the current folder",
    help="The folder that holds studies/, summaries/ and mkdocs.yml.",
)


def main() -> None:
    """Run a command and leave with its exit code; nobody but us ever sees a traceback."""
    try:
        code = commands.main(standalone_mode=False)
    except click.exceptions.Exit as leaving:
        code = leaving.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = 130  # the shell's own code for an interrupted command
    except EvidenceError as error:
        click.echo(str(error), err=True)
        code = error.exit_code
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone; there is nobody to tell
        code = ExitCode.OK
    except Exception as error:
        code = _our_bug(error)
    sys.exit(int(code or ExitCode.OK))


def _our_bug(error: Exception) -> ExitCode:
    """Keep the traceback in a file and tell in one line where it is."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="evibrief-fault-", suffix=".txt", delete=False
    ) as file:
        file.write(f"Evibrief {__version__}, Python {sys.version}\n{' '.join(sys.argv)}\n\n")
        traceback.print_exception(error, file=file)
    click.echo(f"evibrief: a fault of ours ({type(error).__name__}); please report it with {file.name}", err=True)
    return ExitCode.OUR_BUG


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="evibrief")
def commands() -> None:
    """Turn study records into plain-language evidence summaries, and publish them.

    \b
    evibrief check                     what is wrong with the records, line by line
    evibrief serve                     see the site while you edit
    evibrief build                     publish the site into public/
    """


@commands.command()
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


@commands.command()
@PROJECT
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the site goes; else where mkdocs.yml says (public/).",
)
@click.option("--render-only", is_flag=True, help="Write only the pages' own HTML and the data files, without a theme.")
def build(project: Path, output: Path | None, render_only: bool) -> None:
    """Publish the site.

    The old one stays until the new one is complete and checked.

    Exit code 0 if it was published, 1 if the records or the site have problems, 75 if another build is running.

    \b
    evibrief build
    evibrief build --output /srv/www/evidence
    evibrief build --render-only --output pages
    """
    from evibrief.publishing.build import build_site, write_pages

    if render_only and output is None:
        raise click.UsageError("--render-only needs --output")
    built = write_pages(project, output) if render_only and output else build_site(project, output)
    click.echo(f"{built.pages} pages and {built.files} files are in {built.target}")


@commands.command()
@PROJECT
def serve(project: Path) -> None:
    """Preview the site while you edit.

    It stands at http://127.0.0.1:8000/, drafts among it, and follows every saved change.

    \b
    evibrief serve
    """
    from evibrief.publishing.build import serve_site

    serve_site(project)


@commands.command()
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


@commands.command()
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


@commands.command()
@click.argument("kind", type=click.Choice(["study", "summary"]))
def schema(kind: str) -> None:
    """Print the JSON Schema of a record.

    With it, an editor completes and checks a record while you type.

    \b
    evibrief schema study > study.schema.json
    """
    import json

    from evibrief.records.study import Study
    from evibrief.records.summary import Summary

    document = Study.model_json_schema() if kind == "study" else Summary.model_json_schema()
    click.echo(json.dumps(document, indent=1, ensure_ascii=False))


@commands.command()
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

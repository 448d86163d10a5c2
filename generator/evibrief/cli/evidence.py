"""Commands for the evidence: how a finding comes about, a pooling desk, what was retracted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from evibrief.cli.program import PROJECT, main
from evibrief.errors import ExitCode, Severity

if TYPE_CHECKING:
    from evibrief.statistics.measures import Measure


@main.command()
@click.argument("slug")
@click.argument("outcome", required=False)
@PROJECT
def explain(slug: str, outcome: str | None, project: Path) -> None:
    """Tell how a finding comes about.

    The figures, each step of the certainty, and what each sentence rests on.

    \b
    evibrief explain intensive-statins
    evibrief explain intensive-statins stroke
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

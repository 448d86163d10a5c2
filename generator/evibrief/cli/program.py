"""The program itself: the group of commands, and how each way of failing leaves it."""

from __future__ import annotations

import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from evibrief import __version__
from evibrief.errors import EvidenceError, ExitCode, one_line

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
            click.echo("\n".join(map(one_line, str(error).split("\n"))), err=True)
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

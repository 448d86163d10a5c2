"""The command line for editors. Each command is thin: it reads its arguments, calls one function, prints.

Nothing heavy is imported before a command needs it, so that the first line of help does not wait for statistics.
"""

from __future__ import annotations

from evibrief.cli import editing, evidence, publication  # each adds its commands to the program
from evibrief.cli.program import main

__all__ = ["editing", "evidence", "main", "publication"]

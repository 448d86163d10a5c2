"""Write site/docs/commands.md: what each command says of itself. A test holds it equal to the commands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ORDER = ("check", "serve", "build", "new", "import", "fmt", "diff", "explain", "pool", "retractions", "schema", "init")
HEAD = """---
title: Commands
description: Every command of Evibrief, with its options.
---

# Commands

`make site` puts the command `evibrief` into `.venv/bin`. What follows is what each command says of itself.
"""

TAIL = """
## How a command leaves

| code | meaning |
|------|---------|
| 0 | all is well |
| 1 | the records, or the built site, have problems; each is one line |
| 2 | the command was called in a way that cannot work |
| 3 | published, with withdrawn summaries |
| 4 | a fault of ours; the message names a file with the details |
| 75 | another build is writing the same site |
"""


def main() -> None:
    """Ask every command for its help, and write the page."""
    program = Path(sys.executable).with_name("evibrief")
    parts = [HEAD]
    for name in ORDER:
        done = subprocess.run(
            [program, name, "--help"], capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "100"}
        )
        parts.append(f"\n## {name}\n\n```text\n{done.stdout}```\n")
    parts.append(TAIL)
    page = Path(__file__).resolve().parent.parent / "site" / "docs" / "commands.md"
    page.write_text("".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()

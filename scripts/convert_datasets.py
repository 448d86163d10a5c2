"""Write study records from the data sets of the R package metadat.

    python scripts/convert_datasets.py FOLDER [STUDIES]

FOLDER holds one CSV file for each data set, such as dat.bcg.csv: comma-separated, with a header row, an empty field
where R has NA. Records go to STUDIES (default: studies). A record whose first line does not say that it was
converted belongs to an editor and is left as it is.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from evibrief.exchange.datasets import DATA_SETS, FIRST_LINE, study_files


def main(folder: Path, studies: Path) -> int:
    tables = {}
    for item in DATA_SETS:
        path = folder / f"{item.name}.csv"
        if not path.is_file():
            print(f"{path}: no such file", file=sys.stderr)
            return 2
        with path.open(encoding="utf-8", newline="") as lines:
            tables[item.name] = list(csv.DictReader(lines))
    kept = 0
    for file in study_files(tables):
        path = studies / f"{file.id}.yaml"
        if path.exists() and not path.read_text(encoding="utf-8").startswith(f"# {FIRST_LINE}\n"):
            kept += 1
            print(f"{path}: edited by hand, left as it is")
        else:
            path.write_text(file.text, encoding="utf-8", newline="\n")
    print(f"{sum(map(len, tables.values()))} rows converted, {kept} records left as they are")
    return 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if len(arguments) not in (1, 2):
        sys.exit(__doc__)
    sys.exit(main(Path(arguments[0]), Path(arguments[1] if len(arguments) == 2 else "studies")))

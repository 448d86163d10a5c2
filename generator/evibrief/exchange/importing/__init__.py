"""Other people's files into draft records: one door for every format.

RevMan 5 and RevMan Web give studies and summaries; tables, references and registers give studies. What a format is, is
told by its content; a name's ending only breaks ties. Nothing here writes into a project but ``writing``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path

from evibrief.errors import UsageError
from evibrief.exchange.datasets import DATA_SETS, study_files

from .bibtex import read_bibtex
from .clinicaltrials import read_clinicaltrials
from .csv_map import read_map, read_mapped
from .csv_text import MAX_BYTES, Table, decoded, read_table
from .drafts import Imported, RecordFile, refused
from .proposal import looks_like_proposal, read_proposal
from .pubmed import read_pubmed
from .review_drafts import Progress
from .revman5 import read_revman5
from .revman_web import read_revman_web, role_of
from .ris import read_ris
from .suffixes import with_suffix
from .writing import account, write_imported

__all__ = ["Foreign", "Imported", "RecordFile", "account", "kind_of", "read_foreign", "with_suffix", "write_imported"]

MAX_FILES = 100


class Foreign(StrEnum):
    """The formats that are read."""

    REVMAN_5 = "revman5"
    REVMAN_WEB = "revman-web"
    CSV = "csv"
    RIS = "ris"
    BIBTEX = "bibtex"
    PUBMED = "pubmed"
    CLINICALTRIALS = "clinicaltrials"
    METADAT = "metadat"
    PROPOSAL = "proposal"


_READERS: dict[Foreign, Callable[[bytes, str, Progress | None], Imported]] = {
    Foreign.REVMAN_5: read_revman5,
    Foreign.RIS: read_ris,
    Foreign.BIBTEX: read_bibtex,
    Foreign.PUBMED: read_pubmed,
    Foreign.CLINICALTRIALS: read_clinicaltrials,
    Foreign.PROPOSAL: read_proposal,
}


def read_foreign(
    path: Path, kind: Foreign | None = None, *, column_map: Path | None = None, progress: Progress | None = None
) -> Imported:
    """Return the records of a foreign file, or of a folder with RevMan Web's CSV files.

    ``column_map`` is a TOML file for a table of one's own (see ``csv_map``). ``progress`` is called with the number of
    studies done and their total.

    Raises:
        UsageError: if the file cannot be opened, or its format is unknown, or a table comes without a map.
        RecordError: one line, if it is not what it seems to be, or is cut off.
    """
    if path.is_dir():
        return read_revman_web([read_table(_bytes(file), file.name) for file in _tables_in(path)], path.name, progress)
    data = _bytes(path)
    chosen = kind or kind_of(data, path.name, mapped=column_map is not None)
    if chosen is None:
        raise UsageError(f"{path.name}: not a format that is read; name it with --kind ({', '.join(Foreign)})")
    if chosen in _READERS:
        return _READERS[chosen](data, path.name, progress)
    table = read_table(data, path.name)
    if chosen is Foreign.REVMAN_WEB:
        return read_revman_web([table], path.name, progress)
    if chosen is Foreign.METADAT:
        return _data_set(table, path)
    if column_map is None:
        raise UsageError(f"{path.name}: a table needs a column map (--map FILE.toml) that says what its columns hold")
    mapping = read_map(decoded(_bytes(column_map), column_map.name), column_map.name)
    return read_mapped(table, mapping, progress)


def _tables_in(folder: Path) -> Sequence[Path]:
    found = sorted(path for path in folder.rglob("*") if path.suffix.casefold() == ".csv" and path.is_file())
    if not found or len(found) > MAX_FILES:
        raise UsageError(f"{folder.name}: the folder holds {len(found)} CSV files; export it from RevMan Web again")
    return found


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise refused(path.name, f"the file is larger than {MAX_BYTES // 1024 // 1024} MB", "import it in parts")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path.name}: cannot be read ({error.strerror})") from None


def kind_of(data: bytes, name: str, *, mapped: bool = False) -> Foreign | None:
    """Return what a file is by its first characters, or nothing if it is nothing that is read."""
    head = data[:4096].decode("utf-8", errors="replace").lstrip("\ufeff \r\n\t")
    if head.startswith("<"):
        return Foreign.REVMAN_5 if "<COCHRANE_REVIEW" in head else Foreign.PUBMED if "Pubmed" in head else None
    if head.startswith(("{", "[")):
        return Foreign.CLINICALTRIALS
    if looks_like_proposal(head):
        return Foreign.PROPOSAL
    if re.match(r"TY  ?-", head):
        return Foreign.RIS
    if re.match(r"(%.*\n|\s)*@\w+\s*[{(]", head):
        return Foreign.BIBTEX
    endings = {".rm5": Foreign.REVMAN_5, ".ris": Foreign.RIS, ".bib": Foreign.BIBTEX, ".json": Foreign.CLINICALTRIALS}
    ending = Path(name).suffix.casefold()
    if ending in endings:
        return endings[ending]
    if ending not in (".csv", ".tsv", ".txt"):
        return None
    if mapped:
        return Foreign.CSV
    if name.casefold().removesuffix(".csv") in {item.name for item in DATA_SETS}:
        return Foreign.METADAT
    table = read_table(data, name)
    return Foreign.REVMAN_WEB if role_of(table) else Foreign.CSV


def _data_set(table: Table, path: Path) -> Imported:
    known = {item.name for item in DATA_SETS}
    name = path.name.casefold().removesuffix(".csv")
    if name not in known:
        raise UsageError(f"{path.name}: the file must have the name of a data set ({', '.join(sorted(known))})")
    try:
        files = study_files({name: table.rows})
    except (KeyError, ValueError, ArithmeticError):
        raise refused(path.name, "not the data set of that name", "take it from the R package metadat") from None
    made = tuple(RecordFile(folder="studies", id=file.id, text=file.text, gaps=0) for file in files)
    return Imported(studies=made)

"""How a publication names the software that it is made with, so that pip installs the same again.

pip records where it had a package from (PEP 610, ``direct_url.json``). A wheel that lay on this machine is kept in the
publication itself; whatever else it was, the requirement names it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit

from evibrief import __version__
from evibrief.errors import UsageError

NAME = "evibrief"
WHEELS = "wheels"
_RECORD = "direct_url.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A line for pip, what to know of it (whole sentences), and the wheel that the line names, if it is kept beside."""

    requirement: str
    note: str
    wheel: Path | None = None


def installed_pin() -> Pin:
    """The pin of the software that runs.

    Raises:
        UsageError: if it cannot be told where it came from.
    """
    try:
        text = distribution(NAME).read_text(_RECORD)
    except PackageNotFoundError:
        raise UsageError("Evibrief is not installed here; say with --evibrief what pip is to install") from None
    return pin_of_record(json.loads(text) if text else None)


def pin_of_record(record: Mapping[str, object] | None) -> Pin:
    """The pin for what pip recorded of an installation; ``None`` for one from a package index.

    Raises:
        UsageError: if it was a wheel on this machine that is not there any more.
    """
    if record is None:
        return Pin(requirement=f"{NAME}=={__version__}", note="It comes from the package index that pip uses.")
    url, version = str(record["url"]), record.get("vcs_info")
    if isinstance(version, Mapping):
        commit = f"{version['vcs']}+{url}@{version['commit_id']}"
        return Pin(requirement=f"{NAME} @ {commit}", note="It comes from one commit of its repository.")
    if not url.startswith("file:"):
        return Pin(requirement=f"{NAME} @ {url}", note="It comes from an address.")
    path = Path(unquote(urlsplit(url).path))
    return _of_folder(path) if "dir_info" in record else _of_wheel(path)


def pin_of_text(text: str) -> Pin:
    """The pin that a person names: a wheel, a folder with the software's repository, or a requirement as pip reads it.

    Raises:
        UsageError: if it is more than a line, an option of pip, or the name of a wheel that is not there.
    """
    if not text.isprintable() or not text.strip() or text.startswith("-"):
        raise UsageError(f"{text!r}: is no requirement; name a wheel, a folder, or evibrief @ git+https://...@COMMIT")
    if text.endswith(".whl") and "@" not in text:
        return _of_wheel(Path(text))
    if Path(text).is_dir():
        return _of_folder(Path(text))
    return Pin(requirement=text, note="It comes from where the command that started this publication was told.")


def _of_wheel(path: Path) -> Pin:
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        raise UsageError(
            f"{path}: is the wheel to install from, and is not there; name another with --evibrief"
        ) from None
    return Pin(
        requirement=f"./{WHEELS}/{path.name} --hash=sha256:{digest}",
        note=f"Its wheel is kept in {WHEELS}/, and pip checks that it is the one that was meant.",
        wheel=path,
    )


def _of_folder(path: Path) -> Pin:
    return Pin(
        requirement=f"{NAME} @ {path.resolve().as_uri()}",
        note=(
            "It comes from a folder of one machine, and works on that machine only. Before others, or a workflow, make "
            "this site, name one commit instead: evibrief @ git+https://HOST/OWNER/REPOSITORY@COMMIT"
        ),
    )

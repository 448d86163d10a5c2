"""Write the software bill of materials (CycloneDX 1.6, JSON) of what the locks pin: `make sbom`.

Made from the locks alone, without a clock, a network or the environment: the same locks give the same bytes. What the
published site is made with is ``required``; tools for building and testing are listed as ``excluded``.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
LOCKS = ("site", "test", "audit")
NAME = "evibrief"
# uv notes beside each package what asks for it; this is the project itself, and not one of its groups of tools.
_ITSELF = f"{NAME} (pyproject.toml)"
_PACKAGE = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[^\s;\\]+)(?: ; (?P<marker>.+?))?(?: \\)?")
_HASH = re.compile(r"\s+--hash=sha256:(?P<digest>[0-9a-f]{64})(?: \\)?")
_VIA = re.compile(r"\s+#(?: via)?\s+(?P<parent>\S.*)")


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned version: where it is wanted (a marker of Python's), the hashes of its files, and what asks for it."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    parents: tuple[str, ...]

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def read_lock(text: str) -> Iterator[Package]:
    """Yield each package of a lock as uv writes it.

    Raises:
        ValueError: at a line that is none of uv's.
    """
    found: dict[str, str] = {}
    hashes: list[str] = []
    parents: list[str] = []
    for line in [*text.splitlines(), ""]:
        if digest := _HASH.fullmatch(line):
            hashes.append(digest["digest"])
        elif line.strip() == "# via":
            continue
        elif parent := _VIA.fullmatch(line):
            parents.append(parent["parent"])
        else:
            if found:
                yield Package(hashes=tuple(hashes), parents=tuple(parents), **found)
            match = _PACKAGE.fullmatch(line)
            if line and not match:
                raise ValueError(f"no line of a lock: {line}")
            found = match.groupdict(default="") if match else {}
            hashes, parents = [], []


def bill(locks: Iterable[str], version: str) -> dict[str, Any]:
    """The bill of materials for a version of the software, as CycloneDX has it."""
    texts = list(locks)
    packages = _joined(package for text in texts for package in read_lock(text))
    needed = _needed(packages)
    own = f"pkg:pypi/{NAME}@{version}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, chr(10).join((own, *texts)))}",
        "version": 1,
        "metadata": {
            "lifecycles": [{"phase": "pre-build"}],
            "component": {"type": "application", "bom-ref": own, "name": NAME, "version": version, "purl": own},
        },
        "components": [_component(package, needed=package.name in needed) for package in packages],
        "dependencies": [
            _dependency(own, [package for package in packages if _ITSELF in package.parents]),
            *(_dependency(one.purl, [child for child in packages if one.name in child.parents]) for one in packages),
        ],
    }


def _joined(packages: Iterable[Package]) -> list[Package]:
    """Each version once, with everything that asks for it in any lock."""
    found: dict[str, Package] = {}
    for package in packages:
        before = found.get(package.purl, package)
        parents = tuple(sorted({*before.parents, *package.parents}))
        hashes = tuple(sorted({*before.hashes, *package.hashes}))
        found[package.purl] = Package(package.name, package.version, before.marker, hashes, parents)
    return [found[purl] for purl in sorted(found)]


def _needed(packages: Iterable[Package]) -> set[str]:
    """The names of what the software itself asks for, directly or by others."""
    known = list(packages)
    names: set[str] = set()
    more = {package.name for package in known if _ITSELF in package.parents}
    while more:
        names |= more
        more = {package.name for package in known if names & set(package.parents)} - names
    return names


def _component(package: Package, *, needed: bool) -> dict[str, Any]:
    files = [{"alg": "SHA-256", "content": digest} for digest in package.hashes]
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "scope": "required" if needed else "excluded",
        "purl": package.purl,
        # One hash for each file that this version may be installed from.
        "externalReferences": [{"type": "distribution", "url": package.purl, "hashes": files}],
    }
    if package.marker:
        made["properties"] = [{"name": "python:marker", "value": package.marker}]
    return made


def _dependency(ref: str, children: Iterable[Package]) -> dict[str, Any]:
    return {"ref": ref, "dependsOn": [child.purl for child in children]}


def version_of(source: str) -> str:
    """The version that the package declares."""
    match = re.search(r'^__version__ = "(.+)"$', source, re.MULTILINE)
    if match is None:
        raise ValueError("no version")
    return match[1]


def main() -> None:
    """Write the bill to the file that is named, else to the terminal."""
    locks = [(REPOSITORY / f"requirements/{name}.lock").read_text(encoding="utf-8") for name in LOCKS]
    version = version_of((REPOSITORY / "generator/evibrief/__init__.py").read_text(encoding="utf-8"))
    text = json.dumps(bill(locks, version), ensure_ascii=False, indent=2) + "\n"
    if len(sys.argv) > 1:
        target = Path(sys.argv[1])
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()

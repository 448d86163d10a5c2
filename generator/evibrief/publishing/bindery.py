"""Brings the pages of summaries and studies into the site, past MkDocs: on every core, one at a time in memory.

A page is taken from the shelf, framed as MkDocs would frame it, looked at for the gate, and written with the files
beside it. Where the published site holds the very files, as they were written by an earlier build, they are linked
into the new one instead: an edit then costs what it touches, and little for every other page.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evibrief.publishing.cache import fingerprint
from evibrief.publishing.edition import path_of
from evibrief.publishing.framing import Frame, framed, packed, unpacked
from evibrief.publishing.gate import Sight, faults_of_content, sight_as_data, sight_from, sight_of
from evibrief.publishing.page_facts import facts_in
from evibrief.publishing.processes import results
from evibrief.publishing.ready_pages import page_in
from evibrief.publishing.sheets import MALFORMED, Leaf, Slip
from evibrief.publishing.shelf import Shelf
from evibrief.publishing.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Folders: where the new site is built, and where the published one stands, which need not exist."""

    site: Path
    published: Path


class Bindery:
    """The pages that pass MkDocs by, and what was seen of them when they were bound."""

    def __init__(self, shelf: Shelf, slips: Sequence[Slip]) -> None:
        """Take over pages of a shelf."""
        self._shelf, self.slips = shelf, slips
        self.paths = frozenset(path for slip in slips for path in (path_of(slip.uri), *slip.files))
        self.sights: tuple[Sight, ...] = ()

    def bind(self, frame: Frame, places: Places, *, known: frozenset[str], site_url: str, watch: Watch) -> list[str]:
        """Write the pages and the files beside them; return what is wrong with the content of pages.

        ``known`` are other paths of the site to come: only what leads elsewhere is left to the gate.
        """
        binder = _Binder(self._shelf, self.slips, frame, places, paths=self.paths | known, site_url=site_url)
        names = [slip.uri for slip in self.slips]
        done: dict[str, _One] = {}
        for one in watch.each("pages taken over", results(binder.take_over, names), len(names)):
            done[one.uri] = one
        missing = [uri for uri in names if done[uri].sight is None]
        for one in watch.each("pages bound", results(binder.bind, missing), len(missing)):
            done[one.uri] = one
        for key in (key for one in done.values() for key in one.keys):
            self._shelf.cache.use(key)
        self.sights = tuple(one.sight for one in done.values() if one.sight is not None)
        return [fault for one in done.values() for fault in one.faults]


@dataclass(frozen=True, slots=True, kw_only=True)
class _One:
    """What came of one page: it stands in the site and was seen, and lies under ``keys``; or it has ``faults``."""

    uri: str
    sight: Sight | None = None
    faults: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """A file of a site as it was when it was written; whoever changes it later changes one of these numbers."""

    uri: str
    size: int
    modified_ns: int
    inode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What an earlier build saw of a page, and the files that it wrote."""

    sight: Sight
    files: tuple[_Written, ...]


class _Binder:
    """Brings one page with its files into the site, and keeps what it saw."""

    def __init__(
        self,
        shelf: Shelf,
        slips: Sequence[Slip],
        frame: Frame,
        places: Places,
        *,
        paths: frozenset[str],
        site_url: str,
    ) -> None:
        self._shelf, self._frame = shelf, frame
        # As text: paths as objects would take as long as the rest of taking a page over.
        self._site, self._published = str(places.site), str(places.published)
        self._folders: set[str] = set()
        self._slips = {slip.uri: slip for slip in slips}
        self._paths, self._url = paths, site_url
        self._state = frame.state

    def take_over(self, uri: str) -> _One:
        """Link a page and its files from the published site, if that has them as they should be."""
        page_key = self._key(uri)
        keys = (page_key, _key_of_known(page_key))
        known = _known_from(self._shelf.cache.get(keys[1]))
        if known is None or not self._shelf.cache.has(page_key) or not self._link(uri, known.files):
            return _One(uri=uri)
        return _One(uri=uri, sight=known.sight.beyond(self._paths), keys=keys)

    def bind(self, uri: str) -> _One:
        """Write a page and its files."""
        slip, cache, page_key = self._slips[uri], self._shelf.cache, self._key(uri)
        leaf, page = self._shelf.take(slip), unpacked(cache.get(page_key))
        if page is None:
            faults = faults_of_content(path_of(uri), leaf.sheet.body, made=True)
            if faults:
                return _One(uri=uri, faults=faults)
            page = self._framed(leaf, page_key)
        sight = sight_of(path_of(uri), facts_in(page.decode("utf-8")), self._url)
        contents = {path_of(uri): page, **{file.uri: file.content for file in leaf.files}}
        files = tuple(self._write(path, content) for path, content in contents.items())
        known = _key_of_known(page_key)
        cache.put(known, _known_as_bytes(_Known(sight=sight, files=files)))
        return _One(uri=uri, sight=sight.beyond(self._paths), keys=(page_key, known))

    def _key(self, uri: str) -> str:
        return fingerprint("framed", self._state, self._slips[uri].key)

    def _framed(self, leaf: Leaf, key: str) -> bytes:
        finished = framed(self._frame, page_in(self._frame.config, leaf.sheet))
        self._shelf.cache.put(key, packed(finished))
        return finished

    def _link(self, uri: str, files: Sequence[_Written]) -> bool:
        """Link files of the published site into the new one; not if one of them is not as it was written."""
        # What a cache says that strangers filled must not lead to any other file.
        if [file.uri for file in files] != [path_of(uri), *self._slips[uri].files]:
            return False
        if not all(_is_unchanged(f"{self._published}/{file.uri}", file) for file in files):
            return False
        try:
            for file in files:
                self._make_room(file.uri)
                os.link(f"{self._published}/{file.uri}", f"{self._site}/{file.uri}")
        except OSError:
            # Some file systems have no links; what was linked is written over.
            return False
        return True

    def _write(self, path: str, content: bytes) -> _Written:
        target = Path(f"{self._site}/{path}")
        self._make_room(path)
        # Never through a link: the published site has its share in that file.
        target.unlink(missing_ok=True)
        with target.open("wb") as file:
            file.write(content)
            file.flush()
            found = os.fstat(file.fileno())
        return _Written(uri=path, size=found.st_size, modified_ns=found.st_mtime_ns, inode=found.st_ino)

    def _make_room(self, path: str) -> None:
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            os.makedirs(f"{self._site}/{folder}", exist_ok=True)
            self._folders.add(folder)


def _is_unchanged(path: str, file: _Written) -> bool:
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return (found.st_size, found.st_mtime_ns, found.st_ino) == (file.size, file.modified_ns, file.inode)


def _key_of_known(page_key: str) -> str:
    return fingerprint("bound", page_key)


def _known_as_bytes(known: _Known) -> bytes:
    files = [[file.uri, file.size, file.modified_ns, file.inode] for file in known.files]
    return json.dumps({"sight": sight_as_data(known.sight), "files": files}, ensure_ascii=False).encode("utf-8")


def _known_from(data: bytes | None) -> _Known | None:
    """Read what :func:`_known_as_bytes` wrote; nothing if it is anything else."""
    if data is None:
        return None
    try:
        told = json.loads(data)
        files = tuple(
            _Written(uri=uri, size=size, modified_ns=modified, inode=inode)
            for uri, size, modified, inode in told["files"]
        )
        return _Known(sight=sight_from(told["sight"]), files=files)
    except MALFORMED:
        return None

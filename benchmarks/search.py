"""What a search costs a reader: seconds from the first key to the first result, in Chromium, and what travels for it.

The pages of a small made-up publication are multiplied to any number, each with other words, so that nothing but their
index need be built. Beside our search stands Material's own, which is given the same entries whole.
"""

from __future__ import annotations

import gzip
import itertools
import json
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from benchmarks.synthetic import SEED, STUDIES_PER_SUMMARY, write_project
from evibrief.publishing.search_parts import SEARCH_INDEX, WORKER, divided

SIZES = (1_000, 5_000, 10_000)
# Material's takes ten seconds and more beyond this.
MOST_WITH_MATERIAL = 5_000
RUNS = 3
# What a phone adds to each answer of a server.
DELAY = 0.15
WORDS = 30_000
ASKED = "quixotic"
OPENED = "about/index.html"

_SYLLABLES = [
    first + vowel
    for first in ("b", "br", "c", "cl", "d", "f", "g", "h", "k", "l", "m", "n", "p", "pr", "s", "st", "t", "tr")
    for vowel in ("a", "al", "e", "en", "i", "o", "u")
]
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
_RESULT = "() => Boolean(document.querySelector('a.md-search-result__link[href*=\"summaries/\"]'))"
_READY = "() => document.readyState !== 'loading' && document.documentElement.classList.contains('js')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search over so many pages: medians in seconds, sizes in kB (thousands of bytes).

    ``first`` is from the first key on a page that has just loaded, in a browser that was never there; ``opened`` from
    asking for that page, with its loading; ``distant`` as ``first``, with a delay for every answer. ``page_kb`` is what
    each page loads for search, ``loaded_kb`` what the question loads besides, and ``gz_kb`` both together, compressed.
    """

    what: str
    summaries: int
    studies: int
    first: float
    opened: float
    distant: float
    page_kb: float
    loaded_kb: float
    gz_kb: float
    index_kb: float


def searches(sizes: tuple[int, ...] = SIZES) -> list[Search]:
    """Every search at every size."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        if executable is None:
            raise SystemExit("search is measured in Chromium, which is not installed")
        browser = playwright.chromium.launch(executable_path=executable, args=_ARGUMENTS)
        site = _built(Path(name))
        known = _entries(site)
        found = []
        for size in sizes:
            document = {"config": _config(site), "docs": list(_multiplied(known, size))}
            found.append(_search("evibrief", browser, site, size, divided(document)))
            if size <= MOST_WITH_MATERIAL:
                whole = json.dumps(document, separators=(",", ":")).encode()
                with _material(site):
                    found.append(_search("Material, the same entries", browser, site, size, {SEARCH_INDEX: whole}))
        browser.close()
        return found


def _built(folder: Path) -> Path:
    write_project(folder / "project", 20)
    command = [str(Path(sys.executable).with_name("evibrief")), "build", "--project", str(folder / "project")]
    subprocess.run([*command, "--output", str(folder / "site")], check=True, capture_output=True)  # noqa: S603
    return folder / "site"


# ---- the index --------------------------------------------------------------------------------------------------


def _config(site: Path) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((site / SEARCH_INDEX).read_bytes())["config"]
    return config


def _entries(site: Path) -> list[dict[str, str]]:
    """The entries of the small site, put together from their parts."""
    found = []
    for file in sorted(site.glob("search/*/pages-*.json")):
        for location, title, text, sections in json.loads(file.read_bytes()):
            found += [
                {"location": where, "title": name, "text": f"<p>{said}</p>"}
                for where, name, said in ([location, title, text], *sections)
            ]
    return found


def _multiplied(known: Sequence[Mapping[str, str]], summaries: int) -> Iterator[dict[str, str]]:
    """The pages written by hand as they are; summaries and studies as long as theirs, in other words."""
    chance = random.Random(SEED)  # noqa: S311
    words = _vocabulary(chance)
    # The most frequent word of a language is about ten times as frequent as the thirtieth (Zipf).
    frequency = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(words))))
    kinds: dict[str, list[Mapping[str, str]]] = {"summaries": [], "studies": []}
    for entry in known:
        kind = entry["location"].partition("/")[0]
        if kind in kinds:
            kinds[kind].append(entry)
        else:
            yield dict(entry)
    for kind, count in (("summaries", summaries), ("studies", summaries * STUDIES_PER_SUMMARY)):
        models = kinds[kind]
        for number in range(count):
            model = models[number % len(models)]
            title, text = (
                " ".join(chance.choices(words, cum_weights=frequency, k=len(re.findall(r"\w+", model[part]))))
                for part in ("title", "text")
            )
            asked = f" {ASKED}" if kind == "summaries" and number == summaries // 2 else ""
            yield {"location": f"{kind}/made-up-{number:06d}/", "title": f"{title}{asked}", "text": f"<p>{text}</p>"}


def _vocabulary(chance: random.Random) -> list[str]:
    words: set[str] = set()
    while len(words) < WORDS:
        words.add("".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, 4))))
    ordered = sorted(words)
    chance.shuffle(ordered)
    return ordered


# ---- the browser ------------------------------------------------------------------------------------------------


class _Server(SimpleHTTPRequestHandler):
    delay = 0.0

    def do_GET(self) -> None:
        time.sleep(self.delay)
        super().do_GET()

    def log_message(self, *_: object) -> None:
        """Requests are no news here."""


@contextmanager
def _served(site: Path, delay: float) -> Iterator[str]:
    handler = type("Handler", (_Server,), {"delay": delay})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(site))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@contextmanager
def _material(site: Path) -> Iterator[None]:
    """Let the page that is opened ask Material's own script."""
    page = site / OPENED
    ours = page.read_text(encoding="utf-8")
    theirs = next((site / "assets" / "javascripts" / "workers").glob("search.*.js")).relative_to(site).as_posix()
    page.write_text(ours.replace(WORKER, theirs), encoding="utf-8")
    yield
    page.write_text(ours, encoding="utf-8")


def _search(what: str, browser: Any, site: Path, size: int, files: Mapping[str, bytes]) -> Search:
    shutil.rmtree(site / "search")
    for name, content in files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(content)
    with _served(site, 0) as address:
        near = [_run(browser, address) for _ in range(RUNS)]
    with _served(site, DELAY) as address:
        far = [_run(browser, address) for _ in range(RUNS)]
    first = [run.first for run in near]
    asked = [name for name in near[-1].asked if name in files]
    at_once = [name for name in asked if name == SEARCH_INDEX]
    later = [name for name in asked if name != SEARCH_INDEX]
    print(f"{what}, {size:,} summaries: {[round(value, 2) for value in first]} s", file=sys.stderr, flush=True)
    return Search(
        what=what,
        summaries=size,
        studies=size * STUDIES_PER_SUMMARY,
        first=round(statistics.median(first), 2),
        opened=round(statistics.median(run.opened for run in near), 2),
        distant=round(statistics.median(run.first for run in far), 2),
        page_kb=_kb(len(files[name]) for name in at_once),
        loaded_kb=_kb(len(files[name]) for name in later),
        gz_kb=_kb(len(gzip.compress(files[name], 6)) for name in asked),
        index_kb=_kb(map(len, files.values())),
    )


def _kb(sizes: Iterable[int]) -> float:
    return round(sum(sizes) / 1000, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    first: float
    opened: float
    asked: tuple[str, ...]


def _run(browser: Any, address: str) -> _Run:
    """One search in a browser that was never there."""
    context = browser.new_context()
    page = context.new_page()
    asked: dict[str, None] = {}
    context.on("request", lambda request: asked.setdefault(request.url.removeprefix(address)))
    start = time.perf_counter()
    page.goto(address + OPENED, wait_until="commit")
    page.wait_for_function(_READY, polling=10)
    page.keyboard.press("/")
    key = time.perf_counter()
    page.keyboard.type(ASKED)
    page.wait_for_function(_RESULT, polling=10, timeout=120_000)
    end = time.perf_counter()
    context.close()
    return _Run(first=end - key, opened=end - start, asked=tuple(asked))


def as_markdown(measured: Sequence[Mapping[str, Any]]) -> str:
    """The table of searches; the same one stands on the page on scale, held to this by a test."""
    lines = [
        "| summaries | studies | search | first result, s | with opening the page, s | from far, s | every page, kB "
        "| a question, kB | both compressed, kB | whole index, kB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in measured:
        cells = (
            "summaries",
            "studies",
            "what",
            "first",
            "opened",
            "distant",
            "page_kb",
            "loaded_kb",
            "gz_kb",
            "index_kb",
        )
        lines.append("| " + " | ".join(one[name] if name == "what" else f"{one[name]:,}" for name in cells) + " |")
    return "\n".join(lines) + "\n"

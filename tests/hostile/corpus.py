"""The hostile corpus: what a stranger might put into a publication, by threat, and the code of each refusal.

A case changes a copy of the smallest publication: the bytes of a record, one value of it, its name, or its kind of
file. The threats are numbered T01 to T34 as in the threat table of the project; `HELD_ELSEWHERE` says what holds those
that no record can carry out.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from builders import PROJECTS
from records.strange_files import HOSTILE

STUDY = "studies/made-up-2001.yaml"
SUMMARY = "summaries/tea-for-hiccups.yaml"

HELD_ELSEWHERE = {
    "T21": "tests/hostile/test_corpus.py: what nh3 would change in prose is refused",
    "T24": "tests/pages: every HTML template escapes, and a name that it is not given is an error",
    "T28": "tests/hostile/test_outputs.py: feeds are read back by an XML parser",
    "T30": "tests/test_workflows.py and zizmor: no pull_request_target, no secrets in pull requests",
    "T34": "tests/test_workflows.py and zizmor: no cache in the job that publishes",
}


@dataclass(frozen=True)
class Case:
    """One hostile thing; ``put`` does it to a copy of the smallest publication."""

    threat: str
    name: str
    code: str
    put: Callable[[Path], object]

    @property
    def id(self) -> str:
        return f"{self.threat} {self.name}"


def copied(folder: Path) -> Path:
    """A copy of the smallest publication."""
    return shutil.copytree(PROJECTS / "small", folder)


def _bytes(data: bytes, path: str = STUDY) -> Callable[[Path], object]:
    return lambda root: (root / path).write_bytes(data)


def _value(path: str, old: str, new: str) -> Callable[[Path], object]:
    def put(root: Path) -> None:
        text = (root / path).read_text(encoding="utf-8")
        assert old in text, old
        (root / path).write_text(text.replace(old, new, 1), encoding="utf-8", newline="")

    return put


def _linked(path: str, target: str) -> Callable[[Path], object]:
    def put(root: Path) -> None:
        (root / path).unlink(missing_ok=True)
        (root / path).symlink_to(target)

    return put


def _beside(name: str | bytes, data: bytes = b"") -> Callable[[Path], object]:
    def put(root: Path) -> None:
        path = os.fsencode(root / "studies") + b"/" + os.fsencode(name)
        with open(path, "wb") as file:
            file.write(data or (root / STUDY).read_bytes())

    return put


def _linked_folder(root: Path) -> None:
    (root / "studies").rename(root / "elsewhere")
    (root / "studies").symlink_to("elsewhere")


def corpus() -> Iterator[Case]:
    """Every case, by threat."""
    for name, strange in HOSTILE.items():
        yield Case(strange.threat, name, strange.code, _bytes(strange.data))
    yield from _numbers()
    yield from _kinds()
    yield from _links_and_names()
    yield from _texts()


def _numbers() -> Iterator[Case]:
    """T08, T09: words that some YAML makes numbers of, and numbers that no measurement needs."""
    for text, code in (
        ("010", "wrong-type"), ("08", "wrong-type"), ("12:30", "wrong-type"), ("1:30:00", "wrong-type"),
        ("1_000", "wrong-type"), ("0x1f", "wrong-type"), ("0o17", "wrong-type"), ("0b11", "wrong-type"),
        ("1,000", "unknown-field"), ("yes", "wrong-type"), ("on", "wrong-type"), ("10 of 50", "wrong-type"),
    ):  # fmt: skip
        yield Case("T08", f"events: {text}", code, _value(STUDY, "events: 10", f"events: {text}"))
    yield Case("T08", "a day that is none", "wrong-date", _value(SUMMARY, "2001-02-03", "2001-02-30"))
    yield Case("T08", "a day with a time", "wrong-date", _value(SUMMARY, "2001-02-03", '"2001-02-03T04:05:06Z"'))
    for text, code in (
        (".nan", "wrong-type"), (".inf", "wrong-type"), ("-.INF", "wrong-type"), ("NaN", "wrong-type"),
        ("Infinity", "wrong-type"), ("1e400", "unfit-number"), ("-1", "out-of-range"), ("10000000001", "out-of-range"),
        ("9" * 400, "unfit-number"), ("1e22", "wrong-type"),
    ):  # fmt: skip
        yield Case("T09", f"events: {text[:20]}", code, _value(STUDY, "events: 10", f"events: {text}"))
    for text in ("1e16", "1e300", "-1e300", "1e-31", "1e-300"):
        made = f"weeks: {text}}}\n    arms:"
        yield Case("T09", f"weeks: {text}", "out-of-range", _value(STUDY, "arms:\n      tea", _WEEKS + made + _REST))


_WEEKS = "time_point: {label: then, "
_REST = "\n      tea"


def _kinds() -> Iterator[Case]:
    """T04, T10: values of another kind, and fields that programs have but records have not."""
    for text in ("true", '"3"', "3.0", '" 3 "', '"1_0"', "null", "[3]", "{a: 3}", "3+0j"):
        yield Case("T10", f"events: {text}", "wrong-type", _value(STUDY, "events: 10", f"events: {text}"))
    for text in ("true", "7", "2001-01-01: x", "[a]", "{a: b}", "null"):
        code = "syntax" if ": x" in text else "wrong-type"
        yield Case("T10", f"label: {text}", code, _value(STUDY, "label: Made-up 2001", f"label: {text}"))
    for name in ("__class__", "__proto__", "model_config", "constructor", "is_retracted", "$ref"):
        yield Case("T10", f"field {name}", "unknown-field", _value(STUDY, "design:", f"{name}: x\ndesign:"))
    yield Case("T04", "a list in a text", "wrong-type", _value(STUDY, "label: Made-up 2001", "label: [[[[x]]]]"))


def _links_and_names() -> Iterator[Case]:
    """T16 to T18, T33: links, ways out of the folder, names that collide or only look alike."""
    for target in ("/etc/passwd", "../../../../../../etc/passwd", "made-up-2002.yaml", "nowhere", "/dev/zero"):
        yield Case("T16", f"a link to {target}", "symlink", _linked(STUDY, target))
    yield Case("T16", "a linked folder", "symlink", _linked_folder)
    yield Case("T16", "a pipe", "not-a-file", lambda root: ((root / STUDY).unlink(), os.mkfifo(root / STUDY)))
    for text in (
        "../../x", "/etc/passwd", "..", "a/b", "a\\\\b", "abc\\n", "abc ", "a%2fb", "Cook", "cook--2012", "-cook",
        "cook.", "", "~root", "c" * 65,
    ):  # fmt: skip
        named = f'id: "{text}"'
        yield Case("T17", f"id {text[:20]!r}", "wrong-id", _value(STUDY, "id: made-up-2001", named))
    for text in ("../x", "con/../x"):
        yield Case("T17", f"slug {text!r}", "wrong-id", _value(SUMMARY, "slug: tea-for-hiccups", f"slug: {text}"))
    for text in ("../../etc/passwd", "/etc/passwd", "a.html", "a b.png", ".htaccess", "con.png", "a.svg\\n", "x" * 90):
        named = f'image: {{file: "{text}", alternative: x, credit: x, licence: x}}\nwriting:'
        yield Case("T17", f"image {text[:20]!r}", "wrong-image", _value(SUMMARY, "writing:", named))
    yield Case("T17", "a device", "wrong-name", _beside("con.yaml"))
    yield Case("T17", "a name with a newline", "wrong-name", _beside("a\nb.yaml"))
    yield Case("T17", "a name that is no text", "wrong-name", _beside(b"a\xff.yaml"))
    yield Case("T17", "a name of 200 letters", "wrong-name", _beside(f"{'a' * 200}.yaml"))
    yield Case("T18", "capitals", "name-collision", _beside("Made-up-2001.yaml"))
    yield Case("T18", "full width", "name-collision", _beside("ｍade-up-2001.yaml"))
    yield Case("T18", "an accent in parts", "wrong-name", _beside("cafe\u0301.yaml"))
    yield Case("T18", "another ending", "wrong-extension", _beside("made-up-2001.yml"))
    yield Case("T18", "two ids alike", "wrong-id", _value(STUDY, "id: made-up-2001", "id: Made-up-2001"))
    yield Case("T33", "an id in full width", "wrong-id", _value(STUDY, "id: made-up-2001", "id: ｓmith-2020"))
    yield Case("T33", "an id in Cyrillic", "mixed-letters", _value(STUDY, "id: made-up-2001", "id: \u0441ook-2012"))
    for name in ("Sm\u0456th", "\u0410dams", "C\u03bf\u03bfk"):
        made = _value(STUDY, "extracted_by: Nobody", f"extracted_by: {name}")
        yield Case("T33", f"the name {name}", "mixed-letters", made)


def _texts() -> Iterator[Case]:
    """T19 to T32: texts that some output could take for more than text, where a record has no room for them."""
    for text in ("<b>bold</b>", "<img src=x onerror=alert(1)>", "</p></div><h1>Approved</h1>", "<!-- x -->"):
        yield Case("T19", f"prose {text}", "markup", _value(SUMMARY, "Hiccups are", f"{text} Hiccups are"))
    for text in (
        "javascript:alert(1)", "java\\tscript:alert(1)", "data:text/html,x", "http://example.org/x", "//example.org/x",
        "https://example.org/ onload=x", "https://example.org/>x", "ftp://example.org/x", "HTTPS://example.org",
    ):  # fmt: skip
        code = "forbidden-character" if "\\t" in text else "wrong-url"
        yield Case("T20", f"url {text}", code, _value(STUDY, "issued: 2001", f'issued: 2001\n    url: "{text}"'))
    for text in ("[x](javascript:alert(1))", "[x](http://example.org)", "[x](java&#9;script:alert(1))"):
        yield Case("T20", f"prose {text}", "markup", _value(SUMMARY, "Hiccups are", f"Hiccups {text} are"))
    for field, code, text in (
        ("doi", "wrong-doi", "https://doi.org/10.1/x"), ("doi", "wrong-doi", "10.1234/a b"),
        ("pmid", "wrong-pmid", "1 OR 1=1"), ("pmcid", "wrong-pmcid", "PMC1/../x"),
    ):  # fmt: skip
        yield Case(
            "T20", f"{field} {text}", code, _value(STUDY, "issued: 2001", f'issued: 2001\n    {field}: "{text}"')
        )
    for piece in ("[", "![", "*", "`", "<", "(", "_"):
        made = _value(SUMMARY, "Hiccups are made up here.", f"'{piece * 5000}'")
        yield Case("T22", f"5,000 times {piece}", "too-long", made)
    for text in ("{{ 7*7 }}", "{x.__class__}", "{hiccups.__init__}", "{0}", "{}", "{% include x %}"):
        yield Case("T23", f"prose {text}", "unknown-placeholder", _value(SUMMARY, "made up here", f"{text} here"))
    yield Case("T25", "a vertical tab", "forbidden-character", _value(STUDY, "label: Made-up 2001", 'label: "\\v"'))
    yield Case("T25", "a noncharacter", "forbidden-character", _value(STUDY, "label: Made", "label: \ufffeMade"))
    yield Case("T26", "a field that ends a script", "unknown-field", _value(STUDY, "design:", "</script>: x\ndesign:"))
    for text in ('=HYPERLINK("x")', "+1", "@SUM(1)", "-1"):
        named = f"outcome: {text!r}"
        yield Case("T27", f"an outcome named {text}", "wrong-id", _value(STUDY, "outcome: hiccups", named))
    for text in ("::error::approved", "##[add-mask]the", "::stop-commands::x"):
        yield Case("T29", f"field {text}", "unknown-field", _value(STUDY, "design:", f'"{text}": x\ndesign:'))
    yield Case("T31", "front matter", "several-documents", _bytes(b"---\ntitle: x\n---\ntext: y\n", SUMMARY))
    yield Case("T31", "a template", "unknown-field", _value(SUMMARY, "title:", "template: ../../etc/passwd\ntitle:"))
    yield Case("T32", "a snippet", "syntax", _value(SUMMARY, "title:", '--8<-- "/etc/hostname"\ntitle:'))

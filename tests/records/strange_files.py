"""Files that a stranger might send: hostile ones, odd but honest ones, and mutants of a sound one."""

from __future__ import annotations

import random
import re
from typing import NamedTuple

from builders import PROJECTS
from evibrief.records.source import MAX_BYTES


class Strange(NamedTuple):
    """A hostile file: the threat that it carries out (T01 to T34), its bytes, and the code of the refusal."""

    threat: str
    data: bytes
    code: str


SEED = PROJECTS / "small/studies/made-up-2001.yaml"

ALIAS_BOMB = "a0: &a0 [lol,lol,lol,lol,lol,lol,lol,lol,lol,lol]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)
MERGE_BOMB = "a0: &a0 {x: 1}\n" + "".join(
    f"a{n}: &a{n} {{<<: [{','.join([f'*a{n - 1}'] * 8)}]}}\n" for n in range(1, 9)
)

HOSTILE: dict[str, Strange] = {
    "alias bomb": Strange("T01", ALIAS_BOMB.encode(), "anchor"),
    "alias without anchor": Strange("T01", b"a: *b\n", "alias"),
    "merge bomb": Strange("T02", MERGE_BOMB.encode(), "anchor"),
    "merge key": Strange("T02", b"<<: {a: 1}\n", "merge-key"),
    "merge key in quotes": Strange("T02", b'"<<": {a: 1}\n', "merge-key"),
    "quadratic blow-up": Strange("T03", b'a: &a "' + b"x" * 15_000 + b'"\nb: [' + b"*a," * 20_000 + b"*a]\n", "anchor"),
    "self-reference": Strange("T04", b"a: &a [*a]\n", "anchor"),
    "anchor on a key": Strange("T01", b"&a b: 1\n", "anchor"),
    "anchor on a map": Strange("T01", b"a: &b\n  c: 1\n", "anchor"),
    "deep list": Strange("T05", b"[" * 30_000, "too-deep"),
    "deep list, closed": Strange("T05", b"[" * 100_000 + b"]" * 100_000, "too-deep"),
    "deep map": Strange("T05", b"{a: " * 30_000, "too-deep"),
    "deep block": Strange("T05", "\n".join(" " * n + "a:" for n in range(500)).encode(), "too-deep"),
    "deep items": Strange("T05", b"- " * 30_000, "too-deep"),
    "deep map in quotes": Strange("T05", b'{"a": ' * 30_000, "too-deep"),
    "deep in a duplicate": Strange("T05", b"a: 1\na: " + b"[" * 30_000, "too-deep"),
    "13 levels": Strange("T05", b"[" * 13 + b"]" * 13, "too-deep"),
    "too large": Strange("T06", b"a: " + b"x" * MAX_BYTES, "too-large"),
    "long text": Strange("T06", b"a: " + b"x" * 20_001, "too-long"),
    "long key": Strange("T06", b'"' + b"x" * 20_001 + b'": 1', "too-long"),
    "many values": Strange("T06", b"[" + b"1," * 60_000 + b"1]", "too-many-values"),
    "many maps": Strange("T06", b"- {a: 1}\n" * 20_000, "too-many-values"),
    "many empty lines": Strange("T06", b"- \n" * 80_000, "too-many-values"),
    "5,000 digits": Strange("T09", b"n: " + b"1" * 5_000, "unfit-number"),
    "41 digits": Strange("T09", b"n: " + b"1" * 41, "unfit-number"),
    "1e400": Strange("T09", b"n: 1e400", "unfit-number"),
    "1e-400": Strange("T09", b"n: 1e-400", "unfit-number"),
    "absurd exponent": Strange("T09", b"n: 1e99999999999999999999999", "unfit-number"),
    "duplicate key": Strange("T07", b"events: 3\nevents: 30\n", "duplicate-key"),
    "duplicate key, other case": Strange("T07", b"events: 3\nEvents: 30\n", "duplicate-key"),
    "duplicate key, full width": Strange("T07", "events: 3\nｅvents: 30\n".encode(), "duplicate-key"),
    "duplicate key, quoted": Strange("T07", b'events: 3\n"events": 30\n', "duplicate-key"),
    "duplicate key, escaped": Strange("T07", b'events: 3\n"\\x65vents": 30\n', "duplicate-key"),
    "duplicate key, Kelvin": Strange("T07", "k: 3\n\u212a: 30\n".encode(), "not-normalised"),
    "list as key": Strange("T07", b"? [a]\n: b\n", "wrong-key"),
    "map as key": Strange("T07", b"{a: 1}: b\n", "wrong-key"),
    "empty key": Strange("T07", b"a: {: 1}\n", "syntax"),
    "binary tag": Strange("T15", b"a: !!binary aGk=\n", "tag"),
    "set tag": Strange("T15", b"a: !!set {x, y}\n", "tag"),
    "python tag": Strange("T15", b"a: !!python/object/apply:os.system [id]\n", "tag"),
    "own tag": Strange("T15", b"!study\na: 1\n", "tag"),
    "bare tag": Strange("T15", b"a: ! 5\n", "tag"),
    "tag on a key": Strange("T15", b"!!str a: 1\n", "tag"),
    "undefined tag handle": Strange("T15", b"a: !x!y 1\n", "syntax"),
    "version directive": Strange("T15", b"%YAML 1.1\n---\na: 1\n", "directive"),
    "tag directive": Strange("T15", b"%TAG ! tag:x,2000:\n---\na: 1\n", "directive"),
    "two documents": Strange("T15", b"a: 1\n---\nb: 2\n", "several-documents"),
    "two documents, ended": Strange("T15", b"a: 1\n...\nb: 2\n", "syntax"),
    "bidi override": Strange("T11", "a: x\u202ey\n".encode(), "forbidden-character"),
    "bidi isolate": Strange("T11", "a: x\u2066y\n".encode(), "forbidden-character"),
    "bidi in a comment": Strange("T11", "# \u202e\na: x\n".encode(), "forbidden-character"),
    "bidi escaped": Strange("T11", b'a: "x\\u202e"\n', "forbidden-character"),
    "bidi escaped in a key": Strange("T11", b'"x\\u202e": 1\n', "forbidden-character"),
    "zero width in a key": Strange("T11", "ev\u200bents: 1\n".encode(), "forbidden-character"),
    "soft hyphen": Strange("T11", "a: x\u00ady\n".encode(), "forbidden-character"),
    "Arabic letter mark": Strange("T11", "a: x\u061cy\n".encode(), "forbidden-character"),
    "tag characters": Strange("T11", "a: x\U000e0041y\n".encode(), "forbidden-character"),
    "variation selector": Strange("T11", "a: x\ufe01y\n".encode(), "forbidden-character"),
    "Hangul filler": Strange("T11", "a: x\u3164y\n".encode(), "forbidden-character"),
    "private use": Strange("T11", "a: \ue000\n".encode(), "forbidden-character"),
    "NUL": Strange("T12", b"a: x\0y\n", "forbidden-character"),
    "NUL escaped": Strange("T12", b'a: "x\\0"\n', "forbidden-character"),
    "escape": Strange("T12", b"a: x\x1b[2Jy\n", "forbidden-character"),
    "escape escaped": Strange("T12", b'a: "\\e[2J"\n', "forbidden-character"),
    "C1 control": Strange("T12", "a: x\u009by\n".encode(), "forbidden-character"),
    "delete": Strange("T12", b"a: x\x7fy\n", "forbidden-character"),
    "surrogate escaped": Strange("T12", b'a: "x\\ud800"\n', "forbidden-character"),
    "surrogate in bytes": Strange("T12", b"a: \xed\xa0\x80\n", "encoding"),
    "noncharacter": Strange("T12", "a: x\ufffey\n".encode(), "forbidden-character"),
    "noncharacter, far": Strange("T12", "a: x\U0001ffffy\n".encode(), "forbidden-character"),
    "noncharacter, Arabic block": Strange("T12", "a: x\ufdd0y\n".encode(), "forbidden-character"),
    "absurd escape": Strange("T12", b'a: "\\UFFFFFFFF"\n', "syntax"),
    "Latin-1": Strange("T13", b"a: caf\xe9\n", "encoding"),
    "overlong": Strange("T13", b"a: \xc0\xaf\n", "encoding"),
    "truncated": Strange("T13", b"a: \xe2\x82", "encoding"),
    "UTF-16": Strange("T13", "a: 1\n".encode("utf-16"), "encoding"),
    "UTF-16 without mark": Strange("T13", "a: 1\n".encode("utf-16-le"), "forbidden-character"),
    "UTF-32": Strange("T13", "a: 1\n".encode("utf-32"), "encoding"),
    "second byte order mark": Strange("T13", "\ufeff\ufeffa: 1\n".encode(), "forbidden-character"),
    "byte order mark within": Strange("T13", "a: 1\nb: \ufeff2\n".encode(), "forbidden-character"),
    "NEL": Strange("T14", "a: x\u0085b: 2\n".encode(), "forbidden-character"),
    "line separator": Strange("T14", "a: x\u2028b: 2\n".encode(), "forbidden-character"),
    "paragraph separator": Strange("T14", "a: x\u2029b: 2\n".encode(), "forbidden-character"),
    "lone carriage return": Strange("T14", b"a: x\rb: 2\n", "forbidden-character"),
    "tab": Strange("T14", b"a:\tx\n", "tab"),
    "tab in text": Strange("T14", b"a: x\ty\n", "tab"),
    "tab escaped": Strange("T14", b'a: "x\\ty"\n', "forbidden-character"),
    "letter in parts": Strange("T18", "a: e\u0301\n".encode(), "not-normalised"),
    "letter in parts, escaped": Strange("T18", b'a: "e\\u0301"\n', "forbidden-character"),
    "no-break space as indentation": Strange("T14", "a:\n\u00a0 b: 1\n".encode(), "forbidden-character"),
    "empty": Strange("T13", b"", "empty"),
    "only a comment": Strange("T13", b"# nothing\n", "empty"),
    "only a byte order mark": Strange("T13", b"\xef\xbb\xbf", "empty"),
    "control characters as YAML": Strange("T13", b"\x80\x81", "encoding"),
}


ODD = {
    "byte order mark": b"\xef\xbb\xbfa: 1\n",
    "CRLF": b"a: 1\r\nb: |\r\n  x\r\n  y\r\n",
    "document start and end": b"---\na: 1\n...\n",
    "no newline at the end": b"a: 1",
    "12 levels": b"[" * 12 + b"]" * 12,
    "longest text": b"a: " + b"x" * 20_000,
    "emoji": "a: 🫀\n".encode(),
    "Greek, Chinese, Arabic": "a: Ωμέγα 心臓 قلب\n".encode(),
    "combining without composed form": "a: x\u0323\n".encode(),
    "no-break space in text": "a: 5\u00a0mg\n".encode(),
    "folded text": b"a: >-\n  x\n  y\n",
    "escaped newline": b'a: "x\\ny"\n',
    "everything in braces": b'{"a": [1, 2.50, null], "b": {"c": true}}',
    "comments everywhere": b"# a\na: 1 # b\n# c\n",
    "question-mark key": b"? a\n: 1\n",
    "40 digits": b"a: " + b"1" * 40,
    "merge sign as a value": b'a: "<<"\n',
}


FRAGMENTS = [
    *(b"\0 \t \r \n : - ? , [ ] { } # & * ! | > ' \" % @ ` ~ << --- ... \\ \\u202e \\UFFFFFFFF".split(b" ")),
    *(b"&a|*a|!!set|0x1f|010|1e999|.nan|2024-02-30|12:30|null|true|[[[[[[[[|- - - -|: |\n\n|\n  |\n- ".split(b"|")),
    *("\u0085|\u2028|\u202e|\ufeff|\ud7ff|e\u0301|\u00a0|🫀|−".encode().split(b"|")),
    b"\xff", b"\xc3", b"%YAML 1.2\n---\n", b"9" * 50, b"x" * 300,
]  # fmt: skip


def mutant(seed: bytes, random_: random.Random) -> bytes:
    """A file with one to six changes: pieces put in, taken out, doubled or swapped, and bytes changed."""
    data = bytearray(seed)
    for _ in range(random_.randint(1, 6)):
        at = random_.randrange(len(data) + 1)
        end = min(len(data), at + random_.randint(1, 40))
        match random_.randrange(5):
            case 0:
                data[at:at] = random_.choice(FRAGMENTS)
            case 1:
                del data[at:end]
            case 2:
                data[at:at] = data[at:end]
            case 3:
                data[at:end] = random_.choice(FRAGMENTS)
            case _:
                data[at : at + 1] = bytes([random_.randrange(256)])
    return bytes(data)


_FIGURE = re.compile(rb"(?<![\w.-])-?\d+(?:\.\d+)?(?![\w.-])")
# Figures that papers do not print, or print where they mean something else.
FIGURES = (
    b"0 1 -1 2 0.0 -0.0 1.5 99.9 100 101 1e2 1e15 -1e15 1e-15 1e-30 -1e-30 1e16 1e300 1e-300 10000000000 99999999999"
    b" 0.5 0.05 0.000001 null true .nan"
).split(b" ")


def with_other_figures(seed: bytes, random_: random.Random) -> bytes:
    """A file with one to three of its figures changed, so that it is likely to be read."""
    data = seed
    for _ in range(random_.randint(1, 3)):
        places = list(_FIGURE.finditer(data))
        if not places:
            break
        place = random_.choice(places)
        data = data[: place.start()] + random_.choice(FIGURES) + data[place.end() :]
    return data

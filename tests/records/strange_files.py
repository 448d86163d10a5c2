"""Files that a stranger might send: hostile ones, odd but honest ones, and mutants of a sound one."""

from __future__ import annotations

import random

from builders import PROJECTS
from evibrief.records.source import MAX_BYTES

SEED = PROJECTS / "small/studies/made-up-2001.yaml"

ALIAS_BOMB = "a0: &a0 [lol,lol,lol,lol,lol,lol,lol,lol,lol,lol]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)
MERGE_BOMB = "a0: &a0 {x: 1}\n" + "".join(
    f"a{n}: &a{n} {{<<: [{','.join([f'*a{n - 1}'] * 8)}]}}\n" for n in range(1, 9)
)

HOSTILE: dict[str, tuple[bytes, str]] = {
    "alias bomb": (ALIAS_BOMB.encode(), "anchor"),
    "alias without anchor": (b"a: *b\n", "alias"),
    "merge bomb": (MERGE_BOMB.encode(), "anchor"),
    "merge key": (b"<<: {a: 1}\n", "merge-key"),
    "merge key in quotes": (b'"<<": {a: 1}\n', "merge-key"),
    "quadratic blow-up": (b'a: &a "' + b"x" * 15_000 + b'"\nb: [' + b"*a," * 20_000 + b"*a]\n", "anchor"),
    "self-reference": (b"a: &a [*a]\n", "anchor"),
    "anchor on a key": (b"&a b: 1\n", "anchor"),
    "anchor on a map": (b"a: &b\n  c: 1\n", "anchor"),
    "deep list": (b"[" * 30_000, "too-deep"),
    "deep list, closed": (b"[" * 100_000 + b"]" * 100_000, "too-deep"),
    "deep map": (b"{a: " * 30_000, "too-deep"),
    "deep block": ("\n".join(" " * n + "a:" for n in range(500)).encode(), "too-deep"),
    "deep items": (b"- " * 30_000, "too-deep"),
    "deep map in quotes": (b'{"a": ' * 30_000, "too-deep"),
    "deep in a duplicate": (b"a: 1\na: " + b"[" * 30_000, "too-deep"),
    "13 levels": (b"[" * 13 + b"]" * 13, "too-deep"),
    "too large": (b"a: " + b"x" * MAX_BYTES, "too-large"),
    "long text": (b"a: " + b"x" * 20_001, "too-long"),
    "long key": (b'"' + b"x" * 20_001 + b'": 1', "too-long"),
    "many values": (b"[" + b"1," * 60_000 + b"1]", "too-many-values"),
    "many maps": (b"- {a: 1}\n" * 20_000, "too-many-values"),
    "many empty lines": (b"- \n" * 80_000, "too-many-values"),
    "5,000 digits": (b"n: " + b"1" * 5_000, "unfit-number"),
    "41 digits": (b"n: " + b"1" * 41, "unfit-number"),
    "1e400": (b"n: 1e400", "unfit-number"),
    "1e-400": (b"n: 1e-400", "unfit-number"),
    "absurd exponent": (b"n: 1e99999999999999999999999", "unfit-number"),
    "duplicate key": (b"events: 3\nevents: 30\n", "duplicate-key"),
    "duplicate key, other case": (b"events: 3\nEvents: 30\n", "duplicate-key"),
    "duplicate key, full width": ("events: 3\nｅvents: 30\n".encode(), "duplicate-key"),
    "duplicate key, quoted": (b'events: 3\n"events": 30\n', "duplicate-key"),
    "duplicate key, escaped": (b'events: 3\n"\\x65vents": 30\n', "duplicate-key"),
    "duplicate key, Kelvin": ("k: 3\n\u212a: 30\n".encode(), "not-normalised"),
    "list as key": (b"? [a]\n: b\n", "wrong-key"),
    "map as key": (b"{a: 1}: b\n", "wrong-key"),
    "empty key": (b"a: {: 1}\n", "syntax"),
    "binary tag": (b"a: !!binary aGk=\n", "tag"),
    "set tag": (b"a: !!set {x, y}\n", "tag"),
    "python tag": (b"a: !!python/object/apply:os.system [id]\n", "tag"),
    "own tag": (b"!study\na: 1\n", "tag"),
    "bare tag": (b"a: ! 5\n", "tag"),
    "tag on a key": (b"!!str a: 1\n", "tag"),
    "undefined tag handle": (b"a: !x!y 1\n", "syntax"),
    "version directive": (b"%YAML 1.1\n---\na: 1\n", "directive"),
    "tag directive": (b"%TAG ! tag:x,2000:\n---\na: 1\n", "directive"),
    "two documents": (b"a: 1\n---\nb: 2\n", "several-documents"),
    "two documents, ended": (b"a: 1\n...\nb: 2\n", "syntax"),
    "bidi override": ("a: x\u202ey\n".encode(), "forbidden-character"),
    "bidi isolate": ("a: x\u2066y\n".encode(), "forbidden-character"),
    "bidi in a comment": ("# \u202e\na: x\n".encode(), "forbidden-character"),
    "bidi escaped": (b'a: "x\\u202e"\n', "forbidden-character"),
    "bidi escaped in a key": (b'"x\\u202e": 1\n', "forbidden-character"),
    "zero width in a key": ("ev\u200bents: 1\n".encode(), "forbidden-character"),
    "soft hyphen": ("a: x\u00ady\n".encode(), "forbidden-character"),
    "Arabic letter mark": ("a: x\u061cy\n".encode(), "forbidden-character"),
    "tag characters": ("a: x\U000e0041y\n".encode(), "forbidden-character"),
    "variation selector": ("a: x\ufe01y\n".encode(), "forbidden-character"),
    "Hangul filler": ("a: x\u3164y\n".encode(), "forbidden-character"),
    "private use": ("a: \ue000\n".encode(), "forbidden-character"),
    "NUL": (b"a: x\0y\n", "forbidden-character"),
    "NUL escaped": (b'a: "x\\0"\n', "forbidden-character"),
    "escape": (b"a: x\x1b[2Jy\n", "forbidden-character"),
    "escape escaped": (b'a: "\\e[2J"\n', "forbidden-character"),
    "C1 control": ("a: x\u009by\n".encode(), "forbidden-character"),
    "delete": (b"a: x\x7fy\n", "forbidden-character"),
    "surrogate escaped": (b'a: "x\\ud800"\n', "forbidden-character"),
    "surrogate in bytes": (b"a: \xed\xa0\x80\n", "encoding"),
    "noncharacter": ("a: x\ufffey\n".encode(), "forbidden-character"),
    "noncharacter, far": ("a: x\U0001ffffy\n".encode(), "forbidden-character"),
    "noncharacter, Arabic block": ("a: x\ufdd0y\n".encode(), "forbidden-character"),
    "absurd escape": (b'a: "\\UFFFFFFFF"\n', "syntax"),
    "Latin-1": (b"a: caf\xe9\n", "encoding"),
    "overlong": (b"a: \xc0\xaf\n", "encoding"),
    "truncated": (b"a: \xe2\x82", "encoding"),
    "UTF-16": ("a: 1\n".encode("utf-16"), "encoding"),
    "UTF-16 without mark": ("a: 1\n".encode("utf-16-le"), "forbidden-character"),
    "UTF-32": ("a: 1\n".encode("utf-32"), "encoding"),
    "second byte order mark": ("\ufeff\ufeffa: 1\n".encode(), "forbidden-character"),
    "byte order mark within": ("a: 1\nb: \ufeff2\n".encode(), "forbidden-character"),
    "NEL": ("a: x\u0085b: 2\n".encode(), "forbidden-character"),
    "line separator": ("a: x\u2028b: 2\n".encode(), "forbidden-character"),
    "paragraph separator": ("a: x\u2029b: 2\n".encode(), "forbidden-character"),
    "lone carriage return": (b"a: x\rb: 2\n", "forbidden-character"),
    "tab": (b"a:\tx\n", "tab"),
    "tab in text": (b"a: x\ty\n", "tab"),
    "tab escaped": (b'a: "x\\ty"\n', "forbidden-character"),
    "letter in parts": ("a: e\u0301\n".encode(), "not-normalised"),
    "letter in parts, escaped": (b'a: "e\\u0301"\n', "forbidden-character"),
    "no-break space as indentation": ("a:\n\u00a0 b: 1\n".encode(), "forbidden-character"),
    "empty": (b"", "empty"),
    "only a comment": (b"# nothing\n", "empty"),
    "only a byte order mark": (b"\xef\xbb\xbf", "empty"),
    "control characters as YAML": (b"\x80\x81", "encoding"),
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

"""From a file to text that is safe to parse: size, kind of file, encoding and characters.

A record is plain UTF-8 text. One byte order mark at the start (Windows editors write it) is dropped, and CRLF becomes
LF; nothing else is guessed. Tabs are refused everywhere, because YAML parsers disagree on them.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from itertools import islice
from pathlib import Path

from evibrief.errors import Problem, RecordError

# A record of thirty results is about 20 kB; parsing the worst file of this size takes under a second.
MAX_BYTES = 256 * 1024
MAX_CHARACTERS_REPORTED = 10

# Control characters but line feed; soft hyphen; invisible, bidirectional and line-breaking characters (Unicode
# TR36, section 2.10; Trojan Source, CVE-2021-42574); variation selectors, tags, surrogates, private use and
# noncharacters.
_FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0xF0000, 0x10000))
    + "]"
)
# A no-break space, pasted from a web page, where YAML needs a plain one: in the indentation or after a field's colon.
_NO_BREAK_SPACE = re.compile(r"(?m)^[ -]*(?:[\w-]+ *:)?(\u00a0)")
# Words that mix Latin letters with Cyrillic ones, or with those Greek ones that look the same (Unicode TR39, table of
# confusables): nobody types them, and nobody sees them. Greek letters beside Latin ones, as in NF-κB, are ordinary.
_ALIKE = "\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u0400-\u052f"
_LATIN = "A-Za-z\u00c0-\u024f"
_LOOKING_ALIKE = re.compile(f"[{_ALIKE}]")
_MIXED = re.compile(f"[{_LATIN}][{_ALIKE}]|[{_ALIKE}][{_LATIN}]")
_NAMES = {"\t": "a tab", "\r": "a lone carriage return", "\x00": "a zero byte", "\x85": "a NEL line break"}


def read_text(path: Path, *, shown_as: str) -> str:
    """Return the text of a record file, checked and with LF line ends.

    Symbolic links, devices and files above 256 KB are refused before anything is read.

    Raises:
        RecordError: if the file is not one that a record can be in; every unfit character kind is named once.
    """
    return text_of(read_bytes(path, shown_as=shown_as), shown_as=shown_as)


def read_bytes(path: Path | str, *, shown_as: str) -> bytes:
    """Return the bytes of a record file, of one that is too large some. Raises RecordError as `read_text` does."""
    try:
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            raise _refused(shown_as, "symlink", "is a symbolic link", "put the file itself here")
        if not stat.S_ISREG(status.st_mode):
            raise _refused(shown_as, "not-a-file", "is not an ordinary file", "remove it")
        if status.st_size > MAX_BYTES:
            raise _too_large(shown_as, status.st_size)
        # The flag closes the gap between looking and opening; Windows does not have it.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        try:
            return _all_of(handle)
        finally:
            os.close(handle)
    except OSError as error:
        advice = "check that the file exists and that you may read it"
        raise _refused(shown_as, "unreadable", f"cannot be read ({error.strerror})", advice) from None


def _all_of(handle: int) -> bytes:
    data = os.read(handle, MAX_BYTES + 1)
    while len(data) <= MAX_BYTES and (more := os.read(handle, MAX_BYTES + 1 - len(data))):
        data += more
    return data


def digest_of(data: bytes) -> str:
    """Return what tells the bytes of a file from any others."""
    return hashlib.sha256(data).hexdigest()


def text_of(data: bytes, *, shown_as: str) -> str:
    """Return bytes as checked text with LF line ends.

    Raises:
        RecordError: if they are not UTF-8, not in Unicode normal form C, or hold characters unfit for a record.
    """
    if len(data) > MAX_BYTES:
        raise _too_large(shown_as, len(data))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        advice = "save the file with the encoding UTF-8"
        raise _refused(shown_as, "encoding", "the file is UTF-16, not UTF-8", advice)
    try:
        text = data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise RecordError([_not_utf8(data, error, shown_as)]) from None
    if _harmless(text):
        return text
    problems = _character_problems(text, shown_as)
    if problems:
        raise RecordError(problems)
    return text


def character_fault(text: str) -> str | None:
    """Return what is wrong with the characters of a piece of text, or nothing: ``U+202E (...)``."""
    found = _FORBIDDEN.search(text)
    if found:
        return f"it holds {_name(found.group())}"
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        return "it holds letters in parts (not Unicode normal form C)"
    return None


def _harmless(text: str) -> bool:
    """Return true where a quick look is enough: each character that occurs is tried once."""
    characters = "".join(set(text))
    if _FORBIDDEN.search(characters):
        return False
    is_plain = text.isascii() or not ("\u00a0" in text or _LOOKING_ALIKE.search(characters))
    return is_plain and unicodedata.is_normalized("NFC", text)


def _not_utf8(data: bytes, error: UnicodeDecodeError, shown_as: str) -> Problem:
    before = data[: error.start].decode("utf-8")
    return Problem(
        path=shown_as,
        line=before.count("\n") + 1,
        column=len(before) - (before.rfind("\n") + 1) + 1,
        field="",
        code="encoding",
        message=f"the file is not UTF-8 text (found the byte 0x{data[error.start]:02x})",
        advice="save the file with the encoding UTF-8",
    )


def _character_problems(text: str, shown_as: str) -> list[Problem]:
    counts: dict[str, int] = {}
    first: dict[str, int] = {}
    for match in _FORBIDDEN.finditer(text):
        char = match.group()
        counts[char] = counts.get(char, 0) + 1
        first.setdefault(char, match.start())
    problems = [
        _at(text, start, shown_as, *_words(char, counts[char]))
        for char, start in list(first.items())[:MAX_CHARACTERS_REPORTED]
    ]
    if "\u00a0" in text and (found := _NO_BREAK_SPACE.search(text)):
        message = "found a no-break space where a plain space must stand"
        problems.append(_at(text, found.start(1), shown_as, "forbidden-character", message, "type the space again"))
    problems += [
        _at(text, found.start(), shown_as, "mixed-letters", *_mixed(found.group()))
        for found in islice(_MIXED.finditer(text), MAX_CHARACTERS_REPORTED)
    ]
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        advice = "type the accented letter again, as one character"
        message = "a letter is written in parts (the text is not in Unicode normal form C)"
        problems.append(_at(text, _first_change(text), shown_as, "not-normalised", message, advice))
    return problems


def _words(char: str, count: int) -> tuple[str, str, str]:
    more = f" (and {count - 1} more in this file)" if count > 1 else ""
    if char == "\t":
        return "tab", f"found a tab{more}", "use spaces"
    return "forbidden-character", f"found {_name(char)}, which does not belong in a record{more}", "delete it"


def _mixed(pair: str) -> tuple[str, str]:
    char = pair[0] if _LOOKING_ALIKE.match(pair) else pair[1]
    return f"'{pair}' mixes letters that look alike: {_name(char)} in a word of Latin letters", "type the word again"


def _name(char: str) -> str:
    return _NAMES.get(char) or f"U+{ord(char):04X} ({unicodedata.name(char, 'a control or unassigned character')})"


def _first_change(text: str) -> int:
    normal = unicodedata.normalize("NFC", text)
    return next((i for i, (a, b) in enumerate(zip(text, normal, strict=False)) if a != b), len(normal) - 1)


def _at(text: str, start: int, shown_as: str, code: str, message: str, advice: str) -> Problem:
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    return Problem(path=shown_as, line=line, column=column, field="", code=code, message=message, advice=advice)


def _refused(shown_as: str, code: str, message: str, advice: str) -> RecordError:
    problem = Problem(path=shown_as, line=1, column=1, field="", code=code, message=message, advice=advice)
    return RecordError([problem])


def _too_large(shown_as: str, size: int) -> RecordError:
    message = f"the file has {size:,} bytes; a record has at most {MAX_BYTES:,}"
    return _refused(shown_as, "too-large", message, "a record holds one study or one question; split it")

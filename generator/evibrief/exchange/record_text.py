"""Records as tidy YAML text: explicit order, plain words where YAML allows them, one style everywhere.

Only what records are made of can be written: text, whole numbers, printed figures, lists and mappings. The reader of
records is strict YAML 1.2; text that it could take for something else stands in double quotes.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

Value = str | int | Decimal | Sequence["Value"] | Mapping[str, "Value"]
Fields = Mapping[str, Value]

WIDTH = 110
# Text that stays text in every YAML version when it is not quoted.
_PLAIN = re.compile(r"[A-Za-z(][^:#\n\\\"`]*(:(?=\S)[^:#\n\\\"`]*)*")
_WORDS_WITH_A_MEANING = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_SPECIAL_IN_FLOW = frozenset(",[]{}")


class Row(dict[str, Value]):
    """A mapping that is written on one line, such as ``{events: 1, n: 40}``."""


def record_text(record: Fields, comment: Sequence[str] = ()) -> str:
    """Return the YAML text of a record, with comment lines above it and a line break at its end."""
    lines = [f"# {line}".rstrip() for line in comment]
    lines += _mapping(record, "")
    return "\n".join(lines) + "\n"


def _mapping(fields: Fields, indent: str) -> Iterator[str]:
    for key, value in fields.items():
        yield from _entry(f"{indent}{key}:", value, indent + "  ")


def _entry(head: str, value: Value, indent: str) -> Iterator[str]:
    if isinstance(value, str) and len(head) + len(value) >= WIDTH:
        yield f"{head} >-"
        yield from textwrap.wrap(
            value,
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_on_hyphens=False,
            break_long_words=False,
        )
    elif _on_one_line(value):
        yield f"{head} {_flow(value)}"
    elif isinstance(value, Mapping):
        yield head
        yield from _mapping(value, indent)
    else:
        assert isinstance(value, Sequence)
        yield head
        for item in value:
            yield from _item(item, indent)


def _item(value: Value, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping) and not isinstance(value, Row):
        first, *others = _mapping(value, indent + "  ")
        yield f"{indent}- {first.lstrip()}"
        yield from others
    else:
        yield from _entry(f"{indent}-", value, indent + "  ")


def _on_one_line(value: Value) -> bool:
    if isinstance(value, str | int | Decimal | Row):
        return True
    return not value or (isinstance(value, Sequence) and all(isinstance(item, str | int) for item in value))


def _flow(value: Value, *, inside: bool = False) -> str:
    if isinstance(value, str):
        return _text(value, inside=inside)
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(item, inside=True)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(_flow(item, inside=True) for item in value) + "]"


def _text(value: str, *, inside: bool) -> str:
    plain = _is_plain(value) and not (inside and _SPECIAL_IN_FLOW.intersection(value))
    return value if plain else json.dumps(value, ensure_ascii=False)


def _is_plain(value: str) -> bool:
    return (
        _PLAIN.fullmatch(value) is not None
        and value.lower() not in _WORDS_WITH_A_MEANING
        and not value.endswith((":", " "))
    )

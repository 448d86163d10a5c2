"""Every message of ``evibrief check``: what it means, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evibrief.checks.catalogue import CATALOGUE
from evibrief.checks.remarks import OURS, Check
from evibrief.errors import Severity, UsageError
from evibrief.records.catalogue import MISTAKES, Mistake
from evibrief.records.wording import listed, nearest

_MAY_STAND = (
    "If it is right as it stands, say so with the reason in the record's field acknowledged; the page shows it."
)
_STANDS_NOT = "Mend it: it cannot be right as it stands."
_EFFECTS = {
    Severity.ERROR: "An error: nothing is published until it is mended.",
    Severity.WARNING: "A warning: it wants to be mended or answered.",
    Severity.HINT: "A hint: advice that may be passed over.",
}
_HEAD = """---
title: What each message means
description: Every message of evibrief check, with an example and what to do about it.
hide: [navigation, toc]
---

# What each message means

`evibrief check` tells each mistake in one line: the file, the line and column in it, the field, what was found, what
would be right, and in brackets the code by which you find the message here. `evibrief check --explain CODE` says the
same.

> `` {example} ``

An **error** keeps the record from being published. A **warning** wants an answer: mend the record or, where the message
allows it, let it stand with a reason, which the page shows to readers. A **hint** is advice.

```yaml
acknowledged:
  - check: p21-unlike-sd
    field: results.0.arms.control.sd
    reason: Table 2 prints this standard deviation; the people of this trial had been chosen for being alike.
    by: A. Example
    date: 2026-03-01
```
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One kind of message: when it comes, and how to mend what it tells of."""

    code: str
    severity: Severity
    title: str
    means: str
    mend: str


def record_messages() -> tuple[Message, ...]:
    """What keeps a record from being read, by code."""
    return tuple(map(_of_mistake, sorted(MISTAKES, key=lambda mistake: mistake.code)))


def evidence_messages() -> tuple[Message, ...]:
    """What looks wrong in records that can be read, by code."""
    return tuple(map(_of_check, CATALOGUE))


def _of_mistake(mistake: Mistake) -> Message:
    return Message(code=mistake.code, severity=mistake.severity, title="", means=mistake.means, mend=mistake.mend)


def _of_check(check: Check) -> Message:
    source = "The limit is ours." if check.source == OURS else f"Source: {check.source}."
    return Message(
        code=check.code,
        severity=check.severity,
        title=check.title,
        means=f"{check.title}. The rule: {check.rule}. {source}",
        mend=_MAY_STAND if check.may_stand else _STANDS_NOT,
    )


def explained(code: str) -> str:
    """What a code means, for a terminal.

    Raises:
        UsageError: if there is no such code, with the nearest one.
    """
    every = {message.code: message for message in (*record_messages(), *evidence_messages())}
    if code not in every:
        near = nearest(code, every)
        advice = f"did you mean '{near}'?" if near else f"there are {listed(sorted(every), 200)}"
        raise UsageError(f"there is no message with the code '{code}'; {advice}")
    message = every[code]
    return f"{message.code}\n{message.means}\n{message.mend}\n{_EFFECTS[message.severity]}"


def catalogue_page(examples: Mapping[str, str], *, first: str) -> str:
    """The catalogue as a page in Markdown; ``examples`` are lines as printed, ``first`` is the code of one of them."""
    parts = [
        _HEAD.format(example=examples[first]),
        "## The form of a record\n",
        *_entries(record_messages(), examples),
        "## What the figures and words say\n",
        *_entries(evidence_messages(), examples),
    ]
    return "\n".join(parts)


def _entries(messages: Sequence[Message], examples: Mapping[str, str]) -> Iterator[str]:
    for message in messages:
        yield f"### {message.code}\n"
        yield f"**{message.severity.value.capitalize()}.** {_text(message.means)}\n"
        if message.code in examples:
            yield f"> `` {examples[message.code]} ``\n"
        yield f"{_text(message.mend)}\n"


def _text(words: str) -> str:
    """Words as Markdown that shows them as they are."""
    escaped = "".join(f"\\{char}" if char in "\\`*_[]" else char for char in words)
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

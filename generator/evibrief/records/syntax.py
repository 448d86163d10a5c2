"""The YAML parser's complaints, in words for people who do not know YAML.

Each explanation says what was found in which place, and what would be right. Parsers speak of tokens and block ends;
what an editor did is nearly always one of a dozen things, which the line itself gives away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from evibrief.records.wording import shortened

_QUOTE = "put the whole text in quotes"
_ALIGN = "start it in the same column as its neighbours, with spaces only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What is wrong with the syntax, where (counted from 1), and what would be right."""

    line: int
    column: int
    message: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    """A complaint of the parser: its words, and the lines and columns (from 0) that it names."""

    lines: list[str]
    problem: str
    context: str
    at: tuple[int, int]
    since: tuple[int, int]

    def line(self, place: tuple[int, int]) -> str:
        return self.lines[place[0]] if place[0] < len(self.lines) else ""

    def char(self, place: tuple[int, int]) -> str:
        return self.line(place)[place[1] : place[1] + 1]

    def explained(self, place: tuple[int, int], message: str, advice: str) -> Explanation:
        return Explanation(line=place[0] + 1, column=place[1] + 1, message=message, advice=advice)


def explain(
    text: str, *, problem: str, context: str, at: tuple[int, int] | None, since: tuple[int, int] | None
) -> Explanation:
    """Return a parser's complaint in our words.

    ``at`` is the line and column, from 0, where the parser stopped; ``since`` where the part began that it was in.
    """
    place = at or since or (0, 0)
    fault = _Fault(lines=text.split("\n"), problem=problem, context=context, at=place, since=since or place)
    for explanation in (_scanning(fault), _line_up(fault), _brackets(fault)):
        if explanation is not None:
            return explanation
    message = f"cannot be read as YAML ({shortened(problem)})"
    return fault.explained(place, message, "check the indentation, colons and quotes in this line")


def _scanning(fault: _Fault) -> Explanation | None:
    problem, context = fault.problem, fault.context
    if "mapping values are not allowed" in problem:
        return _colon(fault)
    if "could not find expected ':'" in problem:
        return _no_colon(fault)
    if "quoted scalar" in context:
        return _quotes(fault)
    if "cannot start any token" in problem:
        return _bad_start(fault, fault.at)
    if any(part in context for part in ("alias", "anchor", "tag", "block scalar", "directive")):
        return _bad_start(fault, fault.since)
    if "sequence entries are not allowed" in problem:
        advice = "start the list on the next line, one '- ' for each item; put text that starts with '- ' in quotes"
        return fault.explained(fault.at, "found a list item where none can be", advice)
    if "mapping keys are not allowed" in problem:
        return _bad_start(fault, fault.at)
    return None


def _colon(fault: _Fault) -> Explanation:
    before = fault.line(fault.at)[: fault.at[1]]
    if re.search(r":\s", before):
        return fault.explained(fault.at, "found a second colon in this line", "put the text after the first in quotes")
    above = fault.line((fault.at[0] - 1, 0)) if fault.at[0] else ""
    if re.match(r"[ -]*[\w-]+:\S", above) or (above.strip() and not re.search(r":(\s|$)", above)):
        start = len(above) - len(above.lstrip(" -"))
        return _no_colon(replace(fault, since=(fault.at[0] - 1, start)))
    message = f"found a colon after '{shortened(before)}', where the text of the line above goes on"
    return fault.explained(
        fault.at, message, "line the field up with its neighbours, or put text with a colon in quotes"
    )


def _no_colon(fault: _Fault) -> Explanation:
    line = fault.line(fault.since)[fault.since[1] :].strip()
    message = f"expected 'field: value', found '{shortened(line)}'"
    if re.match(r"[\w-]+:\S", line):
        return fault.explained(fault.since, message, "write a space after the colon")
    advice = "write a colon and a space after the field's name; indent a text that goes on from the line above"
    return fault.explained(fault.since, message, advice)


def _quotes(fault: _Fault) -> Explanation:
    quote = fault.char(fault.since)
    if "escape" in fault.problem:
        message = f"found a backslash that means nothing before '{shortened(fault.char(fault.at))}'"
        return fault.explained(fault.at, message, "write \\\\ for a backslash, or use single quotes")
    message = f"the quote ({quote}) that opens here is never closed"
    advice = f"close it with {quote}" + (", and write '' for an apostrophe inside" if quote == "'" else "")
    return fault.explained(fault.since, message, advice)


def _bad_start(fault: _Fault, place: tuple[int, int]) -> Explanation:
    return fault.explained(place, f"text cannot start with '{shortened(fault.char(place))}'", _QUOTE)


def _line_up(fault: _Fault) -> Explanation | None:
    """Explain lines that do not line up, and text after a closing quote."""
    if "<block end>" not in fault.problem and "<document start>" not in fault.problem:
        return None
    found = fault.char(fault.at)
    before = fault.line(fault.at)[: fault.at[1]].rstrip()
    if before.endswith(('"', "'")):
        quote = before[-1]
        advice = "put the whole text in quotes" + (
            ", and write '' for an apostrophe inside" if quote == "'" else " of the other kind (')"
        )
        return fault.explained(fault.at, f"found text after a closing quote ({quote})", advice)
    if before.endswith(("]", "}")) or found in "]},":
        what = shortened(fault.line(fault.at)[fault.at[1] :], 20)
        return fault.explained(fault.at, f"found '{what}', which belongs to no open bracket", _QUOTE)
    line = shortened(fault.line(fault.at).strip())
    if found == ":":
        return fault.explained(fault.at, "found a colon without a field's name", "write the name before the colon")
    return fault.explained(fault.at, f"'{line}' does not line up with the lines above", _ALIGN)


def _brackets(fault: _Fault) -> Explanation | None:
    if "flow" in fault.context and "got" in fault.problem:
        bracket = fault.char(fault.since)
        closing = {"[": "]", "{": "}"}.get(bracket, "a bracket")
        message = f"the bracket ({bracket}) that opens here is not closed, or a comma is missing"
        return fault.explained(
            fault.since, message, f"close it with {closing}; {_QUOTE} where a bracket is meant as text"
        )
    if "expected the node content" in fault.problem:
        found = shortened(fault.line(fault.at)[fault.at[1] :], 20) or "the end"
        return fault.explained(fault.at, f"expected a value, found '{found}'", "put text that starts so in quotes")
    return None

"""A remark of the checks that a person has looked into and lets stand, with the reason."""

from __future__ import annotations

from pydantic import Field

from .fields import Date, Id, Line, Prose, Record


class Acknowledgement(Record):
    """Why what a check remarks is right as it stands. The page shows it."""

    check: Id = Field(
        description="Code of the check, in brackets at the end of its message.", examples=["p21-unlike-sd"]
    )
    field: Line = Field(description="The field that the message names.", examples=["results.0.arms.control.sd"])
    reason: Prose = Field(
        description="What was looked up, where, and why the figures are right.",
        examples=["Table 2 prints these standard deviations; the groups differ in size of centre."],
    )
    by: Line = Field(description="Who looked.", examples=["A. Example"])
    date: Date = Field(description="The day on which they looked.", examples=["2026-03-01"])

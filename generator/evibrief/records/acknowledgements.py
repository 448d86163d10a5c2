"""A remark of the checks that a person has looked into and lets stand, with the reason."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .fields import Date, Id, Line, Prose, Record


class Acknowledgement(Record):
    """Why what a check remarks is right as it stands. The page shows it."""

    check: Id = Field(description="The code of the check, as the message gives it, such as p21-unlike-sd.")
    field: Annotated[Line, Field(description="The field that the message names, such as results.0.arms.control.sd.")]
    reason: Prose = Field(description="What was looked up, where, and why the figures are right.")
    by: Line = Field(description="Who looked.")
    date: Date

"""Acknowledgements that answer no remark: of no check, of no field, or of what no reason can mend."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from evibrief.errors import Severity
from evibrief.records.study import Study
from evibrief.records.summary import Summary

from .remarks import OURS, Check, Remark, remark

IDLE = Check(
    code="ack-idle",
    title="An acknowledgement that answers no remark",
    severity=Severity.WARNING,
    rule="each acknowledgement silences a remark by its check and field; others are left over from mended figures",
    source=OURS,
)


def idle(record: Study | Summary, answered: Collection[tuple[str, str]]) -> Iterator[Remark]:
    """Yield the acknowledgements of a record that answer none of the remarks on it, by their check and field."""
    for index, given in enumerate(record.acknowledged):
        if (given.check, given.field) not in answered:
            text = f"{given.check} does not speak of {given.field}, or cannot be acknowledged"
            advice = "copy check and field from the message; delete what is no longer needed"
            yield remark(IDLE, record, ("acknowledged", index), text, advice)


CHECKS = (IDLE,)

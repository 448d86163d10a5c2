"""The day on which something is made, as far as whoever has it made states it."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime


def stated_day() -> date | None:
    """The day that the caller states (SOURCE_DATE_EPOCH), if it does."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC).date() if epoch.isdigit() else None

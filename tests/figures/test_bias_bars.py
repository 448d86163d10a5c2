"""Weighted bars of risk of bias: lengths that are shares, names beside or above, letters where there is room."""

from __future__ import annotations

import pytest

from evibrief.figures.bias_bars import BarRow, BiasBars, narrow_bars, wide_bars
from evibrief.figures.risk_of_bias import weighted_bar

ROWS = (
    BarRow(name="Randomisation", shares=weighted_bar([("low", 50.0), ("high", 50.0)])),
    BarRow(name="Overall", shares=weighted_bar([("high", 99.0), ("not assessed", 1.0)])),
)


@pytest.mark.parametrize("bars", [wide_bars(ROWS), narrow_bars(ROWS)], ids=["wide", "narrow"])
class TestBars:
    def test_are_as_long_as_their_shares(self, bars: BiasBars) -> None:
        low, high, rest, most = bars.parts
        assert low.width == pytest.approx(high.width, abs=0.11)
        assert high.x == pytest.approx(low.x + low.width, abs=0.11)
        assert most.width / rest.width == pytest.approx(99.0, rel=0.05)

    def test_fill_their_scale(self, bars: BiasBars) -> None:
        assert [tick.text for tick in bars.ticks] == ["0", "25", "50", "75", "100"]
        assert bars.parts[0].x == bars.ticks[0].x
        assert bars.parts[1].x + bars.parts[1].width == pytest.approx(bars.ticks[-1].x, abs=0.11)

    def test_say_the_judgement_by_a_letter_where_it_fits(self, bars: BiasBars) -> None:
        assert [part.letter for part in bars.parts] == ["+", "×", "", "×"]

    def test_lie_within_the_drawing(self, bars: BiasBars) -> None:
        assert all(part.y + bars.bar_height <= bars.bottom for part in bars.parts)
        assert bars.bottom < bars.height


def test_names_stand_beside_wide_bars_and_above_narrow_ones() -> None:
    wide, narrow = wide_bars(ROWS), narrow_bars(ROWS)
    assert wide.names[0].y > wide.parts[0].y
    assert narrow.names[0].y < narrow.parts[0].y

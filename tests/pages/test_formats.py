"""How numbers are printed. Expected texts are what a medical journal would print."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evibrief.errors import SiteError
from evibrief.pages import formats
from evibrief.pages.language import Language, read_language

ENGLISH = read_language(Path(__file__).parents[2] / "templates" / "wording")


@pytest.mark.parametrize(
    ("value", "low", "high", "null", "printed"),
    [
        (0.726, 0.594, 0.887, 1.0, "0.73 (0.59 to 0.89)"),
        (0.18, 0.07, 0.29, 0.0, "0.18 (0.07 to 0.29)"),
        (-13.98, -24.03, -3.93, 0.0, "−14.0 (−24.0 to −3.9)"),
        (-139.8, -240.3, 3.93, 0.0, "−140 (−240 to 4)"),
        (0.882, 0.776, 1.002, 1.0, "0.88 (0.78 to 1.002)"),
        (0.96, 0.92, 0.9996, 1.0, "0.96 (0.92 to 0.9996)"),
        (0.1, 0.004, 0.2, 0.0, "0.10 (0.004 to 0.20)"),
        (1.0, 0.9, 1.1, 1.0, "1.00 (0.90 to 1.10)"),
        (20.04, 4.0, 80.0, 1.0, "20.04 (4.00 to 80.00)"),
        (0.285, 0.0, 0.5, 0.0, "0.29 (0.00 to 0.50)"),
    ],
)
def test_an_estimate_with_its_interval(value: float, low: float, high: float, null: float, printed: str) -> None:
    text = formats.estimate(value, ENGLISH, null=null, beside=(low, high))
    assert f"{text} ({formats.interval(low, high, ENGLISH, null=null, value=value)})" == printed


THOROUGH = settings(max_examples=2000, deadline=None)


def read_back(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


@THOROUGH
@given(st.lists(st.floats(-1e4, 1e4), min_size=3, max_size=3).map(sorted), st.sampled_from([0.0, 1.0]))
def test_numbers_read_back_from_print_are_those_that_were_printed(ends: list[float], null: float) -> None:
    """Each differs by at most half a unit of its last printed digit."""
    low, value, high = ends
    printed = [
        formats.estimate(value, ENGLISH, null=null, beside=(low, high)),
        *formats.interval(low, high, ENGLISH, null=null, value=value).split(" to "),
    ]
    for number, text in zip((value, low, high), printed, strict=True):
        unit = 10.0 ** -len(text.partition(".")[2])
        assert abs(read_back(text) - number) <= 0.5 * unit * (1 + 1e-9) + 1e-12 * abs(number)


@THOROUGH
@given(st.lists(st.floats(0.01, 100.0), min_size=1, max_size=30))
def test_printed_weights_sum_to_a_hundred(sizes: list[float]) -> None:
    """Each is off by at most half a tenth of a percent; a weight that would print as none prints as below one."""
    shares = [100.0 * size / sum(sizes) for size in sizes]
    printed = [formats.percent(share, ENGLISH, decimals=1) for share in shares]
    for share, text in zip(shares, printed, strict=True):
        assert text.endswith("%")
        if text[0].isdigit():
            assert abs(float(text.removesuffix("%")) - share) <= 0.05 + 1e-9
        else:
            assert text[0] in "<>"
    if all(text[0].isdigit() for text in printed):
        assert abs(sum(float(text.removesuffix("%")) for text in printed) - 100.0) <= 0.05 * len(printed) + 1e-9


@THOROUGH
@given(st.floats(-1e4, 1e4), st.sampled_from([0.0, 1.0]))
def test_a_value_beside_the_null_never_prints_as_the_null_and_zero_has_no_minus(value: float, null: float) -> None:
    printed = float(formats.estimate(value, ENGLISH, null=null).replace("−", "-").replace(",", ""))
    if abs(value - null) > 1e-8:
        assert (printed > null) == (value > null)
        assert (printed < null) == (value < null)
    assert not re.fullmatch(r"−0(\.0*)?", formats.estimate(value, ENGLISH, null=null))


@THOROUGH
@given(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=3).map(sorted))
def test_printed_intervals_hold_their_printed_estimates(ends: list[float]) -> None:
    low, value, high = ends
    text = formats.interval(low, high, ENGLISH, null=0.0, value=value)
    printed = [float(part.replace("−", "-").replace(",", "")) for part in text.split(" to ")]
    middle = float(formats.estimate(value, ENGLISH, null=0.0, beside=(low, high)).replace("−", "-").replace(",", ""))
    assert printed[0] <= middle <= printed[1]


@pytest.mark.parametrize(
    ("value", "printed"),
    [(0.0, "0%"), (0.2, "<1%"), (42.4, "42%"), (99.7, ">99%"), (100.0, "100%"), (99.99999999999, "100%")],
)
def test_a_percentage_is_never_a_false_none_or_all(value: float, printed: str) -> None:
    assert formats.percent(value, ENGLISH) == printed


@pytest.mark.parametrize(
    ("p", "printed"),
    [
        (0.0000001, "< 0.001"),
        (0.002, "= 0.002"),
        (0.03, "= 0.03"),
        (0.0496, "= 0.050"),
        (0.051, "= 0.051"),
        (0.0974, "= 0.097"),
        (0.5, "= 0.50"),
        (0.9999, "> 0.99"),
    ],
)
def test_a_p_value_never_reads_zero_or_hides_on_which_side_of_a_limit_it_lies(p: float, printed: str) -> None:
    assert formats.p_value(p, ENGLISH) == printed


@pytest.mark.parametrize(
    ("without", "intervention", "printed"),
    [
        (105.0, 41.6, ("105", "42", "−63")),
        (10.4, 10.6, ("10", "11", "1")),
        (10.1, 10.3, ("10.1", "10.3", "0.2")),
        (0.4, 0.6, ("0.4", "0.6", "0.2")),
        (50.0, 50.0, ("50", "50", "0")),
    ],
)
def test_frequencies_differ_by_what_a_reader_subtracts(
    without: float, intervention: float, printed: tuple[str, str, str]
) -> None:
    found = formats.frequencies(without, intervention, ENGLISH)
    assert (found.without, found.intervention, found.difference) == printed


@pytest.mark.parametrize(
    ("number", "inside", "at_start"),
    [
        (0, "zero", "Zero"),
        (8, "eight", "Eight"),
        (11, "11", "Eleven"),
        (37, "37", "Thirty-seven"),
        (133, "133", "A total of 133"),
        (2131, "2,131", "A total of 2,131"),
    ],
)
def test_numbers_in_sentences(number: int, inside: str, at_start: str) -> None:
    assert (formats.in_words(number, ENGLISH), formats.at_start(number, ENGLISH)) == (inside, at_start)


@pytest.mark.parametrize(
    ("items", "printed"),
    [
        ([], ""),
        (["hope"], "hope"),
        (["hope", "calm"], "hope and calm"),
        (["hope", "calm", "joy"], "hope, calm and joy"),
        (["nausea and vomiting", "pain", "sleep"], "nausea and vomiting, pain, and sleep"),
        (["nausea and vomiting", "pain"], "nausea and vomiting, and pain"),
        (["pain", "nausea and vomiting"], "pain, and nausea and vomiting"),
        (["a, b", "c", "d"], "a, b; c; and d"),
        (["hope (0.1, 0.2)", "calm (0.3)", "joy"], "hope (0.1, 0.2), calm (0.3) and joy"),
    ],
)
def test_lists(items: list[str], printed: str) -> None:
    assert formats.listed(items, ENGLISH) == printed


def test_other_small_formats() -> None:
    assert formats.listed_or(["hope", "calm", "joy"], ENGLISH) == "hope, calm or joy"
    assert formats.day(date(2019, 7, 12), ENGLISH) == "12 July 2019"
    assert formats.day("2019-07-02", ENGLISH) == "2 July 2019"


def test_a_date_is_told_as_far_as_it_is_known() -> None:
    assert formats.day("2006-06", ENGLISH) == "June 2006"
    assert formats.day("2006", ENGLISH) == "2006"
    assert formats.capitalised("iron and BCG") == "Iron and BCG"
    assert formats.people_interval(-12.6, 0.3, ENGLISH) == "−13 to 0.3"
    assert formats.share(0.595, ENGLISH) == "60%"


@pytest.mark.parametrize("content", [None, "{", "[]", '{"tag": "en"}'])
def test_a_language_that_lacks_something_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "language.json").write_text(content)
    with pytest.raises(SiteError, match=r"language\.json"):
        read_language(tmp_path)


def test_the_marks_are_the_languages() -> None:
    german = Language(
        **{**{name: getattr(ENGLISH, name) for name in ENGLISH.__slots__}, "decimal_mark": ",", "thousands_mark": "."}
    )
    assert formats.fixed(2131.5, 1, german) == "2.131,5"

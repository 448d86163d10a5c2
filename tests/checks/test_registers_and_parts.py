"""What a register said beforehand; what parts of the people have together."""

from __future__ import annotations

from typing import Any

import pytest

from builders import make_summary
from checks.recording import arm, arms, codes, events, means, study
from evibrief.checks.running import lint_study
from evibrief.errors import Severity
from evibrief.records.study import Study
from evibrief.records.summary import Summary
from evibrief.synthesis import synthesise
from evibrief.synthesis.evidence import PooledSynthesis

WOMEN, MEN = {"split": "sex", "name": "Women"}, {"split": "sex", "name": "Men"}


def of_register(**entry: Any) -> list[str]:
    reports = [{"id": "main", "author": [{"family": "Example"}], "issued": "2015-06"}]
    return codes(lint_study(study(register_entry=entry, reports=reports, arms=arms(100, 100))))


@pytest.mark.parametrize(
    ("registered", "started", "code"),
    [
        ("2012-03-01", "2012-03-02", None),
        ("2012-03-02", "2012-03-02", None),
        ("2012-03-03", "2012-03-02", "p41-registered-late"),
        ("2012-04", "2012-03-31", "p41-registered-late"),
        ("2012-03", "2012-03-01", None),
        ("2012", "2011", "p41-registered-late"),
        ("2013-01-01", "2010-12-31", None),
        ("2013-01-01", "2011-01-01", "p41-registered-late"),
    ],
)
def test_a_trial_is_registered_before_it_begins(registered: str, started: str, code: str | None) -> None:
    assert of_register(registered=registered, started=started) == ([code] if code else [])


@pytest.mark.parametrize(
    ("started", "code"),
    [("2014", None), ("2015", None), ("2015-06-30", None), ("2015-07", "p41-published-before-start")],
)
def test_a_trial_begins_before_it_is_published(started: str, code: str | None) -> None:
    assert of_register(started=started) == ([code] if code else [])


def test_a_protocol_may_be_published_first() -> None:
    reports = [
        {"id": "protocol", "role": "protocol", "issued": 2011, "author": [{"family": "Example"}]},
        {"id": "main", "issued": 2015, "author": [{"family": "Example"}]},
    ]
    assert codes(lint_study(study(register_entry={"started": "2012-01"}, reports=reports))) == []


@pytest.mark.parametrize(("planned", "is_odd"), [(200, False), (235, False), (236, True), (174, False), (173, True)])
def test_a_trial_has_about_as_many_people_as_planned(planned: int, is_odd: bool) -> None:
    # 200 people: 15 % of 235 are 35.25, of 236 are 35.4, of 174 are 26.1, of 173 are 25.95.
    assert of_register(planned=planned) == (["p42-other-size"] if is_odd else [])


def test_one_arm_alone_does_not_tell_how_many_were_randomised() -> None:
    one_known = study(register_entry={"planned": 500}, arms=arms(100, None))
    assert codes(lint_study(one_known)) == []


def test_a_register_entry_names_a_report_that_there_is() -> None:
    with pytest.raises(ValueError, match="no report 'register'"):
        study(register_entry={"planned": 3, "source": {"report": "register", "place": "Enrolment"}})


def in_parts(women: dict[str, Any], men: dict[str, Any], both: dict[str, Any]) -> Study:
    return study([{**women, "part": WOMEN}, {**men, "part": MEN}, both])


def found_in(record: Study) -> list[str]:
    return [one.code for one in lint_study(record) if one.code.startswith("p19")]


@pytest.mark.parametrize(
    ("both", "is_odd"),
    [((9, 60), False), ((8, 60), True), ((10, 60), True), ((10, 61), False), ((8, 61), True), ((9, 59), True)],
)
def test_events_of_the_parts_are_those_of_all(both: tuple[int, int], is_odd: bool) -> None:
    record = in_parts(
        events((5, 40), (6, 40)), events((4, 20), (3, 20)), events(both, (9, 60)),
    )  # fmt: skip
    assert found_in(record) == (["p19-parts-and-whole"] if is_odd else [])


@pytest.mark.parametrize(
    ("mean", "is_odd"),
    [("11.0", False), ("11.1", False), ("11.2", True), ("10.9", False), ("10.8", True), ("11", False)],
)
def test_means_of_the_parts_give_the_mean_of_all(mean: str, is_odd: bool) -> None:
    # (30 x 10.0 + 10 x 14.0) / 40 = 11.00, from 10.95 to 11.05 by rounding; 11.1 stands for 11.05 and more.
    record = in_parts(
        means(arm("10.0", "2.0", 30), arm("9.0", "2.0", 30)),
        means(arm("14.0", "2.0", 10), arm("9.0", "2.0", 10)),
        means(arm(mean, "2.6", 40), arm("9.0", "2.0", 40)),
    )
    found = [one for one in lint_study(record) if one.code == "p19-parts-and-whole"]
    assert [(one.field, one.severity) for one in found] == (
        [("results.2.arms.new", Severity.WARNING)] if is_odd else []
    )


def test_one_part_or_parts_of_another_time_say_nothing() -> None:
    whole = events((1, 60), (9, 60))
    assert found_in(study([{**events((5, 40), (6, 40)), "part": WOMEN}, whole])) == []
    later = {"time_point": {"label": "later"}}
    parts = [{**events((5, 40), (6, 40)), "part": part, **later} for part in (WOMEN, MEN)]
    assert found_in(study([*parts, whole])) == []
    other = {**events((5, 40), (6, 40)), "part": {"split": "age", "name": "Old"}}
    assert found_in(study([{**events((5, 40), (6, 40)), "part": WOMEN}, other, whole])) == []


def test_parts_whose_people_are_not_known_are_compared_by_events_alone() -> None:
    def rates(events: int, n: int | None = None) -> dict[str, Any]:
        side = {"events": events, "person_years": 100, "n": n}
        return {"type": "rate", "arms": {"new": side, "old": side}}

    assert found_in(in_parts(rates(4, 40), rates(5, 30), rates(9))) == []
    assert found_in(in_parts(rates(4, 70), rates(5), rates(9, 60))) == []
    assert found_in(in_parts(rates(4, 40), rates(5, 21), rates(9, 60))) == ["p19-parts-and-whole"] * 2
    assert found_in(in_parts(rates(4), rates(6), rates(9))) == ["p19-parts-and-whole"] * 2


def test_correlations_of_parts_do_not_add_up_to_that_of_all() -> None:
    def correlation(r: str, n: int, **more: Any) -> dict[str, Any]:
        return {"type": "correlation", "arms": {"new": {"r": r, "n": n}}, **more}

    parts = [correlation("0.2", 40, part=WOMEN), correlation("0.3", 30, part=MEN)]
    assert found_in(study([*parts, correlation("0.9", 60)])) == []


def test_the_whole_is_pooled_and_its_parts_are_not() -> None:
    record = in_parts(events((5, 40), (6, 40)), events((4, 20), (3, 20)), events((9, 60), (9, 60)))
    asked = make_summary(studies=["example"])
    asked["outcomes"][0]["id"] = "thing"
    (made,) = synthesise(Summary.model_validate(asked), {"example": record})
    assert isinstance(made, PooledSynthesis)
    assert [row.participants for row in made.rows] == [120]

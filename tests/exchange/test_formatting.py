"""Canonical form of records: what moves, what stays letter by letter, and that a second time changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import PROJECTS, make_study, make_summary
from evibrief.errors import RecordError
from evibrief.exchange.field_order import MODELS, untidy
from evibrief.exchange.formatting import format_project, format_record
from evibrief.exchange.record_text import record_text
from evibrief.records.reader import parse
from evibrief.records.study import Study
from evibrief.records.summary import Summary

PROJECT = Path(__file__).resolve().parents[2]

UNTIDY = """\
# yaml-language-server: $schema=../schema/study.schema.json

---
# about the label
label: Made-up 2001   # a label
id:    made-up-2001


reports:
- role: primary
  # the id
  id: main
  title: |2
      two more


    lines  
  issued: 2001 # when
- # alone
  id: b
  note: "with # sign
    folded \\
    here"
  title: 'it''s

    two paragraphs'
design: parallel
arms: [ {role: intervention , id: tea,  label: "Tea, hot", }, {id: water, label: Water, role: comparator}]
extraction:
      extracted_by: Nobody Real
      # trailing in extraction
results:
  - arms:
       tea: {n: 5.20, events: 1}   # odd
       water: {events: 20,
          n: 48}
    type: dichotomous
    outcome: hiccups
    # end of item one

    source: { place: Table 2, report: main }
  # before item two
  -   outcome: x
      type: continuous
      source: {report: main, # inner
        place: t}
# at the very end
"""  # noqa: W291

TIDY = """\
# yaml-language-server: $schema=../schema/study.schema.json

# about the label
id: made-up-2001
label: Made-up 2001  # a label

reports:
  -
    # the id
    id: main
    role: primary
    title: |2
        two more


      lines  
    issued: 2001  # when
  -  # alone
    id: b
    title: 'it''s

      two paragraphs'
    note: "with # sign
      folded \\
      here"
design: parallel
arms: [{id: tea, label: "Tea, hot", role: intervention}, {id: water, label: Water, role: comparator}]
results:
  - outcome: hiccups
    type: dichotomous
    # end of item one

    source: {report: main, place: Table 2}
    arms:
      tea: {events: 1, n: 5.20}  # odd
      water: {events: 20, n: 48}
  # before item two
  - outcome: x
    type: continuous
    source: {report: main, # inner
      place: t}
extraction:
  extracted_by: Nobody Real
  # trailing in extraction
# at the very end
"""  # noqa: W291


def formatted(text: str) -> str:
    return format_record(text, Study, shown_as="studies/made-up-2001.yaml")


def test_fields_move_and_values_and_comments_stay() -> None:
    assert formatted(UNTIDY) == TIDY


def test_the_canonical_form_is_left_alone() -> None:
    assert formatted(TIDY) == TIDY


@pytest.mark.parametrize("figure", ["5.20", "-0.50", "1e-05", "0.10", "100", "1.0"])
def test_a_printed_figure_keeps_its_digits(figure: str) -> None:
    assert f"sd: {figure}\n" in formatted(f"results:\n- mean: 1\n  sd:   {figure}\n")


def test_names_that_are_the_records_own_stay_in_their_order() -> None:
    text = "characteristics:\n  zebra: 1\n  ape: 2\nid: a\n"
    assert formatted(text) == "id: a\ncharacteristics:\n  zebra: 1\n  ape: 2\n"


def test_an_outcome_of_a_summary_is_ordered_by_its_own_kind() -> None:
    text = "outcomes:\n- measure: RR\n  evidence: pooled\n  id: death\nslug: a\n"
    expected = "slug: a\noutcomes:\n  - id: death\n    evidence: pooled\n    measure: RR\n"
    assert format_record(text, Summary, shown_as="") == expected


@pytest.mark.parametrize("text", ["a: 1\na: 2\n", "a: [1\n", "a: *b\n", ""])
def test_what_cannot_be_read_is_not_touched(text: str) -> None:
    with pytest.raises(RecordError):
        formatted(text)


@pytest.mark.parametrize("text", ["{}\n", "{id: a}\n", "- a\n", "note: |+\n  kept\n\n\nid: a\n"])
def test_an_unusual_record_is_left_as_it_is(text: str) -> None:
    assert formatted(text) == text


def test_a_project_is_formatted_file_by_file(tmp_path: Path) -> None:
    for folder, record in (("studies", make_study()), ("summaries", make_summary(status="draft"))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "tidy.yaml").write_text(format_record(record_text(record), MODELS[folder], shown_as=""))
    (tmp_path / "studies" / "untidy.yaml").write_bytes(b"\xef\xbb\xbflabel:   X\r\nid: untidy\r\n")
    assert format_project(tmp_path, write=False) == ("studies/untidy.yaml",)
    assert (tmp_path / "studies" / "untidy.yaml").read_bytes().startswith(b"\xef\xbb\xbf")
    assert format_project(tmp_path) == ("studies/untidy.yaml",)
    assert (tmp_path / "studies" / "untidy.yaml").read_bytes() == b"id: untidy\nlabel: X\n"
    assert format_project(tmp_path) == ()
    assert sorted(path.name for path in (tmp_path / "studies").iterdir()) == ["tidy.yaml", "untidy.yaml"]


def test_one_unreadable_record_keeps_the_whole_project_from_being_rewritten(tmp_path: Path) -> None:
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "a.yaml").write_text("label: X\nid: a\n")
    (tmp_path / "studies" / "b.yaml").write_text("id: [\n")
    with pytest.raises(RecordError, match=r"studies/b\.yaml:2"):
        format_project(tmp_path)
    assert (tmp_path / "studies" / "a.yaml").read_text() == "label: X\nid: a\n"


def our_records() -> list[Path]:
    return sorted(PROJECT.glob("studies/*.yaml"))[::15] + sorted(PROJECT.glob("summaries/*.yaml"))[::4]


@pytest.mark.parametrize("path", our_records(), ids=lambda path: path.stem)
def test_our_own_records_mean_the_same_afterwards(path: Path) -> None:
    model = Study if path.parent.name == "studies" else Summary
    text = path.read_text(encoding="utf-8")
    made = format_record(text, model, shown_as=path.name)
    before = model.model_validate(parse(text, shown_as=path.name).value)
    assert model.model_validate(parse(made, shown_as=path.name).value) == before
    assert format_record(made, model, shown_as=path.name) == made


def test_a_record_written_by_the_program_means_the_same_when_formatted() -> None:
    for record, model in ((make_study(), Study), (make_summary(), Summary)):
        text = format_record(record_text(record), model, shown_as="")
        assert parse(text, shown_as="").value == record


WORDS = st.text(st.sampled_from("ab #:-'\"é0.,[]{}&*!|>%@\\"), min_size=1, max_size=12)
SCALARS = st.one_of(st.integers(-99, 99).map(str), WORDS.map(lambda word: "'" + word.replace("'", "''") + "'"))
COMMENTS = st.lists(st.sampled_from(["", "", "", "# one", "# it's", "#two - x: [", "# a: b"]), min_size=12, max_size=12)
NAMES = ["id", "label", "design", "title", "note", "own", "zzz"]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(NAMES), SCALARS), unique_by=lambda pair: pair[0], min_size=1, max_size=5),
    st.lists(SCALARS, max_size=4),
    COMMENTS,
    st.integers(0, 3),
    st.integers(1, 4),
)
def test_any_record_keeps_its_meaning_and_its_comments(
    fields: list[tuple[str, str]], items: list[str], comments: list[str], blank: int, step: int
) -> None:
    rest = iter(comments)
    lines = []
    for name, value in fields:
        lines += [next(rest), f"{name}:{' ' * step}{value}{'  ' + c if (c := next(rest)) else ''}", *[""] * blank]
    lines.append("results:" + (" []" if not items else ""))
    for value in items:
        lines += [f"{' ' * step}- outcome: {value}", f"{' ' * step}  type: x"]
    lines.append(next(rest))
    text = "\n".join(lines) + "\n"
    made = formatted(text)
    assert parse(made, shown_as="").value == parse(text, shown_as="").value
    assert formatted(made) == made
    for comment in filter(None, set(comments)):
        assert made.count(comment) >= text.count(f"\n{comment}\n")


SOUND = "id: a-2001\nlabel: A 2001\nreports:\n  - id: main\ndesign: parallel\nextraction: {extracted_by: Nobody Real}\n"


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("design: parallel\n", "", None, None),
        ("label: A 2001\n", "setting: Nowhere\nlabel: A 2001\n", 3, "label usually stands above setting"),
        ("  - id: main\n", "- id: main\n", 4, "items of a list are usually indented by two spaces"),
        ("Real}\n", "Real}", 6, "a file usually ends with one line break"),
        ("Real}\n", "Real}\n\n", 7, "a file usually ends with one line break"),
    ],
)
def test_what_shows_at_a_glance_is_told_with_its_line(old: str, new: str, line: int | None, told: str | None) -> None:
    text = SOUND.replace(old, new)
    assert untidy(text, MODELS["studies"]) == ((line, told) if line else None)
    assert (formatted(text) != text) is bool(line)


def test_records_in_canonical_form_never_get_a_hint() -> None:
    for folder, model in MODELS.items():
        for path in sorted((PROJECTS.parent.parent / folder).glob("*.yaml"))[::7]:
            made = format_record(path.read_text(encoding="utf-8"), model, shown_as=path.name)
            assert untidy(made, model) is None

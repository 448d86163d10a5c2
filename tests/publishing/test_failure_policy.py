"""Wrong records: nothing is published, or the rest with a dated notice; and never many new verdicts unasked."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from builders import make_study, make_summary
from evibrief.errors import RecordError, SiteError
from evibrief.exchange.retraction_notices import Nature, Notice, Snapshot
from evibrief.pages.rendering import Renderer
from evibrief.publishing import assemble as assembling
from evibrief.publishing.edition import Edition, Masthead
from evibrief.publishing.great_change import refuse_great_change
from evibrief.publishing.pinned_notices import PinnedNotices

TEMPLATES = Path(__file__).parents[2] / "templates"
SLUGS = [f"tea-{number}" for number in range(1, 6)]


@pytest.fixture(autouse=True)
def _one_renderer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the templates once for all tests."""
    monkeypatch.setattr(assembling, "Renderer", lambda _: renderer())


@cache
def renderer() -> Renderer:
    return Renderer(TEMPLATES)


def write(path: Path, record: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1), encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Five summaries of one study each; the second of a study of its own."""
    root = tmp_path / "project"
    for number, slug in enumerate(SLUGS, start=1):
        write(root / "studies" / f"study-{number}.yaml", make_study(id=f"study-{number}", label=f"Study {number}"))
        summary = make_summary(slug=slug, title=f"Tea {number} for hiccups", studies=[f"study-{number}"])
        write(root / "summaries" / f"{slug}.yaml", summary)
    (root / "templates").symlink_to(TEMPLATES)
    return root


def edition(project: Path, *, withdraw: bool = False, previous: Path | None = None) -> Edition:
    return assembling.assemble(project, Masthead(name="Evidence"), withdraw=withdraw, previous=previous)


def notices(made: Edition) -> dict[str, dict[str, str]]:
    found = [json.loads(file.content) for file in made.files if file.uri.endswith("/notice.json")]
    return {notice["slug"]: notice for notice in found}


def published(made: Edition, folder: Path) -> Path:
    for file in (*made.files, *(file for leaf in made.leaves for file in leaf.files)):
        (folder / file.uri).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.uri).write_bytes(file.content)
    return folder


def change(path: Path, **fields: object) -> None:
    write(path, {**json.loads(path.read_text(encoding="utf-8")), **fields})


def test_without_being_asked_nothing_is_published(project: Path) -> None:
    change(project / "studies" / "study-2.yaml", design="none")
    with pytest.raises(RecordError):
        edition(project)


def test_a_bad_study_withdraws_the_summaries_that_use_it(project: Path) -> None:
    change(project / "studies" / "study-2.yaml", design="none")
    made = edition(project, withdraw=True)
    assert made.withdrawn == ("tea-2",)
    assert set(made.paths) >= {"summaries/tea-1/data.json", "summaries/tea-2/index.html"}
    assert "summaries/tea-2/data.json" not in made.paths
    assert notices(made)["tea-2"] == {
        "format": "evibrief-notice", "slug": "tea-2", "title": "Tea 2 for hiccups", "since": "2001-02-03",
        "why": "invalid", "reason": "",
    }  # fmt: skip


def test_a_bad_summary_is_withdrawn_under_its_title(project: Path) -> None:
    change(project / "summaries" / "tea-3.yaml", status="perhaps", title="Tea <3>")
    made = edition(project, withdraw=True)
    page = next(item for item in made.pages if item.page.uri == "summaries/tea-3/")
    assert "Tea &lt;3&gt;" in page.body
    assert "2001-02-03" in page.body


def test_a_placeholder_that_nothing_fills_withdraws_its_summary_alone(project: Path) -> None:
    writing = {"background": "Of people, {hiccups.with-per-1000}.", "interpretation": "Nothing."}
    change(project / "summaries" / "tea-3.yaml", writing=writing)
    with pytest.raises(RecordError, match="there is no figure"):
        edition(project)
    made = edition(project, withdraw=True)
    assert made.withdrawn == ("tea-3",)
    assert notices(made)["tea-3"]["why"] == "invalid"
    assert "summaries/tea-4/data.json" in made.paths


def test_what_the_checks_call_an_error_withdraws_the_summaries_that_rest_on_it(project: Path) -> None:
    writing = {"background": "Background.", "interpretation": "Tea was ineffective."}
    change(project / "summaries" / "tea-5.yaml", writing=writing)
    change(project / "studies" / "study-2.yaml", n_randomised=60)
    with pytest.raises(RecordError):
        edition(project)
    made = edition(project, withdraw=True)
    assert made.withdrawn == ("tea-2", "tea-5")
    assert "studies/study-2/index.html" not in made.paths
    assert {"studies/study-1/index.html", "summaries/tea-1/data.json"} <= set(made.paths)


def test_the_reason_in_the_record_is_read_back_from_the_site(project: Path, tmp_path: Path) -> None:
    text = "The study\nnever\u00a0was."
    history = [
        {"date": "2001-02-03", "kind": "first", "text": "x"},
        {"date": "2003-04-05", "kind": "withdrawal", "text": text},
    ]
    change(project / "summaries" / "tea-1.yaml", status="withdrawn", history=history, title="Tea\u00a01")
    site = published(edition(project), tmp_path / "site")
    assert notices(edition(project, previous=site))["tea-1"]["reason"] == "The study never was."


def test_bad_records_of_no_summary_are_left_out_and_the_rest_published(project: Path) -> None:
    sound = edition(project)
    write(project / "studies" / "stray.yaml", {"id": "stray"})
    for folder in ("studies", "summaries"):
        (project / folder / "Bad Name.yaml").write_text("[", encoding="utf-8")
    with pytest.raises(RecordError):
        edition(project)
    made = edition(project, withdraw=True)
    assert (made.withdrawn, made.left_out) == (
        (),
        ("studies/Bad Name.yaml", "studies/stray.yaml", "summaries/Bad Name.yaml"),
    )
    assert set(made.paths) == set(sound.paths)


def test_a_retraction_that_a_study_of_no_summary_does_not_record_leaves_it_out(project: Path) -> None:
    report = {"id": "main", "title": "A stray trial", "issued": 2001, "doi": "10.1234/stray"}
    write(project / "studies" / "stray.yaml", make_study(id="stray", label="Stray", reports=[report]))
    retracted = Notice(nature=Nature.RETRACTION, doi="10.1234/stray", pmid="", day=None, notice_doi="")
    pinned = PinnedNotices(path="notices.csv", snapshot=Snapshot(notices=(retracted,)))
    with pytest.raises(RecordError):
        assembling.assemble(project, Masthead(name="Evidence"), retractions=pinned)
    made = assembling.assemble(project, Masthead(name="Evidence"), retractions=pinned, withdraw=True)
    assert (made.withdrawn, made.left_out) == ((), ("studies/stray.yaml",))
    assert "studies/stray/index.html" not in made.paths
    assert "studies/study-1/index.html" in made.paths


def test_what_lies_in_no_record_still_stops_everything(project: Path) -> None:
    change(project / "studies" / "study-2.yaml", design="none")
    (project / "studies" / "deeper").mkdir()
    with pytest.raises(RecordError):
        edition(project, withdraw=True)


def test_the_day_may_be_the_callers(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    change(project / "studies" / "study-2.yaml", design="none")
    assert notices(edition(project, withdraw=True))["tea-2"]["since"] == "2023-11-14"


def test_a_notice_keeps_its_first_day(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(project / "studies" / "study-2.yaml", design="none")
    site = published(edition(project, withdraw=True), tmp_path / "site")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert notices(edition(project, withdraw=True, previous=site))["tea-2"]["since"] == "2001-02-03"


def test_a_summary_withdrawn_by_its_record_tells_why(project: Path) -> None:
    history = [
        {"date": "2001-02-03", "kind": "first", "text": "Made up."},
        {"date": "2003-04-05", "kind": "withdrawal", "text": "The study never was."},
    ]
    change(project / "summaries" / "tea-1.yaml", status="withdrawn", history=history)
    made = edition(project)
    assert made.withdrawn == ()
    assert notices(made)["tea-1"]["since"] == "2003-04-05"
    assert notices(made)["tea-1"]["reason"] == "The study never was."
    assert "summaries/tea-1/data.json" not in made.paths


def test_a_removed_summary_keeps_a_notice_from_build_to_build(project: Path, tmp_path: Path) -> None:
    site = published(edition(project), tmp_path / "one")
    (project / "summaries" / "tea-4.yaml").unlink()
    second = edition(project, previous=site)
    assert notices(second)["tea-4"]["why"] == "removed"
    assert notices(second)["tea-4"]["title"] == "Tea 4 for hiccups"
    assert "summaries/tea-4/index.html" in second.paths
    third = edition(project, previous=published(second, tmp_path / "two"))
    assert notices(third) == notices(second)


def test_a_mended_summary_comes_back(project: Path, tmp_path: Path) -> None:
    path = project / "studies" / "study-2.yaml"
    sound = path.read_text(encoding="utf-8")
    change(path, design="none")
    site = published(edition(project, withdraw=True), tmp_path / "site")
    path.write_text(sound, encoding="utf-8")
    assert notices(edition(project, previous=site)) == {}


def other_way_round(project: Path, number: int) -> None:
    path = project / "studies" / f"study-{number}.yaml"
    result = json.loads(path.read_text(encoding="utf-8"))["results"][0]
    arms = {"tea": {"events": 45, "n": 50}, "water": {"events": 2, "n": 48}}
    change(path, results=[{**result, "arms": arms}])


def test_a_fifth_of_the_verdicts_may_change_and_no_more(project: Path, tmp_path: Path) -> None:
    site = published(edition(project), tmp_path / "site")
    other_way_round(project, 1)
    refuse_great_change(edition(project), site)
    other_way_round(project, 2)
    with pytest.raises(SiteError, match=r"2 of 5 published summaries \(tea-1, tea-2\)"):
        refuse_great_change(edition(project), site)


def test_a_copy_of_the_list_stands_for_a_site_that_is_elsewhere(project: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.json"
    copy.write_bytes((published(edition(project), tmp_path / "site") / "published.json").read_bytes())
    for number in (1, 2):
        other_way_round(project, number)
    with pytest.raises(SiteError, match=r"2 of 5 published summaries \(tea-1, tea-2\)"):
        refuse_great_change(edition(project), copy)
    (project / "summaries" / "tea-4.yaml").unlink()
    assert notices(edition(project, previous=copy))["tea-4"]["why"] == "removed"


def test_the_list_says_what_is_concluded_of_each_outcome_and_no_figure(project: Path) -> None:
    (content,) = [file.content for file in edition(project).files if file.uri == "published.json"]
    document = json.loads(content)
    assert list(document["summaries"]) == list(SLUGS)
    assert document["notices"] == {}
    (finding,) = document["summaries"]["tea-1"]["findings"]
    assert set(finding) == {"outcome", "conclusion", "certainty", "course", "size"}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"format": "evibrief-published"}',
        '{"format": "another", "summaries": {}, "notices": {}}',
        '{"format": "evibrief-published", "summaries": {"../x": {"title": "T", "findings": []}}, "notices": {}}',
        '{"format": "evibrief-published", "summaries": {"x": {"title": "T", "findings": [1]}}, "notices": {}}',
        '{"format": "evibrief-published", "summaries": {"x": {"title": 1, "findings": []}}, "notices": {}}',
        '{"format": "evibrief-published", "summaries": {}, "notices": {"x": {"title": "T", "since": ""}}}',
        '{"format": "evibrief-published", "summaries": {}, "notices": {"x": "y"}}',
        '{"format": "evibrief-published", "summaries": {}, "notices": {"x": {"title": "T", "since": "no day", "why": '
        '"removed", "reason": ""}}}',
        '{"format": "evibrief-published", "summaries": {}, "notices": {"x": {"title": "T", "since": "2001-02-03", '
        '"why": "else", "reason": ""}}}',
        "[" * 100_000,
        "<!doctype html><title>Not found</title>",
    ],
    ids=lambda content: content[:60] or "nothing",
)
def test_a_list_that_is_none_stops_the_build(content: str, project: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.json"
    copy.write_text(content, encoding="utf-8")
    for previous in (copy, tmp_path):
        (tmp_path / "published.json").write_text(content, encoding="utf-8")
        with pytest.raises(SiteError, match="does not tell what is published"):
            edition(project, previous=previous)


def test_a_first_site_changes_nothing(project: Path, tmp_path: Path) -> None:
    refuse_great_change(edition(project), tmp_path / "none")

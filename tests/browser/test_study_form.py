"""The form for a study record, as somebody fills it in: what it makes is what the reader accepts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page

from cli.running import evibrief
from evibrief.records.messages import validate
from evibrief.records.reader import parse
from evibrief.records.results import ContinuousResult, DichotomousResult
from evibrief.records.study import Study

pytestmark = pytest.mark.browser

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(accept_downloads=True)
    context.set_default_timeout(30_000)
    opened = context.new_page()
    heard: list[str] = []
    opened.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: heard.append(str(error)))
    opened.on("request", lambda asked: None if asked.url.startswith((address, "blob:")) else heard.append(asked.url))
    opened.goto(f"{address}contribute/form/", wait_until="networkidle")
    opened.get_by_role("button", name="Make the record").wait_for(timeout=30_000)
    yield opened
    assert heard == []
    context.close()


def group(within: Page | Locator, legend: str, number: int = 0) -> Locator:
    """A group of fields by its heading."""
    pattern = re.compile(rf"^{legend}( \(optional\))?$", re.IGNORECASE)
    return within.locator("fieldset").filter(has=within.page.locator(":scope > legend", has_text=pattern)).nth(number)


def fill(within: Locator, label: str, value: str) -> None:
    pattern = re.compile(rf"^{re.escape(label)}( \(optional\))?$", re.IGNORECASE)
    within.get_by_label(pattern).first.fill(value)


def fill_study(page: Page) -> None:
    form = page.locator("#study-form")
    fill(form, "Label", "Cook & Söhne: 2012")
    fill(form.locator("fieldset fieldset").first, "Title", 'A trial "of tea" #5: yes')
    fill(form, "Issued", "2012")
    fill(form, "DOI", "10.1234/example")
    fill(form, "PMID", "34162340")
    form.get_by_label("Design", exact=True).select_option("parallel")
    for number, label in enumerate(["Peer group", "Usual care"]):
        fill(group(form, "arm", number), "Label", label)
        fill(group(form, "arm", number), "People randomised", str(60 + number))
    fill(group(form, "extraction"), "Extracted by", "Nobody Real")


def fill_result(page: Page, rows: list[dict[str, str]]) -> None:
    result = group(page.locator("#study-form"), "result")
    fill(result, "Outcome", "hope")
    fill(group(result, "time point"), "Label", "3 months")
    fill(group(result, "source"), "Place", "Table 2, p. 58")
    for number, row in enumerate(rows):
        for label, value in row.items():
            fill(group(result, "figures of this arm", number), label, value)


def made(page: Page) -> tuple[str, Study]:
    """The text that the form makes, and what the reader makes of it."""
    page.get_by_role("button", name="Make the record").click()
    faults = page.locator(".faults")
    assert not faults.is_visible(), faults.inner_text()
    text = page.get_by_label("Put this into the folder studies").input_value()
    return text, validate(parse(text, shown_as="studies/form.yaml"), Study)


def test_a_filled_form_is_a_record_that_the_reader_accepts(page: Page) -> None:
    fill_study(page)
    fill_result(page, [{"People (n)": "58", "Events": "9"}, {"People (n)": "61", "Events": "14"}])
    _, study = made(page)
    assert (study.id, study.label) == ("cook-sohne-2012", "Cook & Söhne: 2012")
    assert study.reports[0].title == 'A trial "of tea" #5: yes'
    assert (study.reports[0].year, study.reports[0].pmid) == (2012, "34162340")
    assert [(arm.id, arm.n_randomised) for arm in study.arms] == [("intervention", 60), ("comparator", 61)]
    (result,) = study.results
    assert isinstance(result, DichotomousResult)
    assert (result.outcome, result.source.report, result.source.place) == ("hope", "main", "Table 2, p. 58")
    assert [(arm.events, arm.n) for arm in result.arms.values()] == [(9, 58), (14, 61)]


def test_figures_keep_the_digits_that_were_typed(page: Page) -> None:
    fill_study(page)
    group(page.locator("#study-form"), "results").get_by_label("Kind of data").select_option("continuous")
    fill_result(
        page, [{"People (n)": "58", "Mean": "5.20", "SD": "1.10"}, {"People (n)": "61", "Mean": "-4", "SE": "0.5"}]
    )
    text, study = made(page)
    (result,) = study.results
    assert isinstance(result, ContinuousResult)
    assert [str(arm.mean) for arm in result.arms.values()] == ["5.20", "-4"]
    assert "mean: 5.20\n" in text


def test_the_record_names_its_schema_and_starts_with_its_id(page: Page) -> None:
    fill_study(page)
    text, study = made(page)
    assert text.startswith("# yaml-language-server: $schema=../schema/study.schema.json\nid: cook-sohne-2012\n")
    assert study.results == ()


def test_what_is_missing_is_listed_with_its_place_and_can_be_reached(page: Page) -> None:
    page.get_by_role("button", name="Make the record").click()
    faults = page.locator(".faults")
    assert "Study: Id is missing" in faults.inner_text()
    assert page.evaluate("document.activeElement.className") == "faults"
    faults.get_by_role("link", name="Study: Id is missing").click()
    field = page.locator("#study-form").get_by_label("Id", exact=True).first
    assert field.evaluate("(node) => node === document.activeElement")
    assert field.get_attribute("aria-invalid") == "true"
    described = (field.get_attribute("aria-describedby") or "").split()
    assert "is missing" in " ".join(page.locator(f"#{name}").inner_text() for name in described)
    assert not page.get_by_label("Put this into the folder studies").is_visible()


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"People (n)": "10", "Events": "11"}, "cannot be more than the people"),
        ({"People (n)": "10", "Events": "many"}, "must be a whole number"),
        ({"People (n)": "0", "Events": "0"}, "must be 1 or more"),
        ({"People (n)": "10"}, "Events is missing"),
    ],
)
def test_a_wrong_figure_is_told(page: Page, row: dict[str, str], fault: str) -> None:
    fill_study(page)
    fill_result(page, [row, {"People (n)": "61", "Events": "14"}])
    page.get_by_role("button", name="Make the record").click()
    assert fault in page.locator(".faults").inner_text()


def test_a_decimal_comma_is_told(page: Page) -> None:
    fill_study(page)
    group(page.locator("#study-form"), "results").get_by_label("Kind of data").select_option("continuous")
    fill_result(page, [{"People (n)": "58", "Mean": "5,20"}, {"People (n)": "61", "Mean": "4", "SE": "0.5"}])
    page.get_by_role("button", name="Make the record").click()
    told = page.locator(".faults").inner_text()
    assert "Mean must be a number" in told
    assert "SD is missing; instead, give se" in told


def test_github_opens_with_the_record(page: Page) -> None:
    fill_study(page)
    text, _ = made(page)
    page.get_by_label("GitHub repository").fill("example/evidence")
    address = page.get_by_role("link", name="Open GitHub").get_attribute("href") or ""
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "github.com", "/example/evidence/new/main")
    assert parse_qs(parts.query) == {
        "filename": ["studies/cook-sohne-2012.yaml"],
        "value": [text.replace("\r\n", "\n")],
    }


def test_a_record_too_long_for_a_link_is_copied_or_downloaded(page: Page, tmp_path: Path) -> None:
    fill_study(page)
    form = page.locator("#study-form")
    form.locator("summary", has_text=re.compile("fields of study", re.IGNORECASE)).click()
    more = form.locator("details", has_text=re.compile("^More fields of study")).locator(":scope > .field")
    fill(more, "Note", "long " * 390)
    fill(more, "Participants", "ü" * 1900)
    text, _ = made(page)
    page.get_by_label("GitHub repository").fill("example/evidence")
    assert not page.get_by_role("link", name="Open GitHub").is_visible()
    assert "too long for a link" in page.get_by_role("status").inner_text()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download the record as a file").click()
    assert waiting.value.suggested_filename == "cook-sohne-2012.yaml"
    waiting.value.save_as(tmp_path / "record.yaml")
    assert (tmp_path / "record.yaml").read_text(encoding="utf-8") == text


def test_a_second_report_is_added_and_removed_by_keyboard(page: Page) -> None:
    reports = group(page.locator("#study-form"), "reports")
    reports.get_by_role("button", name="Add report").focus()
    page.keyboard.press("Enter")
    assert reports.get_by_role("button", name=re.compile("^Remove report")).count() == 2
    reports.get_by_role("button", name="Remove report 2").focus()
    page.keyboard.press("Enter")
    assert reports.get_by_role("button", name=re.compile("^Remove report")).count() == 1
    assert reports.get_by_role("button", name="Add report").evaluate("(node) => node === document.activeElement")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_keeps_the_rules_of_accessibility(browser: Browser, address: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    opened = context.new_page()
    opened.goto(f"{address}contribute/form/", wait_until="networkidle")
    opened.get_by_role("button", name="Make the record").click()
    opened.evaluate("for (const item of document.querySelectorAll('#study-form details')) item.open = true")
    found = Axe().run(opened, context="#study-form", options=WCAG).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found] == []
    context.close()


def test_the_form_fits_a_phone(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    opened = context.new_page()
    opened.goto(f"{address}contribute/form/", wait_until="networkidle")
    opened.evaluate("for (const item of document.querySelectorAll('#study-form details')) item.open = true")
    assert opened.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


def test_without_scripts_the_page_says_what_to_do(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(f"{address}contribute/form/")
    assert "The form needs JavaScript" in opened.inner_text("#study-form")
    context.close()


# What a paper may report, by kind of data: of the result, and of each arm.
REPORTED = {
    ("parallel", "dichotomous"): ({}, {"People (n)": "58", "Events": "9"}),
    ("cluster", "continuous"): ({}, {"People (n)": "58", "Mean": "5.20", "SD": "1.10"}),
    ("crossover", "median"): ({}, {"People (n)": "58", "Median": "5.0", "Q1": "4", "Q3": "6.5"}),
    ("cohort", "rate"): ({}, {"Events": "9", "Person years": "40.5"}),
    ("randomised", "survival"): ({"O minus e": "-4.5", "V": "8.25"}, {}),
    ("cross-sectional", "correlation"): ({}, {"R": "0.35", "People (n)": "58"}),
    ("non-randomised", "contrast"): (
        {"Estimate": "0.85", "Ci low": "0.71", "Ci high": "1.02"},
        {"People (n)": "58"},
    ),
}


@pytest.mark.parametrize(("design", "kind"), list(REPORTED))
def test_a_form_of_each_kind_of_data_passes_the_check(page: Page, design: str, kind: str, tmp_path: Path) -> None:
    of_result, of_arm = REPORTED[design, kind]
    fill_study(page)
    form = page.locator("#study-form")
    form.get_by_label("Design", exact=True).select_option(design)
    group(form, "results").get_by_label("Kind of data").select_option(kind)
    arms = 1 if kind == "correlation" else 2
    if arms == 1:
        group(form, "result").get_by_role("button", name="Remove arm 2").click()
    if kind == "contrast":
        group(form, "result").get_by_label("Measure", exact=True).select_option("HR")
    fill_result(page, [of_arm] * arms)
    for label, value in of_result.items():
        fill(group(form, "result"), label, value)
    text, study = made(page)
    assert (study.design, [result.type for result in study.results]) == (design, [kind])
    for folder in ("studies", "summaries"):
        (tmp_path / folder).mkdir()
    (tmp_path / f"studies/{study.id}.yaml").write_text(text, encoding="utf-8")
    done = evibrief("check", "--project", tmp_path)
    assert done.returncode == 0, done.stdout

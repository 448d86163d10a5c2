"""Building a project: one site by either command, the same bytes everywhere, and nothing at all from bad records."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli.running import evibrief
from publishing.projects import SLUG, SUMMARY, make_project, replace_in, studies_of, tree


def mkdocs(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("mkdocs"), *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with its site, built once; look, do not touch."""
    project = make_project(tmp_path_factory.mktemp("built"))
    done = evibrief("build", "--project", project)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose site, an old one, is recognised by a word."""
    project = make_project(tmp_path / "project")
    (project / "public").mkdir()
    (project / "public" / "evibrief.json").write_text("{}", encoding="utf-8")
    (project / "public" / "index.html").write_text("the old site", encoding="utf-8")
    return project


def old_site_stands(project: Path) -> bool:
    return tree(project / "public") == {"evibrief.json": b"{}", "index.html": b"the old site"}


def test_a_summary_has_its_page_and_all_its_files(built: Path) -> None:
    folder = built / "public" / "summaries" / SLUG
    assert sorted(path.name for path in folder.iterdir()) == [
        "data.json", "effects.csv", "figures", "index.html", "references.bib", "references.ris", "summary.md",
    ]  # fmt: skip
    for study in studies_of(built):
        assert (built / "public" / study.removesuffix(".yaml") / "index.html").is_file()


def test_the_site_has_what_other_programs_look_for(built: Path) -> None:
    names = set(tree(built / "public"))
    assert {"404.html", "feed.json", "feed.xml", "index.html", "robots.txt", "sitemap.xml", "studies.csv"} <= names
    assert {"search/search_index.json", "search/parts.json"} <= names


def test_mkdocs_itself_builds_the_same_site(built: Path, project: Path) -> None:
    done = mkdocs(project, "build")
    assert done.returncode == 0, done.stderr
    assert tree(project / "public") == tree(built / "public")


def test_the_same_records_give_the_same_bytes_everywhere(built: Path, project: Path) -> None:
    output = project / "elsewhere"
    done = evibrief(
        "build", "--project", project, "--output", output,
        PYTHONHASHSEED="7", TZ="Asia/Kolkata", LC_ALL="C", LANG="C",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert tree(output) == tree(built / "public")


BROKEN = {
    "malformed": ("results:", "results: ["),
    "unknown field": ("design:", "desing:"),
    "wrong type": ("design:", "n_randomised: many\ndesign:"),
    "wrong id": ("id: ", "id: other-"),
}


@pytest.mark.parametrize("mistake", BROKEN)
def test_a_bad_study_is_told_by_line_and_stops_everything(project: Path, mistake: str) -> None:
    study = studies_of(project)[0]
    replace_in(project / study, *BROKEN[mistake])
    done = evibrief("build", "--project", project)
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines
    assert all(line.startswith(("studies/", "summaries/")) and line.split(":")[1].isdigit() for line in lines), lines
    assert any(line.startswith(f"{study}:") for line in lines)
    assert "Traceback" not in done.stderr
    assert old_site_stands(project)


def test_mkdocs_itself_refuses_a_bad_project_and_keeps_the_old_site(project: Path) -> None:
    study = studies_of(project)[0]
    replace_in(project / study, "design:", "desing:")
    done = mkdocs(project, "build")
    assert done.returncode == 1
    assert f"{study}:" in done.stderr
    assert "Traceback" not in done.stderr
    assert old_site_stands(project)


def test_a_study_that_is_not_there_is_told(project: Path) -> None:
    study = studies_of(project)[0]
    (project / study).unlink()
    done = evibrief("build", "--project", project)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{SUMMARY}:")
    assert old_site_stands(project)


def test_a_placeholder_without_a_figure_is_told_where_it_stands(project: Path) -> None:
    path = project / SUMMARY
    outcome = path.read_text(encoding="utf-8").split("outcomes:")[1].split("id: ")[1].split()[0]
    replace_in(path, "Some studies found", f"About {{{outcome}.with-per-1000}} people: some studies found")
    done = evibrief("build", "--project", project)
    assert done.returncode == 1
    assert "writing.interpretation" in done.stderr
    assert old_site_stands(project)


def test_a_broken_template_stops_everything(project: Path) -> None:
    template = project / "templates" / "summary.html.j2"
    template.write_text(template.read_text(encoding="utf-8") + "{{ no_such_name }}", encoding="utf-8")
    done = evibrief("build", "--project", project)
    assert done.returncode == 1
    assert "no_such_name" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert old_site_stands(project)


def test_a_broken_link_stops_everything(project: Path) -> None:
    (project / "site" / "docs" / "more.md").write_text("# More\n\n<a href='gone/'>x</a>\n", encoding="utf-8")
    done = evibrief("build", "--project", project)
    assert done.returncode == 1
    assert "more/index.html: the link gone/ leads nowhere" in done.stderr.splitlines()
    assert old_site_stands(project)


def test_a_warning_of_mkdocs_stops_everything(project: Path) -> None:
    (project / "site" / "docs" / "more.md").write_text("# More\n\n[x](gone.md)\n", encoding="utf-8")
    done = evibrief("build", "--project", project)
    assert done.returncode == 1
    assert "gone.md" in done.stderr
    assert old_site_stands(project)


@pytest.mark.parametrize("command", ["evibrief", "mkdocs"])
def test_a_second_build_waits_for_nobody(project: Path, command: str) -> None:
    workshop = project / ".public-build"
    workshop.mkdir()
    with (workshop / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = evibrief("build", "--project", project) if command == "evibrief" else mkdocs(project, "build")
    assert done.returncode == (75 if command == "evibrief" else 1)
    assert "another build" in done.stderr
    assert old_site_stands(project)


def test_a_folder_of_other_files_is_not_replaced(project: Path) -> None:
    done = evibrief("build", "--project", project, "--output", project / "studies")
    assert done.returncode == 2
    assert "did not write" in done.stderr
    assert (project / studies_of(project)[0]).is_file()


def test_a_folder_without_a_project_is_told(tmp_path: Path) -> None:
    done = evibrief("build", "--project", tmp_path)
    assert done.returncode == 2
    assert "mkdocs.yml: is missing" in done.stderr


def test_only_the_pages_can_be_written(built: Path, tmp_path: Path) -> None:
    for _ in range(2):
        done = evibrief("build", "--project", built, "--render-only", "--output", tmp_path / "pages")
        assert done.returncode == 0, done.stderr
    body = (tmp_path / "pages" / "summaries" / SLUG / "index.html").read_text(encoding="utf-8")
    assert "<html" not in body
    site = tree(built / "public")
    assert set(tree(tmp_path / "pages")) <= set(site)
    assert (tmp_path / "pages" / "summaries" / SLUG / "data.json").read_bytes() == site[f"summaries/{SLUG}/data.json"]


def test_a_draft_is_not_published(project: Path) -> None:
    replace_in(project / SUMMARY, "status: published", "status: draft")
    done = evibrief("build", "--project", project)
    assert done.returncode == 0, done.stderr
    assert not (project / "public" / "summaries" / SLUG).exists()
    assert SLUG not in (project / "public" / "feed.xml").read_text(encoding="utf-8")


def test_a_bad_record_that_nothing_rests_on_does_not_keep_the_site_from_its_readers(project: Path) -> None:
    (project / "studies" / "stray\x1b[2J.yaml").write_text("[", encoding="utf-8")
    assert evibrief("build", "--project", project).returncode == 1
    done = evibrief("build", "--withdraw", "--project", project)
    assert done.returncode == 3, done.stderr
    assert done.stderr.endswith("left out until it is mended (evibrief check tells): studies/stray\\u001b[2J.yaml\n")
    assert (project / "public" / "index.html").is_file()


def test_edit_this_page_opens_the_record(project: Path) -> None:
    replace_in(
        project / "mkdocs.yml",
        "docs_dir:",
        "repo_url: https://example.org/us/evidence\nedit_uri: edit/main/\ndocs_dir:",
    )
    done = evibrief("build", "--project", project)
    assert done.returncode == 0, done.stderr
    page = (project / "public" / "summaries" / SLUG / "index.html").read_text(encoding="utf-8")
    assert f"https://example.org/us/evidence/edit/main/{SUMMARY}" in page or "content.action.edit" not in page


def test_a_site_that_knows_its_address_says_so(project: Path) -> None:
    done = evibrief("build", "--project", project, SITE_URL="https://evidence.example.org/news/")
    assert done.returncode == 0, done.stderr
    site = tree(project / "public")
    address = f"https://evidence.example.org/news/summaries/{SLUG}/"
    assert f"<loc>{address}</loc>".encode() in site["sitemap.xml"]
    assert f'<link rel="canonical" href="{address}">'.encode() in site[f"summaries/{SLUG}/index.html"]
    assert address.encode() in site["feed.xml"]
    assert address.encode() in site["feed.json"]
    assert b"Sitemap: https://evidence.example.org/news/sitemap.xml" in site["robots.txt"]


def test_the_map_of_the_site_is_dated_by_the_records(project: Path) -> None:
    done = evibrief("build", "--project", project, SITE_URL="https://evidence.example.org/")
    assert done.returncode == 0, done.stderr
    dates = {
        line.split("<lastmod>")[1][:10]
        for line in (project / "public" / "sitemap.xml").read_text().splitlines()
        if "lastmod" in line
    }
    written = (project / SUMMARY).read_text(encoding="utf-8") + "".join(
        (project / s).read_text() for s in studies_of(project)
    )
    assert dates
    assert all(date in written for date in dates)


def test_pages_have_a_policy_that_allows_no_other_host(built: Path) -> None:
    pages = {name: page for name, page in tree(built / "public").items() if name.endswith(".html")}
    assert all(page.count(b'http-equiv="Content-Security-Policy"') == 1 for page in pages.values())
    assert all(b"unsafe-inline" not in page for page in pages.values())


def test_search_knows_key_points_and_not_every_table(built: Path) -> None:
    import json

    files = (built / "public" / "search").glob("*/pages-*.json")
    pages = [page for file in files for page in json.loads(file.read_bytes())]
    found = [page for page in pages if page[0] == f"summaries/{SLUG}/"]
    assert len(found) == 1
    _, _, text, sections = found[0]
    assert 100 < len(text) < 2_000
    assert sections == []


def test_the_navigation_names_pages_in_its_own_words(built: Path) -> None:
    page = (built / "public" / "about" / "index.html").read_text(encoding="utf-8")
    tabs = page.partition('class="md-tabs"')[2].partition("</nav>")[0].split()
    assert {"Home", "Studies", "Changes"} <= set(tabs)
    assert f"summaries/{SLUG}" not in page


def test_a_page_can_be_shared_and_followed(built: Path) -> None:
    page = (built / "public" / "summaries" / SLUG / "index.html").read_text(encoding="utf-8")
    head = page.partition("</head>")[0]
    assert '<meta property="og:type" content="article">' in head
    assert head.count('<script type="application/ld+json">') == 1
    assert "og:url" not in head
    home = (built / "public" / "index.html").read_text(encoding="utf-8").partition("</head>")[0]
    assert 'type="application/atom+xml" href="feed.xml"' in home


def test_the_theme_of_mkdocs_itself_will_do(project: Path) -> None:
    text = (project / "mkdocs.yml").read_text(encoding="utf-8")
    start, end = text.index("theme:"), text.index("plugins:")
    frame = text[:start] + "theme:\n  name: mkdocs\n  highlightjs: false\n\n" + text[end:]
    (project / "mkdocs.yml").write_text(frame, encoding="utf-8")
    done = evibrief("build", "--project", project)
    assert done.returncode == 0, done.stderr
    page = (project / "public" / "summaries" / SLUG / "index.html").read_text(encoding="utf-8")
    assert page.count("Content-Security-Policy") == 1


def test_the_date_of_the_caller_counts(project: Path) -> None:
    done = evibrief("build", "--project", project, SOURCE_DATE_EPOCH="0", SITE_URL="https://evidence.example.org/")
    assert done.returncode == 0, done.stderr
    assert "SOURCE_DATE_EPOCH" not in os.environ


HOSTILE_TITLE = '</title><script>alert(1)</script>" onload="x'


def rewrite(path: Path, pattern: str, new: str) -> None:
    """Change what a pattern finds, which must be there."""
    text, count = re.subn(pattern, lambda _: new, path.read_text(encoding="utf-8"), count=1)
    assert count == 1
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("theme", ["material", "mkdocs"])
def test_a_title_stays_text_wherever_a_theme_prints_it(project: Path, theme: str) -> None:
    """Themes do not escape titles and descriptions; a record must not write into the page through them."""
    rewrite(project / SUMMARY, r"(?m)^title: .*$", f"title: '{HOSTILE_TITLE}'")
    if theme == "mkdocs":
        rewrite(
            project / "mkdocs.yml",
            r"(?ms)^theme:.*?^plugins:",
            "theme:\n  name: mkdocs\n  highlightjs: false\n\nplugins:",
        )
    done = evibrief("build", "--project", project)
    assert done.returncode == 0, done.stderr
    for page in (project / "public").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script>alert" not in text, page
        assert 'onload="x' not in text, page
    if theme == "mkdocs":
        # This theme's search writes what it finds into the page as it is; ours makes text of it, in the browser.
        index = (project / "public" / "search" / "search_index.json").read_text(encoding="utf-8")
        assert "<script>alert" not in index
        assert SLUG in index

"""A publication elsewhere: made, built, broken and mended with nothing but a wheel, far from the repository."""

from __future__ import annotations

import os
import shlex
import shutil
import site
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parent.parent
SUMMARY = "summaries/tea-for-hiccups.yaml"
PAGE = "public/summaries/tea-for-hiccups/index.html"
# No registry, no settings of this machine, and nothing of the repository on the path.
ALONE = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}


@dataclass(frozen=True, slots=True)
class Publication:
    folder: Path
    wheel: Path

    def run(self, *command: str, fails: bool = False) -> str:
        """What a command prints in the publication, after it went as expected."""
        done = subprocess.run(
            command, cwd=self.folder, env=ALONE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert (done.returncode != 0) == fails, done.stdout
        return done.stdout

    def page(self) -> str:
        return (self.folder / PAGE).read_text(encoding="utf-8")


def dependencies(folder: Path) -> Path:
    """A folder with everything that is installed here but Evibrief: what the lock would have installed."""
    folder.mkdir()
    for packages in map(Path, (*site.getsitepackages(), *sys.path)):
        if packages.name in ("site-packages", "dist-packages") and packages.is_dir():
            for found in packages.iterdir():
                foreign = not found.name.startswith(("evibrief", "_editable_impl_evibrief")) and found.suffix != ".pth"
                if foreign and not (folder / found.name).exists():
                    (folder / found.name).symlink_to(found)
    return folder


def environment(folder: Path, needs: Path) -> Path:
    """A virtual environment with the dependencies, and its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (packages,) = folder.glob("lib/python3*/site-packages")
    (packages / "needs.pth").write_text(f"{needs}\n", encoding="utf-8")
    return folder / "bin/python"


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """What `evibrief init` makes when it runs from an installed wheel; its dependencies are there already."""
    place = tmp_path_factory.mktemp("elsewhere")
    made = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place / "dist")],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    (wheel,) = (place / "dist").glob("*.whl")
    needs = dependencies(place / "needs")
    python = environment(place / "tool", needs)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", wheel], env=ALONE, check=True)
    found = Publication(folder=place / "a place of its own" / "pub", wheel=wheel)
    found.folder.parent.mkdir()
    subprocess.run([place / "tool/bin/evibrief", "init", found.folder], env=ALONE, check=True, capture_output=True)
    environment(found.folder / ".venv", needs)
    (found.folder / ".venv/needs.stamp").touch()
    found.run("make", "site")
    return found


@pytest.fixture(autouse=True)
def as_it_was(publication: Publication, tmp_path: Path) -> Iterator[None]:
    """Put the records back that a test changed."""
    names = ("studies", "summaries")
    for name in names:
        shutil.copytree(publication.folder / name, tmp_path / name)
    yield
    for name in (*names, "templates"):
        shutil.rmtree(publication.folder / name, ignore_errors=True)
    for name in names:
        shutil.copytree(tmp_path / name, publication.folder / name)


def test_the_wheel_holds_what_a_publication_is_made_with(publication: Publication) -> None:
    with zipfile.ZipFile(publication.wheel) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    parts = {name.split("/site_parts/")[1]: content for name, content in packed.items() if "/site_parts/" in name}
    assert {name.split("/")[0] for name in parts} == {"templates", "site", "requirements"}
    for name, content in parts.items():
        assert content == (REPOSITORY / name).read_bytes(), name
    assert {path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "templates").rglob("*.j2")} <= set(parts)
    assert not [name for name in packed if name.startswith("tests/")]


def test_it_keeps_its_wheel_and_says_so(publication: Publication) -> None:
    kept = publication.folder / "wheels" / publication.wheel.name
    assert kept.read_bytes() == publication.wheel.read_bytes()
    assert f"./wheels/{publication.wheel.name} --hash=sha256:" in (publication.folder / "requirements.txt").read_text()
    assert (publication.folder / "requirements.lock").read_bytes() == (
        REPOSITORY / "requirements/site.lock"
    ).read_bytes()


def test_it_is_made_by_its_own_installation(publication: Publication) -> None:
    told = publication.run(".venv/bin/python", "-c", "import evibrief; print(evibrief.__file__)")
    assert told.startswith(str(publication.folder / ".venv"))
    assert str(REPOSITORY) not in publication.run(".venv/bin/python", "-c", "import sys; print(sys.path)")


def test_the_site_has_our_styles_and_the_pages_that_it_links_to(publication: Publication) -> None:
    for name in ("assets/evibrief.css", "data/index.html", "contribute/form/index.html", "schema/study.schema.json"):
        assert (publication.folder / "public" / name).is_file(), name
    assert "assets/evibrief.css" in publication.page()
    assert "made up" in publication.page()


def test_its_records_are_in_form_and_its_hooks_run(publication: Publication) -> None:
    config = yaml.safe_load((publication.folder / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = {hook["id"]: shlex.split(hook["entry"]) for hook in config["repos"][0]["hooks"]}
    record = publication.folder / "studies/made-up-2001.yaml"
    before = record.read_text(encoding="utf-8")
    record.write_text(before.replace("design: parallel\n", "design:    parallel\n"), encoding="utf-8")
    assert publication.run(*hooks["evibrief-fmt"]) == "studies/made-up-2001.yaml\n"
    assert record.read_text(encoding="utf-8") == before
    assert publication.run(*hooks["evibrief-fmt"]) == ""
    assert "error" not in publication.run(*hooks["evibrief-check"])


def test_a_broken_record_is_named_and_the_site_stays(publication: Publication) -> None:
    record = publication.folder / "studies/made-up-2001.yaml"
    text, page = record.read_text(encoding="utf-8"), publication.page()
    record.write_text(text.replace("events: 12, n: 60", "events: 72, n: 60"), encoding="utf-8")
    for command in ("test", "site"):
        assert "studies/made-up-2001.yaml:25:" in publication.run("make", command, fails=True)
    assert publication.page() == page
    record.write_text(text, encoding="utf-8")
    publication.run("make", "test")
    assert {path.name for path in publication.folder.glob(".*public*")} == {".public-build"}


def test_a_study_more_changes_the_words(publication: Publication) -> None:
    study = (publication.folder / "studies/made-up-2002.yaml").read_text(encoding="utf-8")
    (publication.folder / "studies/made-up-2003.yaml").write_text(study.replace("2002", "2003"), encoding="utf-8")
    summary = publication.folder / SUMMARY
    text = summary.read_text(encoding="utf-8")
    assert "Two randomised trials with 199 people" in publication.page()
    summary.write_text(text.replace("  - made-up-2002\n", "  - made-up-2002\n  - made-up-2003\n"), encoding="utf-8")
    publication.run("make", "site")
    assert "Three randomised trials with 280 people" in publication.page()


def test_a_publication_speaks_with_templates_of_its_own(publication: Publication) -> None:
    with zipfile.ZipFile(publication.wheel) as archive:
        for name in archive.namelist():
            if "/site_parts/templates/" in name:
                target = publication.folder / name.split("/site_parts/")[1]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))
    home = publication.folder / "templates/home.html.j2"
    home.write_text(home.read_text(encoding="utf-8") + "<p>In our own words.</p>\n", encoding="utf-8")
    publication.run("make", "site")
    assert "<p>In our own words.</p>" in (publication.folder / "public/index.html").read_text(encoding="utf-8")

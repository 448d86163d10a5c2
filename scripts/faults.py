"""Break builds in every way at hand; after each the published site must be the old one or the new one, whole.

    python scripts/faults.py [KILLS]

Kills builds at random moments, fills the disk, forbids writing, and lets two builds meet. The project is one summary
with its studies, so that a build takes seconds. Leaves with 1 if a site was ever neither.
"""

from __future__ import annotations

import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from publishing.projects import SUMMARY, make_project, replace_in  # noqa: E402

# The sizes at which a "disk" is full: during the first pages, and during the last.
SIZES = (0, 4_096, 20_000, 60_000)


def command(project: Path) -> list[str | Path]:
    return [Path(sys.executable).with_name("evibrief"), "build", "--project", project]


def state(project: Path) -> str:
    """One hash over every file of the published site."""
    site = project / "public"
    total = sha256()
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        total.update(f"{path.relative_to(site)} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def run(project: Path, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    def set_limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit or 0, limit or 0))

    before = None if limit is None else set_limit
    return subprocess.run(command(project), capture_output=True, text=True, check=False, preexec_fn=before)


class Bench:
    """A project with an old and a new state of its records, and the two sites that they make."""

    def __init__(self, project: Path) -> None:
        self.project = project
        record = project / SUMMARY
        self.texts = [record.read_text(encoding="utf-8")]
        replace_in(record, "title: ", "title: New ")
        self.texts.append(record.read_text(encoding="utf-8"))
        self.sites = []
        for which in (0, 1):
            self.write(which)
            assert run(project).returncode == 0
            self.sites.append(state(project))
        assert len(set(self.sites)) == 2
        self.tried = self.broken = self.ever_broken = 0

    def write(self, which: int) -> None:
        (self.project / SUMMARY).write_text(self.texts[which], encoding="utf-8")

    def next_state(self) -> int:
        """Change the records to the state that is not published; return which that is."""
        which = 1 - self.sites.index(state(self.project))
        self.write(which)
        return which

    def check(self, what: str) -> None:
        found = state(self.project)
        self.tried += 1
        if found not in self.sites:
            self.broken += 1
            print(f"{what}: the site is neither the old one nor the new one")
            shutil.rmtree(self.project / "public")
            assert run(self.project).returncode == 0

    def told(self, what: str) -> None:
        print(f"{what}: {self.tried} faults, {self.broken} broken sites")
        self.ever_broken += self.broken
        self.tried = self.broken = 0


def kill(bench: Bench, kills: int, random_: random.Random) -> None:
    start = time.monotonic()
    assert run(bench.project).returncode == 0
    usual = time.monotonic() - start
    for _ in range(kills):
        bench.next_state()
        process = subprocess.Popen(command(bench.project), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random_.uniform(0.2, 1.05) * usual)
        process.kill()
        process.wait()
        bench.check("killed")
    bench.told(f"killed at {kills} moments of a build of {usual:.1f} s")


def full_disk(bench: Bench) -> None:
    for size in SIZES:
        bench.next_state()
        done = run(bench.project, limit=size)
        assert done.returncode != 0, f"a build that may write no file above {size} bytes cannot succeed"
        assert "Traceback" not in done.stderr, done.stderr
        bench.check(f"no file above {size} bytes")
    bench.told("files that cannot grow")


def read_only(bench: Bench) -> None:
    """Where the workshop cannot be made; a file in its place stops root too."""
    workshop = bench.project / ".public-build"
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.touch()
    bench.next_state()
    done = run(bench.project)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    bench.check("nowhere to build")
    workshop.unlink()
    bench.told("nowhere to build")


def two_at_once(bench: Bench, times: int) -> None:
    codes = []
    for _ in range(times):
        bench.next_state()
        both = [
            subprocess.Popen(command(bench.project), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for _ in range(2)
        ]
        codes += sorted(process.wait() for process in both)
        bench.check("two at once")
    assert set(codes) <= {0, 75}, codes
    bench.told(f"two builds at once (exit codes {sorted(set(codes))})")


def main(kills: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(make_project(Path(folder) / "project"))
        for fault in (full_disk, read_only):
            fault(bench)
        two_at_once(bench, 3)
        kill(bench, kills, random.Random(1))
        assert run(bench.project).returncode == 0
    return 1 if bench.ever_broken else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))

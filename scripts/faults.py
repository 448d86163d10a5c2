"""Break builds in every way at hand; after each the published site must be the old one or the new one, whole.

    python scripts/faults.py [KILLS]

Kills builds at random moments, fills the disk, forbids writing, and lets two builds meet. The project is one summary
with its studies, so that a build takes seconds. Where this user may mount, it stands also on a disk in memory that
really is full, or read-only; elsewhere that is not tried, and said. Leaves with 1 if a site was ever neither.
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
# The room on a real disk, as shares of what the site takes: from nothing to nearly enough.
ROOM = (0, 0.01, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95)
ENOUGH = "size=400m"


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


def mount(*arguments: str | Path) -> bool:
    try:
        return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def real_disk(folder: Path) -> int:
    """Build on a file system of its own, in memory: without room, and read-only. Return how many sites broke."""
    folder.mkdir()
    if not mount("-t", "tmpfs", "-o", ENOUGH, "tmpfs", folder):
        print("a disk that is really full, or read-only: not tried, since this user may not mount")
        return 0
    try:
        bench = Bench(make_project(folder / "project"))
        _without_room(bench, folder)
        bench.next_state()
        assert mount("-o", "remount,ro", folder)
        done = run(bench.project)
        assert done.returncode == 1, done
        assert "Traceback" not in done.stderr, done.stderr
        assert mount("-o", f"remount,rw,{ENOUGH}", folder)
        bench.check("read-only")
        bench.told("a disk that is read-only")
        assert run(bench.project).returncode == 0
        return bench.ever_broken
    finally:
        subprocess.run(["umount", folder], check=True)


def _without_room(bench: Bench, folder: Path) -> None:
    site = sum(path.stat().st_size for path in (bench.project / "public").rglob("*") if path.is_file())
    codes = []
    for share in ROOM:
        bench.next_state()
        size = shutil.disk_usage(folder).used + round(share * site)
        assert mount("-o", f"remount,size={size}", folder)
        done = run(bench.project)
        codes.append(done.returncode)
        assert done.returncode in (0, 1), done
        assert "Traceback" not in done.stderr, done.stderr
        assert mount("-o", f"remount,{ENOUGH}", folder)
        bench.check(f"{share:.0%} of the room that the site takes")
    bench.told(f"a disk that is really full (exit codes {codes})")


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
        broken = bench.ever_broken + real_disk(Path(folder) / "disk")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))

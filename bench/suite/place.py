"""Where a run of the suite finds things and puts them, and how it calls other programs."""

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

BEGIN = time.monotonic()


class Problem(Exception):
    """Something that ends the suite, with a sentence for the person who runs it."""


@dataclass(frozen=True)
class Place:
    """The directories of a run."""

    root: Path  # the project's sources
    build: Path  # the build tree of what is measured, and of what it is measured with
    output: Path  # results, and below it all that the run leaves
    quick: bool  # a run that only shows that everything works

    @property
    def larder(self) -> Path:
        return self.build / "bin" / "larder"

    def tool(self, name: str) -> Path:
        """A program of bench/native."""
        return self.build / "bench" / name

    def work(self, name: str) -> Path:
        """A directory of the run's own, made if it is not there."""
        directory = self.output / "work" / name
        directory.mkdir(parents=True, exist_ok=True)
        return directory

    def set_aside(self, path: Path) -> None:
        """Moves what is at `path`, if anything, out of the way. It is not removed before the run is
        over: ext4 makes it expensive to create files for minutes after others were removed."""
        if path.exists():
            path.rename(Path(tempfile.mkdtemp(dir=self.work("aside"))) / path.name)

    def environment(self) -> dict[str, str]:
        """What measured programs are given, the same for anybody who runs the suite."""
        return {
            "HOME": str(self.work("home")),
            "LC_ALL": "C",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
        }


def elapsed_seconds() -> float:
    """Since the suite began."""
    return time.monotonic() - BEGIN


def say(text: str) -> None:
    """Tells what the suite is about to do, and when it began to."""
    minutes, seconds = divmod(int(elapsed_seconds()), 60)
    print(f"bench: {minutes:2}:{seconds:02} {text}", flush=True)


def run(
    arguments: list[str | Path],
    environment: dict[str, str] | None = None,
    directory: Path | None = None,
) -> str:
    """What a program prints. Its error output is told where it fails, which ends the suite."""
    try:
        done = subprocess.run(
            [str(word) for word in arguments],
            env=environment,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise Problem(f"cannot run {arguments[0]}: {error.strerror}") from None
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()[-20:]
        command = " ".join(map(str, arguments))
        raise Problem("\n".join([f"{command}: status {done.returncode}", *said]))
    return done.stdout


def allocated_and_apparent(directory: Path) -> tuple[int, int]:
    """Bytes that the files below a directory occupy on disk, and bytes that they hold."""
    allocated = apparent = 0
    for parent, _, names in os.walk(directory):
        for name in names:
            status = os.lstat(os.path.join(parent, name))
            allocated += status.st_blocks * 512
            apparent += status.st_size
    return allocated, apparent


def process_cpu_ms(process: int) -> float:
    """User and system time of a process until now, with the processes it has waited for."""
    text = Path(f"/proc/{process}/stat").read_text()
    # After the name in parentheses: utime, stime, cutime and cstime are fields 14 to 17.
    fields = text.rpartition(")")[2].split()
    return 1000 * sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

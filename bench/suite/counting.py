"""What a process does, counted: figures that do not depend on what else the machine does."""

import re
from pathlib import Path

from suite.place import Place, Problem, run


class Counter:
    """Counts system calls by strace and user-space instructions by callgrind, of a process with all
    its threads: strace also those of what it starts, callgrind not."""

    def __init__(self, place: Place):
        self._trace = place.work("counting") / "trace"
        self._profile = place.work("counting") / "profile"

    def syscalls(self, arguments: list[str], environment: dict[str, str], directory: Path) -> int:
        run(["strace", "-f", "-qq", "-c", "-o", self._trace, *arguments], environment, directory)
        for line in self._trace.read_text().splitlines():
            if line.endswith(" total"):
                return int(line.split()[3])
        raise Problem(f"strace counted nothing of {' '.join(arguments)}")

    def instructions(
        self, arguments: list[str], environment: dict[str, str], directory: Path
    ) -> int | None:
        """Those of the second run: in the first a cache may make an entry for the environment that
        valgrind gives to what it runs. None for a process that becomes another program, which
        callgrind does not follow."""
        callgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={self._profile}"]
        log = f"--log-file={self._trace}"
        for _ in range(2):
            run([*callgrind, log, *arguments], environment, directory)
        collected = re.search(r"Collected *: *(\d+)", self._trace.read_text())
        return int(collected[1]) if collected else None

    def paths_looked_at(
        self, arguments: list[str], environment: dict[str, str], directory: Path
    ) -> list[str]:
        """Each path whose state a process asks for, as often as it does."""
        calls = "trace=%%stat,access,faccessat,faccessat2"
        run(["strace", "-f", "-qq", "-y", "-s", "4096", "-e", calls, "-o", self._trace, *arguments],
            environment, directory)
        paths = []
        for line in self._trace.read_text().splitlines():
            call = re.match(r'(?:\d+ +)?\w+\((?:(?:AT_FDCWD|\d+)(?:<([^>]*)>)?, )?"([^"]*)"', line)
            if call and call[2]:
                paths.append(str(Path(call[1] or directory) / call[2]))
        return paths

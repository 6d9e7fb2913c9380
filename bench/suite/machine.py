"""What the figures were measured on, with what, and how much else went on meanwhile."""

import os
import platform
import resource
import time
from pathlib import Path

from suite.caches import FASTEST, Cache
from suite.place import Place, Problem, run


def describe(place: Place, caches: list[Cache]) -> dict:
    """The machine, and the version of everything that has a part in the figures."""
    versions = {"larder": f"{caches[0].version()}, {_commit(place.root)}"}
    for cache in caches[2:]:
        versions.setdefault(cache.name.removesuffix(FASTEST), cache.version())
    for tool in ("gcc", "g++", "radosgw", "strace", "valgrind"):
        versions[tool] = run([tool, "--version"]).splitlines()[0]
    return {
        "date": time.strftime("%Y-%m-%d"),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{_system()}, Linux {platform.release()}, glibc {platform.libc_ver()[1]}",
        "file_system": _file_system(place.output),
        "versions": versions,
    }


class OtherWork:
    """How busy the machine is with what is not ours, from when this is made."""

    def __init__(self) -> None:
        self._load = os.getloadavg()[0]
        self._begin = self._read()

    def so_far(self, unwaited_seconds: float) -> dict:
        """Shares of the processors' time. `unwaited_seconds`: what our processes have taken that we
        do not wait for."""
        total, busy, stolen, ours = (
            now - then for now, then in zip(self._read(), self._begin)
        )
        return {
            "load_before": round(self._load, 2),
            "others_share": round(max(busy - ours - unwaited_seconds, 0.0) / total, 4),
            "stolen_share": round(stolen / total, 4),
        }

    @staticmethod
    def _read() -> tuple[float, float, float, float]:
        """Seconds of all processors: in all, busy, taken by other machines, and ours."""
        fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
        user, nice, system, idle, waiting, irq, softirq, stolen = (
            int(field) / os.sysconf("SC_CLK_TCK") for field in fields
        )
        busy = user + nice + system + irq + softirq
        ours = sum(
            usage.ru_utime + usage.ru_stime
            for usage in map(
                resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
            )
        )
        return busy + idle + waiting + stolen, busy, stolen, ours


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _system() -> str:
    release = platform.freedesktop_os_release()
    return release.get("PRETTY_NAME", release["NAME"])


def _file_system(path: Path) -> str:
    """The one that a path is on, with its mount options."""
    device = path.stat().st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        mount, _, file_system = line.partition(" - ")
        if mount.split()[2] == number:
            kind, _, options = file_system.split()
            return f"{kind} ({mount.split()[5]},{options})"
    return "unknown"


def _commit(root: Path) -> str:
    """The commit that was built, marked if files differ from it."""
    try:
        return run(["git", "-C", root, "describe", "--always", "--dirty", "--exclude=*"]).strip()
    except Problem:
        return "of no known commit"

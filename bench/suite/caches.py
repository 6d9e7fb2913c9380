"""The caches that are measured: larder and its peers, each in the configurations that matter."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from suite.place import Place, Problem, allocated_and_apparent, process_cpu_ms, run

# How a cache's name ends that is told to work otherwise than it does by itself.
FASTEST = ", fastest"
UNCOMPRESSED = ", uncompressed"


@dataclass(frozen=True)
class Counts:
    """What a cache says became of the compiles that it was asked for."""

    direct_hits: int = 0
    preprocessed_hits: int = 0
    misses: int = 0

    def __sub__(self, before: "Counts") -> "Counts":
        return Counts(
            self.direct_hits - before.direct_hits,
            self.preprocessed_hits - before.preprocessed_hits,
            self.misses - before.misses,
        )

    @property
    def hits(self) -> int:
        return self.direct_hits + self.preprocessed_hits


class Cache:
    """A cache in one configuration, with a directory of its own. This class is one that nothing is
    known about but its launcher; what is known of others the subclasses say."""

    can_recache = False  # whether `recache` makes every compile a miss
    has_server = False  # whether another process does the work
    always_preprocesses = False  # whether it has no other way to find a result

    def __init__(self, place: Place, name: str, launcher: list[str], settings: dict[str, str]):
        self._place = place
        self.name = name
        self.launcher = launcher
        self.settings = settings
        self.directory = place.work("caches") / re.sub(r"\W+", "-", name)
        self.environment = place.environment() | self.own_settings() | settings

    @property
    def works_by_default(self) -> bool:
        return not self.name.endswith((FASTEST, UNCOMPRESSED))

    def own_settings(self) -> dict[str, str]:
        """Where it keeps what it keeps."""
        return {"XDG_CACHE_HOME": str(self.directory), "HOME": str(self.directory)}

    def command(self, compile_arguments: list[str]) -> list[str]:
        return [*self.launcher, *compile_arguments]

    def start(self) -> None:
        """Makes it an empty cache that is ready to be used."""
        self._place.set_aside(self.directory)
        self.directory.mkdir(parents=True)

    def stop(self) -> None:
        """Ends what start() began. What is cached stays."""

    def recache(self) -> dict[str, str]:
        """Variables that make every compile a miss whose result is stored."""
        return {}

    def hits_preprocessed(self, has_columns: bool) -> bool:
        """Whether it finds a result after an edit that the preprocessor removes. `has_columns`: the
        object says where in a line things stand, which the preprocessor's output does not."""
        return True

    def preprocessed(self) -> dict[str, str]:
        """Variables under which it does."""
        return {}

    def counts(self) -> Counts | None:
        """What it has counted until now, if it counts."""
        return None

    def server_cpu_ms(self) -> float:
        """User and system time of its server until now, with the processes it has waited for."""
        return 0.0

    def size(self) -> tuple[int, int]:
        """Bytes that it occupies on disk, and bytes that its files hold."""
        return allocated_and_apparent(self.directory)

    def version(self) -> str:
        return said_version(self.launcher) or "says no version"


class Larder(Cache):
    can_recache = True

    def own_settings(self) -> dict[str, str]:
        return {"LARDER_CONFIG": "/dev/null", "LARDER_DIR": str(self.directory)}

    def recache(self) -> dict[str, str]:
        return {"LARDER_RECACHE": "1"}

    def hits_preprocessed(self, has_columns: bool) -> bool:
        return not has_columns

    def preprocessed(self) -> dict[str, str]:
        return {"LARDER_MODE": "preprocessed"}

    def counts(self) -> Counts:
        stats = json.loads(run([*self.launcher, "stats", "--json"], self.environment))
        passed = stats["passed_through"] + stats["disabled"] + stats["cache_errors"]
        if passed:
            raise Problem(f"{self.name} did not cache {passed} compiles: {stats}")
        return Counts(stats["direct_hits"], stats["preprocessed_hits"], stats["misses"])


class Ccache(Cache):
    can_recache = True

    # As fast as it can be told to be, which is less careful than its defaults: a file with the size
    # and times of one it knows is taken for it, objects are links to the cache's own, and on a miss
    # the compiler's depfile is believed instead of the preprocessor.
    FASTEST = {
        "CCACHE_DEPEND": "1",
        "CCACHE_HARDLINK": "1",
        "CCACHE_INODECACHE": "1",
        "CCACHE_NOCOMPRESS": "1",
        "CCACHE_SLOPPINESS": "file_stat_matches,include_file_ctime,include_file_mtime",
    }

    def own_settings(self) -> dict[str, str]:
        return {"CCACHE_CONFIGPATH": "/dev/null", "CCACHE_DIR": str(self.directory)}

    def recache(self) -> dict[str, str]:
        return {"CCACHE_RECACHE": "1"}

    def hits_preprocessed(self, has_columns: bool) -> bool:
        return "CCACHE_DEPEND" not in self.environment

    def counts(self) -> Counts:
        stats = dict(
            line.split("\t")
            for line in run([*self.launcher, "--print-stats"], self.environment).splitlines()
        )
        misses = int(stats["cache_miss"]) + int(stats["recache"])
        return Counts(
            int(stats["direct_cache_hit"]), int(stats["preprocessed_cache_hit"]), misses
        )


class Sccache(Cache):
    """Does its work in a server, which start() begins and stop() ends."""

    can_recache = True
    has_server = True
    always_preprocesses = True

    _process: subprocess.Popen | None = None

    def own_settings(self) -> dict[str, str]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        return {
            "SCCACHE_CONF": "/dev/null",
            "SCCACHE_DIR": str(self.directory),
            "SCCACHE_IDLE_TIMEOUT": "0",
            "SCCACHE_SERVER_PORT": str(port),
        }

    def start(self) -> None:
        super().start()
        # In the foreground, so that it is a child of ours, whose end we see and whose time we know.
        server = {"SCCACHE_START_SERVER": "1", "SCCACHE_NO_DAEMON": "1"}
        with open(self.directory.with_suffix(".log"), "w") as log:
            self._process = subprocess.Popen(
                self.launcher,
                env=self.environment | server,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_until_it_answers()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def recache(self) -> dict[str, str]:
        return {"SCCACHE_RECACHE": "1"}

    def counts(self) -> Counts:
        printed = run([*self.launcher, "--show-stats", "--stats-format", "json"], self.environment)
        stats = json.loads(printed)["stats"]
        hits, misses = (
            sum(stats[name]["counts"].values()) for name in ("cache_hits", "cache_misses")
        )
        return Counts(0, hits, misses)

    def server_cpu_ms(self) -> float:
        return 0.0 if self._process is None else process_cpu_ms(self._process.pid)

    def _wait_until_it_answers(self) -> None:
        address = ("127.0.0.1", int(self.environment["SCCACHE_SERVER_PORT"]))
        deadline = time.monotonic() + 30
        while self._process.poll() is None and time.monotonic() < deadline:
            with socket.socket() as connection:
                if connection.connect_ex(address) == 0:
                    return
            time.sleep(0.02)
        raise Problem(f"{self.name}: no server; see {self.directory.with_suffix('.log')}")


def configurations(place: Place, peers: list[str]) -> list[Cache]:
    """All that are measured: larder, ccache and sccache, and `peers`, each a NAME=COMMAND."""
    larder = [str(place.larder)]
    caches: list[Cache] = [
        Larder(place, "larder", larder, {}),
        Larder(place, f"larder{UNCOMPRESSED}", larder, {"LARDER_COMPRESSION": "none"}),
        *_ccaches(place, "ccache", [_installed("ccache")], {}),
        Sccache(place, "sccache", [_installed("sccache")], {}),
    ]
    for peer in peers:
        caches += _peer(place, peer)
    names = [cache.name for cache in caches]
    if len(set(names)) < len(names):
        raise Problem(f"two caches of one name: {', '.join(names)}")
    return caches


def _ccaches(
    place: Place, name: str, launcher: list[str], settings: dict[str, str]
) -> list[Cache]:
    return [
        Ccache(place, name, launcher, settings),
        Ccache(place, f"{name}{FASTEST}", launcher, Ccache.FASTEST | settings),
    ]


def _peer(place: Place, text: str) -> list[Cache]:
    """The caches that --peer asks for. COMMAND may begin with variables, as in a shell."""
    name, _, command = text.partition("=")
    words = shlex.split(command)
    settings = {}
    while words and re.match(r"\w+=", words[0]):
        variable, _, value = words.pop(0).partition("=")
        settings[variable] = value
    if not name or not words:
        raise Problem(f"--peer {text}: not NAME=COMMAND")
    words[0] = _installed(words[0])
    said = said_version(words)
    if said.startswith("ccache version"):
        return _ccaches(place, name, words, settings)
    if said.startswith("sccache "):
        return [Sccache(place, name, words, settings)]
    return [Cache(place, name, words, settings)]


def said_version(launcher: list[str]) -> str:
    """The first line that a cache says to --version, empty if it knows no such option."""
    try:
        return run([*launcher, "--version"]).partition("\n")[0].strip()
    except Problem:
        return ""


def _installed(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise Problem(f"{program} is not installed; scripts/install-deps bench does that")
    return os.path.abspath(path)

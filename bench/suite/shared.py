"""The caches as machines use them that share a bucket, which is behind a disk of their own."""

import json

from suite.bucket import NAME, Bucket
from suite.caches import Cache, Ccache, Larder
from suite.place import Place, Problem, process_cpu_ms, run

FROM_DISK = ", from its disk"


class SharedLarder(Larder):
    """By S3, through the courier, which a compile starts and stop() ends."""

    def __init__(self, place: Place, cache: Cache, bucket: Bucket, port: int):
        config = place.work("shared") / "larder.toml"
        config.write_text(
            '[[cache]]\ntype = "disk"\n\n[[cache]]\ntype = "s3"\n'
            f'bucket = "{NAME}"\nprefix = "larder/"\nendpoint = "http://127.0.0.1:{port}"\n'
        )
        self._runtime = place.work("shared") / "run"
        own = {"LARDER_CONFIG": str(config), "XDG_RUNTIME_DIR": str(self._runtime)}
        settings = cache.settings | bucket.credentials() | own
        super().__init__(place, cache.name, cache.launcher, settings)

    def start(self) -> None:
        super().start()
        # What is known there of a courier is another machine's.
        self._place.set_aside(self._runtime)
        self._runtime.mkdir(mode=0o700)

    def stop(self) -> None:
        run([*self.launcher, "courier", "stop"], self.environment)

    def flush(self) -> None:
        """Waits until what was stored is in the bucket."""
        run([*self.launcher, "courier", "flush"], self.environment)

    def server_cpu_ms(self) -> float:
        try:
            said = run([*self.launcher, "courier", "status", "--json"], self.environment)
        except Problem:  # None runs.
            return 0.0
        return process_cpu_ms(json.loads(said)["pid"])


class SharedCcache(Ccache):
    """By plain HTTP, since it knows no S3 and signs nothing."""

    def __init__(self, place: Place, cache: Cache, _: Bucket, port: int):
        remote = f"http://127.0.0.1:{port}/{NAME}/{cache.directory.name}"
        settings = cache.settings | {"CCACHE_REMOTE_STORAGE": remote}
        super().__init__(place, cache.name, cache.launcher, settings)

    def flush(self) -> None:
        """Nothing to wait for: a compile ends when its result is in the bucket."""


SHARED = {Larder: SharedLarder, Ccache: SharedCcache}


def configurations(
    place: Place, caches: list[Cache], bucket: Bucket, port: int
) -> list[SharedLarder | SharedCcache]:
    """Those of the caches, as they are by default, that can share the bucket. It is reached by a
    port of this machine."""
    return [
        SHARED[type(cache)](place, cache, bucket, port)
        for cache in caches
        if type(cache) in SHARED and cache.works_by_default
    ]


def labels(cache: Cache) -> list[str]:
    """The builds of a machine, in their order."""
    return [cache.name, cache.name + FROM_DISK]

"""A bucket in a real S3 service on this machine, and a way to it that takes its time."""

import http.client
import json
import os
import subprocess
import time
from pathlib import Path

from suite.place import Place, Problem, process_cpu_ms, run

NAME = "shared"


class Bucket:
    """The bucket and the service it is in: Ceph's RADOS Gateway with everything in memory. Who has
    no credentials may do everything in it, too."""

    def __init__(self, place: Place):
        self._script = place.root / "tests" / "support" / "s3" / "rgw"
        self._directory = place.output / "s3"

    def start(self) -> None:
        run([self._script, "start", self._directory])
        lines = (self._directory / "env").read_text().splitlines()
        service = dict(line.split("=", 1) for line in lines)
        self.port = int(service["ENDPOINT"].rpartition(":")[2])
        self._user = f"{service['ACCESS_KEY']}:{service['SECRET_KEY']}"
        self._put(f"/{NAME}", "")
        everybody = {
            "Effect": "Allow", "Principal": "*", "Action": "s3:*",
            "Resource": [f"arn:aws:s3:::{NAME}", f"arn:aws:s3:::{NAME}/*"],
        }  # fmt: skip
        policy = {"Version": "2012-10-17", "Statement": [everybody]}
        self._put(f"/{NAME}?policy=", json.dumps(policy))

    def stop(self) -> None:
        run([self._script, "stop", self._directory])

    def credentials(self) -> dict[str, str]:
        """Variables that give them to AWS's own programs, and to those that do as these."""
        access_key, _, secret_key = self._user.partition(":")
        return {"AWS_ACCESS_KEY_ID": access_key, "AWS_SECRET_ACCESS_KEY": secret_key}

    def cpu_ms(self) -> float:
        """User and system time that the service has taken until now."""
        groups = set((self._directory / "groups").read_text().split())
        return sum(
            process_cpu_ms(int(process))
            for process in filter(str.isdigit, os.listdir("/proc"))
            if _group_of(process) in groups
        )

    def _put(self, target: str, body: str) -> None:
        """A signed request."""
        run([
            "curl", "--silent", "--show-error", "--fail", "--request", "PUT", "--data", body,
            "--aws-sigv4", "aws:amz:us-east-1:s3", "--user", self._user,
            "--header", "x-amz-content-sha256: UNSIGNED-PAYLOAD",
            f"http://127.0.0.1:{self.port}{target}",
        ])  # fmt: skip


def _group_of(process: str) -> str:
    """The process group that it is in; empty once it has ended."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return ""
    return text.rpartition(")")[2].split()[2]


class DelayProxy:
    """The way to a port of this machine, through bench/native/delay_proxy.cc. It ends with us."""

    def __init__(self, place: Place, port: int):
        self._process = subprocess.Popen(
            [place.tool("delay_proxy"), str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._line())

    def set_round_trip(self, milliseconds: float) -> tuple[int, int]:
        """Connections and requests that have begun since it was called last."""
        self._process.stdin.write(f"{1000 * milliseconds:.0f}\n")
        self._process.stdin.flush()
        connections, requests = self._line().split()
        return int(connections), int(requests)

    def stop(self) -> None:
        self._process.stdin.close()
        self._process.wait()

    def _line(self) -> str:
        line = self._process.stdout.readline()
        if not line:
            raise Problem("the delaying proxy has ended")
        return line


def request_times(port: int, size: int, requests: int) -> list[float]:
    """Milliseconds that requests for an object take that follow each other on a connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    path = f"/{NAME}/line/{size}"

    def ask(method: str, body: bytes | None = None) -> float:
        begin = time.perf_counter()
        connection.request(method, path, body)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise Problem(f"{method} {path}: status {answer.status}")
        return 1000 * (time.perf_counter() - begin)

    ask("PUT", os.urandom(size))
    times = [ask("GET") for _ in range(requests)]
    connection.close()
    return times

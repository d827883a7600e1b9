"""The service under bounded load on loopback, against the library in the same run.

    python benchmarks/serve/load.py [--index INDEX] [--seconds 60] [--out FILE]

Texts of DisTEMIST, their mentions taken away, in requests of one to four; so many clients ask
without a pause. The library links the same texts in batches before and after the service, with
the same number of threads. On a machine with other work the ratio of documents a second of the
processor says more than that of the clock, which the clients' own work lowers too.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

THREADS = "1"
SIZES = (1, 2, 4, 1, 3)
"""Documents of one request after another."""


def main() -> None:
    """Measures, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", default="default")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--library", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.library:
        print(json.dumps(library(options.index, options.seconds)))
        return
    before = in_a_process(options.index, options.seconds / 3)
    service = under_load(options.index, options.seconds, options.clients)
    after = in_a_process(options.index, options.seconds / 3)
    results = {**about(options), "library": [before, after], "service": service}
    for what in ("documents a second", "documents a CPU second"):
        own = statistics.mean(run[what] for run in (before, after))
        results[f"share of the library, {what}"] = round(service[what] / own, 3)
    print(json.dumps(results, indent=1))
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def about(options: argparse.Namespace) -> dict[str, Any]:
    """What was measured, and where."""
    from xnorm.evaluation.machine import machine, versions

    settings = {"index": options.index, "seconds": options.seconds, "clients": options.clients}
    return {**machine(), **versions(), **settings, "threads": int(THREADS)}


def texts() -> list[str]:
    """Of the corpus, in its order."""
    import corpora

    return [document.text for document in corpora.distemist()]


def in_a_process(index: str, seconds: float) -> dict[str, float]:
    """The library's own figures, from a process of its own."""
    command = [sys.executable, __file__, "--library", "--index", index, "--seconds", str(seconds)]
    done = subprocess.run(command, env=pinned(), stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def library(index: str, seconds: float) -> dict[str, float]:
    """Links for a while, after a first batch that opens everything."""
    import xnorm
    from xnorm.document import Document

    linker = xnorm.load(index)
    documents = (
        Document.from_text(text, id="1", language="es") for text in itertools.cycle(texts())
    )
    list(linker.stream(itertools.islice(documents, 32)))
    began, cpu, count = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - began < seconds:
        count += len(list(linker.stream(itertools.islice(documents, 32))))
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    return figures(count, wall, cpu)


def figures(count: int, wall: float, cpu: float) -> dict[str, float]:
    """Speeds."""
    return {
        "documents": count,
        "documents a second": round(count / wall, 2),
        "documents a CPU second": round(count / cpu, 2),
    }


def under_load(index: str, seconds: float, clients: int) -> dict[str, Any]:
    """The service's figures."""
    bodies = list(requests())
    command = [sys.executable, "-m", "xnorm", "serve", index, "--port", "0", "--threads", THREADS]
    server = subprocess.Popen(
        [*command, "--quiet"], env=pinned(), stderr=subprocess.PIPE, text=True
    )
    assert server.stderr
    address = next(line for line in server.stderr if "http://" in line)
    port = int(address.rpartition(":")[2].partition("/")[0])
    load = Load(port, bodies)
    load.run(clients, seconds / 10)  # what the first requests open is not counted
    load = Load(port, bodies)
    cpu = cpu_seconds(server.pid)
    began = time.perf_counter()
    memory = sample_memory(server.pid, seconds)
    load.run(clients, seconds)
    wall, cpu = time.perf_counter() - began, cpu_seconds(server.pid) - cpu
    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=120)
    tenth = max(1, len(memory) // 10)
    early = statistics.median(memory[tenth : 2 * tenth])
    late = statistics.median(memory[-tenth:])
    milliseconds = sorted(1000 * one for one in load.seconds)
    return {
        **figures(load.documents, wall, cpu),
        "requests": len(load.seconds),
        "errors": load.errors,
        "p50 ms": round(milliseconds[len(milliseconds) // 2]),
        "p99 ms": round(milliseconds[int(0.99 * len(milliseconds))]),
        "MB, second tenth": round(early / 1e6, 1),
        "MB, last tenth": round(late / 1e6, 1),
        "memory growth": round(late / early - 1, 4),
        "exit status": server.returncode,
    }


def requests() -> Iterator[tuple[int, bytes]]:
    """Numbers of documents, and bodies, through the corpus once."""
    rest, sizes = iter(texts()), itertools.cycle(SIZES)
    while some := list(itertools.islice(rest, next(sizes))):
        documents = [{"text": text, "language": "es"} for text in some]
        yield len(some), json.dumps({"documents": documents}).encode()


class Load:
    """Clients that ask one after another's answer, each over one connection."""

    def __init__(self, port: int, bodies: list[tuple[int, bytes]]) -> None:
        self.port = port
        self.seconds: list[float] = []
        self.documents = 0
        self.errors = 0
        self._bodies = itertools.cycle(bodies)
        self._lock = threading.Lock()

    def run(self, clients: int, seconds: float) -> None:
        """Asks for so long."""
        end = time.perf_counter() + seconds
        threads = [threading.Thread(target=self._ask, args=(end,)) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _ask(self, end: float) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        while time.perf_counter() < end:
            with self._lock:
                count, body = next(self._bodies)
            began = time.perf_counter()
            try:
                connection.request("POST", "/v1/link", body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                good = answer.status == 200
            except (OSError, http.client.HTTPException):
                connection.close()  # the next request opens it again
                good = False
            took = time.perf_counter() - began
            with self._lock:
                self.seconds.append(took)
                self.documents += count if good else 0
                self.errors += not good
        connection.close()


def sample_memory(pid: int, seconds: float) -> list[int]:
    """A list that fills with the bytes of a process while that runs, the mapped index apart."""
    samples: list[int] = []
    end = time.perf_counter() + seconds

    def watch() -> None:
        while time.perf_counter() < end:
            status = Path(f"/proc/{pid}/status").read_text().partition("RssAnon:")[2]
            samples.append(1024 * int(status.split()[0]))
            time.sleep(0.2)

    threading.Thread(target=watch).start()
    return samples


def cpu_seconds(pid: int) -> float:
    """What a process has used, by user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pinned() -> dict[str, str]:
    """The environment with the threads of the libraries said."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return {**os.environ, **dict.fromkeys(names, THREADS)}


if __name__ == "__main__":
    main()

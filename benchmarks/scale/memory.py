"""A million mentions through `xnorm link`, and the memory it holds meanwhile.

    python benchmarks/scale/memory.py [--index INDEX] [--mentions 1000000]

DisTEMIST's documents with given mentions, varied, go in by a pipe and come out by one, so that the
disk says nothing. One process of one thread. The median of the last tenth of samples of resident
memory is compared with that of the second tenth; the mapped index counts where it is resident.
"""

from __future__ import annotations

import argparse
import io
import re
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import material

from xnorm.formats import write_documents


def main() -> None:
    """Measures and records."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", default="default")
    parser.add_argument("--mentions", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=0.5, help="Between two samples.")
    options = parser.parse_args()
    command = [sys.executable, "-m", "xnorm", "link", "--lang", "es", "--index", options.index]
    process = subprocess.Popen(
        [*command, "--from", "bigbio-jsonl", "--to", "codes", "--quiet", "-"],
        env=material.one_thread(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    sent = Sent(process, options.mentions)
    began = time.perf_counter()
    lines = threading.Thread(target=sent.count_lines)
    for thread in (threading.Thread(target=sent.feed), lines):
        thread.start()
    samples: list[tuple[int, int]] = []
    while process.poll() is None:
        samples.append(resident(process.pid))
        time.sleep(options.seconds)
    lines.join()
    seconds = time.perf_counter() - began
    tenth = len(samples) // 10
    early, late = (
        [statistics.median(column) for column in zip(*part, strict=True)]
        for part in (samples[tenth : 2 * tenth], samples[-tenth - 1 : -1])
    )
    material.record(
        "memory",
        {
            "documents": sent.documents,
            "mentions": sent.mentions,
            "lines out": sent.lines,
            "exit status": process.returncode,
            "seconds": round(seconds),
            "mentions a second": round(sent.mentions / seconds),
            "MB, second tenth": round(early[0]),
            "MB, last tenth": round(late[0]),
            "last to second tenth": round(late[0] / early[0], 4),
            "MB without the mapped files, second tenth": round(early[1]),
            "MB without the mapped files, last tenth": round(late[1]),
            "MB, every twentieth": [round(samples[at][0]) for at in twentieths(len(samples))],
        },
    )


class Sent:
    """What goes into a process and comes out of it."""

    def __init__(self, process: subprocess.Popen[bytes], wanted: int) -> None:
        self.documents = self.mentions = self.lines = 0
        self._process = process
        self._wanted = wanted

    def feed(self) -> None:
        """Writes documents until there are as many mentions as wanted."""
        assert self._process.stdin
        with self._process.stdin as pipe:
            for document in material.copies():
                if self.mentions >= self._wanted:
                    return
                line = io.BytesIO()
                write_documents([document], line, "bigbio-jsonl")
                pipe.write(line.getvalue())
                self.documents += 1
                self.mentions += len(document.mentions)

    def count_lines(self) -> None:
        """Reads what comes and keeps nothing."""
        assert self._process.stdout
        self.lines = sum(1 for _ in self._process.stdout)


def resident(pid: int) -> tuple[int, int]:
    """Resident memory of a process in MB: all, and what is no mapped file."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0, 0
    found = [re.search(rf"{name}:\s+(\d+)", status) for name in ("VmRSS", "RssAnon")]
    whole, own = (int(match[1]) // 1024 if match else 0 for match in found)
    return whole, own


def twentieths(count: int) -> list[int]:
    """Places in a list, from its beginning to its end."""
    return [part * (count - 1) // 20 for part in range(20)]


if __name__ == "__main__":
    main()

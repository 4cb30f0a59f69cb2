"""Runs one command and prints what it took: wall time, CPU time of it and of all that it started, and peak memory.

Memory is the resident size of all its processes together, sampled, and only where it is asked for: sampling takes time.
A process that was just forked does not count until it runs its program: what it holds is its parent's.
"""

import json
import os
import resource
import subprocess
import sys
import threading
import time


def resident(pid, parent=b""):
    """Bytes of a process and of all below it."""
    total = 0
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            command = file.read()
        if command == parent:
            return 0
        with open(f"/proc/{pid}/statm") as file:
            total = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                total += sum(resident(int(child), command) for child in file.read().split())
    except (FileNotFoundError, ProcessLookupError):
        pass
    return total


def main():
    samples, folder, *command = sys.argv[1:]
    peak = [0]
    start = time.perf_counter()
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def watch():
        while child.poll() is None:
            peak[0] = max(peak[0], resident(child.pid))
            time.sleep(0.01)

    if samples == "memory":
        threading.Thread(target=watch, daemon=True).start()
    out, err = child.communicate()
    wall = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    if child.returncode != 0:
        sys.exit(f"{' '.join(command)}: {err.decode()}{out.decode()}")
    print(json.dumps({"wall": wall, "cpu": used.ru_utime + used.ru_stime, "memory": peak[0]}))


main()

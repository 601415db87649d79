"""How busy other programs keep the processors, from Linux's /proc."""

import os
import time
from pathlib import Path


def n_cores() -> int:
    """The processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class OtherLoad:
    """Measures the load of everything but the given processes.

    Args:
        pids: the processes that do not count as other.
    """

    def __init__(self, pids: list[int]) -> None:
        self.pids = pids
        self.start()

    def start(self) -> None:
        """Begin to measure."""
        self._start = time.perf_counter(), self._other_seconds()

    def stop(self) -> float | None:
        """The load since `start`, in processors (0.5: half of one); None where there is no /proc.

        The kernel counts in hundredths of a second, so this is rough below a second.
        """
        start, other_then = self._start
        other_now = self._other_seconds()
        if other_then is None or other_now is None:
            return None
        return max(0.0, other_now - other_then) / (time.perf_counter() - start)

    def over(self, seconds: float) -> float | None:
        """The load during the next seconds."""
        self.start()
        time.sleep(seconds)
        return self.stop()

    def _other_seconds(self) -> float | None:
        if not Path("/proc/stat").exists():
            return None
        cores = {f"cpu{core}" for core in os.sched_getaffinity(0)}
        busy = 0
        for line in Path("/proc/stat").read_text(encoding="ascii").splitlines():
            name, *ticks = line.split()
            if name in cores:
                user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, ticks[:8])
                busy += user + nice + system + irq + softirq + steal
        own = sum(_ticks_of(pid) for pid in self.pids)
        return (busy - own) / os.sysconf("SC_CLK_TCK")


def _ticks_of(pid: int) -> int:
    """User and system time of a process with all its threads, in clock ticks."""
    # The second field, the program's name, is in parentheses and may contain blanks.
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(after_name[11]) + int(after_name[12])

"""Who reads a source: a process, named so that others on its machine can see whether it still lives."""

from __future__ import annotations

import os
import platform


def this_process() -> str:
    """The name under which this process takes leases: its machine and its number."""
    return f"{platform.node()}:{os.getpid()}"


def is_dead(holder: str) -> bool:
    """Whether the holder was a process of this machine and is no more; of another machine nobody knows.

    So a restart after a crash need not wait for a lease to run out. Should it be wrong (two containers
    that share a name), the lease's epoch still keeps the old holder from writing.
    """
    machine, _, number = holder.rpartition(":")
    if os.name != "posix" or machine != platform.node() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False

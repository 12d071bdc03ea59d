"""The outer guard: hostile programs run here while a guard of the sandbox is off.

A cell is a pid and a mount namespace that die together, /tmp and /dev/shm of its own, and a
cgroup around it. The hierarchies inside start at that group, so that the groups of the
sandbox lie in it as well, and its limits hold even when the sandbox sets none.
"""
import os
import resource
import signal
import subprocess
import time

LIMIT_BYTES = 1 << 30
LIMIT_TASKS = 600
TOP = "/sys/fs/cgroup"
PARTS_V1 = ("memory", "pids", "cpuacct")
ENTER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "enter-cell")

# What the supervisor has, so that the guest's lack of it can be seen: groups, and rights to
# a better priority.
GROUPS = (4, 24)


class Unusable(Exception):
    """This machine has no cgroup to build the cell with."""


def is_v2():
    return os.path.exists(f"{TOP}/cgroup.controllers")


def put(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(str(text))


def limit_swap(group, name, value):
    if os.path.exists(f"{group}/{name}"):
        put(f"{group}/{name}", value)


class Cell:
    """Made for one command, and removed with everything that is left of it."""

    def __init__(self, folder):
        self.folder = folder
        self.name = f"podium-mutants-{os.getpid()}"
        self.groups = [f"{TOP}/{self.name}"] if is_v2() else [
            f"{TOP}/{part}/{self.name}" for part in PARTS_V1]

    def __enter__(self):
        try:
            for group in self.groups:
                os.makedirs(group, exist_ok=True)
            self.limit()
        except OSError as problem:
            self.remove()
            raise Unusable(f"cannot make a cgroup for the cell: {problem}") from problem
        return self

    def limit(self):
        if is_v2():
            put(f"{TOP}/cgroup.subtree_control", "+memory +pids")
            group = self.groups[0]
            put(f"{group}/memory.max", LIMIT_BYTES)
            limit_swap(group, "memory.swap.max", 0)
            put(f"{group}/pids.max", LIMIT_TASKS)
            # A group that passes controllers on holds no tasks itself.
            put(f"{group}/cgroup.subtree_control", "+memory +pids")
            os.makedirs(f"{group}/self", exist_ok=True)
            return
        memory, pids, _ = self.groups
        put(f"{memory}/memory.limit_in_bytes", LIMIT_BYTES)
        limit_swap(memory, "memory.memsw.limit_in_bytes", LIMIT_BYTES)
        put(f"{pids}/pids.max", LIMIT_TASKS)

    def join(self):
        for group in self.groups:
            put(f"{group}/self/cgroup.procs" if is_v2() else f"{group}/cgroup.procs", "0")
        os.setgroups(GROUPS)
        for limit in (resource.RLIMIT_NICE, resource.RLIMIT_RTPRIO):
            try:
                resource.setrlimit(limit, (20, 20))
            except ValueError:
                pass  # in a container without CAP_SYS_RESOURCE

    def run(self, command, timeout, output):
        """True if the command ended by itself in time. What it prints goes to output."""
        namespaces = ["--pid", "--fork", "--kill-child", "--mount", "--mount-proc"]
        shell = ["unshare", *namespaces, ENTER, self.name, self.folder, *command]
        with subprocess.Popen(shell, stdin=subprocess.DEVNULL, stdout=output,
                              stderr=subprocess.STDOUT, preexec_fn=self.join) as process:
            try:
                process.wait(timeout)
                return True
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                return False

    def remove(self):
        for group in self.groups:
            for folder, _, _ in os.walk(group, topdown=False):
                self.remove_one(folder)

    def remove_one(self, group):
        """Dead tasks leave their group a little after they were killed."""
        for _ in range(500):
            try:
                return os.rmdir(group)
            except FileNotFoundError:
                return None
            except OSError:
                time.sleep(0.01)
        raise Unusable(f"cannot remove the cgroup {group}")

    def __exit__(self, *_):
        self.remove()

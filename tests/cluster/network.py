"""A network of one's own for one member: two cables to the rest of the machine, of which one can be pulled out.

In: root and ``ip`` (iproute2). Out: a name space, the address of this machine on each cable. Skips without them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Network:
    """``database`` and ``others``: this machine's address on each cable; ``own``: the member's on the second."""

    name: str
    database: str
    others: str
    own: str

    @property
    def inside(self) -> list[str]:
        """What runs a command in it."""
        return ["ip", "netns", "exec", self.name]

    def pull(self) -> None:
        """Cut the way to the database; nobody is told."""
        ip("link", "set", f"{self.name}d", "down")

    def plug_in(self) -> None:
        ip("link", "set", f"{self.name}d", "up")


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@contextmanager
def network(number: int) -> Iterator[Network]:
    """A name space with two cables. ``number`` (0 to 63) keeps the addresses of several apart."""
    if os.getuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network name spaces need root and the program ip (iproute2)")
    name = f"sy{uuid.uuid4().hex[:8]}"
    try:
        ip("netns", "add", name)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no network name space can be made here: {error.stderr.decode().strip()}")
    net = f"10.213.{number * 4}"
    made = Network(name, f"{net}.1", f"{net}.5", f"{net}.6")
    try:
        _cable(name, "d", f"{net}.1", f"{net}.2")
        _cable(name, "o", f"{net}.5", f"{net}.6")
        ip("-n", name, "link", "set", "lo", "up")
        yield made
    finally:
        ip("netns", "del", name)


def _cable(name: str, letter: str, here: str, there: str) -> None:
    outer, inner = f"{name}{letter}", f"{name}{letter}i"
    ip("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", name)
    ip("addr", "add", f"{here}/30", "dev", outer)
    ip("link", "set", outer, "up")
    ip("-n", name, "addr", "add", f"{there}/30", "dev", inner)
    ip("-n", name, "link", "set", inner, "up")

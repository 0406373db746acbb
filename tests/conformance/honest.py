"""The adapter that `syncd adapter new` writes, as a base for adapters that lie.

In: the templates. Out: its classes, its system, a subject for any adapter class.
"""

from __future__ import annotations

import atexit
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from loopback.conformance import Subject
from syncd.cli.scaffolding import write_package
from syncd.sides.adapter import AdapterDefinition


@cache
def package() -> ModuleType:
    """The package, written and imported."""
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)
    write_package("honest", Path(folder.name))
    sys.path.insert(0, folder.name)
    try:
        return import_module("syncd_honest.adapter")
    finally:
        sys.path.remove(folder.name)


def subject(adapter: type[Any], **table: Any) -> Subject:
    """This class over the system of the package."""
    system = import_module("syncd_honest.system")
    made = AdapterDefinition("honest", "", package().HonestSettings, adapter)
    return Subject(made, {"adapter": "honest", "base_url": "http://127.0.0.1:1", **table}, system=system.serving)

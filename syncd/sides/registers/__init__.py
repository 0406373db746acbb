"""Registers of the Office: what it knows better than the sides do, kept in files (XLSX, CSV, JSON, TOML) by its staff.

In: a path and the layout of the register. Out: its rows as text by key, or a `RegisterError` that names every fault.
"""

from syncd.sides.registers.layouts import REGISTERS, RegisterColumn, RegisterLayout
from syncd.sides.registers.problems import RegisterError, RegisterProblem
from syncd.sides.registers.reading import read_register

__all__ = ["REGISTERS", "RegisterColumn", "RegisterError", "RegisterLayout", "RegisterProblem", "read_register"]

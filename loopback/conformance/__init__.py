"""The conformance kit: drives any reading adapter against a hostile system, and says which promises it keeps.

In: an adapter's definition and the table of one side (`Subject`). Out: `verify`, a `Result` for each of `CHECKS`.
"""

from loopback.conformance.kit import Kit, verify
from loopback.conformance.table import CHECKS
from loopback.conformance.words import Check, Outcome, Result, Subject

__all__ = ["CHECKS", "Check", "Kit", "Outcome", "Result", "Subject", "verify"]

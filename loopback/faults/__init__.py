"""Faults that can be switched on by the request.

In: `FaultPlan` rules, or the header ``X-Loopback-Fault``. Out: answers that go wrong in one of the ways of `FAULTS`.
"""

from loopback.faults.occasion import Drip, Fault
from loopback.faults.plan import HEADER, FaultPlan, Rule, faults_middleware
from loopback.faults.table import FAULTS

__all__ = ["FAULTS", "HEADER", "Drip", "Fault", "FaultPlan", "Rule", "faults_middleware"]

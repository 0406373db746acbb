"""The configuration: what the operator decides, read from one TOML file, checked whole, frozen.

In: a path. Out: `Configuration`, `Secrets`, and errors that name file, key, value and what would be right.
"""

from syncd.config.changes import Changes, changes
from syncd.config.credentials import Secrets, secrets_of
from syncd.config.durations import format_duration, parse_duration
from syncd.config.loading import database_url, load
from syncd.config.models import Configuration, DaemonConfig, DatabaseConfig, LogConfig, SecretsConfig
from syncd.config.pairs import AgencyScope, DepartmentScope, Equivalences, PairConfig, ShrinkageConfig
from syncd.config.problems import InvalidConfigurationError, Problem
from syncd.config.sides import Checked, CheckedSide, check_sides
from syncd.config.values import LEARN, STDOUT

__all__ = [
    "LEARN",
    "STDOUT",
    "AgencyScope",
    "Changes",
    "Checked",
    "CheckedSide",
    "Configuration",
    "DaemonConfig",
    "DatabaseConfig",
    "DepartmentScope",
    "Equivalences",
    "InvalidConfigurationError",
    "LogConfig",
    "PairConfig",
    "Problem",
    "Secrets",
    "SecretsConfig",
    "ShrinkageConfig",
    "changes",
    "check_sides",
    "database_url",
    "format_duration",
    "load",
    "parse_duration",
    "secrets_of",
]

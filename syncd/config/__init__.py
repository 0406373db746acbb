"""The configuration: what the operator decides, read from one TOML file, checked whole, frozen.

In: a path. Out: `Configuration`, `Secrets`, and errors that name file, key, value and what would be right.
"""

from syncd.config.care import CareConfig
from syncd.config.changes import Changes, changes
from syncd.config.cluster import ClusterConfig
from syncd.config.credentials import Secrets, secrets_of
from syncd.config.decisions import DecisionConfig
from syncd.config.desk import DeskConfig, LetterConfig, MailConfig, NoticeConfig, OidcConfig
from syncd.config.durations import format_duration, parse_duration
from syncd.config.loading import database_url, load
from syncd.config.models import Configuration, CourseConfig, DaemonConfig, DatabaseConfig, LogConfig, SecretsConfig
from syncd.config.pairs import AgencyScope, DepartmentScope, Equivalences, PairConfig, ShrinkageConfig
from syncd.config.problems import InvalidConfigurationError, Problem
from syncd.config.reporting import DossierConfig, IndexConfig, NoticesCourse, PublicationConfig, ToleranceConfig
from syncd.config.sides import SOURCE, Checked, CheckedSide, check_sides
from syncd.config.tasks import TaskConfig
from syncd.config.values import LEARN, STDOUT

__all__ = [
    "LEARN",
    "SOURCE",
    "STDOUT",
    "AgencyScope",
    "CareConfig",
    "Changes",
    "Checked",
    "CheckedSide",
    "ClusterConfig",
    "Configuration",
    "CourseConfig",
    "DaemonConfig",
    "DatabaseConfig",
    "DecisionConfig",
    "DepartmentScope",
    "DeskConfig",
    "DossierConfig",
    "Equivalences",
    "IndexConfig",
    "InvalidConfigurationError",
    "LetterConfig",
    "LogConfig",
    "MailConfig",
    "NoticeConfig",
    "NoticesCourse",
    "OidcConfig",
    "PairConfig",
    "Problem",
    "PublicationConfig",
    "Secrets",
    "SecretsConfig",
    "ShrinkageConfig",
    "TaskConfig",
    "ToleranceConfig",
    "changes",
    "check_sides",
    "database_url",
    "format_duration",
    "load",
    "parse_duration",
    "secrets_of",
]

"""Every row of the dashboard, in its order.

In: the rows' own modules. Out: `ROWS`.
"""

from __future__ import annotations

from deploy.grafana.reconciling import FRESHNESS, GLANCE, MISMATCHES
from deploy.grafana.running import DAEMON, OFFICE, SIDES

ROWS = (GLANCE, FRESHNESS, MISMATCHES, SIDES, OFFICE, DAEMON)

"""``python -m deploy.grafana`` writes the dashboard anew."""

from deploy.grafana.dashboard import FILE, text

FILE.write_text(text(), encoding="utf-8")

"""The Grafana dashboard of syncd, generated from code: ``python -m deploy.grafana`` writes ``syncd.json``.

In: the panels of `deploy.grafana.panels`. Out: a dashboard that any Grafana from version 10 on imports.
"""

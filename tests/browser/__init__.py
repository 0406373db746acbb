"""Journeys through the desk in a real browser, with real clicks and keys."""

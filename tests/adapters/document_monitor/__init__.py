"""Tests of the adapter ``document-monitor``."""

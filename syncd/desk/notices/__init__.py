"""Notices: digests that are written at the times the Office sets, kept in the ledger, and sent until they are taken.

In: the ledger, the configuration of the desk, the time. Out: mails and webhooks, never twice for the same event.
"""

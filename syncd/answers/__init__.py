"""Answers: what is known as of an instant, as rows that the command line, the metrics, the desk and documents share.

In: a session of the ledger, and a question. Out: frozen rows. Nothing here changes what is remembered.
"""

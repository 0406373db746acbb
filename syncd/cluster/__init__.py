"""Several daemons on one PostgreSQL that share the courses; imported only where ``[cluster]`` is configured.

In: an engine that keeps what is due, leases in the ledger. Out: the right to run one pass, given to one member at a
time, and a fence around everything that the pass writes.
"""

"""The care of an installation: backups that are proven, retention of what may be forgotten, and a doctor.

In: a ledger's address, a policy, a configuration. Out: files, plans and findings, as plain frozen structs.
It stands beside the passes and the desk, and knows neither.
"""

"""Captures: one reading of a pair's sides as a file that can be mailed, and played again elsewhere.

In: adapters while they read. Out: a zip of a manifest and of what each side answered, without secrets and personal
data; and back: answers by question. What was not captured is never taken for absent (docs/decisions/0010-captures.md).
"""

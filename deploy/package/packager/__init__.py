"""Builds the Debian package of syncd from a checkout; the standard library alone, on Debian's own Python.

In: sources, two locks. Out: a ``.deb`` and its bill of materials, the same bytes each time.
"""

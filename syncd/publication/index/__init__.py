"""The Service Index, computed: tables of indicators and groups, the portal's arithmetic, scores, bands, comparisons.

In: figures and counts. Out: points, exact to the second decimal. Pure; imports `syncd.records` only.
"""

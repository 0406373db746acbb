"""Documents for people who work with paper and spreadsheets.

In: rows and their columns. Out: workbooks with real types.
"""

"""Tables in files: XLSX, CSV, JSON and TOML, opened to rows of typed cells under the columns that are sought.

In: the bytes of a file and the titles of its columns. Out: a `Table`; foreign and hostile files end in `ShapeError`.
"""

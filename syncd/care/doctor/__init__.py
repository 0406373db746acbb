"""The doctor: looks at an installation from the outside and says what is wrong with it, and what to do.

In: the path of a configuration. Out: findings in the order in which an operator needs them. Nothing is written, every
check has its own time, and one that fails says so without disturbing the others.
"""

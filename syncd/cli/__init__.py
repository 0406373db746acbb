"""The command line: one module for each subject; errors become one sentence and an exit status, never a traceback.

In: arguments. Out: text for people or JSON for programs, and the exit statuses of `Exit`.
"""

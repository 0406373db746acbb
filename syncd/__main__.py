"""``python -m syncd``: the command line, where the ``syncd`` script is not on the path.

In: arguments. Out: what `syncd.cli.app.main` does with them.
"""

from __future__ import annotations

from syncd.cli.app import main

if __name__ == "__main__":
    main()

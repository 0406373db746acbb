"""The settings of a side that is played from a capture.

In: the keys of one side in the TOML file. Out: checked values.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from syncd.sides.adapter import AdapterSettings


class ReplaySettings(AdapterSettings):
    """One side of one capture.

    ```toml
    [pairs.portal]
    adapter = "replay"
    path = "captures" # the file, or the folder that holds this one capture alone
    side = "portal"
    ```

    ``path``: relative paths start at the configuration file's folder. ``side``: ``portal`` or ``city``, as it was
    captured. The adapter that was recorded must be installed: it reads the captured answers as it read the system's,
    with the settings that the capture holds. Nothing is asked over the network. A question that was not captured ends
    as *could not say*, never as absent; a record that was captured says what it said then, however often it is asked.
    """

    path: Annotated[str, Field(min_length=1, max_length=4096)]
    side: Literal["portal", "city"]

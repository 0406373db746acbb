"""What every test may use."""

import asyncio

from hypothesis import settings

pytest_plugins = ["tests.postgresql"]

# What a machine of two busy cores takes says nothing about an example.
settings.register_profile("syncd", deadline=None)
settings.load_profile("syncd")

# pytest-asyncio asks for the current loop; where none was ever set, Python 3.11 makes one that nobody closes.
asyncio.set_event_loop(None)

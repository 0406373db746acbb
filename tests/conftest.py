"""What every test may use."""

import asyncio

pytest_plugins = ["tests.postgresql"]

# pytest-asyncio asks for the current loop; where none was ever set, Python 3.11 makes one that nobody closes.
asyncio.set_event_loop(None)

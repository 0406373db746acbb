"""Long pages, written in a thread: a list of every unit would hold the loop for longer than others should wait.

In: what `render` takes. Out: the same response.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from aiohttp import web

from syncd.desk.rendering import render


async def render_aside(request: web.Request, template: str, **values: Any) -> web.Response:
    """`render`, for a page of many rows."""
    return await asyncio.to_thread(partial(render, request, template, **values))

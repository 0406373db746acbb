"""The files that pages load: style, script, icons, fonts. Only what was there at the start is served.

In: the folder ``static``. Out: a table from public name to bytes. A public name carries the content's hash, so that
it may be kept for ever; a name that is not in the table is not found, and no path is ever built from a request.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

from aiohttp import web

STATIC = Path(__file__).parent / "static"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".woff2": "font/woff2",
}
"""Content types by suffix; files of other suffixes (licences, notes) are not served."""
FOR_EVER = "public, max-age=31536000, immutable"
_REFERENCE = re.compile(rb'url\("(?P<name>[^":]+)"\)')


@dataclass(frozen=True, slots=True)
class Asset:
    """One file. ``packed`` is the same gzipped, where that is smaller."""

    content: bytes
    packed: bytes | None
    kind: str
    tag: str


class Assets:
    """Every file by the name in ``static`` and by its public name."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._addresses: dict[str, str] = {}
        self._assets: dict[str, Asset] = {}
        for name, path in _files(folder):
            self._add(name, path.read_bytes())

    def address(self, name: str) -> str:
        """Where the file is, e.g. ``/static/desk.0a1b2c3d4e5f.css``. Raises KeyError for a file that is not there."""
        return self._addresses[name]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One file, by its public name."""
        asset = self._assets.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        headers = {"Content-Type": asset.kind, "Cache-Control": FOR_EVER, "ETag": asset.tag, "Vary": "Accept-Encoding"}
        if request.headers.get("If-None-Match") == asset.tag:
            return web.Response(status=304, headers=headers)
        if asset.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=asset.packed, headers={**headers, "Content-Encoding": "gzip"})
        return web.Response(body=asset.content, headers=headers)

    def _add(self, name: str, content: bytes) -> None:
        if name.endswith(".css"):
            content = _resolved(content, self._addresses)
        path, digest = PurePosixPath(name), sha256(content).hexdigest()[:16]
        public = f"{path.stem}.{digest}{path.suffix}"
        packed = None if path.suffix == ".woff2" else gzip.compress(content, 9, mtime=0)
        self._assets[public] = Asset(content, packed, KINDS[path.suffix], f'"{digest}"')
        self._addresses[name] = f"/static/{public}"


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file that is served; style sheets last, because they name the others."""
    found = (path for path in folder.rglob("*") if path.suffix in KINDS and path.is_file())
    for path in sorted(found, key=lambda path: (path.suffix == ".css", path)):
        yield path.relative_to(folder).as_posix(), path


def _resolved(content: bytes, addresses: Mapping[str, str]) -> bytes:
    """A style sheet with the files that it names under their public names."""
    return _REFERENCE.sub(lambda found: f'url("{addresses[found["name"].decode()]}")'.encode(), content)

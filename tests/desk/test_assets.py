"""The files that pages load: only those of the table, kept for ever, and the vendored ones as they came."""

from __future__ import annotations

from hashlib import sha256

import pytest
from yarl import URL

from syncd.desk.assets import STATIC, Assets
from tests.desk.conftest import House


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/static//etc/passwd",
        "/static/vendor/VENDORED.md",
        "/static/desk.css",
        "/static/desk.css%00.html",
    ],
)
async def test_no_file_is_served_but_those_of_the_table(house: House, path: str) -> None:
    browser = await house.browser()
    async with browser.client.get(URL(house.base + path, encoded=True), allow_redirects=False) as response:
        assert response.status in (400, 404)
        assert "import" not in await response.text()


async def test_a_file_is_kept_for_ever_under_its_content_s_name_and_packed(house: House) -> None:
    browser, address = await house.browser(), Assets().address("desk.css")
    answer = await browser.get(address)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert ".woff2" in answer.text
    again = await browser.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status, again.text) == (304, "")


def test_every_file_that_the_style_names_is_there() -> None:
    """A missing one raises when the desk starts."""
    assert {path.suffix for path in STATIC.iterdir() if path.is_file()} <= {".css", ".js", ".svg"}
    Assets()


def test_vendored_files_are_what_the_list_says() -> None:
    folder = STATIC / "vendor"
    rows = [
        line.strip("| ").split(" | ")
        for line in (folder / "VENDORED.md").read_text().splitlines()
        if line.startswith("| ") and "|---" not in line
    ][1:]
    listed = {row[0]: row[4] for row in rows}
    found = {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "VENDORED.md"
    }
    assert found == listed

"""The OpenAPI document: written from the operations, whole, and the same as what is routed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from syncd.answers.queue_filter import PARAMETERS
from syncd.desk.api.description import OPERATIONS, PATH, described
from syncd.desk.api.mismatches import FILTER
from syncd.desk.api.operations import BASE
from syncd.desk.app import routes
from syncd.records.roles import Capability
from tests.desk.conftest import House

METHODS = {"get", "post"}
EVERY = [(path, method, one) for path, several in described()["paths"].items() for method, one in several.items()]


def test_each_route_of_the_api_is_in_the_document_and_the_other_way_round() -> None:
    routed = {
        (one.method.lower(), one.name) for one in routes() if one.path.startswith(f"{BASE}/") and one.path != PATH
    }
    assert routed == {(method, one["operationId"]) for _, method, one in EVERY}
    assert {one.plain_path for one in OPERATIONS} == set(described()["paths"])


def test_no_route_of_the_api_stands_outside_the_table() -> None:
    assert [one.path for one in routes() if one.path.startswith("/api/") and not one.path.startswith(f"{BASE}/")] == []


@pytest.mark.parametrize(("path", "method", "one"), EVERY, ids=[one["operationId"] for *_, one in EVERY])
def test_an_operation_says_all_that_a_program_needs(path: str, method: str, one: dict[str, Any]) -> None:
    assert method in METHODS
    assert one["summary"]
    assert one["description"].endswith(".")
    assert one["tags"]
    [[scope]] = [list(each["token"]) for each in one["security"]]
    assert Capability(scope) is not Capability.SIGN_IN
    assert {"200", "400", "401", "403", "429", "500", "503"} <= set(one["responses"])
    for parameter in one.get("parameters", ()):
        assert parameter["description"]
        assert parameter["schema"]["type"] in ("string", "integer", "array")
    in_path = {each["name"] for each in one.get("parameters", ()) if each["in"] == "path"}
    assert in_path == {part[1:-1] for part in path.split("/") if part.startswith("{")}
    if method == "post":
        assert one["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        assert {"404", "413", "415", "422"} <= set(one["responses"])
    for kind, content in one["responses"]["200"]["content"].items():
        assert "$ref" in content["schema"] or kind != "application/json"


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for one in value.values():
            yield from _references(one)
    elif isinstance(value, list):
        for one in value:
            yield from _references(one)


def test_every_reference_leads_somewhere_and_every_shape_is_used() -> None:
    document = described()
    named = set(_references(document))
    shapes = document["components"]
    there = {f"#/components/{kind}/{name}" for kind in ("schemas", "responses") for name in shapes[kind]}
    assert named <= there
    assert {one for one in there if "/schemas/" in one} <= named
    assert all("." not in name for name in shapes["schemas"]), "two structs of one name"


def test_every_shape_of_an_answer_says_what_it_is() -> None:
    bare = [
        name
        for name, shape in described()["components"]["schemas"].items()
        if not shape.get("description") and shape.get("type") == "object"
    ]
    assert bare == []


def test_the_filter_is_the_whole_filter_of_the_queue() -> None:
    assert [one.name for one in FILTER] == [one.name for one in PARAMETERS]


async def test_the_document_is_served_to_everybody(house: House) -> None:
    answer = await (await house.browser()).get(PATH)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert json.loads(answer.text) == json.loads(json.dumps(described()))
    assert answer.headers["ETag"]

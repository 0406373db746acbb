"""The OpenAPI 3.1 document of the API, written from the operations, so that it cannot lie.

In: operations. Out: the document as plain values. The shapes of answers are those of their structs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from syncd import __version__
from syncd.answers.queue_filter import MOST_VALUES
from syncd.desk.api.answering import MEDIA_TYPE, Listing
from syncd.desk.api.operations import LONGEST_IN_PATH, Operation
from syncd.desk.api.parameters import Parameter
from syncd.desk.api.problems import MEDIA_TYPE as PROBLEM_TYPE
from syncd.desk.api.problems import WORDS, Problem
from syncd.records.roles import Capability

REF = "#/components/schemas/{name}"
SCHEME = "token"
ABOUT = """\
The same questions and acts as the pages of the review desk, for programs.

**Tokens.** Send `Authorization: Bearer syncd_…`. People make tokens on the page of their account, with scopes that are
no more than their role allows; a token sees what its user sees (a unit's user: the unit and those below it).

**Lists** are paged: `next` is the cursor of the page after, also as a `Link` header with `rel="next"`; it is empty at
the end. **ETags** are strong: send `If-None-Match` and get 304 while the answer is the same. **Numbers** that are exact
decimals are strings. **Instants** are RFC 3339; send them with their offset.

**Errors** are `application/problem+json` (RFC 9457). Unknown parameters and fields are refused. A token may ask 300
times at once, then four times a second; `Retry-After` says when to go on after a 429. What a program changes stands in
the audit trail as `user:LOGIN/NAME-OF-THE-TOKEN`.
"""
BEYOND = {
    401: {"WWW-Authenticate": "Which kind of token is needed."},
    429: {"Retry-After": "Seconds to wait."},
    503: {"Retry-After": "Seconds to wait."},
}
"""Headers of errors."""


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """The document."""
    structs = [one for each in operations for one in (each.answer, each.body) if one is not None]
    several = list(dict.fromkeys([*structs, Problem]))
    shapes, components = msgspec.json.schema_components(several, ref_template=REF)
    known = dict(zip(several, shapes, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(one.plain_path, {})[one.method.lower()] = described(one, known)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {"title": "syncd", "version": __version__, "description": ABOUT},
        "servers": [{"url": "/", "description": "This desk."}],
        "tags": [{"name": tag} for tag in dict.fromkeys(one.tag for one in operations)],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "responses": {_name(status): _problem(status, known[Problem]) for status in WORDS},
            "securitySchemes": {
                SCHEME: {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API token. Its scopes: "
                    + ", ".join(f"`{one.value}`" for one in Capability if one is not Capability.SIGN_IN),
                }
            },
        },
    }


def described(one: Operation, known: Mapping[type[Any], dict[str, Any]]) -> dict[str, Any]:
    """One operation."""
    is_open = one.needs is Capability.SIGN_IN
    found: dict[str, Any] = {
        "operationId": one.name,
        "tags": [one.tag],
        "summary": one.summary,
        "description": one.about + ("" if is_open else f" Needs the scope `{one.needs.value}`."),
        "security": [] if is_open else [{SCHEME: [one.needs.value]}],
        "responses": _responses(one, known),
    }
    if parameters := [*_in_path(one), *map(_in_query, one.parameters)]:
        found["parameters"] = parameters
    if one.body is not None:
        found["requestBody"] = {"required": True, "content": {MEDIA_TYPE: {"schema": known[one.body]}}}
    return found


def _in_path(one: Operation) -> Iterable[dict[str, Any]]:
    for name, about in one.in_path.items():
        schema: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": LONGEST_IN_PATH}
        if name in one.patterns:
            schema = {"type": "string", "pattern": f"^{one.patterns[name]}$"}
        yield {"name": name, "in": "path", "required": True, "description": about, "schema": schema}


def _in_query(one: Parameter) -> dict[str, Any]:
    schema = {"type": "array", "items": one.schema, "maxItems": MOST_VALUES} if one.is_many else one.schema
    found: dict[str, Any] = {"name": one.name, "in": "query", "description": one.about, "schema": schema}
    return found | ({"required": True} if one.is_needed else {})


def _responses(one: Operation, known: Mapping[type[Any], dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {"200": _success(one, known)}
    if one.method == "GET":
        found["304"] = {"description": "The answer is still the one whose ETag was sent.", "headers": _etag()}
    return found | {str(status): {"$ref": f"#/components/responses/{_name(status)}"} for status in statuses(one)}


def statuses(one: Operation) -> list[int]:
    """The statuses of errors that an operation may answer with."""
    found = {400, 429, 500, 503}
    if one.needs is not Capability.SIGN_IN:
        found |= {401, 403, 404}
    if one.body is not None:
        found |= {413, 415, 422}
    if one.may_conflict:
        found.add(409)
    return sorted(found)


def _success(one: Operation, known: Mapping[type[Any], dict[str, Any]]) -> dict[str, Any]:
    if one.answer is None:
        content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in one.sends}
        named = {"Content-Disposition": _header("The file's names.")}
        return {"description": "The file.", "content": content, "headers": named}
    headers = _etag() if one.method == "GET" else {}
    if issubclass(one.answer, Listing):
        headers = headers | {"Link": _header('The page after this one, `rel="next"`; not there at the end.')}
    found: dict[str, Any] = {"description": "The answer.", "content": {MEDIA_TYPE: {"schema": known[one.answer]}}}
    return found | ({"headers": headers} if headers else {})


def _etag() -> dict[str, Any]:
    return {"ETag": _header("Names just this answer.")}


def _header(about: str) -> dict[str, Any]:
    return {"description": about, "schema": {"type": "string"}}


def _problem(status: int, shape: dict[str, Any]) -> dict[str, Any]:
    headers = {name: _header(about) for name, about in BEYOND.get(status, {}).items()}
    found: dict[str, Any] = {"description": WORDS[status], "content": {PROBLEM_TYPE: {"schema": shape}}}
    return found | ({"headers": headers} if headers else {})


def _name(status: int) -> str:
    return f"Problem{status}"

"""The description of the API is OpenAPI 3.1: whatever a generator of clients reads in it is there and leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


@pytest.fixture
def schema(client: Client) -> dict[str, Any]:
    response = client.get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert response["Content-Type"].partition(";")[0] == "application/json"
    found: dict[str, Any] = response.json()
    return found


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_it_names_its_version_and_itself(schema: dict[str, Any]) -> None:
    assert re.fullmatch(r"3\.1\.\d+", schema["openapi"])
    assert schema["info"]["title"]
    assert schema["info"]["version"]
    assert set(schema) <= {
        "openapi",
        "info",
        "jsonSchemaDialect",
        "servers",
        "paths",
        "webhooks",
        "components",
        "security",
        "tags",
        "externalDocs",
    }


WRITES = {"/api/v1/campaigns/{slug}/ballots", "/api/v1/campaigns/{slug}/voters"}
"""The addresses that take something."""


def test_every_operation_has_a_name_of_its_own_and_only_these_write(schema: dict[str, Any]) -> None:
    found = list(operations(schema))
    assert {path for path, method, _ in found if method != "get"} == WRITES
    assert {method for _, method, _ in found} == {"get", "post"} <= METHODS
    names = [operation["operationId"] for _, _, operation in found]
    assert len(set(names)) == len(names) == 8
    assert all(path.startswith("/") and operation["summary"] for path, _, operation in found)


def test_the_parameters_of_the_path_are_the_parts_of_the_address(schema: dict[str, Any]) -> None:
    for path, _, operation in operations(schema):
        parameters = operation.get("parameters", [])
        for one in parameters:
            assert one["in"] in ("path", "query", "header", "cookie")
            assert ("schema" in one) != ("content" in one)
        in_path = {one["name"]: one["required"] for one in parameters if one["in"] == "path"}
        assert in_path == dict.fromkeys(re.findall(r"\{(\w+)\}", path), True)
        assert len({(one["name"], one["in"]) for one in parameters}) == len(parameters)


def test_every_answer_is_described_with_a_type_and_a_shape(schema: dict[str, Any]) -> None:
    for _, _, operation in operations(schema):
        assert operation["responses"]
        for status, response in operation["responses"].items():
            assert re.fullmatch(r"[1-5](\d\d|XX)|default", status)
            assert isinstance(response["description"], str)
            assert ("content" in response) == (status != "204")
            for kind, content in response.get("content", {}).items():
                assert re.fullmatch(r"application/(json|yaml|problem\+json)", kind)
                assert content["schema"]


def test_every_reference_leads_to_a_shape_and_every_shape_is_used(schema: dict[str, Any]) -> None:
    shapes = schema["components"]["schemas"]
    pointed = set(references(schema))
    assert pointed == {f"#/components/schemas/{name}" for name in shapes if name not in _UNUSED}
    assert all(re.fullmatch(r"[a-zA-Z0-9._-]+", name) for name in shapes)
    for shape in shapes.values():
        assert set(shape.get("required", ())) <= set(shape.get("properties", {}))


_UNUSED = {"Wanted"}
"""Read part by part, as parameters of the query."""

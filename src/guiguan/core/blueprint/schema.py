"""The language as JSON Schema (2020-12), so that an editor completes keys and marks faults while one writes."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from guiguan.core.blueprint import base
from guiguan.core.blueprint.keys import all_models, title_of_model
from guiguan.core.blueprint.model import Blueprint

COMMENT = (
    "键用英文，文字用中文。所有值都按原样当作文字读入，再按本说明理解：数字、日期、true 和 false 都不必加引号，"
    "文字里有冒号、井号或以特殊符号开头时才要加引号。权重合计、引用是否存在等跨键规则由 guiguan blueprint check 检查。"
)


_DIGITS_ONLY = r"^\d"


class _Chinese(GenerateJsonSchema):
    """Describes what an author writes, where pydantic would describe what the program keeps."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        function: Any = schema["function"]["function"]
        if function is base._money:
            return {
                "type": "string",
                "pattern": r"(元|分)$",
                "description": "金额，须带单位",
                "examples": ["300万元"],
            }
        written = super().function_before_schema(schema)
        if function is base._text:
            for form in written.get("anyOf", []):
                if form.get("type") == "object":
                    form |= {"required": ["zh"], "propertyNames": {"pattern": "^[a-z]{2}$"}}
        return written

    def function_after_schema(self, schema: core_schema.AfterValidatorFunctionSchema) -> JsonSchemaValue:
        function: Any = schema["function"]["function"]
        if function is base._moment_text:
            pattern = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?$"
            return {"type": "string", "pattern": pattern, "examples": ["2021-06-10", "2021-06-10 09:00"]}
        return super().function_after_schema(schema)

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        written = super().str_schema(schema)
        if "pattern" not in written:
            # `title: 2021` is a number to an editor, and the text 2021 to us.
            written["type"] = ["string", "number", "boolean"]
        elif str(written["pattern"]).startswith(_DIGITS_ONLY):
            written["type"] = ["string", "integer"]
        return written

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        bounds = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
        found: dict[str, Any] = {**schema}
        limits = {written: found[key] for key, written in bounds.items() if key in found}
        return {"type": "number", **{name: int(limit) for name, limit in limits.items()}}

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        # A key without a value is refused (yaml.no-value): what is not wanted is left out.
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        written = super().default_schema(schema)
        if isinstance(written.get("default"), dict):
            written["default"] = {k: v for k, v in written["default"].items() if v is not None}
        return {k: v for k, v in written.items() if k != "default" or v is not None}


def schema() -> dict[str, Any]:
    """The JSON Schema of a blueprint file: keys as written, descriptions in Chinese, deterministic."""
    written = Blueprint.model_json_schema(by_alias=True, schema_generator=_Chinese, mode="validation")
    for model in all_models():
        place = written if model is Blueprint else written["$defs"].get(model.__name__)
        if place is not None:
            place["title"] = place["description"] = title_of_model(model)
    _drop_titles(written)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$comment": COMMENT, **written}


def _drop_titles(part: Any) -> None:
    """The titles that pydantic makes from key names are gone; they say nothing that the key does not."""
    if isinstance(part, list):
        for item in part:
            _drop_titles(item)
    if isinstance(part, dict):
        for shape in part.get("properties", {}).values():
            shape.pop("title", None)
        for value in part.values():
            _drop_titles(value)

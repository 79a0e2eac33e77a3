"""The reference page is the model's own: every key with its type, default, meaning and example."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import TypeAdapter

from guiguan.core.blueprint.keys import all_models, hints_of, key_of
from guiguan.core.blueprint.reference import SHARED, example_of, heading, own_keys, reference
from guiguan.core.blueprint.type_words import anchor, yaml_flow
from guiguan.core.blueprint.yaml_tree import read_tree

PAGE = Path(__file__).parents[3] / "docs" / "blueprint" / "reference.md"
FIELDS = [(model, name) for model in all_models() for name in model.model_fields]
GENERATED = reference()
NAMES = [f"{m.__name__}.{n}" for m, n in FIELDS]


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == reference(), (
        "run: guiguan blueprint reference > docs/blueprint/reference.md"
    )


@pytest.mark.parametrize(("model", "name"), FIELDS, ids=NAMES)
def test_every_key_says_in_chinese_what_it_means(model, name):
    description = model.model_fields[name].description or ""
    assert any("一" <= c <= "鿿" for c in description)


@pytest.mark.parametrize(("model", "name"), FIELDS, ids=NAMES)
def test_every_key_has_its_row(model, name):
    page = GENERATED
    told = model
    if name not in own_keys(model) and name != "clause":
        told = next(base for base in SHARED if issubclass(model, base))
    part = page.partition(f'<a id="{anchor(told)}"></a>')[2].partition("<a id=")[0]
    key = key_of(name, model.model_fields[name])
    assert f"| `{key}` | " in part or (name == "clause" and "`clause`" in page)


@pytest.mark.parametrize(("model", "name"), FIELDS, ids=NAMES)
def test_every_example_may_be_written_as_it_stands(model, name):
    field = model.model_fields[name]
    given = example_of(model, name)
    if given is None:
        # A section of its own has the examples.
        assert any(heading(m) for m in all_models() if m.__name__ in str(field.annotation))
        return
    written = read_tree(f"key: {yaml_flow(given)}\n", "a.yaml").root["key"]
    hint = hints_of(model)[name]
    metadata = tuple(m for m in field.metadata)
    adapter = TypeAdapter(hint if not metadata else Annotated[hint, *metadata])
    adapter.validate_python(written)


def test_every_link_leads_to_a_section():
    page = reference()
    targets = set(re.findall(r"\]\(#([a-z]+)\)", page))
    assert targets == {t for t in targets if f'<a id="{t}"></a>' in page}
    assert len(targets) > 50

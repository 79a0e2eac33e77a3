"""An organiser's own template goes before the shipped one; a faulty one is told, fault by fault, and never put in place."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from apps.conftest import make_staff
from apps.entries.word_scene import AT, WordScene, taken, word_scene
from documents.forms.samples import changed
from docx import Document

from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.campaigns.form_templates import (
    Form,
    drop_form_template,
    form_of,
    put_form_template,
    template_bytes,
)
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.forms import filled_docx
from guiguan.core.values.finding import InputError

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> WordScene:
    return word_scene()


def form(scene: WordScene) -> Form:
    found = form_of(scene.campaign, blueprint_of(scene.campaign), "form")
    assert found is not None
    return found


def put(scene: WordScene, change: Callable[[str], str], role: str = "clerk") -> tuple[str, ...]:
    clerk = make_staff(role, "gx")  # type: ignore[arg-type]  # a role of the table
    content = changed(template_bytes(form(scene), blueprint_of(scene.campaign)), change)
    return put_form_template(clerk, AT, "gx", "form", taken(clerk, content))


def test_a_changed_template_is_used_and_can_be_taken_back(scene: WordScene) -> None:
    assert put(scene, lambda xml: xml.replace("每项必填，如没有请填“无”", "新写的说明")) == ()
    assert form(scene).own is not None
    made = filled_docx(scene.entry, blueprint_of(scene.campaign), form(scene))
    seen: list[str] = []
    changed(made, lambda xml: seen.append(xml) or xml)  # type: ignore[func-returns-value]  # append gives None, and so the text goes on
    assert "新写的说明" in seen[0]
    assert "示例科技公司" in seen[0]
    drop_form_template(make_staff("clerk", "gx"), AT, "gx", "form")
    assert form(scene).own is None


def test_fields_that_it_lost_are_named(scene: WordScene) -> None:
    assert put(scene, lambda xml: xml.replace("{{ title or ", "{{ about or ")) == ("案例名称",)


@pytest.mark.parametrize(
    ("old", "new", "rule", "says"),
    [
        ("{{ title or", "{{ titel or", "form.template-unknown-field", "titel"),
        ('tick("nature", "政府部门")', 'tick("nature", "政府")', "form.template-unknown-option", "政府"),
        ("{{ title or", "{{ title.__class__ or", "form.template-not-allowed", "title.__class__"),
        ("{{ title or", "{{ ''.__class__.__mro__ or", "form.template-not-allowed", "Getattr"),
        ("{{ title or", "{% for a in range(9) %}{{ title or", "form.template-syntax", ""),
        ("{{ title or", "{% include 'x' %}{{ title or", "form.template-not-allowed", "Include"),
        ("{{ title or", "{{ title or or", "form.template-syntax", ""),
        ("{{ title or", "{{ title + title or", "form.template-not-allowed", "Add"),
    ],
)
def test_every_fault_is_told(scene: WordScene, old: str, new: str, rule: str, says: str) -> None:
    with pytest.raises(InputError) as error:
        put(scene, lambda xml: xml.replace(old, new))
    assert rule in {f.rule for f in error.value.findings}
    assert says in "".join(f.text("zh") for f in error.value.findings)
    assert form(scene).own is None


def with_edges(content: bytes, text: str) -> bytes:
    """The template with these words in the header of its first page and in the footer of its even pages."""
    document = Document(io.BytesIO(content))
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    section.different_first_page_header_footer = True
    for edge in (section.first_page_header, section.even_page_footer):
        edge.is_linked_to_previous = False
        edge.paragraphs[0].text = text
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def edges_of(content: bytes) -> list[str]:
    section = Document(io.BytesIO(content)).sections[0]
    return [e.paragraphs[0].text for e in (section.first_page_header, section.even_page_footer)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{{ title.__class__ }}", "form.template-not-allowed"),
        (
            "{% for a in range(9) %}{% for b in range(9) %}x{% endfor %}{% endfor %}",
            "form.template-not-allowed",
        ),
        ("{{ title ", "form.template-syntax"),
        ("{{ titel }}", "form.template-unknown-field"),
    ],
)
def test_no_header_or_footer_goes_unseen(scene: WordScene, text: str, rule: str) -> None:
    clerk = make_staff("clerk", "gx")
    content = with_edges(template_bytes(form(scene), blueprint_of(scene.campaign)), text)
    with pytest.raises(InputError) as error:
        put_form_template(clerk, AT, "gx", "form", taken(clerk, content))
    assert rule in {f.rule for f in error.value.findings}
    assert form(scene).own is None


def test_first_and_even_pages_are_filled_as_well(scene: WordScene) -> None:
    clerk = make_staff("clerk", "gx")
    content = with_edges(template_bytes(form(scene), blueprint_of(scene.campaign)), "{{ applicant }}")
    put_form_template(clerk, AT, "gx", "form", taken(clerk, content))
    made = filled_docx(scene.entry, blueprint_of(scene.campaign), form(scene))
    assert edges_of(made) == ["示例科技公司"] * 2


def test_a_hint_cannot_smuggle_in_what_an_upload_may_not_hold(scene: WordScene) -> None:
    started = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>'
    ended = '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    field = f'{started}{{{{ title or "DDEAUTO cmd 1" }}}}{ended}'
    with pytest.raises(InputError) as error:
        put(scene, lambda xml: xml.replace("</w:p>", field, 1))
    assert [f.rule for f in error.value.findings] == ["upload.active"]
    assert form(scene).own is None


def test_nobody_else_puts_one_in_place(scene: WordScene) -> None:
    for role in ("screener", "supervisor", "undertaker"):
        with pytest.raises(Forbidden):
            put(scene, lambda xml: xml, role)
    with pytest.raises(Forbidden):
        put_form_template(scene.keeper, AT, "gx", "form", taken(scene.keeper))


def test_a_form_without_places_is_told(scene: WordScene) -> None:
    clerk = make_staff("clerk", "gx")
    with pytest.raises(InputError) as error:
        put_form_template(clerk, AT, "gx", "form", taken(clerk))
    assert [f.rule for f in error.value.findings] == ["form.no-places"]

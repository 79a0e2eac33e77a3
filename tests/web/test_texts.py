"""Every text of the pages has its English, the catalogues are up to date, and no page holds Chinese that cannot be translated."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.test import Client
from django.utils import translation
from django.utils.html import strip_tags
from web import texts

CHINESE_CHARACTER = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}|</?\w+[^>]*>")
LITERAL = ("“无”", "“2020-05 至 2021-06”", "“、”", "南宁市、桂林市")
"""What people have to write in Chinese, quoted in English sentences."""
TRANSLATED = re.compile(
    r"{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}"
    r"|{%\s*comment\b.*?{%\s*endcomment\s*%}"
    r"|{#.*?#}"
    r"|{%\s*translate\s+(\"[^\"]*\"|'[^']*')"
    r"|_\((\"[^\"]*\"|'[^']*')\)",
    re.DOTALL,
)
LANGUAGE_NAMES = ("中文",)
"""A language is named in itself, whatever the page's language."""


def forms(text: object) -> tuple[str, ...]:
    return tuple(str(t) for t in text) if isinstance(text, list | tuple) else (str(text),)


def texts_of(catalog: Catalog) -> list[Message]:
    return [m for m in catalog if m.id]


def bare_chinese(template: str) -> list[str]:
    """Lines of a template whose Chinese no catalogue can replace."""
    rest = TRANSLATED.sub("", template)
    for name in LANGUAGE_NAMES:
        rest = rest.replace(name, "")
    return [line.strip() for line in rest.splitlines() if CHINESE_CHARACTER.search(line)]


def test_catalogue_follows_the_pages() -> None:
    """No text is missing, none is kept that no page says; `python tests/web/texts.py` renews it."""
    collected = {(forms(m.id), m.context) for m in texts_of(texts.collected())}
    assert {(forms(m.id), m.context) for m in texts_of(texts.kept())} == collected
    assert texts.written(texts.renewed()) == texts.ENGLISH.read_bytes()
    assert texts.written(texts.rekept()) == texts.CHINESE.read_bytes()


def test_nothing_is_untranslated() -> None:
    assert texts.untranslated(texts.kept()) == []
    assert texts.untranslated(texts.kept(texts.CHINESE)) == []


def test_an_empty_or_half_translation_counts_as_missing() -> None:
    catalog = Catalog(locale="en")
    catalog.add("保存", "Save")
    catalog.add("上传")
    catalog.add(("%(n)s 件", "%(n)s 件"), ("%(n)s file", ""))
    assert len(texts.untranslated(catalog)) == 2


@pytest.mark.parametrize("po", [texts.ENGLISH, texts.CHINESE], ids=lambda po: po.parents[1].name)
def test_nothing_is_fuzzy_or_obsolete(po: Path) -> None:
    catalog = texts.kept(po)
    assert [m.id for m in texts_of(catalog) if m.fuzzy] == []
    assert list(catalog.obsolete) == []


@pytest.mark.parametrize("po", [texts.ENGLISH, texts.CHINESE], ids=lambda po: po.parents[1].name)
def test_placeholders_agree(po: Path) -> None:
    unlike = []
    for message in texts_of(texts.kept(po)):
        wanted = sorted(PLACEHOLDER.findall(forms(message.id)[-1]))
        unlike += [f for f in forms(message.string) if sorted(PLACEHOLDER.findall(f)) != wanted]
    assert unlike == []


@pytest.mark.parametrize("po", [texts.ENGLISH, texts.CHINESE], ids=lambda po: po.parents[1].name)
def test_compiled_catalogue_is_that_of_the_texts(po: Path) -> None:
    assert po.with_suffix(".mo").read_bytes() == texts.compiled(texts.kept(po))


def test_english_holds_no_chinese() -> None:
    left = []
    for message in texts_of(texts.kept()):
        for english in forms(message.string):
            rest = english
            for literal in LITERAL:
                rest = rest.replace(literal, "")
            left += [english] if CHINESE_CHARACTER.search(rest) else []
    assert left == []


def test_our_chinese_answers_texts_of_the_sign_in_library() -> None:
    """A text that the library no longer says would stay untranslated on the page and be kept here in vain."""
    import allauth

    theirs = Path(allauth.__file__).parent / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    with theirs.open("rb") as content:
        known = {forms(m.id) for m in texts_of(read_po(content, locale="zh_Hans"))}
    ours = {forms(m.id) for m in texts_of(texts.kept(texts.CHINESE))}
    assert ours - known == set()


@pytest.mark.parametrize(
    "path",
    [p for p in texts.sources() if p.suffix == ".html"],
    ids=lambda path: path.relative_to(texts.SOURCE / "web" / "templates").as_posix(),
)
def test_templates_hold_no_bare_chinese(path: Path) -> None:
    assert bare_chinese(path.read_text("utf-8")) == []


def test_bare_chinese_is_seen() -> None:
    assert bare_chinese('<p>{% translate "保存" %}</p>\n<p>上传</p>') == ["<p>上传</p>"]
    assert bare_chinese('{% include "x.html" with text="保存" label=_("上传") only %}') != []
    assert (
        bare_chinese(
            "{% blocktranslate %}第 {{ n }} 步{% endblocktranslate %}{% comment %}说明{% endcomment %}"
        )
        == []
    )


CHINESE_BY_NATURE = {
    "web/api/api.py": "the description of the interface says it in both languages",
    "web/api/shapes.py": "the description of the interface is read by its Chinese users",
    "web/common/spoken.py": "which characters are Chinese",
    "web/api/ballots.py": "the description of the interface is read by its Chinese users",
    "web/api/votes.py": "the description of the interface is read by its Chinese users",
    "web/api/votes_shapes.py": "the description of the interface is read by its Chinese users",
    "web/api/problems.py": "each problem is told in both languages side by side",
    "web/applicant/units_letter.py": "the letter of authorisation is signed and sealed in Chinese",
    "web/applicant/units_form.py": "names of regions are told apart by their Chinese",
    "web/applicant/suggestions.py": "names of regions are told apart by their Chinese",
    "web/applicant/fields.py": "the answer 其他 and its colon are kept as written and looked up",
    "web/applicant/reading.py": "an answer with words of one's own is kept as it is written in Chinese",
    "web/ops/roles_person.py": "regions are typed with Chinese commas",
    "web/public/campaign_words.py": "the marks between names are chosen by language",
    "web/organiser/messages_texts.py": "invented contents of the preview of a message",
}
BOTH_LANGUAGES = {*texts.KEYWORDS, "Finding", "Reason"}
"""Calls that translate their text or carry its English beside it."""


def bare_texts(module: str) -> list[str]:
    """Chinese of a module that no catalogue can replace: neither marked, nor said, nor beside its English."""
    tree, said = ast.parse(module), set[ast.AST]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            said.add(node.value)  # a docstring
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BOTH_LANGUAGES
        ):
            said.update(node.args)
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and node in said:
            said.update(node.values)
    strings = (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and n not in said)
    return [n.value for n in strings if isinstance(n.value, str) and CHINESE_CHARACTER.search(n.value)]


@pytest.mark.parametrize(
    "path",
    [p for p in texts.sources() if p.suffix == ".py" and "web" in p.relative_to(texts.SOURCE).parts],
    ids=lambda path: path.relative_to(texts.SOURCE / "web").as_posix(),
)
def test_views_hold_no_bare_chinese(path: Path) -> None:
    if path.relative_to(texts.SOURCE).as_posix() in CHINESE_BY_NATURE:
        assert bare_texts(path.read_text("utf-8")) != [], "no exception is needed any more"
    else:
        assert bare_texts(path.read_text("utf-8")) == []


def test_bare_chinese_of_a_module_is_seen() -> None:
    assert bare_texts('"""说明"""\nx = _("保存")\ny = Finding("a.b", "没有", "none")') == []
    assert bare_texts('x = "保存"\ny = f"{x}：没有"') == ["保存", "：没有"]


def test_english_can_stand_in_an_attribute() -> None:
    """`translate` writes its text unescaped, also between the quotes of an attribute."""
    english = [f for m in texts_of(texts.kept()) for f in forms(m.string)]
    assert [f for f in english if '"' in re.sub(r"</?\w+[^>]*>", "", f)] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/", "/campaigns/", "/accounts/login/", "/accounts/signup/", "/progress"]
)
def test_a_page_in_english_is_english(address: str) -> None:
    client = Client()
    client.cookies["language"] = "en"
    page = client.get(address, follow=True)
    assert page.status_code == 200
    shown = strip_tags(page.content.decode())
    for name in ("桂冠", *LANGUAGE_NAMES):
        shown = shown.replace(name, "")
    assert [line.strip() for line in shown.splitlines() if CHINESE_CHARACTER.search(line)] == []


def test_the_sign_in_library_speaks_our_chinese() -> None:
    with translation.override("zh-hans"):
        assert translation.gettext("Sign Out") == "退出登录"
        assert translation.gettext("Two-Factor Authentication") == "双重验证"
    with translation.override("en"):
        assert translation.gettext("Sign Out") == "Sign Out"

"""`guiguan import blueprint` and `template`: as the organiser's pages take them; and what no command takes in at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from apps.campaigns.conftest import AT, GX
from apps.conftest import make_staff
from apps.entries.word_scene import WordScene, word_scene
from documents.forms.samples import changed

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.models import Campaign, FormTemplate
from guiguan.apps.campaigns.opening import put_in_force
from guiguan.apps.campaigns.services import create_campaign
from guiguan.apps.files.models import File
from guiguan.cli import imports
from guiguan.cli.main import main
from guiguan.conf import run

pytestmark = pytest.mark.django_db
Captured = pytest.CaptureFixture[str]
SLUG = "guangxi-2021"


@pytest.fixture(autouse=True)
def _started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "start_django", lambda: None)  # the tests have their own database


@pytest.fixture
def lead() -> Person:
    return make_staff("lead", SLUG)


@pytest.fixture
def campaign(lead: Person) -> Campaign:
    create_campaign(lead, AT, GX)
    put_in_force(lead, AT + 1, SLUG, 1, accept_warnings=True)
    return Campaign.objects.get(pk=SLUG)


def blueprint(path: Path, text: str = GX) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def taken(file: Path, by: Person, *more: str) -> int:
    return main(["import", "blueprint", str(file), "--as", by.username, *more])


def test_out_and_in_again_is_the_same_version(
    campaign: Campaign, lead: Person, tmp_path: Path, capsys: Captured
) -> None:
    out = tmp_path / "规则.yaml"
    assert main(["export", "blueprint", "-o", str(out), "--campaign", SLUG]) == 0
    capsys.readouterr()
    assert taken(out, lead) == 0
    said = capsys.readouterr()
    version = campaign.versions.get()
    assert said.out == f"已存为 {SLUG} 的第 1 版，SHA-256 {version.sha256}\n"
    warnings = said.err.splitlines()
    assert warnings
    assert all(w.startswith(f"{out}:") and "] 提醒：" in w for w in warnings)


def test_a_changed_one_is_a_version_that_is_not_in_force_and_what_changes_is_told(
    campaign: Campaign, tmp_path: Path, capsys: Captured
) -> None:
    clerk = make_staff("clerk", SLUG)
    file = blueprint(
        tmp_path / "新.yaml",
        GX.replace("label: 案例名称, kind: text, max: 60", "label: 案例名称, kind: text, max: 50"),
    )
    assert taken(file, clerk, "--note", "名称短些") == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 3
    assert said[0].split("：", 1)[0] in ("可以改", "须第二人同意", "不能改")
    assert "60" in said[0]
    assert "50" in said[0]
    assert said[1].startswith(f"已存为 {SLUG} 的第 2 版，SHA-256 ")
    assert said[2] == "尚未生效，由负责人在网站上启用"
    version = campaign.versions.get(number=2)
    assert (version.note, version.by, version.in_force_at) == ("名称短些", clerk.pk, None)
    campaign.refresh_from_db()
    assert campaign.in_force is not None
    assert campaign.in_force.number == 1
    acts = [(r.action, r.by) for r in Record.objects.order_by("-sequence")[:2]]
    assert acts == [("import.command", str(clerk.pk)), ("campaign.version", str(clerk.pk))]


@pytest.mark.parametrize("role", ["supervisor", "screener", "endorser"])
def test_who_may_not_upload_in_the_browser_may_not_here(
    campaign: Campaign, tmp_path: Path, capsys: Captured, role: str
) -> None:
    by = make_staff(role, SLUG)  # type: ignore[arg-type]  # a role of the table
    assert taken(blueprint(tmp_path / "新.yaml", f"{GX}\n"), by) == 1
    assert "[import.forbidden]" in capsys.readouterr().err
    assert taken(blueprint(tmp_path / "新.yaml", f"{GX}\n"), make_staff("lead", "other")) == 1
    assert campaign.versions.count() == 1
    assert not Record.objects.filter(action="import.command").exists()


def test_every_fault_is_told_with_its_line_and_nothing_is_kept(
    campaign: Campaign, lead: Person, tmp_path: Path, capsys: Captured
) -> None:
    file = blueprint(
        tmp_path / "错.yaml",
        GX.replace("weight: 20", "weight: 21", 1).replace("kind: selection", "kind: selektion", 1),
    )
    assert taken(file, lead) == 1
    said = capsys.readouterr().err.splitlines()
    assert said
    assert all(line.startswith(f"{file}:") for line in said)
    number = next(n for n, line in enumerate(file.read_text("utf-8").split("\n"), 1) if "selektion" in line)
    assert any(line.startswith(f"{file}:{number}:") for line in said)
    assert campaign.versions.count() == 1


def test_what_is_not_utf8_is_told_at_its_line(
    campaign: Campaign, lead: Person, tmp_path: Path, capsys: Captured
) -> None:
    file = tmp_path / "gbk.yaml"
    file.write_bytes(b"blueprint: 1\n" + "title: 征集\n".encode("gb18030"))
    assert taken(file, lead) == 1
    assert capsys.readouterr().err.startswith(f"{file}:2:")


def test_a_campaign_is_made_only_where_one_says_so(tmp_path: Path, capsys: Captured) -> None:
    lead, file = make_staff("lead", "elsewhere"), blueprint(tmp_path / "新.yaml")
    assert taken(file, lead) == 1
    assert f"[import.no-campaign] 没有活动 {SLUG}；要新建，请加 --new" in capsys.readouterr().err
    assert taken(file, make_staff("screener", SLUG), "--new") == 1
    assert not Campaign.objects.exists()
    assert taken(file, lead, "--new") == 0
    assert Campaign.objects.get().state == "draft"
    assert taken(file, lead, "--new") == 1
    assert "[campaign.id-taken]" in capsys.readouterr().err


def test_a_campaign_that_has_ended_takes_no_version(
    campaign: Campaign, lead: Person, tmp_path: Path, capsys: Captured
) -> None:
    Campaign.objects.update(state="closed")
    assert taken(blueprint(tmp_path / "新.yaml", f"{GX}\n"), lead) == 1
    assert "[campaign.ended]" in capsys.readouterr().err


# templates


@pytest.fixture
def scene() -> WordScene:
    return word_scene()


def test_a_template_goes_out_and_in_again(scene: WordScene, tmp_path: Path, capsys: Captured) -> None:
    clerk, out = make_staff("clerk", "gx"), tmp_path / "表样.docx"
    who = ["--as", clerk.username, "--campaign", "gx", "--form", "form"]
    assert main(["export", "template", "-o", str(out), *who]) == 0
    assert main(["import", "template", str(out), *who]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "表样已换上"
    put = FormTemplate.objects.get()
    assert (put.campaign_id, put.document, put.by) == ("gx", "form", clerk.pk)
    acts = [r.action for r in Record.objects.order_by("-sequence")[:2]]
    assert acts == ["import.command", "campaign.form-template"]


def test_a_field_that_it_lost_is_told(scene: WordScene, tmp_path: Path, capsys: Captured) -> None:
    clerk, out = make_staff("clerk", "gx"), tmp_path / "表样.docx"
    who = ["--as", clerk.username, "--form", "form"]
    assert main(["export", "template", "-o", str(out), *who]) == 0
    out.write_bytes(changed(out.read_bytes(), lambda xml: xml.replace("{{ title or ", "{{ about or ")))
    assert main(["import", "template", str(out), *who]) == 0
    assert capsys.readouterr().err == (
        f"{out}: [form.lacking] 提醒：新表样没有印“案例名称”一栏。如果不是有意去掉的，请补上后重新导入\n"
    )


def test_a_faulty_template_and_a_stranger_change_nothing(
    scene: WordScene, tmp_path: Path, capsys: Captured
) -> None:
    clerk, file = make_staff("clerk", "gx"), tmp_path / "表样.docx"
    who = ["--as", clerk.username, "--form", "form"]
    assert main(["export", "template", "-o", str(file), *who]) == 0
    good = file.read_bytes()
    file.write_bytes(changed(good, lambda xml: xml.replace("{{ title or ", "{{ no_such or ")))
    assert main(["import", "template", str(file), *who]) == 1
    assert capsys.readouterr().err.startswith(f"{file}:0:0: [form.")
    file.write_bytes(b"PK\x03\x04broken")
    assert main(["import", "template", str(file), *who]) == 1
    assert "[upload.broken]" in capsys.readouterr().err
    file.write_bytes(good)
    kept = File.objects.count()
    assert main(["import", "template", str(file), "--as", scene.keeper.username, "--form", "form"]) == 1
    assert main(["export", "template", "-o", str(file), "--as", scene.keeper.username, "--form", "form"]) == 1
    assert File.objects.count() == kept
    assert not FormTemplate.objects.exists()


# what no command takes in


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", list(imports.REFUSED))
def test_what_nobody_may_put_in_is_refused_with_its_reason(
    kind: str, lang: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUIGUAN_LANG", lang)
    for rest in ([], ["x.csv"], ["x.csv", "--campaign", "gx", "--as", "lead"]):
        assert main(["import", kind, *rest]) == 2
        assert capsys.readouterr().err == f"[import.{kind}] {imports.REFUSED[kind].text(lang)}\n"


def test_ballots_say_why(capsys: Captured) -> None:
    assert main(["import", "ballots", "选票.csv"]) == 2
    assert "每张选票由投票人自己投出，当场写入签名日志" in capsys.readouterr().err


@pytest.mark.parametrize(("lang", "word"), [("zh", "清单工作簿"), ("en", "a workbook of rows")])
def test_the_help_lists_every_kind(
    lang: str, word: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUIGUAN_LANG", lang)
    assert main(["import", "--help"]) == 0
    said = capsys.readouterr().out
    assert word in said
    assert [k for k in (*imports.KINDS, *imports.REFUSED) if k not in said] == []
    for kind in imports.KINDS:
        assert main(["import", kind, "--help"]) == 0
        assert "--as" in capsys.readouterr().out


def test_bytes_that_are_no_characters_are_wrong_usage(tmp_path: Path, capsys: Captured) -> None:
    file = str(blueprint(tmp_path / "新.yaml"))
    for wrong in (["--as", "a\udcff"], ["--as", "a", "--note", "\udcff"]):
        assert main(["import", "blueprint", file, *wrong]) == 2
        assert "含有无法识别的字符" in capsys.readouterr().err


def test_without_a_name_or_a_kind_it_is_wrong_usage(tmp_path: Path) -> None:
    file = str(blueprint(tmp_path / "新.yaml"))
    assert main(["import"]) == 2
    assert main(["import", "votes", file]) == 2
    assert main(["import", "blueprint", file]) == 2
    assert main(["import", "list", file, "--as", "x"]) == 2
    for kind in ("list", "form", "template"):
        assert main(["export", kind, "-o", file]) == 2

"""The form in which a unit registers: XC's fields in XC's order. What is right is decided by `apps/accounts/facts.py`."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from guiguan.apps.accounts.facts import FIELD_OF, UnitFacts
from guiguan.apps.accounts.kinds import ATTRIBUTES, IN_GROUP, TYPES, UnitKind
from guiguan.apps.files.models import File
from guiguan.core.values.finding import Finding
from guiguan.core.values.regions import Region, Regions

FORMATS, MEGABYTES = ("pdf", "jpg", "png"), 10
_ACCEPT = ".pdf,.jpg,.jpeg,.png"


class UnitForm(forms.Form):
    """Every field may come empty into `facts`; the findings say what is missing."""

    use_required_attribute = False

    name = forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "organization"}))
    address = forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "street-address"}))
    region = forms.ChoiceField(label=_lazy("所在地区"))
    attribute = forms.ChoiceField()
    type = forms.ChoiceField()
    licence = forms.FileField(
        label=_lazy("营业执照"), required=False, widget=forms.FileInput(attrs={"accept": _ACCEPT})
    )
    credit_code = forms.CharField(label=_lazy("统一社会信用代码"), required=False)
    unit_kind = forms.ChoiceField(
        label=_lazy("与集团的关系"), required=False, widget=forms.RadioSelect, initial=""
    )
    group = forms.CharField(
        label=_lazy("所属集团"),
        required=False,
        help_text=_lazy("是集团的分支机构或子公司时填写集团的名称或统一社会信用代码。"),
    )
    letter = forms.FileField(label=_lazy("注册授权书"), widget=forms.FileInput(attrs={"accept": _ACCEPT}))
    contact = forms.CharField(label=_lazy("联系人"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    identity = forms.CharField(
        label=_lazy("身份证"), widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": "20"})
    )

    def __init__(self, kind: UnitKind, *args: Any, identity_known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        enterprise = kind == "enterprise"
        self._name("name", _("企业名称") if enterprise else _("单位名称"), _("与营业执照或公章一致的全称。"))
        self._name("address", _("企业地址") if enterprise else _("单位地址"), "")
        self._choices("region", region_choices())
        self._choices("attribute", _offered(ATTRIBUTES[kind]))
        self._choices("type", _offered(TYPES[kind]))
        self.fields["attribute"].label = _("企业属性") if enterprise else _("单位性质")
        self.fields["type"].label = _("企业类型") if enterprise else _("所属行业")
        self.fields["licence"].label = _("营业执照") if enterprise else _("营业执照或登记证书")
        cast(forms.ChoiceField, self.fields["unit_kind"]).choices = [(k, _(t)) for k, t in IN_GROUP.items()]
        self.fields["identity"].required = not identity_known
        self.fields["identity"].help_text = (
            _("已登记，空着则不变。")
            if identity_known
            else _("加密保存，只用于核实注册人身份，任何页面都不完整显示。")
        )
        files = _("PDF、JPG 或 PNG，不超过 10 MB。")
        self.fields["licence"].help_text = files
        self.fields["letter"].help_text = files
        for field in self.fields.values():
            field.error_messages["required"] = ""

    def facts(self, files: dict[str, File | None]) -> UnitFacts:
        """What came, stripped; files as they were taken."""
        came = {name: self.data.get(name, "").strip() for name in self.fields}
        licence, letter = files.get("licence"), files.get("letter")
        return UnitFacts(
            kind=self.kind,
            name=came["name"],
            address=came["address"],
            region=came["region"],
            attribute=came["attribute"],
            type=came["type"],
            credit_code=came["credit_code"],
            unit_kind=came["unit_kind"],
            group=came["group"],
            licence=licence.pk if licence else None,
            letter=letter.pk if letter else None,
            contact=came["contact"],
            identity=came["identity"],
        )

    def show(self, findings: tuple[Finding, ...], language: str, beside: str = "") -> None:
        """Each finding stands beside its field (`beside` where it names none of ours), instead of Django's own words."""
        for finding in findings:
            if finding.rule == "unit.letter" and self.has_error("letter"):
                continue  # the file that came was refused and says why; that it is missing would be a second fault
            field = FIELD_OF.get(finding.rule, beside)
            self.add_error(field if field in self.fields else None, finding.text(language))

    def full_clean(self) -> None:
        """No check of Django's own: the service has them all, and says them better."""
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data = {}

    def _name(self, field: str, label: str, hint: str) -> None:
        self.fields[field].label, self.fields[field].help_text = label, hint

    def _choices(self, field: str, choices: list[Any]) -> None:
        cast(forms.ChoiceField, self.fields[field]).choices = [("", _("请选择")), *choices]


def _offered(terms: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(term, _(term)) for term in terms]


@cache
def region_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Provinces as groups; in each its cities (districts of the municipalities, places directly under the province)."""
    regions = Regions.official().current
    provinces = [r for r in regions if r.code == r.province_code]
    below: dict[str, list[Region]] = {p.code: [] for p in provinces}
    for region in regions:
        if region.code != region.province_code and region.province_code in below:
            below[region.province_code].append(region)
    return [(p.name, [(r.code, r.name) for r in _offered_in(p, below[p.code])]) for p in provinces]


def _offered_in(province: Region, below: list[Region]) -> list[Region]:
    cities = [r for r in below if r.code.endswith("00") and not _placeholder(r.name)]
    held = {r.code for r in below if r.code.endswith("00") and _placeholder(r.name)}
    direct = [r for r in below if not r.code.endswith("00") and r.city_code in held]
    return [*cities, *direct] or [province]


def _placeholder(name: str) -> bool:
    return name in ("市辖区", "县") or "直辖" in name

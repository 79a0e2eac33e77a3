"""What a unit says of itself when it registers, and what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from guiguan.apps.accounts.kinds import ATTRIBUTES, IN_GROUP, TYPES, UnitKind
from guiguan.core.values.credit_code import check_credit_code
from guiguan.core.values.finding import Finding
from guiguan.core.values.regions import Regions


@dataclass(frozen=True)
class UnitFacts:
    """The form as it was filled in. `group`: name or credit code of the unit above, "" where there is none."""

    kind: str
    name: str
    address: str
    region: str
    attribute: str
    type: str
    credit_code: str = ""
    unit_kind: str = ""
    group: str = ""
    licence: UUID | None = None
    letter: UUID | None = None
    contact: str = ""
    identity: str = ""


FIELD_OF = {
    "unit.kind": "kind",
    "unit.name": "name",
    "unit.address": "address",
    "unit.region": "region",
    "unit.attribute": "attribute",
    "unit.type": "type",
    "unit.group": "group",
    "unit.group-kind": "unit_kind",
    "unit.letter": "letter",
    "unit.contact": "contact",
    "unit.identity": "identity",
    "unit.registered": "credit_code",
    "unit.credit-code-long": "credit_code",
}
"""Beside which field a finding is shown."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NAME, _ADDRESS, _CONTACT, _CODE = 120, 200, 40, 18


def faults_of(facts: UnitFacts) -> list[Finding]:
    """Everything that keeps these facts from being handed in; a doubtful credit code is none of it."""
    if facts.kind not in ATTRIBUTES:
        return [
            _fault(
                "unit.kind", "请选择企业单位或用户单位。", "choose whether it is an enterprise or a user unit"
            )
        ]
    kind: UnitKind = "enterprise" if facts.kind == "enterprise" else "user_unit"
    found: list[Finding | None] = [
        _text("unit.name", facts.name, _NAME, "单位名称", "the unit's name"),
        _text("unit.address", facts.address, _ADDRESS, "单位地址", "the address"),
        None if _place(facts.region) else _fault("unit.region", "请选择所在地区。", "choose the region"),
        None
        if facts.attribute in ATTRIBUTES[kind]
        else _fault("unit.attribute", "请从列表中选择单位属性。", "choose the attribute from the list"),
        None
        if facts.type in TYPES[kind]
        else _fault("unit.type", "请从列表中选择单位类型。", "choose the type from the list"),
        _credit_code(facts.credit_code),
        *_group(facts),
        None
        if facts.letter
        else _fault(
            "unit.letter",
            "请上传加盖公章的《注册授权书》。",
            "upload the authorisation letter with the unit's seal",
        ),
        _text("unit.contact", facts.contact, _CONTACT, "联系人", "the contact's name"),
        _identity(facts.identity),
    ]
    return [one for one in found if one]


def same_identity(text: str) -> str:
    """One way to write an identity number: no blanks, a capital X."""
    return re.sub(r"\s", "", text).upper()


def _identity(text: str) -> Finding | None:
    number = same_identity(text)
    if not number:
        return _fault("unit.identity", "请填写联系人的身份证号码。", "give the contact's identity number")
    try:
        ric.validate(number)
    except ValidationError:
        return _fault(
            "unit.identity",
            f"身份证号码有误（现有 {len(number)} 位）：应为 18 位，且末位与前 17 位相符；请对照证件核对。",
            f"the identity number is wrong ({len(number)} characters): 18 are wanted and the last must agree with the rest",
        )
    return None


def _credit_code(text: str) -> Finding | None:
    """Only what cannot be kept: in normal form one character may have become several. A doubtful code is none of it."""
    code = check_credit_code(text)[0] if text else ""
    if len(code) > _CODE:
        return _fault(
            "unit.credit-code-long",
            f"统一社会信用代码有 {len(code)} 位，最多 {_CODE} 位；请对照证照核对。",
            f"the credit code has {len(code)} characters, at most {_CODE} are possible",
        )
    return (
        _text("unit.credit-code-long", code, _CODE, "统一社会信用代码", "the credit code") if code else None
    )


def _group(facts: UnitFacts) -> list[Finding]:
    if facts.unit_kind not in IN_GROUP:
        return [_fault("unit.group-kind", "请选择与集团的关系。", "choose how the unit stands to its group")]
    if facts.unit_kind and not facts.group.strip():
        return [
            _fault(
                "unit.group",
                "请填写所属集团的名称或统一社会信用代码。",
                "give the name or credit code of the group",
            )
        ]
    if facts.unit_kind:
        found = _text("unit.group", facts.group, _NAME, "集团名称", "the group's name")
        return [found] if found else []
    return []


def _text(rule: str, text: str, most: int, zh: str, en: str) -> Finding | None:
    if not text.strip():
        return _fault(rule, f"请填写{zh}。", f"give {en}")
    if _CONTROL.search(text):
        return _fault(
            rule,
            f"{zh}中有无法保存的字符（如换行、制表符）；请删去后重新填写。",
            f"{en} holds characters that cannot be kept, such as line ends or tabs; type it again without them",
        )
    if len(text) > most:
        return _fault(
            rule, f"{zh}有 {len(text)} 字，最多 {most} 字。", f"{en} has {len(text)} characters, not {most}"
        )
    return None


def _place(code: str) -> bool:
    region = Regions.official().find(code) if re.fullmatch("[0-9]{6}", code) else None
    return region is not None and not region.retired


def _fault(rule: str, zh: str, en: str) -> Finding:
    return Finding(rule, zh, en)

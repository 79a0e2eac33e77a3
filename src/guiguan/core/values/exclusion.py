"""What was not counted, and why: nothing is dropped silently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["entry", "ballot", "score", "decision", "endorsement"]
Scope = Literal["row", "choice"]


@dataclass(frozen=True, order=True)
class Exclusion:
    """One thing left out of the count. `id` is the entry, ballot number, reviewer/entry/criterion or subject; `line` is the
    line in its file (0 where none); `detail` says what was found, for the organiser's eyes only."""

    kind: Kind
    id: str
    rule: str
    scope: Scope = "row"
    line: int = 0
    detail: str = ""


RULES: dict[str, tuple[str, str]] = {
    "entries.blank": ("申报件编号、名称或申报单位为空", "entry id, title or applicant is blank"),
    "entries.bad-id": ("申报件编号不能是“?”，也不能含分号", "an entry id is not ? and holds no semicolon"),
    "entries.duplicate-id": (
        "申报件编号重复，只收最早的一件",
        "the entry id stands twice; the earliest is kept",
    ),
    "entries.bad-time": ("时间不可识别", "the time cannot be read"),
    "entries.unknown-category": ("类别不在通知所列之内", "no such category"),
    "entries.unknown-area": ("领域不在该类别所列之内", "no such area in this category"),
    "entries.unknown-region": ("地区不可识别", "no such region"),
    "entries.withdrawn": ("申报单位已撤回", "withdrawn by the applicant"),
    "entries.early": ("早于申报开始时间", "handed in before declaring opened"),
    "entries.late": ("超过申报时间", "handed in after declaring closed"),
    "entries.not-preregistered": ("未在报名期内报名", "not pre-registered in time"),
    "entries.not-eligible": ("申报主体不符合申报条件", "the applicant is not eligible"),
    "entries.contractor-alone": (
        "承建或服务提供方（乙方）不单独申报，请由其甲方申报",
        "a contractor does not apply alone; its client does",
    ),
    "entries.over-quota": ("超过申报数量限制，先申报者有效", "over the quota; the earliest stand"),
    "entries.not-endorsed": ("没有规定的推荐或审核意见", "lacks the required endorsement"),
    "entries.disqualified": ("查证后取消资格", "disqualified"),
    "form.required": ("必填项为空", "a required field is blank"),
    "form.too-long": ("超过字数限制", "longer than allowed"),
    "form.outside-term": ("日期不在规定期间内", "the date lies outside the term"),
    "form.unreadable": ("内容与栏目种类不符", "the content does not fit the field"),
    "form.out-of-range": ("数字超出范围", "the number is out of range"),
    "form.not-eligible": ("所选情形不符合申报条件", "what was chosen is not eligible"),
    "form.not-an-option": ("不是所列选项", "not one of the options"),
    "screening.failed": ("形式审查未通过", "did not pass screening"),
    "screening.undecided": ("没有形式审查结论", "no screening decision"),
    "votes.void": ("经查证作废", "void by decision"),
    "votes.duplicate-id": ("选票编号重复，只计第一张", "the ballot id stands twice; the first counts"),
    "votes.unknown-stage": ("没有这个投票环节", "no such vote"),
    "votes.bad-time": ("投票时间不可识别", "the time cannot be read"),
    "votes.early": ("早于投票开始", "before the vote opened"),
    "votes.late": ("晚于投票结束", "after the vote closed"),
    "votes.no-voter": ("没有投票人", "no voter"),
    "votes.no-ip": ("没有可用的 IP 地址", "no usable IP address"),
    "votes.unknown-choice": ("没有这个案例", "no such entry"),
    "votes.excluded-choice": ("该案例不在投票之列", "the entry is not up for voting"),
    "votes.repeated-choice": ("一张选票里重复选择同一案例", "the same entry twice on one ballot"),
    "votes.wrong-number": ("所选案例个数不合规定", "the number of choices is not as the rule says"),
    "votes.over-limit": ("超过次数限制", "over the limit"),
    "scores.blank": ("申报件、评委或指标为空", "entry, reviewer or criterion is blank"),
    "scores.unknown-panel": ("没有这个评审组", "no such panel"),
    "scores.unknown-round": ("没有这一轮", "no such round"),
    "scores.unknown-entry": ("没有这个申报件", "no such entry"),
    "scores.not-before-panel": ("该申报件不在这个评审组的评审之列", "the entry is not before this panel"),
    "scores.unknown-criterion": ("没有这个指标", "no such criterion"),
    "scores.unknown-reviewer": ("不是本组评委", "not a member of the panel"),
    "scores.unreadable": ("分数不可识别", "the score cannot be read"),
    "scores.out-of-range": ("分数超出分值范围", "the score is out of range"),
    "scores.too-fine": ("分数的小数位超过规定", "the score has too many decimals"),
    "scores.bad-weight": ("评委权重须为正数", "a reviewer's weight must be positive"),
    "scores.weights-differ": (
        "同一评分表内评委权重不一致，整份不用",
        "the reviewer's weight differs within the sheet; none of it counts",
    ),
    "scores.duplicate": ("同一评分重复出现，只计一次", "the same score stands twice and counts once"),
    "scores.conflict": (
        "同一评委对同一指标给出不同分数，均不采用",
        "different scores for one criterion by one reviewer; none counts",
    ),
    "scores.recused": ("该评委对该申报件回避", "the reviewer is recused from this entry"),
    "scores.incomplete-sheet": ("评分表缺项，整份不用", "the sheet lacks marks and is not used"),
    "ranking.no-score": ("没有评审得分，不参加排名", "no panel score; not ranked"),
    "ranking.too-few-sheets": ("评分表份数不足，不参加排名", "too few sheets; not ranked"),
    "decisions.unknown-kind": ("决定的种类不可识别", "no such kind of decision"),
    "decisions.unknown-subject": ("决定的对象不存在", "the decision's subject does not exist"),
    "decisions.bad-outcome": ("决定的结论不可识别", "the outcome cannot be read"),
    "decisions.no-reason": ("没有写明理由", "no reason is given"),
    "decisions.second-person": ("须由两个不同的人决定", "two different people must decide this"),
    "decisions.conflict": (
        "对同一对象有不同的决定，均不采用",
        "different decisions on one subject; none counts",
    ),
    "endorsements.blank": ("申报件或推荐单位为空", "entry or endorser is blank"),
    "endorsements.unknown-entry": ("没有这个申报件", "no such entry"),
    "endorsements.unknown-kind": ("没有这种推荐意见", "no such kind of endorsement"),
    "endorsements.duplicate": (
        "同一推荐重复出现，只计一次",
        "the same endorsement stands twice and counts once",
    ),
}
"""Every reason for leaving something out, in Chinese and English. The documentation is made from this table."""


def reason(rule: str, lang: str = "zh") -> str:
    """The text of a rule id in this table."""
    return RULES[rule][1 if lang == "en" else 0]

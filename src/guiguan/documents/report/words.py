"""What the report calls things: (Chinese, English) by the id that the core uses."""

from __future__ import annotations

from collections.abc import Mapping

Words = Mapping[str, tuple[str, str]]

MAPPINGS: Words = {
    "share_of_maximum": ("占最高值的比例 × 100", "share of the maximum × 100"),
    "mid_rank": ("中位名次百分位", "mid-rank percentile"),
    "square_root": ("占最高值比例的平方根 × 100", "square root of the share of the maximum × 100"),
    "none": ("不换算", "as it is"),
}
ROUNDING: Words = {
    "half_up": ("四舍五入", "half up"),
    "half_even": ("四舍六入五取偶", "half to even"),
    "floor": ("向下舍去", "down to the floor"),
    "ceil": ("向上进一", "up to the ceiling"),
    "down": ("向零舍去", "towards zero"),
}
METHODS: Words = {
    "mean": ("各份平均", "mean"),
    "weighted_mean": ("按评委权重平均", "weighted mean"),
    "trimmed_mean": ("去掉最高、最低后平均", "trimmed mean"),
    "median": ("取中位数", "median"),
    "sum": ("相加", "sum"),
}
BY: Words = {
    "sheet": ("每份评分表先合成总分，再合并各份", "sheets are totalled, then combined"),
    "criterion": ("逐项合并各人打分，再合成总分", "marks are combined by criterion, then totalled"),
}
LAST: Words = {
    "shared": ("综合得分和各项比较都相同，并列", "equal in everything, shared"),
    "submitted": ("综合得分相同，先申报者在前", "equal composites, the earlier submission leads"),
    "lot": ("综合得分相同，按公开种子抽签定先后", "equal composites, settled by lot from the public seed"),
}
DECISIONS: Words = {
    "screening": ("形式审查", "Screening"),
    "void": ("选票作废", "Ballots voided"),
    "recusal": ("评委回避", "Recusal"),
    "disqualify": ("取消资格", "Disqualification"),
    "size": ("确定数量", "Size"),
    "listed": ("列入名单", "Listed"),
    "merge_area": ("领域归并", "Area merged"),
    "grant": ("确定资助额", "Grant"),
    "approval": ("立项", "Approval"),
    "acceptance": ("验收", "Acceptance"),
    "performance": ("绩效", "Performance"),
}
OUTCOMES: Words = {
    "pass": ("通过", "pass"),
    "fail": ("不通过", "fail"),
    "void": ("作废", "void"),
    "recused": ("回避", "recused"),
    "disqualified": ("取消资格", "disqualified"),
    "approved": ("获批", "approved"),
    "passed": ("合格", "passed"),
    "failed": ("不合格", "failed"),
    "met": ("达标", "met"),
    "missed": ("未达标", "missed"),
}
CLAWBACKS: Words = {
    "acceptance_failed": ("验收不合格", "acceptance failed"),
    "targets_missed": ("未达绩效目标", "targets missed"),
    "false_material": ("材料不实", "false material"),
}
GROUPS: Words = {
    "category": ("类别", "Category"),
    "area": ("领域", "Area"),
    "province": ("省份", "Province"),
    "city": ("城市", "City"),
    "batch": ("批次", "Batch"),
}
ORGANISERS: Words = {
    "guide": ("指导单位", "Guided by"),
    "host": ("主办单位", "Hosted by"),
    "undertaker": ("承办单位", "Undertaken by"),
    "co_organiser": ("协办单位", "Co-organised by"),
    "implementer": ("实施单位", "Implemented by"),
    "support": ("技术支持单位", "Technical support"),
    "supervisor": ("监督单位", "Supervised by"),
}
KINDS: Words = {
    "entry": ("申报件", "Entries"),
    "ballot": ("选票", "Ballots"),
    "score": ("评分", "Marks"),
    "decision": ("决定", "Decisions"),
    "endorsement": ("推荐意见", "Endorsements"),
}


def word(table: Words, key: str, lang: str = "zh") -> str:
    """The word for an id; an id that the table lacks stands for itself."""
    return table[key][1 if lang == "en" else 0] if key in table else key

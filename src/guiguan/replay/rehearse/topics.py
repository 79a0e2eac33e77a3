"""The topic of a case, by its area and category."""

from __future__ import annotations

from guiguan.core.values.chinese import same_text
from guiguan.replay.rehearse.topic_words import TOPICS, Topic


def topic_for(area: str, category: str) -> Topic:
    """The topic whose words fit the area best, else the category; a plain one made from the label where none does."""
    for label in (area, category):
        found = _matching(same_text(label).removesuffix("系统").removesuffix("类"))
        if found is not None:
            return found
    name = (area or category).removesuffix("类")
    works = (
        f"{name}信息化平台",
        f"{name}数据共享应用",
        f"智慧{name}综合服务系统",
        f"{name}全流程管理系统",
        f"{name}在线服务平台",
    )
    return Topic((name,), ("{p}大数据发展局", "{p}信息中心"), ("信息技术", "数字科技"), works)


def _matching(label: str) -> Topic | None:
    if not label:
        return None
    words = [(same_text(key), i) for i, topic in enumerate(TOPICS) for key in topic.keys]
    exact = next((i for word, i in words if word == label), None)
    if exact is not None:
        return TOPICS[exact]
    near = [(len(word), -i) for word, i in words if word in label or label in word]
    return TOPICS[-max(near)[1]] if near else None

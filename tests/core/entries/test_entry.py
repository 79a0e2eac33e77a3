"""The groups that an entry belongs to."""

from __future__ import annotations

from guiguan.core.entries.entry import Entry


def test_groups_in_the_order_asked_and_blank_where_nothing_is_known() -> None:
    e = Entry("E1", "题", "甲", "甲", category="gov", area="管理", batch="2025-H1", facts={"tier": "A类"})
    assert e.group(("tier", "batch", "category")) == ("A类", "2025-H1", "gov")
    assert e.group(("province", "unheard_of")) == ("", "")
    assert e.group(()) == ()

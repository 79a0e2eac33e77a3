"""Why something on paper could not be read, in words."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

WHYS: dict[str, Callable[[], str]] = {
    "not-found": lambda: _("没有找到这一栏的名称。可能是栏目名称改过，或这一行被删掉了"),
    "different": lambda: _("文件中有几处这一栏，内容不同，不能确定以哪处为准"),
    "twice": lambda: _("文件中有几处这一栏，有的填了，有的没填，不能确定以哪处为准"),
    "split": lambda: _("这一栏被拆成了几格，不能确定怎样连起来"),
    "marks-unclear": lambda: _("看不出勾的是哪一项。请在选项前的方框中打勾，不要把勾放在两项之间"),
    "several-ticked": lambda: _("这一栏只能选一项，文件中选了几项"),
    "words-without-tick": lambda: _("“其他”后面写了文字，但没有打勾，不能确定是否选了它"),
    "not-an-option": lambda: _("填写的内容不是可选的项目"),
    "list-unclear": lambda: _("几个名称连在一起，分不清从哪里断开。请每行写一个"),
    "heading-changed": lambda: _("这一部分的标题改过，分不清标题和内容"),
    "table-inside": lambda: _("这一部分里插入了表格，不能读入"),
    "pattern": lambda: _("这一格里的文字改过，分不清哪些是填写的内容"),
    "unfit": lambda: _("内容不合这一栏的形式"),
    "not-in-text": lambda: _("扫描件的文字中没有找到这一内容"),
}


def why_text(why: str) -> str:
    """The sentence for one reason."""
    return WHYS[why]() if why in WHYS else WHYS["unfit"]()

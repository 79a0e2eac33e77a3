"""The invented contents of the page ``/design``, which shows every part of the design system once."""

from __future__ import annotations

from django import forms, template
from django.core.paginator import Page, Paginator

register = template.Library()


class SampleForm(forms.Form):
    """A form with every kind of control."""

    name = forms.CharField(label="案例名称", help_text="不超过 30 个字，不要出现单位简称。", max_length=30)
    money = forms.DecimalField(label="项目投资总额", required=False)
    day = forms.DateField(
        label="上线日期",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "请填写上线日期"},
    )
    kind = forms.ChoiceField(
        label="申报方向",
        choices=[("industry", "产业数字化"), ("public", "公共服务"), ("rural", "数字乡村")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择一个申报方向"},
    )
    fields_of_use = forms.MultipleChoiceField(
        label="应用领域",
        choices=[("a", "工业制造"), ("b", "现代农业"), ("c", "文化旅游")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    city = forms.ChoiceField(label="所在设区市", choices=[("", "请选择"), ("nn", "南宁市"), ("gl", "桂林市")])
    brief = forms.CharField(
        label="案例简介",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="写明做法、成效和可以推广的经验。",
    )
    promise = forms.BooleanField(
        label="我已阅读并同意《申报承诺书》", error_messages={"required": "请勾选承诺后再提交"}
    )

    use_required_attribute = False


class SmallForm(forms.Form):
    """Two fields, not yet filled in."""

    phone = forms.CharField(label="手机号", help_text="用于接收验证码。")
    code = forms.CharField(label="验证码", required=False)
    use_required_attribute = False


def _rows() -> list[dict[str, object]]:
    """Rows of a table in every state."""
    states = [("已受理", "success"), ("待补正", "warning"), ("形式审查中", "info"), ("不予受理", "danger")]
    names = ["灵渠水务数据平台", "山歌数字档案馆", "蔗田遥感估产服务", "边贸单证互认系统"]
    return [
        {
            "cells": [
                {"text": name, "url": "#tables"},
                "桂林示例科技有限公司",
                {"text": state, "tag": tag},
                f"{number},{number}80.00",
            ],
            "actions": [("查看", "#tables"), ("退回补正", "#tables")],
        }
        for number, (name, (state, tag)) in enumerate(zip(names, states, strict=True), start=1)
    ]


def _page() -> Page[int]:
    """The seventh of nineteen pages."""
    return Paginator(range(372), 20).page(7)


@register.simple_tag
def design_samples() -> dict[str, object]:
    """What the page ``/design`` puts into the parts."""
    return {
        "form": SampleForm(
            {"name": "灵渠水务数据平台", "money": "1280.5", "city": "gl", "brief": "以一张图管理全流域闸口。"}
        ),
        "clean_form": SmallForm(prefix="clean"),
        "options": [("1", "是", ""), ("0", "否", "须另附说明"), ("", "不适用", "")],
        "chosen": ["1"],
        "faults": [("案例名称超过 30 个字", "sample-name"), ("请上传营业执照", "sample-licence")],
        "trail": [("首页", "/"), ("2026 年度优秀案例征集", "#"), ("申报须知", "")],
        "tabs": [
            ("待我审查", "#tabs", True, 12),
            ("已退回", "#tabs", False, 3),
            ("全部", "#tabs", False, None),
        ],
        "subnav": [
            ("公告", "#", False),
            ("我的申报", "#", True),
            ("时间安排", "#", False),
            ("常见问题", "#", False),
        ],
        "steps": [
            ("单位信息", "#steps", "done"),
            ("案例概况", "#steps", "fault"),
            ("成效与推广", "", "now"),
            ("附件", "", "next"),
            ("核对提交", "", "next"),
        ],
        "summary": [
            {"label": "单位名称", "value": "桂林示例科技有限公司", "public": True},
            {"label": "统一社会信用代码", "value": "91450300MA5EXAMPLE"},
            {"label": "案例名称", "value": "灵渠水务数据平台", "url": "#summary", "public": True},
            {"label": "联系电话", "value": "", "url": "#summary", "link": "填写"},
            {"label": "审查状态", "value": "待补正", "tag": "warning"},
        ],
        "columns": [
            {"label": "案例名称", "sort_url": "#tables", "sorted": "ascending"},
            {"label": "申报单位", "sort_url": "#tables"},
            {"label": "状态"},
            {"label": "金额（万元）", "number": True},
        ],
        "rows": _rows(),
        "page": _page(),
        "timeline": [
            {"title": "提交申报", "when": "2026 年 3 月 2 日 10:24", "text": "受理编号 GX2026-000128"},
            {
                "title": "形式审查",
                "when": "2026 年 3 月 4 日",
                "text": "缺少单位盖章页，请于 3 月 11 日前补正。",
            },
            {
                "title": "补正材料",
                "when": "截止 2026 年 3 月 11 日 17:00",
                "state": "now",
                "url": "#timeline",
                "link": "去补正",
            },
            {"title": "专家评审", "state": "next"},
            {"title": "公示", "state": "next"},
        ],
        "figures": [
            {"label": "收到申报", "value": "3,128", "unit": "件", "note": "较上年增加 12%"},
            {"label": "参与单位", "value": "1,904", "unit": "家"},
            {"label": "审查通过", "value": "86.4", "unit": "%"},
            {"label": "距截止", "value": "9", "unit": "个工作日", "note": "3 月 31 日 17:00"},
        ],
        "files": [
            {
                "name": "营业执照副本.pdf",
                "url": "#files",
                "kind": "PDF",
                "size": "1.2 MB",
                "tag": "检查通过",
                "state": "success",
                "actions": [("替换", "#files"), ("删除", "#files")],
            },
            {"name": "系统界面截图.jpg", "kind": "JPG", "size": "8.6 MB", "note": "正在上传", "progress": 62},
            {
                "name": "推荐函（盖章扫描件）.docx",
                "kind": "DOCX",
                "size": "340 kB",
                "error": "文件里有宏，不能接收。请另存为不含宏的文档或 PDF 后重新上传。",
                "actions": [("重新上传", "#files")],
            },
        ],
        "notice_items": ["营业执照有效期不足三个月", "推荐函缺少落款日期"],
        "meta": ["3 月 1 日 9:00 至 3 月 31 日 17:00", "主办：示例市大数据发展局"],
        "digest": "3f7a0c5d9be2418f6d0a7c33e1b45f98a2d6c07e5b19438dfa60217c8e94b35d",
    }

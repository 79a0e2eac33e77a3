"""Writes data/*.docx: forms retyped by hand as HTML and saved by LibreOffice, so that every byte of them is LibreOffice's own.

Run it by hand where LibreOffice is: PYTHONPATH=tests python -m documents.forms.libreoffice_forms. The expected answers beside them, *.json, are
written by people: a value, "" for an empty field, or ["why"] for one that must not be read.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

DATA = Path(__file__).with_name("data")
Row = list[str | tuple[str, str]]
LONG = "汇聚多部门数据，统一入口。"


def table(*rows: Row) -> str:
    lines = []
    for row in rows:
        cells = [c if isinstance(c, tuple) else (c, "") for c in row]
        lines.append("<tr>" + "".join(f"<td {how}>{text}</td>" for text, how in cells) + "</tr>")
    return f'<table border="1">{"".join(lines)}</table>'


W3, W2, H2, H3 = 'colspan="3"', 'colspan="2"', 'rowspan="2"', 'rowspan="3"'
OPINIONS: Row = [
    ("申报单位意见：同意申报<br>法人代表或主要负责人签字（或盖章）：<br>单位名称：（需加盖单位公章）<br>2021年5月20日", W2),
    ("推荐单位意见：同意推荐<br>联系人：赵某<br>电　话：０７７１－８８８８<br>单位名称：（需加盖单位公章）", W2),
]  # fmt: skip
NATURE = "{0}政府部门，{1}事业单位，{2}国有及其控股企业，{3}民营及其控股企业，{4}外资及其控股企业"

FORMS: dict[str, tuple[str, str]] = {
    # 行次挪动，全角数字和标点，☑
    "gx-moved-rows": (
        "guangxi_case",
        "<p>附件２</p><h1>广西信息化优秀案例申报表</h1>"
        + table(
            ["案例名称 *", ("一站式服务平台（二期）", W3)],
            ["联系人　职务", "科长", "联 系 人", "张三丰"],
            ["申报单位＊", "广西某某中心", "统一社会信用代码：", "９１４５００００ＭＡ５Ｋ０００００Ｘ"],
            ["项目投资（万元）", "１２０．５万元", "投入运营时间＊", "２０２０年５月１８日"],
            ["单位性质", (NATURE.format("□", "☑", "□", "□", "□"), W3)],
            ["研发人员", "　１５　人（研发人员情况提供附件）", "知识产权情况", "专利：３项<br>软著＿５＿项"],
            ["电子邮件", "ｏｆｆｉｃｅ＠example.org", "移动电话", "１３８００１３８０００"],
            OPINIONS,
        ),
    ),
    # 栏名与内容合在一格，栏名在上内容在下，■
    "gx-merged-cells": (
        "guangxi_case",
        table(
            [("案例名称*：数智大市场", 'colspan="4"')],
            ["申报单位*：广西某某公司", "法人代表：王五", ("申报单位官网网址：http://example.org/", W2)],
            ["申报类别*", "申报领域*", "投入运营时间*", "项目投资（万元）"],
            ["政务服务类", "政务管理", "2020-06", "88"],
            ["单位性质", (NATURE.format("□", "□", "■", "□", "□"), W3)],
            [("案例简介*（限200字）", 'rowspan="2"'), (f"{LONG}<br>第二段。", 'colspan="3" rowspan="2"')],
            [],
            ["推荐单位", ("自治区大数据发展局", W3)],
            ["固定电话", "无", "移动电话", ""],
        ),
    ),
    # 内容被拆成几格，加了行，√ 写在选项后，格中套表
    "gx-split-cells": (
        "guangxi_case",
        table(
            ["申报单位*", "广西某某中心", "申报单位官网网址", "无"],
            ["联系人", "李四", "身份证号", "110105194912310021"],
            ["案例名称*", "城市运行", ("“一网统管”平台", W2)],
            [
                "单位性质",
                ("政府部门√，　事业单位，　国有及其控股企业，　民营及其控股企业，　外资及其控股企业", W3),
            ],
            ["备注", ("以上为新加的一行", W3)],
            ["单位简介（限200字）", (table(["成立于2010年，在职员工200人。"]), W3)],
            ["电子邮件", ("a@example.org", W3)],
            [
                "合作或承建单位（多个时，按参与比重顺序填写2个以内，含2个）",
                "1．甲某某有限公司<br>2．乙某某研究院",
                "获奖情况*（限100字）",
                "（限100字）",
            ],
        ),
    ),
    # 加粗表示选中；名称用顿号连写；推荐意见里的联系人不是申报单位的联系人
    "gx-bold": (
        "guangxi_case",
        table(
            ["申报单位*", "广西某某集团有限公司", "法人代表", "欧阳某某"],
            [
                "单位性质",
                ("政府部门，事业单位，<b>国有及其控股企业</b>，民营及其控股企业，外资及其控股企业", W3),
            ],
            [
                "合作或承建单位（多个时，按参与比重顺序填写2个以内，含2个）",
                "甲科技有限公司、乙大学",
                "获奖情况*（限100字）",
                "无",
            ],
            ["案例描述*（限800字）", (f"案例名称：本段只是正文。{LONG}可附页。", W3)],
            OPINIONS,
        ),
    ),
    "qd-region": (
        "qingdao_case",
        table(
            ["申报单位*", "青岛某某局", "统一社会信用代码", "11370200MB2888888X"],
            ["单位性质", (NATURE.format("√", "□", "□", "□", "□"), W3)],
            ["区、市案例", "崂山区", "市直单位或驻青单位案例", "□市直单位案例，□驻青单位案例"],
            ["申报类别*", "城市运行类", "申报领域*", "交通运输"],
            ["开放平台网址*", ("（有开放性平台的案例填写）", W3)],
            [
                "承建单位（多个时，按参与比重顺序填写3个以内）",
                "甲公司；乙公司；丙研究所",
                "获奖情况*（限100字）",
                "二〇一九年度优秀项目",
            ],
        ),
    ),
    # 方框里打勾，括号里打勾；同名的栏出现两次
    "qd-boxes": (
        "qingdao_case",
        table(
            ["申报单位*", "青岛某某公司", "联系人", "周某"],
            ["联系人", "吴某", "联系人职务", "主任"],
            [
                "单位性质",
                (
                    "（ ）政府部门（ ）事业单位（√）国有及其控股企业（ ）民营及其控股企业（ ）外资及其控股企业",
                    W3,
                ),
            ],
            ["区、市案例", "", "市直单位或驻青单位案例", "□市直单位案例，□√驻青单位案例"],
            [
                "案例简介*（限200字）",
                (
                    "（参照《2020青岛信息化典型案例评选指南》编写，重点说明案例是什么、能干什么、什么效果等，便于网上投票时参考）<br>一句话简介。",
                    W3,
                ),
            ],
        ),
    ),
    # 没有表格，一行一栏
    "qd-lines": (
        "qingdao_case",
        "<p>申报单位：青岛某某中心</p><p>案例名称*：无人驾驶公交</p><p>联系人：郑某　　联系人职务：经理</p>"
        "<p>投入运营时间：2020年3月</p><p>这里写：联系人：不是这一个</p><p>项目投资（万元）：３００</p>",
    ),
    "sc-moved": (
        "guangxi_scenario",
        "<p>数字应用场景名称：智慧果园</p><p>申报方向（可多选）：</p><p>☑数字政府场景　□数字社会场景</p><p>☑数字经济场景</p>"
        "<p>申报单位：广西某某农业公司（盖章）</p><p>项目负责人：黄某　联系电话：０７７１－１２３４５６７</p>"
        + table(
            ["场景建设进度", "□新建　□在建　■已建"],
            ["场景名称", "智慧果园"],
            ["场景实施地址", "南宁市武鸣区"],
            [
                "应用场景技术所属领域",
                "□空天产业 □超高清视频<br>□高端装备与智能制造 ☑物联网 □能源环保<br>□自动驾驶 □区块链 □5G专网 □机器人<br>☑大数据与云计算 □人工智能 ☑其他：农业遥感",
            ],
            ["场景建设周期", "２０２３年３月－２０２４年６月"],
            ["场景合作单位（如有请填写）", "甲大学、乙公司"],
            [("（四）数字应用场景建设经济效益和社会效益（100字）", W2)],
            [("亩均增收８００元。", W2)],
            ["场景扶持资金金额", "50 万元"],
            [
                ("数字应用场景建设申报单位意见", ""),
                "我单位申报的所有材料，均真实、完整。<br>场景名称：不是这里",
            ],
        ),
    ),
    # 第二部分：标题改动的不读，标题后直接写的照读
    "sc-report": (
        "guangxi_scenario",
        table(["场景名称", "数智物流"], ["场景实施地址", ""])
        + "<p>1.数字应用场景建设背景。包括项目的所属领域，建设必要性，主要用途及重要意义，核心技术来源，知识产权状况等。</p><p>背景第一段。</p><p>背景第二段。</p>"
        "<p>2.数字应用场景建设目标。</p><p>降低成本２０％。</p>"
        "<p>3.数字应用场景建设实施方案（我们改了标题）。</p><p>方案正文。</p>"
        "<p>5.数字应用场景建设经济效益、社会效益分析。年节约一百万元。</p>"
        "<p>二、数字应用场景建设团队情况</p><p>介绍数字应用场景建设责任人及项目团队情况、研究成果等。</p><p>团队十人。</p>",
    ),
    # 勾放在两项之间、单选勾了两项、其他写了字没有勾：都不读
    "sc-unclear": (
        "guangxi_scenario",
        "<p>数字应用场景名称：甲名称</p>"
        + table(
            ["场景名称", "乙名称"],
            ["场景建设进度", "☑新建　□在建　☑已建"],
            ["应用场景技术所属领域", "□物联网　□区块链　□其他：量子通信"],
            ["场景合作单位（如有请填写）", "张三、李四"],
            ["场景扶持资金来源", "自筹"],
        ),
    ),
    "xc-groups": (
        "xinchuang_solution",
        table(
            ["单位名称", ("某某软件有限公司", 'colspan="4"')],
            [("负责人信息", H2), "主要负责人", "冯某", "部门/职务", "总经理"],
            ["手机", "13900000001", "电子邮箱", "head@example.org"],
            [("联系人信息", H3), "联系人", "陈某", "部门/职务", "市场部"],
            ["手机", "13900000002", "电子邮箱", "contact@example.org"],
            ["邮寄地址", ("天府大道１号", W3)],
            [("单位综合实力", H2), "主营业务收入（万元）", "3200", "员工人数（人）", "180人"],
            ["信创业务收入占比（％）", "35.5%", "研发人数（人）", ""],
        )
        + table(
            ["申报方案名称", ("统一办公平台", W2)],
            ["申报区域", ("□华北区域 □华中区域 □华东区域 √西南区域 □华南区域 □西北区域 □东北区域", W2)],
            [
                "应用行业",
                (
                    "☑党务政务 □金融 □交通（公路水路运输、铁路、航空、邮政等） ☑能源（电力、热力、燃气等） □工业（制造业） □教育 ☑其他_园林_",
                    W2,
                ),
            ],
            [
                ("应用场景", H2),
                "按应用系统",
                "1、综合办公系统：<br>☑门户 □办公自动化（OA） □电子邮件 □档案 □党群 □纪检监察 □其他：<br>2、经营管理系统：<br>□战略决策管理 □企业资源管理 ☑供应链管理 ☑其他：合同管理",
            ],
            ["按基础设施", "□网络关键设备 ☑计算机外界设备 □云计算服务平台 □其他："],
            [("业务支撑能力", H2), "应用场景", "面向省市两级机关。"],
            ["业务需求", "公文流转。"],
        ),
    ),
}


def save(name: str, html: str, to: Path = DATA) -> None:
    to.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"{name}.html"
        source.write_text(f'<html><head><meta charset="utf-8"></head><body>{html}</body></html>', "utf-8")
        command = [
            "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--infilter=HTML (StarWriter)",
        ]
        command += ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(to), str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)


def save_ours() -> None:
    """A form that we filled, opened in LibreOffice and saved there."""
    from documents.forms.samples import answers, blueprint, filled

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "gx-ours.docx"
        source.write_bytes(filled("guangxi_case", answers(blueprint("guangxi-2021"))))
        command = [
            "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "docx:MS Word 2007 XML",
        ]
        subprocess.run(
            [*command, "--outdir", str(DATA), str(source)], check=True, capture_output=True, timeout=120
        )


WALK = table(
    ["申报单位*", "示例科技公司", "申报单位官网网址", "https://example.org"],
    ["法人代表", "张镕堃", "统一社会信用代码", "91450000MA5K00000X"],
    ["联系人", "李某某", "联系人职务", "科长"],
    ["固定电话", "０７７１－５５５１２３４", "移动电话", "13800138000"],
    ["电子邮件", "office@example.org", "单位地址", "南宁市示例路1号"],
    ["单位性质", (NATURE.format("□", "□", "□", "☑", "□"), W3)],
    ["单位简介（限200字）", ("从事数字政府建设的科技企业。", W3)],
    ["案例名称*", ("一网通办平台", W3)],
    ["申报类别*", "政务服务类", "申报领域*", "政务服务"],
    ["项目投资（万元）", "１２０．５", "投入运营时间*", "2020年5月18日"],
    ["推荐单位", ("自治区大数据发展局", W3)],
    ["开放平台网址*", ("无", W3)],
    ["研发人员", "15人（研发人员情况提供附件）", "知识产权情况", "专利3项<br>软著5项"],
    [
        "合作或承建单位（多个时，按参与比重顺序填写2个以内，含2个）",
        "甲科技有限公司<br>乙大学",
        "获奖情况*（限100字）",
        "无",
    ],
    ["案例简介*（限200字）", ("汇聚多部门数据，统一入口、统一认证，群众办事只进一扇门。", W3)],
    ["案例描述*（限800字）", ("系统采用开放架构，运行稳定，支持与国家平台对接。", W3)],
    OPINIONS,
)
"""A whole form for the walk in a browser."""


if __name__ == "__main__":
    DATA.mkdir(exist_ok=True)
    save("walk", f"<h1>广西信息化优秀案例申报表</h1>{WALK}", Path(__file__).parents[2] / "browser" / "data")
    for name, (_layout, html) in FORMS.items():
        save(name, html)
    save_ours()

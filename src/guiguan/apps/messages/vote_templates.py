"""What the staff of a vote is told: suspected ballots, proposals that wait for a second person, appeals."""

from __future__ import annotations

from guiguan.apps.messages.template import Template

VOTES = (
    Template(
        "brushing-raised",
        ("发现可疑选票（工作人员）", "Suspected ballots (staff)"),
        ("campaign", "case", "count"),
        "发现一组可疑选票（第 {case} 组，{count} 张），请登录核查。",
        (
            "请核查可疑选票：{campaign}，第 {case} 组",
            "Please look into suspected ballots: {campaign}, group {case}",
        ),
        (
            "{campaign}\n\n检测发现一组可疑选票（第 {case} 组，目前 {count} 张）。请核查后提出作废或不作废，由另一人复核；决定之前这些选票照常计票。\n\n{link}",
            "{campaign}\n\nThe detectors found a group of suspected ballots (group {case}, {count} so far). Please look into it and propose to void or "
            "to keep them; another person must agree. Until then they count.\n\n{link}",
        ),
    ),
    Template(
        "brushing-second",
        ("可疑选票的结论待复核（工作人员）", "Proposal on suspected ballots waits (staff)"),
        ("campaign", "case"),
        "第 {case} 组可疑选票的结论待复核，请登录办理。",
        (
            "请复核可疑选票的结论：{campaign}，第 {case} 组",
            "A proposal waits for you: {campaign}, group {case}",
        ),
        (
            "{campaign}\n\n第 {case} 组可疑选票已有人提出结论，须由另一人复核。请看过证据后同意或退回。\n\n{link}",
            "{campaign}\n\nSomebody has proposed whether the suspected ballots of group {case} are void; a second person must agree. Please look at "
            "the evidence, then agree or send it back.\n\n{link}",
        ),
    ),
    Template(
        "brushing-appeal",
        ("收到对作废选票的申诉（工作人员）", "Appeal against voided ballots (staff)"),
        ("campaign", "case"),
        "第 {case} 组作废选票收到申诉，请登录答复。",
        ("请答复申诉：{campaign}，第 {case} 组", "Please answer an appeal: {campaign}, group {case}"),
        (
            "{campaign}\n\n第 {case} 组作废选票收到申诉，由作废决定以外的两人办理答复。同组还有待答复的申诉时，新的申诉不另发消息。\n\n{link}",
            "{campaign}\n\nAn appeal was made against the voided ballots of group {case}; two people who did not make them void answer it. While an "
            "appeal of the group waits, further ones bring no message of their own.\n\n{link}",
        ),
    ),
    Template(
        "appeal-second",
        ("申诉答复待复核（工作人员）", "Answer to an appeal waits (staff)"),
        ("campaign", "case"),
        "第 {case} 组申诉的答复待复核，请登录办理。",
        (
            "请复核申诉答复：{campaign}，第 {case} 组",
            "An answer to an appeal waits for you: {campaign}, group {case}",
        ),
        (
            "{campaign}\n\n对第 {case} 组作废选票的申诉已有人提出答复，须由另一人复核。请同意或退回。\n\n{link}",
            "{campaign}\n\nSomebody has proposed an answer to an appeal about group {case}; a second person must agree. Please agree or send it "
            "back.\n\n{link}",
        ),
    ),
    Template(
        "removal-second",
        ("案例退出投票待确认（工作人员）", "Taking an entry out of a vote waits (staff)"),
        ("campaign", "entry"),
        "有人提议案例{entry}退出投票，请登录确认。",
        ("请确认案例退出投票：{campaign}，{entry}", "Taking an entry out waits for you: {campaign}, {entry}"),
        (
            "{campaign}\n\n有人提议案例 {entry} 退出投票，须由另一人确认。请同意或不同意；办理之前该案例照常接受投票。\n\n{link}",
            "{campaign}\n\nSomebody proposes to take entry {entry} out of the vote; a second person must agree. Please agree or decline. Until then "
            "people can go on voting for it.\n\n{link}",
        ),
    ),
)

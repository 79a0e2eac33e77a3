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
        "brushing-sent-back",
        ("可疑选票的结论被退回（工作人员）", "Proposal on suspected ballots sent back (staff)"),
        ("campaign", "case"),
        "您提出的第 {case} 组可疑选票的结论被退回，请登录查看理由。",
        ("结论被退回：{campaign}，第 {case} 组", "Your proposal was sent back: {campaign}, group {case}"),
        (
            "{campaign}\n\n您对第 {case} 组可疑选票提出的结论被复核人退回。请查看理由，修改后重新提出；原来写的内容还在。\n\n{link}",
            "{campaign}\n\nYour proposal on the suspected ballots of group {case} was sent back. Please read why, and propose again; what you wrote is "
            "still there.\n\n{link}",
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
        "appeal-sent-back",
        ("申诉答复被退回（工作人员）", "Answer to an appeal sent back (staff)"),
        ("campaign", "case"),
        "您对第 {case} 组申诉提出的答复被退回，请登录查看理由。",
        ("答复被退回：{campaign}，第 {case} 组", "Your answer was sent back: {campaign}, group {case}"),
        (
            "{campaign}\n\n您对第 {case} 组作废选票的申诉提出的答复被复核人退回。请查看理由，修改后重新提出；原来写的内容还在。\n\n{link}",
            "{campaign}\n\nThe answer that you proposed to an appeal about group {case} was sent back. Please read why, and propose again; what you "
            "wrote is still there.\n\n{link}",
        ),
    ),
    Template(
        "appeal-unstaffed",
        ("申诉没有足够的人办理（工作人员）", "Too few people to answer an appeal (staff)"),
        ("campaign", "case"),
        "第 {case} 组作废选票的申诉没有足够的人办理，请增派工作人员。",
        (
            "请增派人员办理申诉：{campaign}，第 {case} 组",
            "Too few people for an appeal: {campaign}, group {case}",
        ),
        (
            "{campaign}\n\n第 {case} 组作废选票收到申诉。作出作废决定的两人不能办理，其余人员不足两名（一人提出答复，另一人复核）。请联系安全管理员增派主办经办、"
            "负责人或监督员。\n\n{link}",
            "{campaign}\n\nAn appeal was made against the voided ballots of group {case}. The two who made them void may not answer it, and fewer than "
            "two others can (one proposes an answer, another agrees). Please ask the security administrator to appoint another clerk, lead or supervisor.\n\n{link}",
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

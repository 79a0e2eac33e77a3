"""The shipped text of every message: one entry for each event, with the names that its texts may use.

`{name}` stands for a fact. Every text may also use `{site}` (the site's name) and `{link}` (the address of the page to go to).
A text message carries the signature 【site】 by itself and stays within 70 characters where its facts are of usual length.
"""

from __future__ import annotations

from typing import Literal

from guiguan.apps.messages.template import Template
from guiguan.apps.messages.vote_templates import VOTES

Channel = Literal["sms", "mail", "site"]
CHANNELS: tuple[Channel, ...] = ("sms", "mail", "site")
LANGUAGES = ("zh-hans", "en")
ALWAYS = ("site", "link")


NAME_TITLES: dict[str, tuple[str, str]] = {
    "site": ("网站名称", "name of the site"),
    "link": ("办理页面的地址", "address of the page to go to"),
    "unit": ("单位名称", "name of the unit"),
    "campaign": ("活动名称", "title of the campaign"),
    "entry": ("申报编号", "number of the entry"),
    "title": ("申报件名称", "title of the entry"),
    "reason": ("理由", "reason"),
    "faults": ("需要补正的处数", "number of faults"),
    "until": ("截止时间", "deadline"),
    "days": ("剩余天数", "days left"),
    "count": ("件数", "how many"),
    "time": ("时间", "time"),
    "role": ("角色名称", "name of the role"),
    "body": ("推荐单位名称", "name of the endorser"),
    "list": ("名单名称", "name of the list"),
    "number": ("批次编号", "number of the batch"),
    "case": ("可疑选票的组号", "number of the suspected group of ballots"),
}

_SHIPPED = (
    Template(
        "unit-approved",
        ("单位注册已通过", "Unit approved"),
        ("unit",),
        "{unit}的注册申请已通过，可以开始申报。",
        ("注册申请已通过：{unit}", "Registration approved: {unit}"),
        (
            "{unit}的注册申请已审核通过。您现在可以登录{site}，选择活动开始申报。\n\n{link}",
            "The registration of {unit} has been approved. You can now sign in to {site} and declare an entry.\n\n{link}",
        ),
    ),
    Template(
        "unit-refused",
        ("单位注册未通过", "Unit refused"),
        ("unit", "reason"),
        "{unit}的注册申请未通过，请登录查看原因，修改后可重新提交。",
        ("注册申请未通过：{unit}", "Registration not approved: {unit}"),
        (
            "{unit}的注册申请未通过。\n\n原因：{reason}\n\n请按上述原因修改后重新提交。\n\n{link}",
            "The registration of {unit} was not approved.\n\nReason: {reason}\n\nPlease correct it and send it again.\n\n{link}",
        ),
    ),
    Template(
        "unit-suspended",
        ("单位已停用", "Unit suspended"),
        ("unit", "reason"),
        "{unit}已被停用，暂不能办理申报，请登录查看原因。",
        ("单位已停用：{unit}", "Unit suspended: {unit}"),
        (
            "{unit}已被停用，恢复之前不能办理申报。\n\n原因：{reason}\n\n如有疑问，请联系主办单位。\n\n{link}",
            "{unit} has been suspended and can do nothing until it is restored.\n\nReason: {reason}\n\nAsk the organiser if in doubt.\n\n{link}",
        ),
    ),
    Template(
        "unit-restored",
        ("单位已恢复", "Unit restored"),
        ("unit", "reason"),
        "{unit}已恢复，可以继续办理申报。",
        ("单位已恢复：{unit}", "Unit restored: {unit}"),
        (
            "{unit}已恢复，可以继续办理申报。\n\n说明：{reason}\n\n{link}",
            "{unit} has been restored and may act again.\n\nNote: {reason}\n\n{link}",
        ),
    ),
    Template(
        "unit-due",
        ("待审核单位即将到期（工作人员）", "Units to be decided on (staff)"),
        ("count", "until"),
        "有{count}个单位的注册申请待审核，办理期限{until}。",
        ("{count}个单位的注册申请待审核", "{count} registrations wait for a decision"),
        (
            "有{count}个单位的注册申请尚未审核，最早的办理期限为{until}。请及时办理。\n\n{link}",
            "{count} registrations have not been decided on; the earliest is due by {until}.\n\n{link}",
        ),
    ),
    Template(
        "entry-registered",
        ("报名成功（回执）", "Pre-registered (receipt)"),
        ("campaign", "entry", "title", "time"),
        "《{title}》已于{time}报名，编号{entry}。请在申报期内提交申报。",
        ("报名成功：{entry}", "Pre-registered: {entry}"),
        (
            "《{title}》已于 {time} 在“{campaign}”中报名，编号 {entry}。请在申报期内填完并提交申报。\n\n{link}",
            "“{title}” was pre-registered for {campaign} at {time}, number {entry}. Please hand in the declaration in its term.\n\n{link}",
        ),
    ),
    Template(
        "entry-submitted",
        ("申报已提交（回执）", "Entry submitted (receipt)"),
        ("campaign", "entry", "title", "time"),
        "您的申报已提交，编号{entry}，请妥善保存。",
        ("申报已提交：{entry}", "Entry submitted: {entry}"),
        (
            "{campaign}\n\n申报件：{title}\n编号：{entry}\n提交时间：{time}\n\n可登录{site}下载回执、查看进度。\n\n{link}",
            "{campaign}\n\nEntry: {title}\nNumber: {entry}\nSubmitted: {time}\n\nThe receipt and the progress are on {site}.\n\n{link}",
        ),
    ),
    Template(
        "entry-returned",
        ("申报退回补正", "Entry returned for correction"),
        ("campaign", "entry", "title", "faults", "until"),
        "申报{entry}有{faults}处需补正，请于{until}前登录修改并重新提交。",
        ("申报需要补正：{entry}", "Entry to be corrected: {entry}"),
        (
            "{campaign}\n\n申报件“{title}”（{entry}）经形式审查，有{faults}处需要补正。"
            "全部问题已在页面上一次列明，请于{until}前修改并重新提交，逾期视为放弃。\n\n{link}",
            "{campaign}\n\nThe formal review of “{title}” ({entry}) found {faults} faults. "
            "All of them are listed on the page; please correct and resubmit by {until}, or the entry lapses.\n\n{link}",
        ),
    ),
    Template(
        "entry-accepted",
        ("申报已受理", "Entry accepted"),
        ("campaign", "entry", "title"),
        "申报{entry}已通过形式审查。",
        ("申报已通过形式审查：{entry}", "Entry accepted: {entry}"),
        (
            "{campaign}\n\n申报件“{title}”（{entry}）已通过形式审查，进入后续环节。\n\n{link}",
            "{campaign}\n\n“{title}” ({entry}) has passed the formal review and goes on to the next stage.\n\n{link}",
        ),
    ),
    Template(
        "entry-refused",
        ("申报未通过形式审查", "Entry refused"),
        ("campaign", "entry", "title", "reason"),
        "申报{entry}未通过形式审查，请登录查看原因。",
        ("申报未通过形式审查：{entry}", "Entry not accepted: {entry}"),
        (
            "{campaign}\n\n申报件“{title}”（{entry}）未通过形式审查。\n\n原因：{reason}\n\n{link}",
            "{campaign}\n\n“{title}” ({entry}) did not pass the formal review.\n\nReason: {reason}\n\n{link}",
        ),
    ),
    Template(
        "entry-closes",
        ("申报即将截止，尚有草稿", "Declaration closes, a draft is open"),
        ("campaign", "title", "days", "until"),
        "申报还有{days}天截止（{until}），您有草稿尚未提交。",
        ("申报还有{days}天截止", "Declaration closes in {days} days"),
        (
            "{campaign}将于{until}截止申报。草稿“{title}”尚未提交，逾期系统不再接收，请尽早完成。\n\n{link}",
            "{campaign} closes at {until}. The draft “{title}” has not been submitted; nothing is taken after that time.\n\n{link}",
        ),
    ),
    Template(
        "correction-due",
        ("补正即将到期", "Correction due"),
        ("campaign", "entry", "title", "until"),
        "申报{entry}的补正将于{until}到期，请尽快提交。",
        ("补正即将到期：{entry}", "Correction due: {entry}"),
        (
            "{campaign}\n\n申报件“{title}”（{entry}）的补正期限为{until}，目前尚未重新提交。逾期视为放弃。\n\n{link}",
            "{campaign}\n\nThe correction of “{title}” ({entry}) is due by {until} and has not come in. Without it the entry lapses.\n\n{link}",
        ),
    ),
    Template(
        "paper-due",
        ("纸质材料即将到期", "Paper copies due"),
        ("campaign", "entry", "title", "until"),
        "申报{entry}的纸质材料请于{until}前寄出。",
        ("请寄送纸质材料：{entry}", "Paper copies due: {entry}"),
        (
            "{campaign}\n\n申报件“{title}”（{entry}）的纸质材料尚未登记收到，请于{until}前寄出，并在页面上填写快递单号。\n\n{link}",
            "{campaign}\n\nThe paper copies of “{title}” ({entry}) have not been noted as received. Please send them by {until} "
            "and fill in the parcel number on the page.\n\n{link}",
        ),
    ),
    Template(
        "invitation",
        ("邀请加入单位", "Invitation into a unit"),
        ("unit", "until"),
        "{unit}邀请您加入，请于{until}前打开：{link}",
        ("邀请您加入{unit}", "Invitation to join {unit}"),
        (
            "{unit}邀请您加入本单位，共同办理申报。请于{until}前用收到邀请的手机号登录并确认。如与您无关，请忽略。\n\n{link}",
            "{unit} invites you to join and work on its entries. Please sign in with the invited phone number and confirm by {until}; "
            "ignore this if it is not for you.\n\n{link}",
        ),
    ),
    Template(
        "question-answered",
        ("提问已答复", "Question answered"),
        ("campaign",),
        "您的提问已有答复，请登录查看。",
        ("您的提问已有答复", "Your question has been answered"),
        (
            "您就“{campaign}”提出的问题已有答复。\n\n{link}",
            "Your question about “{campaign}” has been answered.\n\n{link}",
        ),
    ),
    Template(
        "role-granted",
        ("获得角色", "Role granted"),
        ("role", "campaign"),
        "您已被授予“{role}”角色，请登录查看。",
        ("您已被授予角色：{role}", "You have been given a role: {role}"),
        (
            "您已被授予“{role}”角色。\n适用范围：{campaign}\n\n如有疑问，请联系安全管理员。\n\n{link}",
            "You have been given the role “{role}”.\nScope: {campaign}\n\nAsk the security administrator if in doubt.\n\n{link}",
        ),
    ),
    Template(
        "second-factor-reset",
        ("双重验证已重置", "Second factor reset"),
        (),
        "您账号的双重验证已由管理员重置，非本人申请请立即联系安全管理员。",
        ("您账号的双重验证已重置", "Your second factor has been reset"),
        (
            "应申请并经两位管理员办理，您账号的双重验证已重置，各处登录均已退出。请重新登录并再次启用。\n\n"
            "如果不是您本人申请的，请立即联系安全管理员。\n\n{link}",
            "Two administrators have reset the second factor of your account as asked, and every session has ended. "
            "Please sign in and set it up again.\n\nIf you did not ask for this, tell the security administrator at once.\n\n{link}",
        ),
    ),
    Template(
        "list-handed-up",
        ("名单已报送（工作人员）", "List handed up (staff)"),
        ("campaign", "list", "count"),
        "{list}已报送，共 {count} 项，请登录查看。",
        ("名单已报送：{list}", "List handed up: {list}"),
        (
            "{campaign}\n\n{list}已报送，共 {count} 项。\n\n{link}",
            "{campaign}\n\nThe list “{list}” has been handed up. Entries: {count}\n\n{link}",
        ),
    ),
    Template(
        "list-returned",
        ("名单被退回", "List sent back"),
        ("campaign", "list", "reason"),
        "{list}被退回，请登录查看原因，修改后重新报送。",
        ("名单被退回：{list}", "List sent back: {list}"),
        (
            "{campaign}\n\n{list}被退回。\n\n原因：{reason}\n\n请修改后重新报送。\n\n{link}",
            "{campaign}\n\nThe list “{list}” has been sent back.\n\nReason: {reason}\n\nPlease mend it and hand it up again.\n\n{link}",
        ),
    ),
    Template(
        "endorsement-asked",
        ("请出具推荐意见", "An opinion is asked for"),
        ("campaign", "title", "entry", "body"),
        "申报{entry}请{body}出具意见，请登录办理。",
        ("请出具意见：{title}", "Please give an opinion: {title}"),
        (
            "{campaign}\n\n申报件“{title}”（{entry}）请{body}出具意见。\n\n{link}",
            "{campaign}\n\n“{title}” ({entry}) asks {body} for its opinion.\n\n{link}",
        ),
    ),
    Template(
        "endorsement-given",
        ("推荐意见已出具", "Opinion given"),
        ("campaign", "title", "entry", "body"),
        "{body}已就申报{entry}出具意见。",
        ("已出具意见：{title}", "Opinion given: {title}"),
        (
            "{campaign}\n\n{body}已就申报件“{title}”（{entry}）出具意见。\n\n{link}",
            "{campaign}\n\n{body} has given its opinion on “{title}” ({entry}).\n\n{link}",
        ),
    ),
    Template(
        "endorsement-declined",
        ("未获推荐", "Not endorsed"),
        ("campaign", "title", "entry", "body", "reason"),
        "{body}未推荐申报{entry}，请登录查看原因。",
        ("未获推荐：{title}", "Not endorsed: {title}"),
        (
            "{campaign}\n\n{body}未推荐申报件“{title}”（{entry}）。\n\n原因：{reason}\n\n{link}",
            "{campaign}\n\n{body} does not endorse “{title}” ({entry}).\n\nReason: {reason}\n\n{link}",
        ),
    ),
    Template(
        "endorsement-due",
        ("尚缺推荐意见", "An opinion is still missing"),
        ("campaign", "title", "entry"),
        "申报{entry}尚缺推荐意见，请联系推荐单位办理。",
        ("尚缺推荐意见：{title}", "An opinion is still missing: {title}"),
        (
            "{campaign}\n\n申报件“{title}”（{entry}）还没有推荐单位的意见，请联系推荐单位办理。\n\n{link}",
            "{campaign}\n\n“{title}” ({entry}) still lacks the opinion of an endorser. Please ask for it.\n\n{link}",
        ),
    ),
    Template(
        "release-published",
        ("已列入发布清单", "Listed in a release"),
        ("campaign", "title", "entry", "number"),
        "申报{entry}已列入{number}批发布清单。",
        ("已列入发布清单：{title}", "Listed in a release: {title}"),
        (
            "{campaign}\n\n申报件“{title}”（{entry}）已列入第 {number} 批发布清单。\n\n{link}",
            "{campaign}\n\n“{title}” ({entry}) is listed in release {number}.\n\n{link}",
        ),
    ),
)

TEMPLATES: dict[str, Template] = {t.id: t for t in (*_SHIPPED, *VOTES)}


def shipped(template: str, channel: str, language: str) -> tuple[str, str]:
    """Subject ("" for sms) and text as shipped. KeyError for an event that the table lacks."""
    found = TEMPLATES[template]
    if channel == "sms":
        return "", found.sms
    at = LANGUAGES.index(language)
    return found.subject[at], found.body[at]


def languages_of(channel: str) -> tuple[str, ...]:
    """In which languages a channel has a text: one receives SMS and mail before anybody knows which page language one chose."""
    return LANGUAGES if channel == "site" else LANGUAGES[:1]

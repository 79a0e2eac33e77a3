"""What the table of permissions says, in words: its groups, its actions and its reaches, Chinese and English."""

from __future__ import annotations

from guiguan.core.permissions.roles import ROLES, Role
from guiguan.core.permissions.table import TABLE, Reach

Texts = tuple[str, str]
"""Chinese, English."""

REACH_TITLES: dict[Reach, Texts] = {
    "any": ("全部", "all"),
    "campaign": ("本活动", "own campaign"),
    "region": ("本区域", "own regions"),
    "own": ("本单位", "own unit"),
    "assigned": ("指定给本人", "assigned to oneself"),
}

GROUPS: tuple[tuple[Texts, dict[str, Texts]], ...] = (
    (
        ("公众", "The public"),
        {
            "portal.read": ("查看公开页面", "Read the public pages"),
            "permission.read": ("查看本权限表", "Read this table"),
            "entry.progress": ("凭编号和手机号查进度", "Look up progress by number and phone"),
            "account.register": ("注册账号", "Register an account"),
        },
    ),
    (
        ("本人", "Oneself"),
        {
            "account.own": ("修改自己的账号", "Change one's own account"),
            "account.places": ("查看自己参与办理的活动", "See the campaigns one works in"),
            "message.read": ("查看自己的消息", "Read one's own messages"),
            "invitation.accept": ("接受单位的邀请", "Accept a unit's invitation"),
            "campaign.ask": ("就活动提问", "Ask about a campaign"),
            "organisation.register": ("注册单位", "Register a unit"),
            "organisation.apply": ("修改并重新提交单位注册", "Correct and resend a registration"),
        },
    ),
    (
        ("单位", "Units"),
        {
            "organisation.read": ("查看单位资料", "Read a unit's facts"),
            "organisation.write": ("修改单位资料", "Change a unit's facts"),
            "organisation.members": ("邀请和管理单位成员", "Invite and manage a unit's members"),
            "organisation.approve": ("审核单位注册", "Decide on a unit's registration"),
            "organisation.suspend": ("停用和恢复单位", "Suspend and restore a unit"),
            "organisation.reveal": ("写明理由后查看联系人信息", "Reveal the contact, with a reason"),
        },
    ),
    (
        ("活动", "Campaigns"),
        {
            "campaign.create": ("新建活动", "Create a campaign"),
            "campaign.inspect": ("查看活动的草稿和各版规则", "Inspect drafts and versions of the rules"),
            "campaign.draft": ("起草活动规则", "Draft the rules"),
            "campaign.open": ("发布、变更和结束活动", "Open, change and close a campaign"),
            "campaign.second": ("复核发布后的规则变更", "Agree, as second person, to a change of the rules"),
            "campaign.announce": ("发布公告、答复提问", "Announce, and answer questions"),
        },
    ),
    (
        ("申报", "Entries"),
        {
            "entry.create": ("新建申报", "Begin an entry"),
            "entry.read": ("查看申报内容", "Read an entry"),
            "entry.list": ("查看申报列表", "List entries"),
            "entry.write": ("填写申报", "Fill in an entry"),
            "entry.submit": ("提交申报", "Hand in an entry"),
            "entry.withdraw": ("撤回申报", "Withdraw an entry"),
            "entry.reveal": ("写明理由后查看隐去的个人信息", "Reveal masked personal data, with a reason"),
            "paper.track": ("登记纸质材料", "Register paper copies"),
        },
    ),
    (
        ("形式审查", "Formal review"),
        {
            "screening.read": ("查看审查队列", "Read the queue"),
            "screening.open": ("查看一件申报的审查记录", "Open the review of one entry"),
            "screening.decide": ("作出审查结论", "Decide"),
            "likeness.dismiss": ("写明理由后排除疑似重复", "Dismiss a likeness, with a reason"),
            "likeness.across": (
                "查看往期活动中相近的段落（双方通知都允许时）",
                "See alike passages of earlier campaigns, where both notices allow it",
            ),
        },
    ),
    (
        ("推荐与汇总", "Endorsement"),
        {
            "body.manage": ("登记推荐单位及其经办人", "Register endorsers and their people"),
            "endorsement.read": ("查看推荐意见和汇总清单", "Read opinions and collected lists"),
            "endorsement.give": ("出具推荐意见", "Give an opinion"),
            "endorsement.note": ("登记纸质推荐意见", "Note an opinion given on paper"),
            "endorsement.ask": ("请推荐单位出具意见", "Ask an endorser for its opinion"),
            "collection.make": ("汇总和报送清单", "Collect and hand up a list"),
            "collection.return": ("退回报送的清单", "Send a collected list back"),
        },
    ),
    (
        ("推荐名单", "Lists that go on"),
        {
            "recommendation.list": ("查看各区域名额", "See each region's places"),
            "recommendation.read": ("查看推荐名单", "Read a list"),
            "recommendation.draft": ("拟定和报送推荐名单", "Make a list and hand it up"),
            "recommendation.change": ("变更已报送的名单（须两人）", "Change a list handed up (two persons)"),
            "recommendation.return": ("退回推荐名单", "Send a list back"),
        },
    ),
    (
        ("发布", "Releases"),
        {
            "release.read": ("查看发布批次", "Read a batch"),
            "release.draft": ("拟定和更正发布批次", "Make and correct a batch"),
            "release.publish": ("复核并发布", "Agree, as second person, and publish"),
        },
    ),
    (
        ("网络投票", "Public votes"),
        {
            "ballot.cast": ("投票", "Vote"),
            "poll.watch": ("查看投票进行情况", "Watch a vote"),
            "poll.conduct": (
                "开始、暂停、恢复和结束投票，让案例退出",
                "Open, pause, resume and close a vote; take an entry out",
            ),
            "poll.second": ("复核案例退出投票", "Agree, as second person, to taking an entry out"),
            "poll.sample": ("抽查选票", "Sample ballots"),
            "log.read": ("查看和核对选票日志", "Read and check the ballot log"),
        },
    ),
    (
        ("防刷票", "Against vote-brushing"),
        {
            "brushing.run": ("运行检测器", "Run the detectors"),
            "brushing.read": (
                "查看可疑选票（不显示涉及哪个案例）",
                "See suspected ballots, not whom they favour",
            ),
            "brushing.propose": ("提出作废或不作废", "Propose to void or to keep"),
            "brushing.second": ("复核作废或不作废", "Agree, as second person, to voiding or keeping"),
            "void.read": ("查看作废公示", "Read what was made void"),
            "void.appeal": ("对作废提出申诉", "Appeal against voiding"),
        },
    ),
    (
        ("消息", "Messages"),
        {
            "message.templates": ("改写消息文字", "Reword messages"),
            "message.delivery": ("查看发送情况", "See what was delivered"),
            "message.resend": ("重发消息", "Send again"),
        },
    ),
    (
        ("监督与管理", "Supervision and administration"),
        {
            "audit.read": ("查看审计记录", "Read the audit trail"),
            "audit.export": ("导出审计记录", "Export the audit trail"),
            "role.grant": ("授予和收回角色", "Grant and end roles"),
            "account.manage": ("建立、停用和解锁账号", "Create, close and unlock accounts"),
            "account.factor-reset": ("申请重置双重验证", "Ask for the reset of a second factor"),
            "account.factor-decide": ("复核重置双重验证", "Agree to the reset of a second factor"),
            "operation.read": ("查看运行情况", "See how the site runs"),
        },
    ),
)
"""The table's rows in its own order, under the headings that its comments give."""

ACTION_TITLES: dict[str, Texts] = {action: texts for _, rows in GROUPS for action, texts in rows.items()}


def reach_title(role: Role, reach: Reach) -> Texts:
    """How far, in words; what a signed-in person has of their own is theirs, not a unit's."""
    return ("本人", "oneself") if (role, reach) == ("person", "own") else REACH_TITLES[reach]


def rights_of(role: Role) -> tuple[tuple[str, Reach], ...]:
    """(action, reach) of everything that the role itself allows, in the order of the table."""
    return tuple((action, TABLE[action][role]) for action in ACTION_TITLES if role in TABLE[action])


def roles_in(actions: dict[str, Texts]) -> tuple[Role, ...]:
    """The roles that may do any of the actions, in the order of roles: the columns of a readable table."""
    return tuple(role for role in ROLES if any(role in TABLE[action] for action in actions))

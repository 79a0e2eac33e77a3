"""What the page on the audit trail calls acts and faults."""

from __future__ import annotations

from django.utils.translation import gettext as _


def action_title(action: str) -> str:
    """The act in words; its code where there are none yet."""
    words = {
        "role.grant": _("授予角色"),
        "role.end": _("收回角色"),
        "account.create": _("建立账号"),
        "account.open": _("启用账号"),
        "account.close": _("停用账号"),
        "account.unlock": _("解除登录锁定"),
        "account.password": _("设置密码"),
        "account.password-void": _("作废密码"),
        "account.identity-forgotten": _("按期删除身份证号码"),
        "account.consent": _("同意用户协议"),
        "organisation.register": _("提交单位注册"),
        "organisation.resubmit": _("重新提交单位注册"),
        "organisation.approve": _("通过单位注册"),
        "organisation.refuse": _("退回单位注册"),
        "organisation.change": _("修改单位信息"),
        "organisation.suspend": _("停用单位"),
        "organisation.restore": _("恢复单位"),
        "organisation.reveal": _("查看单位敏感信息"),
        "member.invite": _("邀请成员"),
        "member.uninvite": _("撤回邀请"),
        "member.join": _("加入单位"),
        "member.leave": _("退出单位"),
        "member.remove": _("移出成员"),
        "member.hand-over": _("移交管理员"),
        "campaign.create": _("新建活动"),
        "campaign.version": _("上传蓝图"),
        "campaign.rehearse": _("演练蓝图"),
        "campaign.open": _("发布活动"),
        "campaign.propose": _("提出修改规则"),
        "campaign.revise": _("修改规则生效"),
        "campaign.close": _("结束活动"),
        "campaign.announce": _("发布公告"),
        "campaign.announce-withdraw": _("撤回公告"),
        "campaign.ask": _("提问"),
        "campaign.answer": _("答复提问"),
        "campaign.download": _("上传下载文件"),
        "entry.start": _("开始填报"),
        "entry.save": _("保存填报"),
        "entry.remind": _("确认保密提醒"),
        "entry.attach": _("上传附件"),
        "entry.detach": _("移除附件"),
        "entry.order": _("调整附件顺序"),
        "entry.preregister": _("报名"),
        "entry.submit": _("提交申报"),
        "entry.withdraw": _("撤回申报"),
        "entry.abandon": _("放弃申报"),
        "entry.expire": _("补正逾期"),
        "entry.reveal": _("查看申报敏感信息"),
        "file.take": _("接收文件"),
        "paper.send": _("登记寄出纸质材料"),
        "paper.arrive": _("登记收到纸质材料"),
        "paper.unarrive": _("撤销收到登记"),
        "screening.open": _("开始审查"),
        "screening.propose": _("提出审查意见"),
        "screening.drop": _("撤回审查意见"),
        "screening.decide": _("作出审查决定"),
        "message.wording": _("修改消息文字"),
        "message.restore": _("恢复默认消息文字"),
        "message.resend": _("重新发送消息"),
        "audit.export": _("导出审计记录"),
        "brushing.run": _("要求检测刷票"),
        "brushing.done": _("完成刷票检测"),
        "brushing.raise": _("发现可疑选票"),
        "brushing.grow": _("可疑选票增加"),
        "brushing.propose": _("提出可疑选票的结论"),
        "brushing.drop": _("退回可疑选票的结论"),
        "brushing.void": _("两人确认作废选票"),
        "brushing.keep": _("两人确认不作废"),
        "brushing.appeal": _("对作废提出申诉"),
        "brushing.appeal-propose": _("提出申诉答复"),
        "brushing.appeal-drop": _("退回申诉答复"),
        "brushing.appeal-uphold": _("两人确认申诉成立"),
        "brushing.appeal-reject": _("两人确认申诉不成立"),
    }
    return words.get(action, action)


def fault_title(fault: str) -> str:
    """What is wrong with a record."""
    return {
        "missing": _("缺失"),
        "previous": _("与上一条不衔接"),
        "changed": _("内容被改动"),
    }[fault]

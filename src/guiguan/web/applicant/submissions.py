"""What was handed in: the receipt of each time, and what changed between two."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.entries.queries import blueprint_of
from guiguan.apps.entries.sealing import unpack_all
from guiguan.apps.entries.telling import clock_text
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import UploadField
from guiguan.core.blueprint.lookup import fields
from guiguan.core.entries.answers import cell
from guiguan.documents.receipt.receipt import Receipt, receipt_pdf
from guiguan.web.applicant.entries import lang
from guiguan.web.applicant.finding_entries import entry_by_id
from guiguan.web.common.door import door


@door("entry.read", entry_by_id, keep=("number",))
def receipt(request: HttpRequest, entry: Entry, number: int) -> HttpResponse:
    """The receipt of one handing in, as PDF."""
    submission = _submission(entry, number)
    blueprint = blueprint_of(entry.campaign)
    pre = submission.kind == "registration"
    digest = " ".join(submission.sha256[i : i + 16] for i in range(0, 64, 16))
    pdf = receipt_pdf(
        Receipt(
            heading=_("报名回执") if pre else _("申报回执"),
            campaign=entry.campaign.title,
            rows=[
                (_("编号"), entry.number or ""),
                (_("名称"), entry.title),
                (_("申报单位"), entry.organisation.name),
                (_("报名时间") if pre else _("提交时间"), clock_text(submission.at, blueprint.zone)),
                (_("第几次提交"), str(submission.number)),
                (_("规则版本"), str(submission.blueprint)),
                (_("材料摘要（SHA-256）"), digest),
            ],
            notes=[
                _("本回执证明上列材料已在所列时间提交。"),
                _("扫描二维码，或在网站“进度查询”中输入编号和手机号，可以查询办理进度。"),
            ],
            address=request.build_absolute_uri(f"/progress?number={entry.number}"),
            footer=settings.GUIGUAN.site_name,
        )
    )
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="receipt-{entry.number}-{submission.number}.pdf"'
    return response


@door(
    "entry.write", entry_by_id, keep=("number",)
)  # unmasked: staff open answers with a reason, on their own pages
def differences(request: HttpRequest, entry: Entry, number: int) -> HttpResponse:
    """What one handing in changed against the one before, field by field."""
    after = _submission(entry, number)
    before = entry.submissions.filter(number__lt=number).order_by("-number").first()
    known = fields(blueprint_of(entry.campaign))
    old, new = (unpack_all(known, s.answers) if s else {} for s in (before, after))
    rows = []
    for name, field in known.items():
        if isinstance(field, UploadField):
            texts = [_file_names(s.attachments.get(name, [])) if s else "" for s in (before, after)]
        else:
            texts = [cell(field, values.get(name, "")) for values in (old, new)]
        if texts[0] != texts[1]:
            rows.append({"label": say(field.label, lang()), "before": texts[0], "after": texts[1]})
    page = {"entry": entry, "before": before, "after": after, "rows": rows}
    return render(request, "applicant/entries/differences.html", page)


def _file_names(rows: list[dict[str, str]]) -> str:
    return _("；").join(f"{r['name']} ({r['sha256'][:8]})" for r in rows)


def _submission(entry: Entry, number: int) -> Submission:
    found = entry.submissions.filter(number=number).first()
    if found is None:
        raise Http404
    return found

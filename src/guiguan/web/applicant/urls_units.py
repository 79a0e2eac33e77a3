"""A unit's registration and members."""

from django.urls import path

from guiguan.web.applicant import units, units_code, units_join, units_letter, units_members, units_register

urlpatterns = [
    path("", units.home, name="units-home"),
    path("register", units_register.start, name="units-start"),
    path("register/<str:kind>", units_register.register, name="units-register"),
    path("code-check", units_code.check, name="units-code-check"),
    path("letter", units_letter.letter, name="units-letter"),
    path("letter.docx", units_letter.letter_docx, name="units-letter-docx"),
    path("invitation/<str:token>", units_join.invitation, name="units-invitation"),
    path("<uuid:unit>", units.unit, name="units-unit"),
    path("<uuid:unit>/again", units_register.again, name="units-again"),
    path("<uuid:unit>/change", units_register.change, name="units-change"),
    path("<uuid:unit>/act-for", units.act_for, name="units-act-for"),
    path("<uuid:unit>/files/<str:part>", units.file, name="units-file"),
    path("<uuid:unit>/leave", units_members.leave, name="units-leave"),
    path("<uuid:unit>/members", units_members.members, name="units-members"),
    path("<uuid:unit>/members/<uuid:member>/remove", units_members.remove, name="units-remove"),
    path("<uuid:unit>/members/<uuid:member>/hand-over", units_members.give, name="units-hand-over"),
    path("<uuid:unit>/invitations/<uuid:invitation>/withdraw", units_members.withdraw, name="units-uninvite"),
]

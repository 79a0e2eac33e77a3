"""Roles and accounts."""

from django.urls import path

from guiguan.web.ops import roles, roles_person, second_factor

urlpatterns = [
    path("people", roles.people, name="roles-people"),
    path("people/new", roles.new, name="roles-new"),
    path("people/<uuid:person>", roles_person.person, name="roles-person"),
    path("people/<uuid:person>/grant", roles_person.grant, name="roles-grant"),
    path("people/<uuid:person>/grants/<int:grant>/end", roles_person.end, name="roles-end"),
    path("people/<uuid:person>/link", roles_person.link, name="roles-link"),
    path("people/<uuid:person>/unlock", roles_person.unlocked, name="roles-unlock"),
    path("people/<uuid:person>/close", roles_person.close, name="roles-close"),
    path("people/<uuid:person>/open", roles_person.reopen, name="roles-open"),
    path("people/<uuid:person>/factor", second_factor.propose, name="factor-propose"),
    path("factors", second_factor.waiting, name="factor-resets"),
    path("factors/<int:reset>/decide", second_factor.decide, name="factor-decide"),
]

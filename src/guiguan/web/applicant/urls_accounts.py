"""One's own account: what the kept library has no page for, and the pages of it that make no sense without e-mail."""

from django.urls import path, re_path

from guiguan.web.applicant import units_account, units_resend

urlpatterns = [
    path("", units_account.overview),
    path("phone/change/", units_account.change_phone, name="account_change_phone"),
    path("phone/verify/", units_resend.verify_phone, name="account_verify_phone"),
    path("login/code/confirm/", units_resend.confirm_login_code, name="account_confirm_login_code"),
    path("privacy", units_account.privacy, name="units-privacy"),
    path("password/reset/", units_account.forgotten, name="account_reset_password"),
    path("password/new", units_account.new_password, name="units-new-password"),
    path("welcome/<str:person>/<str:token>", units_account.welcome, name="units-welcome"),
    re_path(
        r"^(email|confirm-email|password/reset/key|password/reset/done|signup/passkey)(/.*)?$",
        units_account.gone,
    ),
]

"""What Django and its kept libraries are told about safety: passwords, sessions, sign-in, lockout, headers."""

from __future__ import annotations

from datetime import timedelta

from guiguan.conf.environment import environment

_env = environment()

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = False
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False  # the page's own script sends it with what was kept while the network was away
CSRF_FAILURE_VIEW = "guiguan.web.common.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _env.https
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]  # a probe takes a redirect for health
SECURE_HSTS_SECONDS = 31_536_000 if _env.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _env.trusted_proxies else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=20)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "guiguan.apps.accounts.locks.counted_name"
AXES_SENSITIVE_PARAMETERS = ["login", "password", "username", "ip_address"]
AXES_DISABLE_ACCESS_LOG = False  # the log of sign-ins that the law asks for; forgotten after 190 days
AXES_LOCKOUT_CALLABLE = "guiguan.web.common.errors.locked_out"
AXES_CLIENT_IP_CALLABLE = "guiguan.apps.accounts.network.counted_address"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

ACCOUNT_ADAPTER = "guiguan.apps.accounts.adapter.PhoneAccounts"
ACCOUNT_LOGIN_METHODS = {"username", "phone"}
ACCOUNT_SIGNUP_FIELDS = [
    "phone",
    "password1*",
    "password2*",
]  # the form asks for the phone; staff may have none
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900  # what the message with the code says
ACCOUNT_PHONE_VERIFICATION_ENABLED = True
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 900
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_RATE_LIMITS = {
    "login_failed": False,  # lockout is axes': durable, and an administrator can lift it
    "verify_phone": False,  # kept by apps/accounts/codes.py, which also holds after a restart
    # a ministry or a carrier has one address for thousands of people; passwords are kept by the lockout, codes by codes.py
    "login": "300/m/ip",
    "signup": "120/m/ip",
    "request_login_code": "120/m/ip,3/m/key",
}
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_SIGNUP_REDIRECT_URL = "units-home"
ACCOUNT_FORMS = {
    "signup": "guiguan.web.applicant.units_account_forms.SignUp",
    "login": "guiguan.web.applicant.units_account_forms.SignIn",
}
SOCIALACCOUNT_ADAPTER = "guiguan.apps.accounts.social.PlatformAccounts"
SOCIALACCOUNT_AUTO_SIGNUP = (
    False  # whoever comes for the first time accepts the agreement like everybody else
)
SOCIALACCOUNT_FORMS = {"signup": "guiguan.web.applicant.units_account_forms.PlatformSignUp"}
SOCIALACCOUNT_ONLY = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = _env.site_name
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_FORMS = {"add_webauthn": "guiguan.web.applicant.units_account_forms.AddKey"}
USERSESSIONS_TRACK_ACTIVITY = True


def _providers(text: str) -> dict[str, object]:
    """One OIDC provider from `name|discovery address|client|secret`. ValueError where it is none."""
    if not text:
        return {}
    parts = text.split("|")
    if len(parts) != 4 or not all(parts):
        raise ValueError(
            "GUIGUAN_OIDC：应为 名称|发现地址|客户端代号|客户端密钥 (NAME|ADDRESS|CLIENT|SECRET)"
        )
    name, address, client, secret = parts
    return {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "identity",
                    "name": name,
                    "client_id": client,
                    "secret": secret,
                    "settings": {"server_url": address},
                }
            ],
        }
    }


SOCIALACCOUNT_PROVIDERS = _providers(_env.oidc)

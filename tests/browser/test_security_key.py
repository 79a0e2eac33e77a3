"""A security key as the second factor: set up and used in a real browser, under the content policy of every page."""

from __future__ import annotations

from browser.conftest import Site, photograph
from browser.pages import Watched
from playwright.sync_api import Browser, Page, expect

USERNAME, PASSWORD = "key-holder", "winter-laurel-2026"


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(USERNAME)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda address: "/accounts/login" not in address)


def test_a_security_key_is_set_up_and_asked_for(site: Site, chromium: Browser) -> None:
    site.fill("staff_with_password", USERNAME, PASSWORD)
    # keys belong to a name, never to an address of numbers
    context = chromium.new_context(
        base_url=site.address.replace("127.0.0.1", "localhost"), viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    watched = Watched(page)
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "usb",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(page)
    page.goto("/accounts/2fa/webauthn/add/")
    page.locator("main input[name=password]").fill(
        PASSWORD
    )  # asked once more before anything about sign-in changes
    page.locator("main input[name=password]").press("Enter")
    page.wait_for_url("**/webauthn/add/")
    photograph(page, "security-key-add-phone")
    assert watched.faults() == []
    expect(page.get_by_label("密钥名称")).to_have_count(1)
    page.locator("input[name=name]").fill("办公室的钥匙")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda address: "/webauthn/add" not in address)
    page.goto("/accounts/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("办公室的钥匙")
    photograph(page, "security-key-list-phone")
    assert watched.faults() == []

    context.clear_cookies()
    sign_in(page)
    page.wait_for_url("**/accounts/2fa/authenticate/**")
    photograph(page, "security-key-asked-phone")
    assert watched.faults() == []
    page.goto("/administration/people")
    page.wait_for_url("**/accounts/2fa/authenticate/**")  # the password alone opens nothing
    page.locator("#mfa_webauthn_authenticate").click()
    page.wait_for_url(lambda address: "/accounts/" not in address)
    page.goto("/administration/people")
    expect(page.locator("h1")).to_have_text("账号与角色")
    assert watched.faults() == []
    context.close()

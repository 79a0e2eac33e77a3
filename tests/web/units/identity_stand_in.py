"""An OpenID provider on loopback that keeps to the protocol: discovery, authorization code with PKCE, token, userinfo."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "guiguan", "hush-hush"


@dataclass
class Provider:
    """What it knows of the person who signs in there, and what was asked of it. `spoil` changes one answer."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "user-1", "name": "王五"})
    spoil: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def authorize(self, query: dict[str, str]) -> str:
        """The person agreed: the address to which their browser is sent back."""
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert "openid" in query["scope"].split()
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        sent = {"code": code, "state": query["state"]}
        if self.spoil == "denied":
            sent = {"error": "access_denied", "state": query["state"]}
        return f"{query['redirect_uri']}?{urlencode(sent)}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(form.get("code", ""), None)  # a code works once
        if asked is None or form.get("grant_type") != "authorization_code":
            return 400, {"error": "invalid_grant"}
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        if form.get("redirect_uri") != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        token = secrets.token_urlsafe(16)
        self.tokens.add(token)
        now = int(time.time())
        audience = "somebody-else" if self.spoil == "audience" else CLIENT
        identity = {"iss": self.issuer, "aud": audience, "iat": now, "exp": now + 300, **self.claims}
        signed = jwt.encode(identity, self.key, "RS256", headers={"kid": "1"})
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def userinfo(self, bearer: str) -> tuple[int, dict[str, Any]]:
        token = bearer.removeprefix("Bearer ")
        return (200, self.claims) if token in self.tokens else (401, {"error": "invalid_token"})

    def jwks(self) -> dict[str, Any]:
        found = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**found, "kid": "1", "alg": "RS256", "use": "sig"}]}


@contextmanager
def provider() -> Iterator[Provider]:
    one = Provider()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            way = urlsplit(self.path)
            if way.path == "/.well-known/openid-configuration":
                self.answer(200, one.configuration())
            elif way.path == "/authorize":
                query = {k: v[0] for k, v in parse_qs(way.query).items()}
                self.send_response(302)
                self.send_header("Location", one.authorize(query))
                self.end_headers()
            elif way.path == "/userinfo":
                self.answer(*one.userinfo(self.headers.get("Authorization", "")))
            elif way.path == "/jwks":
                self.answer(200, one.jwks())
            else:
                self.answer(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(*one.token({k: v[0] for k, v in parse_qs(body).items()}))

        def answer(self, status: int, found: dict[str, Any]) -> None:
            body = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    one.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

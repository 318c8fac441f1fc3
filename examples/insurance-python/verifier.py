"""Verifies the issuer's tokens, and follows its lists of revoked sessions. Reads no environment and no framework."""
import base64, json, re, threading, time, zlib
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from types import SimpleNamespace
from urllib.parse import urlsplit

import jwt

MAX_BYTES, LIST_BYTES, LIST_CLAIMS = 65_536, 16_384, ["iss", "sub", "iat", "exp", "changed_at_ms", "status_list"]
FAILURES = (OSError, HTTPException, ValueError, KeyError, TypeError, zlib.error, jwt.PyJWTError)
# Base64url without padding or unused bits (RFC 4648, section 3.5): a token has one encoding.
BASE64URL = re.compile(r"(?=.)(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?")

class Refused(Exception):
    code, reason = property(lambda self: self.args[0]), property(lambda self: self.args[-1])

def read_object(part):
    """Reads a JSON object in the one notation of the issuer: no white space, no member twice, no 1.0, no NaN."""
    with suppress(ValueError, RecursionError):
        text = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
        number = lambda text: int(text[:-2]) if text.endswith(".0") else float(text)
        value = json.loads(text, parse_float=number, parse_constant=int)
        if isinstance(value, dict) and json.dumps(value, ensure_ascii=False, separators=(",", ":")) == text:
            return value

def decode(token, find_key, typ, required, issuer, audience=None, max_bytes=4096):
    """Verifies encoding, key, signature, `typ`, `iss` and `aud`, and returns the claims. The rest is for the caller."""
    parts = token.split(".") if len(token) <= max_bytes else []
    canonical = len(parts) == 3 and all(map(BASE64URL.fullmatch, parts)) and read_object(parts[1]) is not None
    header = canonical and read_object(parts[0]) or {}
    if set(header) != {"alg", "typ", "kid"} or not all(isinstance(value, str) for value in header.values()):
        raise Refused("token_malformed")
    # The key determines the algorithm, never the token (RFC 8725, section 3.1).
    alg, key = find_key(header["kid"]) or (None, None)
    if alg != header["alg"]:
        raise Refused("token_signature_invalid")
    # PyJWT checks no claim that is absent. It reads the clock itself, so the times are checked below.
    options = {"require": required, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
    try:
        claims = jwt.decode(token, key, algorithms=[alg], issuer=issuer, audience=audience, options=options)
    except jwt.PyJWTError as error:
        changed = isinstance(error, jwt.InvalidSignatureError)
        raise Refused("token_signature_invalid" if changed else "token_claims_invalid") from None
    if header["typ"] != typ or "nbf" in claims:
        raise Refused("token_claims_invalid")
    return claims

is_text = lambda value: isinstance(value, str) and 0 < len(value) <= 256
TYPES = {
    **dict.fromkeys(["iss", "client_id", "sub", "id", "username", "name", "sid", "jti"], is_text),
    **dict.fromkeys(["iat", "exp", "auth_time"], lambda value: type(value) is int and 0 <= value <= 253_402_300_799),
    **dict.fromkeys(["aud", "amr"], lambda value: isinstance(value, list) and value and all(map(is_text, value))),
    "status": lambda value: isinstance(value, dict) and isinstance(value.get("status_list"), dict),
}

def check_access_token(claims, issuer, client_id, ttl, now):
    """Checks types of claims, and rules between them (RFC 9068, section 4). Returns where its status is."""
    if not all(is_right(claims.get(name)) for name, is_right in TYPES.items()):
        raise Refused("token_claims_invalid")
    iat, exp, (uri, idx) = claims["iat"], claims["exp"], map(claims["status"]["status_list"].get, ("uri", "idx"))
    of_issuer = re.fullmatch(re.escape(issuer) + r"/status-lists/(0|[1-9][0-9]{0,11})", str(uri))
    same_user = claims["client_id"] == client_id and claims["sub"] == claims["id"]
    in_list = type(idx) is int and 0 <= idx < LIST_BYTES * 8
    if not (of_issuer and in_list and same_user and claims["auth_time"] <= iat < exp <= iat + ttl + 60):
        raise Refused("token_claims_invalid")
    if iat > now + 10:
        raise Refused("token_claims_invalid", "token_not_yet_valid")
    if now >= exp:
        raise Refused("token_expired")
    return uri, idx

def fetch(url, headers={}, timeout=3, method="GET"):
    parts = urlsplit(url)
    connection = (HTTPSConnection if parts.scheme == "https" else HTTPConnection)(parts.netloc, timeout=timeout)
    connection.request(method, parts.path, headers={"Connection": "close", **headers})
    response = connection.getresponse()
    return response.status, response.headers, response.read(MAX_BYTES + 1).decode("latin-1")

class Keys:
    """The shared secrets (`kid:secret,kid:secret`) and the issuer's public keys, by `kid`, each with its algorithm."""
    def __init__(self, secrets="", jwks_url=None):
        named = [entry.partition(":") for entry in secrets.strip().split(",") if entry]
        if any(len(secret) < 32 for _, _, secret in named) or not (named or jwks_url):
            raise ValueError("JWT_SECRET must be kid:secret entries of at least 32 bytes, unless JWT_JWKS_URL is set")
        self.secrets, self.pairs = {kid: ("HS256", secret) for kid, _, secret in named}, {}
        self.jwks_url, self.asked, self.lock = jwks_url, -1e9, threading.Lock()

    def find(self, kid):
        """Fetches the public keys every minute, and for an unknown key, but not more than every five seconds."""
        known, age = self.secrets.get(kid) or self.pairs.get(kid), time.monotonic() - self.asked
        if kid in self.secrets or not self.jwks_url or (known and age < 60):
            return known
        with self.lock:
            if time.monotonic() - self.asked > 5:
                self.asked = time.monotonic()
                try:
                    found = jwt.PyJWKSet.from_json(fetch(self.jwks_url)[2]).keys
                    self.pairs = {key.key_id: ("EdDSA", key.key) for key in found}
                except FAILURES:
                    if not known:
                        raise Refused("unavailable") from None
        return self.pairs.get(kid)

class StatusLists:
    """Follows the lists that tokens name. One request for each waits at the issuer until the list changes."""
    def __init__(self, issuer, internal_url, find_key, max_age):
        self.issuer, self.internal_url, self.find_key, self.max_age = issuer, internal_url, find_key, max_age
        self.clock, self.timer, self.fetch, self.lists, self.threads = time.time, time.monotonic, fetch, {}, {}

    def check(self, uri, idx):
        if uri not in self.lists:
            self.renew(uri)
            thread = threading.Thread(target=self.follow, args=[uri], daemon=True)
            if self.threads.setdefault(uri, thread) is thread:
                thread.start()
        held = self.lists.get(uri)
        if held is None or self.timer() - held.renewed > self.max_age:
            raise Refused("unavailable")
        if held.bits[idx >> 3] >> (idx & 7) & 1:
            raise Refused("token_revoked")

    def follow(self, uri):
        while uri in self.lists:
            began, changed = time.monotonic(), False
            with suppress(Refused):
                changed = self.renew(uri, wait=min(20, self.max_age // 3))
            time.sleep(0 if changed else max(0, began + 1 - time.monotonic()))
        self.threads.pop(uri)

    def renew(self, uri, wait=0):
        """Fetches a list. Returns whether it changed. A repeated 304 counts only until the held list expires."""
        held = self.lists.get(uri)
        known = held and held.exp > self.clock()
        headers = {"If-None-Match": held.etag, **({"Prefer": f"wait={wait}"} if wait else {})} if known else {}
        try:
            status, answered, body = self.fetch(self.internal_url + uri[len(self.issuer) :], headers, 3 + wait)
            dropped = status == 404 and json.loads(body)["code"] == "not_found"
            if status == 304 and known:
                held.renewed = self.timer()
            elif status == 200:
                self.lists[uri] = self.read(uri, body, answered.get("ETag", ""), held.iat - 40 if held else 0)
            elif not dropped:
                raise ValueError(status)
        except (Refused, *FAILURES):
            raise Refused("unavailable") from None
        if dropped:
            self.lists.pop(uri, None)
            raise Refused("token_revoked")
        return self.lists[uri] is not held

    def read(self, uri, token, etag, earliest):
        """Reads a list. One from before `earliest`, by more than replicas' clocks differ, could undo a revocation."""
        claims = decode(token, self.find_key, "statuslist+jwt", LIST_CLAIMS, self.issuer, max_bytes=MAX_BYTES)
        iat, exp, lst = claims["iat"], claims["exp"], claims["status_list"]
        bits = zlib.decompressobj().decompress(base64.urlsafe_b64decode(lst["lst"] + "=="), LIST_BYTES + 1)
        in_time = earliest <= iat <= self.clock() + 10 and self.clock() < exp
        if (claims["sub"], lst["bits"], len(bits)) != (uri, 1, LIST_BYTES) or not in_time:
            raise ValueError("not this list")
        return SimpleNamespace(bits=bits, etag=etag, iat=iat, exp=exp, renewed=self.timer())

"""Signet Insurance: a third app, which accepts the bank's sign-in. `python3 app.py` starts it."""
import os, re, time
from urllib.parse import urlencode
from flask import Flask, jsonify, redirect, render_template, request
from waitress import serve
from verifier import FAILURES, TYPES, Keys, Refused, StatusLists, check_access_token, decode, fetch

ENV = os.environ
ORIGIN, BANK, BANK_INTERNAL = (ENV[name] for name in ("INSURANCE_URL", "BANK_URL", "BANK_INTERNAL_URL"))
PREFIX = ("__Secure-" if BANK.startswith("https:") else "") + ENV.get("COOKIE_PREFIX", "signet")
SECRET = open(ENV["JWT_SECRET_FILE"]).read() if "JWT_SECRET_FILE" in ENV else ENV.get("JWT_SECRET", "")
KEYS, TTL = Keys(SECRET, ENV.get("JWT_JWKS_URL")), int(ENV.get("ACCESS_TOKEN_TTL", "300"))
LISTS = StatusLists(BANK, BANK_INTERNAL, KEYS.find, int(ENV.get("REVOCATION_MAX_AGE", "60")))
CSP = f"default-src 'none'; style-src 'self'; form-action 'self' {BANK}; frame-ancestors 'none'; base-uri 'none'"
SAFE = {"Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
app, CLIENT_ID = Flask(__name__), "bank"

def cookies(purposes):
    return re.findall(rf"(?:^|;)[ \t]*({PREFIX}_(?:{purposes}))[ \t]*=([^;]*)", request.headers.get("Cookie", ""))

def authenticate(page):
    """Returns the claims of the user. A page accepts only the cookie. In the API the header comes first."""
    bearer = re.match(r"(?i)bearer(?: |$)(.*)", request.headers.get("Authorization", ""))
    tokens = [value for _, value in cookies("token")] if page or not bearer else [bearer[1]]
    if not tokens:
        raise Refused("token_missing", "session_unknown" if cookies("session|shared_session") else "token_missing")
    accepted, refused = [], {}
    for token in dict.fromkeys(tokens[:4]):
        try:
            claims = decode(token, KEYS.find, "at+jwt", list(TYPES), BANK, ORIGIN)
            LISTS.check(*check_access_token(claims, BANK, CLIENT_ID, TTL, time.time()))
            accepted.append(claims)
        except Refused as error:
            refused[error.reason] = error
    # A sibling host may have planted a cookie. It must not choose the user.
    if len({claims["sid"] for claims in accepted}) == 1:
        return max(accepted, key=lambda claims: (claims["exp"], claims["auth_time"]))
    if len(tokens) == 1 or ("unavailable" in refused and not accepted):
        raise refused.get("unavailable") or next(iter(refused.values()))
    raise Refused("token_malformed", *["token_expired"] * ("token_expired" in refused and not accepted))

@app.get("/")
def home():
    return render_template("page.html", name=authenticate(page=True)["name"], env=ENV)

@app.get("/api/me")
def me():
    claims = authenticate(page=False)
    expires = time.strftime("%FT%T.000Z", time.gmtime(claims["exp"]))
    own = {name: claims[name] for name in ("id", "username", "name", "sid")}
    return jsonify(status="ok", data={**own, "strategy": "jwt", "expiresAt": expires, "service": "insurance"})

@app.post("/sign-out")
def sign_out():
    """Asks the bank to end the session for every app. Without its confirmation the user may still be signed in."""
    site, origin = request.headers.get("Sec-Fetch-Site", "none"), request.headers.get("Origin", ORIGIN)
    if site not in ("same-origin", "none") or origin != ORIGIN:
        return render_template("page.html", problem="This request came from another site."), 403
    sent = "; ".join(f"{name}={value}" for name, value in cookies("token|session|shared_session"))
    try:
        status, headers, _ = fetch(f"{BANK_INTERNAL}/api/logout", {"Cookie": sent}, method="POST")
    except FAILURES:
        status = 503
    if not sent or status == 409:
        return redirect(f"{BANK}/sign-out", 303)
    if status != 200:
        return render_template("page.html", problem="The bank did not confirm your sign-out."), 503
    response = redirect(f"{BANK}/sign-in?{urlencode({'signed_out': 1, 'return_to': f'{ORIGIN}/'})}", 303)
    response.headers.extend([("Set-Cookie", cookie) for cookie in headers.get_all("Set-Cookie", [])])
    return response

@app.errorhandler(Refused)
def refuse(error):
    if request.path == "/" and error.code == "unavailable":
        return render_template("page.html", problem="We can’t check your sign-in right now."), 503
    if request.path == "/":
        # The bank renews the token or asks for a password. It also ends a circle of redirects.
        query = {"return_to": f"{ORIGIN}/", **({"reason": error.reason} if error.reason != "token_missing" else {})}
        return redirect(f"{BANK}/sign-in?{urlencode(query)}", 303)
    challenge = {"WWW-Authenticate": "Bearer" + ' error="invalid_token"' * (error.code != "token_missing")}
    answer = (503, {"Retry-After": "1"}) if error.code == "unavailable" else (401, challenge)
    return jsonify(status="error", error="This request is not authenticated.", code=error.code), *answer

@app.after_request
def protect(response):
    response.headers.update({**SAFE, "Cache-Control": "no-store"})
    return response

if __name__ == "__main__":
    serve(app, host=ENV.get("HOST", "127.0.0.1"), port=int(ENV.get("PORT", "8000")), threads=8, max_request_body_size=99)

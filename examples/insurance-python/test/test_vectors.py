"""Sends every vector of packages/auth to app.py. `python3 -m unittest discover test` runs it."""

import json
import sys
import unittest
from pathlib import Path
from unittest.mock import patch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
FOLDER = HERE / "../../../packages/auth/vectors"
FILES = [json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json")) if path.name != "schema.json"]
SETTINGS, KEYS, LISTS = (FILES[0][name] for name in ("settings", "keys", "lists"))
ENVIRONMENT = {
    "INSURANCE_URL": SETTINGS["audience"],
    "BANK_URL": SETTINGS["issuer"],
    "BANK_INTERNAL_URL": SETTINGS["issuer"],
    "ACCESS_TOKEN_TTL": str(SETTINGS["accessTokenTtlSeconds"]),
    "REVOCATION_MAX_AGE": str(SETTINGS["maxAgeSeconds"]),
    "JWT_SECRET": ",".join(f"{key['kid']}:{key['secret']}" for key in KEYS["secrets"]),
    "JWT_JWKS_URL": f"{SETTINGS['issuer']}/jwks",
}
with patch.dict("os.environ", ENVIRONMENT):
    import app
    import verifier

# The bank's names, which the vectors do not use.
app.PREFIX, app.CLIENT_ID = SETTINGS["cookieName"].removesuffix("_token"), SETTINGS["clientId"]


class Headers(dict):
    def get(self, name, default=None):
        return super().get(name.lower(), default)


class Vectors(unittest.TestCase):
    def setUp(self):
        self.now, self.own = 0, None
        lists = verifier.StatusLists(SETTINGS["issuer"], "", app.KEYS.find, SETTINGS["maxAgeSeconds"])
        lists.clock = lists.timer = lambda: self.now
        lists.fetch, lists.follow = self.fetch, lambda uri: None
        self.lists = lists
        for patched in [
            patch.object(app, "LISTS", lists),
            patch.object(app.time, "time", lambda: self.now),
            patch.object(verifier, "fetch", lambda url: (200, {}, json.dumps(KEYS["jwks"]))),
        ]:
            patched.start()
            self.addCleanup(patched.stop)

    def fetch(self, uri, headers, timeout):
        """Responds as the issuer of the vector."""
        given = self.own or LISTS[SETTINGS["issuer"] + uri]
        return given["status"], Headers(etag=given.get("etag", "")), given.get("body", "")

    def send(self, vector, carrier):
        names = {"cookie": 0, "authorization": 1, "both": 1, "none": 0}
        cookies = "; ".join(f"{SETTINGS['cookieName']}={token}" for token in vector["tokens"][names[carrier] :])
        headers = {"Cookie": cookies} if cookies else {}
        if names[carrier]:
            headers["Authorization"] = f"Bearer {vector['tokens'][0]}"
        answer = app.app.test_client(use_cookies=False).get("/api/me", headers=headers)
        return answer.json.get("code", "accepted")

    def check(self, vector, carrier):
        self.lists.lists.clear()
        for response in vector.get("list", []):
            self.now, self.own = response["atSeconds"], response
            self.send(vector, carrier)
            for uri in list(self.lists.lists):
                try:
                    self.lists.renew(uri)
                except app.Refused:
                    pass
        self.now = vector["clockSeconds"]
        self.assertEqual(self.send(vector, carrier), vector["expected"])

    def test_every_vector(self):
        for file in FILES:
            for vector in file["vectors"]:
                self.own = None
                for carrier in vector["carriers"]:
                    with self.subTest(vector["id"], carrier=carrier):
                        self.check(vector, carrier)


if __name__ == "__main__":
    unittest.main()

"""The LFS server of the tests: giftless, keeping objects in a folder that nginx serves.

Uploads go through giftless's own streaming storage. Downloads get a signed URL that expires, on the object host
(nginx: ranges, connection reuse), as the big hosts do; only under /stream does giftless send the objects itself,
and then it ignores Range. Run by `servers` under gunicorn, with its settings in the environment.
"""

import base64
import hashlib
import os
import subprocess
import time
from urllib.parse import urlsplit

from flask import Response, redirect, request
from giftless.app import init_app
from giftless.auth.allow_anon import AnonymousUser
from giftless.storage.local_storage import LocalStorage
from giftless.transfer.basic_streaming import BasicStreamingTransferAdapter
from werkzeug.middleware.proxy_fix import ProxyFix

SECRET = os.environ["LFS_SIGNING_SECRET"]
OBJECT_PORTS = {"http": os.environ["LFS_OBJECTS_PORT"], "https": os.environ["LFS_OBJECTS_TLS_PORT"]}
DEFAULT_LIFETIME = 900
LIFETIMES = {"/shortlived": 2}
# The object host's folder that the signed URLs of a prefix lead to: the same objects, sent in another way.
OBJECT_FOLDERS = {"/capped": "capped", "/slow": "slow", "/cookies": "cookieless", "/sessions": "cookieless"}


class Anyone(AnonymousUser):
    """May do everything: who may not is turned away by nginx. giftless's own anonymous user may not upload."""

    def is_authorized(self, organization, repo, permission, oid=None):
        return True


def authenticate(_request):
    return Anyone()


class ObjectHostAdapter(BasicStreamingTransferAdapter):
    """giftless's `basic` transfer whose downloads are handed to the object host."""

    def set_auth_module(self, auth_module):
        """Goes without: giftless's tokens fail where the organisation has a slash, as in spaces/mimbres/YourMT3."""

    def register_views(self, app):
        """Once for all transfers: they have the same views."""
        if "ObjectsView:get" not in app.view_functions:
            super().register_views(app)

    def download(self, organization, repo, oid, size, extra=None):
        answer = super().download(organization, repo, oid, size, extra)
        prefix = request.script_root
        if "actions" in answer and prefix != "/stream":
            lifetime = LIFETIMES.get(prefix, DEFAULT_LIFETIME)
            folder = OBJECT_FOLDERS.get(prefix, "objects")
            answer["actions"]["download"] = {
                "href": signed_url(f"/{folder}/{organization}/{repo}/{oid}", lifetime),
                "header": {},
                "expires_in": lifetime,
            }
            answer["authenticated"] = True
        return answer


def signed_url(path, lifetime):
    """The object host's URL for path, in the form that nginx's secure_link checks."""
    expires = int(time.time()) + lifetime
    digest = hashlib.md5(f"{expires}{path} {SECRET}".encode()).digest()
    signature = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    # To cookies, which know no ports, the object host is another one only by another name.
    host = "127.0.0.1" if path.startswith("/cookieless/") else urlsplit(request.host_url).hostname
    port = OBJECT_PORTS[request.scheme]
    return f"{request.scheme}://{host}:{port}{path}?expires={expires}&signature={signature}"


def transfer_adapter(storage_class, storage_options, action_lifetime):
    """The factory that giftless calls for each transfer; the storage is always that of a folder."""
    return ObjectHostAdapter(LocalStorage(**storage_options), action_lifetime)


ADAPTER = {
    "factory": "lfs_server:transfer_adapter",
    "options": {
        "storage_class": "giftless.storage.local_storage:LocalStorage",
        "storage_options": {"path": os.environ["LFS_OBJECTS"]},
        "action_lifetime": DEFAULT_LIFETIME,
    },
}

app = init_app(
    additional_config={
        "LEGACY_ENDPOINTS": False,
        "AUTH_PROVIDERS": ["lfs_server:authenticate"],
        # The first that a client offers is taken; the second is for clients with a transfer agent of that name.
        "TRANSFER_ADAPTERS": {"basic": ADAPTER, "lfsfetch-test": ADAPTER},
    }
)


@app.get("/<path:repository>/resolve/<revision>/<path:path>")
def resolve(repository, revision, path):
    """A file as Hugging Face gives it: one that LFS has by a redirect to the object host, any other itself."""
    folder = os.path.join(os.environ["REPOSITORIES"], repository + ".git")
    shown = subprocess.run(
        ["git", "-C", folder, "cat-file", "blob", f"{revision}:{path}"], capture_output=True, check=False
    )
    if shown.returncode != 0:
        return Response("Entry not found", 404, {"X-Error-Code": "EntryNotFound", "X-Error-Message": "Entry not found"})
    pointer = shown.stdout.split(b"oid sha256:")
    if len(pointer) == 2 and len(shown.stdout) < 1024:
        return redirect(signed_url(f"/objects/{repository}/{pointer[1][:64].decode()}", DEFAULT_LIFETIME))
    return Response(shown.stdout, mimetype="application/octet-stream")


# nginx takes the prefix (/git, /private, …) off the path and names it in a header; giftless puts it back into its URLs.
app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1, x_prefix=1)

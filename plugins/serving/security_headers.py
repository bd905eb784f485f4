"""What browsers may do with a page: run our scripts and no others, and show it in no one else's frame."""

import re
from base64 import b64encode
from hashlib import sha256

from plugins.assets import can_hold_chart
from plugins.serving.dressing import outer_request

INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.S)
# The one value that a template of Datasette writes into a script.
WRITTEN = {"{{ datasette_allow_facet }}": ("true", "false")}
PAGE = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # Datasette's templates have styles of their own in many places
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
DATA = {"default-src": "'none'", "frame-ancestors": "'none'"}
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
PAGES_ONLY = {"cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin"}


def script_sources(env):
    """Where inline scripts may come from: the templates, by hash, so that none that got into a page otherwise can run.

    Datasette 1.0 writes data into scripts, which hashes cannot foresee: there any inline script may run.
    """
    found = set()
    for name in env.list_templates():
        source, _, _ = env.loader.get_source(env, name)
        found.update(script for text in INLINE_SCRIPT.findall(source) for script in written(text))
    if any(re.search(r"\{[{%]", script) for script in found):
        return ["'unsafe-inline'"]
    return sorted(f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in found)


def written(script):
    """A template's script as pages have it."""
    for expression, values in WRITTEN.items():
        if expression in script:
            return [script.replace(expression, value) for value in values]
    return [script]


def protected(app, inline):
    """The app with headers on every answer. Only where a chart can be, scripts may make code: datasette-vega does."""

    async def middleware(scope, receive, send):
        async def with_headers(message):
            if message["type"] == "http.response.start":
                names = {name.lower(): value for name, value in message["headers"]}
                is_page = names.get(b"content-type", b"").startswith(b"text/html")
                policy = page_policy(scope, receive, inline()) if is_page else DATA
                added = ALWAYS | (PAGES_ONLY if is_page else {})
                added["content-security-policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
                fresh = [(name.encode(), value.encode()) for name, value in added.items() if name.encode() not in names]
                message = message | {"headers": [*message["headers"], *fresh]}
            await send(message)

        await app(scope, receive, with_headers if scope["type"] == "http" else send)

    return middleware


def page_policy(scope, receive, inline):
    chart = ["'unsafe-eval'"] if can_hold_chart(outer_request(scope, receive)) else []
    return PAGE | {"script-src": " ".join([PAGE["script-src"], *inline, *chart])}

"""Errors that Datasette or another plugin sends as a bare line of text become pages of the portal as well."""

from datasette.utils.asgi import Request

from plugins.errors import error_response


def outer_request(scope, receive):
    """A request as it is outside of Datasette, with what Datasette's templates look for in it."""
    return Request({"csrftoken": lambda: ""} | scope, receive)


def dressed(app, datasette):
    async def middleware(scope, receive, send):
        if scope["type"] != "http" or scope["path"].endswith((".json", ".csv")):
            return await app(scope, receive, send)
        bare = []

        async def forward(message):
            if message["type"] == "http.response.start" and message["status"] >= 400:
                bare.append(message)
            elif bare and is_bare(bare[0], message):
                await send_page(datasette, scope, receive, send, bare.pop())
            else:
                for start in bare:
                    await send(start)
                bare.clear()
                await send(message)

        return await app(scope, receive, forward)

    return middleware


def is_bare(start, body):
    """Whether an error's text is neither a page nor data."""
    kind = dict(start["headers"]).get(b"content-type", b"text/plain")
    whole = not body.get("more_body")
    return whole and kind.startswith(b"text/") and b"<html" not in body.get("body", b"")[:1000].lower()


async def send_page(datasette, scope, receive, send, start):
    kept = {name.decode(): value.decode() for name, value in start["headers"] if name.lower() == b"retry-after"}
    wait = "".join(f"Ask again in {seconds} seconds." for seconds in kept.values())
    response = await error_response(datasette, outer_request(scope, receive), start["status"], wait, kept)
    await response.asgi_send(send)

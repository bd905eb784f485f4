"""Pages of a list, as a request asks for them."""

from datasette.utils.asgi import BadRequest

DEEPEST = 100_000  # pages; beyond, an offset is no question but an attack


def page_number(request, name):
    """A page, counted from 1."""
    text = request.args.get(name) or "1"
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 0 < int(text) <= DEEPEST):
        raise BadRequest(f"{name} is the number of a page, from 1")
    return int(text)

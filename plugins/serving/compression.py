"""gzip for pages and data; the database itself, which is big and read in pieces, goes as it is."""

from asgi_gzip import GZipMiddleware

LEVEL = 6  # 9 costs twice the time for a hundredth of the size


def compressed(app):
    compressing = GZipMiddleware(app, compresslevel=LEVEL)

    async def middleware(scope, receive, send):
        is_download = scope["type"] == "http" and scope["path"].endswith(".db")
        await (app if is_download else compressing)(scope, receive, send)

    return middleware

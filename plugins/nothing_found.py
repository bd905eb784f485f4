"""Where nothing is found: what to give up, and how many papers that would leave."""

import asyncio
from urllib.parse import urlsplit

from datasette import hookimpl

DATABASE = "papers"
TABLES = ("papers", "search")
MOST = 8


@hookimpl
def extra_template_vars(database, table, view_name, datasette):
    """`ways_out(chips, words, without_words)`: for a page without papers."""
    if database != DATABASE or table not in TABLES or view_name != "table":
        return {}

    async def ways_out(chips, words, without_words):
        ways = [{"text": chip["text"], "path": chip["remove_url"]} for chip in chips[:MOST]]
        ways += [{"text": words, "path": without_words, "words": True}] if words else []
        counts = await asyncio.gather(*(count(datasette, way["path"]) for way in ways))
        counted = (way | {"papers": papers} for way, papers in zip(ways, counts, strict=True))
        return sorted((way for way in counted if way["papers"]), key=lambda way: -way["papers"])

    return {"ways_out": ways_out}


async def count(datasette, path):
    """How many papers a list has, given its path."""
    parts = urlsplit(path)
    response = await datasette.client.get(f"{parts.path}.json?{parts.query}&_size=0&_nofacet=1&_extra=count")
    if response.status_code != 200:
        return 0
    told = response.json()
    return told.get("filtered_table_rows_count") or told.get("count") or 0

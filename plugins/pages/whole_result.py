"""The SQL of everything that a page of papers is a part of: its filters, without its order, columns and paging."""

from urllib.parse import parse_qsl, urlencode

from datasette.utils.asgi import BadRequest

DATABASE = "papers"
OF_THE_PAGE = ("_next", "_size", "_sort", "_sort_desc", "_col", "_nocol", "_view", "_shape", "_extra", "_from")


async def whole_result(datasette, table, query_string):
    """A select of the `id` of all papers in the result and of their other columns, with its parameters."""
    arguments = [pair for pair in parse_qsl(query_string) if pair[0] not in OF_THE_PAGE]
    asked = [("_size", "1"), ("_nofacet", "1"), ("_nocount", "1"), ("_extra", "query")]
    path = f"{datasette.urls.table(DATABASE, table, format='json')}?{urlencode(arguments + asked)}"
    response = await datasette.client.get(path)
    if response.status_code != 200:
        raise BadRequest(response.json().get("error") or "This is not a list of papers.")
    query = response.json()["query"]
    return without_tail(query["sql"]), query["params"]


def without_tail(sql):
    """SQL as Datasette's table page makes it, less its order and its limit.

    >>> without_tail('select id, "order by" from papers where year = 1 order by year desc limit 2')
    'select id, "order by" from papers where year = 1'
    """
    sql = sql.rpartition(" limit ")[0]
    head, order, tail = sql.rpartition(" order by ")
    return (head if order and ")" not in tail and '"' not in tail.strip('"') else sql).strip()

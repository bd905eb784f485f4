"""Datasette 1.0 in the words of 0.65, so that one test speaks to both.

What a client of 1.0 has to ask for in another way is asked for here: addresses of SQL have moved and redirect, and
JSON of a table comes short unless extras are named. Pages, and what plugins answer, are left as they are.
"""

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import datasette
import yaml

QUERIES = yaml.safe_load((Path(__file__).parent.parent / "metadata.yml").read_text())["databases"]["papers"]["queries"]
LATER = int(datasette.__version__.partition(".")[0]) > 0
EXTRAS = "count,columns,facet_results,human_description_en,query,primary_keys,expandable_columns"
# Tests that fail on 1.0, by the beginning of their name, with the reason.
LAGS = {
    "test_policy_in_browser.py::test_a_script_that_got_into_a_page": "its pages write data into scripts",
    "test_portal.py::test_a_chart_query_links_to_its_chart": "its page of a database names five queries",
    "test_reading.py::test_all_kinds_are_reached_by_tab": "its search element hides the browser's `matches`",
    "test_reading.py::test_axe_finds_nothing_serious": "its search element hides the browser's `matches`",
    "test_search.py::test_without_words_all_papers_are_there": "the extras that are asked for here are in the redirect",
}
SQL = re.compile(r"^/papers(\.json|\.csv)?$")
TABLE = re.compile(r"^/papers/(?!-/)([^/]+)\.json$")


class LaterPortal:
    """A Datasette whose client speaks as that of 0.65."""

    def __init__(self, served):
        self.served = served
        self.client = LaterClient(served.client)

    def __getattr__(self, name):
        return getattr(self.served, name)


class LaterClient:
    def __init__(self, client):
        self.client = client

    def __getattr__(self, name):
        return getattr(self.client, name)

    async def get(self, path, params=None, **options):
        path, _, query = path.partition("?")
        query = "&".join(filter(None, [query, urlencode(params or {}, doseq=True)]))
        asked = dict(parse_qsl(query))
        if SQL.match(path) and "sql" in asked:
            options["follow_redirects"] = True
        table = TABLE.match(path)
        if table and "_shape" not in asked and "_extra" not in asked:
            extras = "columns" if table[1] in QUERIES else EXTRAS
            query = "&".join(filter(None, [query, f"_extra={extras}"]))
        response = await self.client.get(f"{path}?{query}" if query else path, **options)
        return LaterAnswer(response, "_shape" in asked)


class LaterAnswer:
    """An answer whose JSON has rows as lists and facets by name, as that of 0.65."""

    def __init__(self, response, shaped):
        self.response, self.shaped = response, shaped

    def __getattr__(self, name):
        return getattr(self.response, name)

    def json(self):
        data = self.response.json()
        if not isinstance(data, dict) or self.shaped:
            return data
        if isinstance(data.get("rows"), list):
            data.setdefault("columns", list(data["rows"][0]) if data["rows"] else [])
            data["rows"] = [list(row.values()) for row in data["rows"]]
        if "facet_results" in data:
            data["facet_results"] = data["facet_results"]["results"]
        if "count" in data:
            data["filtered_table_rows_count"] = data["count"]
        return data


def lag(test):
    """Why a test (by its node id) is not expected to pass on 1.0; None for most."""
    return next((reason for name, reason in LAGS.items() if f"/{test}".startswith(f"/tests/{name}")), None)

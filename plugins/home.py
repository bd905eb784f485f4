"""What the home page tells: what is in the corpus, in words, in bars and in charts, each number with its papers."""

import asyncio
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

import numpy as np
from datasette import Response, hookimpl

from ingest.facets import FACETS
from plugins.cards import cards_of
from plugins.faceting.corpus import corpus_of, is_loaded
from plugins.faceting.counting import largest
from plugins.pages.asked_once import has_upvotes, once
from plugins.pages.named_queries import named_query

DATABASE = "papers"
LISTED = ("task", "dataset", "method")
READ = ("task", "method", "introduces", "dataset", "metric", "modality")
EXTRAS = {"code": "code", "results": "a result", "acronyms": "an acronym"}
DRAWN = {"year": "papers_by_year", "fields": "papers_with_each_field", "contribution": "contributions"}
MODALITIES = "select name as modality, papers from modalities order by papers desc"
MODALITIES_CHART = "g.mark=bar&g.x_column=papers&g.x_type=quantitative&g.y_column=modality&g.y_type=nominal"
MOST = 10  # of a list
RECENT = 5
ORDERS = {"published": "Newest", "year": "Newest", "upvotes": "Most upvoted"}
KNOWN = "select count(*) from papers where {column} is not null"  # each from its index alone
TITLES = "select id from papers where {column} is not null order by {column} desc, id limit {size}"


chart_links = WeakKeyDictionary()  # by Datasette, as its queries stay as they are


@hookimpl
def register_routes():
    return [(r"^/$", home_page)]


async def home_page(datasette, request):
    """The home page. Datasette's own asks about each table first, which takes longer than all that is shown here."""
    address = {"portal_url": datasette.absolute_url(request, datasette.urls.instance())}
    context = address | await told(datasette)
    return Response.html(await datasette.render_template("index.html", context, request=request, view_name="index"))


async def told(datasette):
    """`corpus` counts papers by what they name; None where there are none."""
    database = datasette.databases.get(DATABASE)
    if database is None or not await database.table_exists("papers"):
        return {"corpus": None}
    if is_loaded(datasette, DATABASE):
        corpus = corpus_of(datasette, DATABASE)
    else:
        corpus = await asyncio.to_thread(corpus_of, datasette, DATABASE)
    if not corpus.papers:
        return {"corpus": None}
    return {
        "corpus": counts_of(corpus),
        "lists": [{"name": name, "values": most_frequent(corpus, name, MOST)} for name in LISTED],
        "charts": charts_of(corpus),
        "chart_links": await links_of_charts(datasette),
        "recent": [part async for part in recent(datasette)],
    }


def counts_of(corpus):
    """How many papers there are, how many name something of each facet, and how many different values each has."""
    at_hand = [name for name, facet in FACETS.items() if not facet.seldom]
    return {
        "papers": corpus.papers,
        "named": {name: corpus.facets[name].named_papers for name in at_hand},
        "distinct": {name: int(np.count_nonzero(corpus.facets[name].totals)) for name in at_hand},
        "has": {value["slug"]: value["papers"] for value in most_frequent(corpus, "has", MOST)},
    }


def most_frequent(corpus, name, most):
    """The values of a facet that most papers have."""
    counts = corpus.facets[name]
    return [
        {"slug": counts.slugs[number], "name": counts.labels[number], "papers": int(counts.totals[number])}
        for number in largest(counts.totals, most)
    ]


def charts_of(corpus):
    """Three charts that this corpus has something to draw for, each with the address of the chart to draw oneself."""
    drawn = (years(corpus), fields(corpus), facet_chart(corpus, "contribution"), facet_chart(corpus, "modality"))
    return [chart for chart in drawn if len(chart["bars"]) > 1][:3]


async def links_of_charts(datasette):
    """Where each chart can be drawn in other ways: its named query, with what datasette-vega is to draw."""
    if datasette not in chart_links:
        queries = {chart: await named_query(datasette, name) for chart, name in DRAWN.items()}
        links = {
            chart: f"{datasette.urls.query(DATABASE, query.name)}#{query.fragment}"
            for chart, query in queries.items()
            if query
        }
        sql = urlencode({"sql": MODALITIES})
        links["modality"] = f"{datasette.urls.database(DATABASE)}?{sql}#{MODALITIES_CHART}"
        chart_links[datasette] = links
    return chart_links[datasette]


def years(corpus):
    """Papers by year, all years between the first and the last."""
    papers = {int(value["slug"]): value["papers"] for value in most_frequent(corpus, "year", 100)}
    known = range(min(papers), max(papers) + 1) if papers else []
    bars = [{"name": year, "papers": papers.get(year, 0), "query": f"_year={year}"} for year in known]
    return {"name": "year", "bars": bars, "of": max(papers.values(), default=0)}


def fields(corpus):
    """How many papers name something of each kind; the rest of each bar are those in which nothing was found."""
    counted = counts_of(corpus)
    bars = [{"name": FACETS[name].plural, "papers": counted["named"][name], "query": f"_{name}=!none"} for name in READ]
    bars += [
        {"name": words, "papers": counted["has"].get(value, 0), "query": f"_has={value}"}
        for value, words in EXTRAS.items()
    ]
    return {"name": "fields", "bars": sorted(bars, key=lambda bar: -bar["papers"]), "of": corpus.papers}


def facet_chart(corpus, name):
    """The values of a facet, most frequent first."""
    values = most_frequent(corpus, name, MOST)
    bars = [value | {"query": f"_{name}={value['slug']}"} for value in values]
    return {"name": name, "bars": bars, "of": max((bar["papers"] for bar in bars), default=0)}


async def recent(datasette):
    """The newest and the most upvoted papers, where there are dates and votes."""
    database = datasette.get_database(DATABASE)
    upvoted = await once(datasette, has_upvotes)
    for column in (await once(datasette, newest_by), "upvotes" if upvoted else None):
        if column:
            sql = TITLES.format(column=column, size=RECENT)
            ids = [row["id"] for row in await database.execute(sql)]
            order = "upvotes" if column == "upvotes" else "year"
            yield {"title": ORDERS[column], "order": order, "cards": await cards_of(datasette, ids)}


def newest_by(connection):
    """The column that knows how new papers are: days where most have one, else years."""
    days, known = (connection.execute(KNOWN.format(column=column)).fetchone()[0] for column in ("published", "year"))
    return "published" if days > known / 2 else "year" if known else None

"""Cards: what browse and search show of each paper, fetched in two queries a page."""

import json
from types import SimpleNamespace
from typing import NamedTuple

from datasette import hookimpl

from plugins.paper import paper_path

DATABASE = "papers"
TABLES = ("papers", "search")
AUTHORS_SHOWN = 4
PAPERS = """
    select id, key, title, substr(abstract, 1, 280) as abstract, venue, year, upvotes, contribution,
      (select count(*) from paper_authors where paper_id = papers.id) as authors,
      (select count(*) from results where paper_id = papers.id) as results,
      (select url from links where paper_id = papers.id and kind = 'code' order by id limit 1) as code
    from papers
    where id in (select value from json_each(:ids))
"""
NAMED = """
    select paper_id, 'authors' as kind, authors.name, authors.slug, position as place
    from paper_authors join authors on authors.id = author_id
    where paper_id in (select value from json_each(:ids)) and position <= :authors_shown
    union all
    select paper_id, 'introduced_methods', name, slug, start
    from paper_methods join methods on methods.id = method_id
    where paper_id in (select value from json_each(:ids)) and role = 'introduced'
    union all
    select paper_id, case role when 'introduced' then 'introduced_datasets' else 'datasets' end, name, slug, start
    from paper_datasets join datasets on datasets.id = dataset_id
    where paper_id in (select value from json_each(:ids)) and role <> 'mentioned'
    union all
    select paper_id, 'tasks', name, slug, start
    from paper_tasks join tasks on tasks.id = task_id
    where paper_id in (select value from json_each(:ids))
    order by paper_id, kind, place
"""

KINDS = ("authors", "introduced_methods", "introduced_datasets", "tasks", "datasets")


class Entity(NamedTuple):
    """What a card names."""

    name: str
    slug: str


@hookimpl
def extra_template_vars(template, database, table, datasette):
    """`cards(rows)`: the cards of the rows of a page, for the pages that show papers."""
    if database != DATABASE or table not in TABLES:
        return {}

    async def cards(rows):
        return await cards_of(datasette, [int(row["id"]) for row in rows])

    return {"cards": cards}


async def cards_of(datasette, ids):
    """A card for each paper, in the order of the ids: columns of `papers`, its `path`, and what is `named` by kind."""
    database = datasette.get_database(DATABASE)
    values = {"ids": json.dumps(ids)}
    cards = {}
    for row in await database.execute(PAPERS, values):
        named = SimpleNamespace(**{kind: [] for kind in KINDS})
        cards[row["id"]] = SimpleNamespace(**dict(row), path=paper_path(datasette, row["key"]), named=named)
    for row in await database.execute(NAMED, values | {"authors_shown": AUTHORS_SHOWN}):
        getattr(cards[row["paper_id"]].named, row["kind"]).append(Entity(row["name"], row["slug"]))
    return [cards[number] for number in ids if number in cards]

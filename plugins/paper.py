"""`/paper/KEY`: one paper, what it says, and the quotes that this stands on. The key is the permalink.

With a suffix the same paper for programs: KEY.json, and to be cited KEY.bib, KEY.ris and KEY.csl.json.
"""

from functools import partial
from urllib.parse import quote, unquote

from datasette import NotFound, Response, hookimpl
from markupsafe import Markup

from ingest.schema import WITH_ROLE
from plugins.faceting.parameters import escaped
from plugins.pages.answers import json_answer, text_answer
from plugins.reading.citation import Work, bibtex, csl_json, ris
from plugins.reading.evidence import KINDS, ROLES, paper_record
from plugins.reading.highlights import anchored, counts, figure, spans
from plugins.reading.quotation import quotation
from plugins.reading.segments import cut
from plugins.searching.related import related_papers

DATABASE = "papers"
SUFFIXES = (".csl.json", ".json", ".bib", ".ris")  # the longer of two that fit comes first
AUTHORS_SHOWN = 12
USED_BY_SHOWN = 6  # papers of an entity that this one introduces
INTERNAL = ("id", "run", "fingerprint")


@hookimpl
def register_routes():
    return [(r"^/paper/(?P<key>[^/]+)$", paper_page)]


async def paper_page(datasette, request):
    """The page of the paper with this key, or the format that a suffix asks for, or a 404."""
    key, suffix, record = await find(datasette, unquote(request.url_vars["key"]))
    if record is None:
        raise NotFound("No paper has this key. It may be mistyped: search for the title instead.")
    address = datasette.absolute_url(request, paper_path(datasette, key))
    if suffix:
        return for_programs(datasette, suffix, record, work_of(record, address))
    related = await related_papers(datasette.get_database(DATABASE), record["id"])
    context = page_of(record, work_of(record, address)) | {
        "path_of": partial(paper_path, datasette),
        "related": related,
    }
    return Response.html(await datasette.render_template("paper.html", context, request=request))


async def find(datasette, name):
    """The key, suffix and record that the last part of an address means. A key may itself end like a suffix."""
    database = datasette.databases[DATABASE]
    for suffix in ("", *SUFFIXES):
        if name.endswith(suffix):
            key = name.removesuffix(suffix)
            record = await database.execute_fn(lambda connection, key=key: paper_record(connection, key))
            if record:
                return key, suffix, record
    return name, "", None


def work_of(record, address):
    """What a citation says of a paper."""
    return Work(
        **{name: record[name] for name in ("key", "title", "year", "published", "venue", "url", "doi", "arxiv_id")},
        abstract=record["abstract"],
        authors=tuple(author["name"] for author in record["authors"]),
        keywords=tuple(dict.fromkeys(entity["name"] for plural in KINDS.values() for entity in record[plural])),
        page=address,
    )


def page_of(record, work):
    """What the template shows: the record, and its texts cut into highlighted pieces."""
    record = anchored(record)
    return {
        "paper": record,
        "work": work,
        "title": cut(record["title"], spans(record, "title")),
        "abstract": cut(record["abstract"], spans(record, "abstract")),
        "kinds": counts(record),
        "fields": [field for field in fields_of(record) if field["groups"]],
        "authors_shown": AUTHORS_SHOWN,
        "used_by_shown": USED_BY_SHOWN,
        "figure": figure,
        "escaped": escaped,
        "quotation": lambda value: quotation(record[value["field"]], value["start"], value["end"], room=60),
        "bibtex": bibtex(work),
    }


def fields_of(record):
    """The kinds of entities, each with its values grouped by role where it has roles."""
    for kind, plural in KINDS.items():
        roles = ROLES if plural in WITH_ROLE else ("",)
        groups = [(role, [value for value in record[plural] if value.get("role", "") == role]) for role in roles]
        yield {"kind": kind, "plural": plural, "groups": [group for group in groups if group[1]]}


def for_programs(datasette, suffix, record, work):
    """The paper in the format that a suffix asks for."""
    if suffix == ".bib":
        return text_answer(datasette, bibtex(work), "application/x-bibtex")
    if suffix == ".ris":
        return text_answer(datasette, ris(work), "application/x-research-info-systems")
    if suffix == ".csl.json":
        return json_answer(datasette, [csl_json(work)], "application/vnd.citationstyles.csl+json")
    columns = {name: value for name, value in record.items() if name not in INTERNAL}
    return json_answer(datasette, columns | {"page": work.page})


def paper_path(datasette, key):
    """The path of a paper's page."""
    return datasette.urls.path(f"/paper/{quote(key, safe=':+')}")


@hookimpl
def render_cell(row, value, column, database, datasette):
    """A title leads to its paper, in tables and in results of queries that select the key as well."""
    if database != DATABASE or column != "title" or not value:
        return None
    try:
        key = row["key"]
    except (IndexError, KeyError):
        return None
    return Markup('<a href="{}">{}</a>').format(paper_path(datasette, key), value) if key else None

"""`/task/SLUG`, `/dataset/SLUG`, `/method/SLUG`, `/metric/SLUG`, `/author/SLUG`: one entity; with `.json` for programs.

`?_role=used` lists all papers with the entity in that role, `?_claims=2` turns the page of the claims table.
"""

from urllib.parse import quote, unquote, urlencode

from datasette import Response, hookimpl
from datasette.utils.asgi import BadRequest
from markupsafe import Markup

from plugins.entities import claims, company, record
from plugins.entities.lookup import PLURALS, by_name, by_slug, near
from plugins.faceting.corpus import corpus_at_hand
from plugins.pages.answers import json_answer
from plugins.pages.drawing import columns, shares
from plugins.pages.numbers import page_number
from plugins.paper import paper_path
from plugins.reading.evidence import ROLES
from plugins.reading.highlights import figure

DATABASE = "papers"
SUFFIX = ".json"
ROLE_FILTERS = {"introduced": "_introduces", "used": "_uses", "compared": "_compares"}
PAPERS_SHOWN = 8  # of a role, before "all"
PAPERS_LISTED = 50  # a page of one role
GROUPS_SHOWN = 8  # a page of claims


@hookimpl
def register_routes():
    return [(rf"^/(?P<kind>{'|'.join(PLURALS)})/(?P<slug>[^/]+)$", entity_page)]


async def entity_page(datasette, request):
    """The page of an entity, or its JSON; a name in place of a slug leads there; else what is near, as a 404."""
    kind, slug = request.url_vars["kind"], unquote(request.url_vars["slug"])
    role, place = request.args.get("_role") or "", {name: page_number(request, name) for name in ("_page", "_claims")}
    if role not in ("", *ROLES):
        raise BadRequest(f"_role is one of {', '.join(ROLES)}")

    def read(connection):
        entity, suffix = find(connection, kind, slug)
        if entity is None:
            return None, near(connection, kind, slug.removesuffix(SUFFIX))
        if entity.slug + suffix != slug:
            return entity, suffix
        return entity, {**known(connection, corpus, entity, role, place), "is_json": bool(suffix)}

    corpus = await corpus_at_hand(datasette, DATABASE)
    entity, found = await datasette.databases[DATABASE].execute_fn(read)
    if entity is None:
        context = {"kind": kind, "plural": PLURALS[kind], "name": slug, "near": found}
        return Response.html(
            await datasette.render_template("entity_missing.html", context, request=request), status=404
        )
    path = datasette.urls.path(f"/{kind}/{entity.slug}")
    if isinstance(found, str):
        return Response.redirect(path + found)
    if found.pop("is_json"):
        return json_answer(datasette, as_plain(entity, found, datasette.absolute_url(request, path)))
    context = found | view_of(datasette, entity, found, role) | {"address": datasette.absolute_url(request, path)}
    return Response.html(await datasette.render_template("entity.html", context, request=request))


def find(connection, kind, slug):
    """The entity and the suffix that an address means; the entity alone where a name is given."""
    for suffix in ("", SUFFIX):
        if slug.endswith(suffix):
            entity = by_slug(connection, kind, slug.removesuffix(suffix))
            if entity:
                return entity, suffix
    return by_name(connection, kind, slug), ""


def known(connection, corpus, entity, role, place):
    """All that a page or its JSON tells; with a role, one page of the papers in that role."""
    counts = record.roles(connection, entity)
    if role or place["_page"] > 1:
        offset = (place["_page"] - 1) * PAPERS_LISTED
        return {
            "roles": counts,
            "lists": {role: record.papers(connection, entity, role, PAPERS_LISTED, offset)},
            **place,
        }
    found = company.papers_of(corpus, entity)
    groups = claims.groups(connection, entity) if claims.has_claims(entity) else []
    shown = groups[(place["_claims"] - 1) * GROUPS_SHOWN :][:GROUPS_SHOWN]
    return {
        "roles": counts,
        "lists": {name: record.papers(connection, entity, name, PAPERS_SHOWN) for name in counts},
        "spellings": record.spellings(connection, entity),
        "definitions": record.definitions(connection, entity),
        "companions": company.companions(corpus, found, entity),
        "years": company.years(corpus, found),
        "groups": [(group, claims.claims(connection, entity, group)) for group in shown],
        "groups_in_all": len(groups),
        **place,
    }


def view_of(datasette, entity, found, role):
    """What the template needs beyond the values: charts, paths, the pages before and behind."""
    listed = found["roles"].get(role, entity.papers)
    table = datasette.urls.table(DATABASE, "papers")
    return {
        "entity": entity,
        "role": role,
        "browse": f"{table}?{urlencode({f'_{entity.kind}': entity.slug})}",
        "filters": {role: f"{table}?{urlencode({name: entity.slug})}" for role, name in ROLE_FILTERS.items()},
        "is_list": "spellings" not in found,
        "last_page": -(-listed // PAPERS_LISTED),
        "last_claims": -(-found.get("groups_in_all", 0) // GROUPS_SHOWN),
        "years_chart": columns(list(found["years"].items())) if len(found.get("years", {})) > 1 else None,
        "shares": shares,
        "figure": figure,
        "path_of": lambda key: paper_path(datasette, key),
        "results_of": lambda group: results_path(datasette, entity, group),
        "plurals": PLURALS,
        "papers_shown": PAPERS_SHOWN,
        "papers_listed": PAPERS_LISTED,
        "spellings_read": record.SPELLINGS_READ,
        "claims_shown": claims.CLAIMS_SHOWN,
    }


def results_path(datasette, entity, group):
    """All claims of a group, on Datasette's own page of the table."""
    values = {f"{entity.kind}_id": entity.id, f"{claims.OTHER[entity.kind]}_id": group.other_id}
    values |= {"unit": group.unit, "kind": group.kind}
    query = {
        f"{name}__isnull" if value is None else name: 1 if value is None else value for name, value in values.items()
    }
    return f"{datasette.urls.table(DATABASE, 'results')}?{urlencode(query | {'_sort_desc': 'value'})}"


def as_plain(entity, found, address):
    """The JSON of an entity."""
    other = claims.OTHER.get(entity.kind)
    plain = {"kind": entity.kind, "name": entity.name, "slug": entity.slug, "papers": entity.papers, "page": address}
    plain |= {
        name: found[name] for name in ("roles", "spellings", "definitions", "companions", "years") if name in found
    }
    plain["lists"] = found["lists"]
    if found.get("groups"):
        plain["claims"] = [
            {other: group.name, "unit": group.unit, "kind": group.kind, "claims": group.claims, "papers": group.papers}
            | {"shown": values}
            for group, values in found["groups"]
        ]
    return plain


@hookimpl
def render_cell(row, value, column, table, database, datasette):
    """Names of entities lead to their pages, in tables and in results of queries that name their columns so."""
    if database != DATABASE or not value:
        return None
    if isinstance(value, dict):
        kind, name = column.removesuffix("_id"), value.get("label")
    elif column == "name" and table == "lineage":
        kind, name = row["kind"], value
    elif column == "name" and table:
        kind, name = next((kind for kind, plural in PLURALS.items() if plural == table), None), value
    else:
        kind, name = column, value
    if kind not in PLURALS or not isinstance(name, str):
        return None
    return Markup('<a href="{}">{}</a>').format(entity_path(datasette, kind, row, name), name)


def entity_path(datasette, kind, row, name):
    """The page of an entity: by its slug where the row has it, else by its name, which leads there."""
    keys = row.keys() if hasattr(row, "keys") else ()
    last = row["slug"] if "slug" in keys and row["slug"] else name
    return datasette.urls.path(f"/{kind}/{quote(last, safe='+')}")

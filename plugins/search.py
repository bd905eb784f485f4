"""`/papers/search?_q=`: ranked search on Datasette's own page of a view, so with its paging, JSON, CSV and SQL.

The page's templates find in `search`

- `query`: the search as typed
- `ignored`: how many words were too many; `lacks_words`: whether the search only takes papers away from too many
- `order`: "titles first" or "as loaded" where so many papers are found that they come in that order, else None
- `expansions`: what else was looked for, each {typed, also}, `also` a list of words; `off_url` leads to the search
  without them, `on_url` back to them; the one that makes no difference is None
- `did_you_mean`, filled when little is found: other spellings; `parts`, filled when nothing is found: what each part
  of the search finds alone; each {text, papers, url}, with None for `papers` where counting took too long. `any` is
  one such for papers with any of the parts, or None.
"""

from datasette import hookimpl
from datasette.filters import FilterArguments
from datasette.utils import path_with_replaced_args
from markupsafe import Markup

from plugins.paper import paper_path
from plugins.searching import ranking
from plugins.searching.advice import FEW, advice, counted
from plugins.searching.expansion import expansions_of
from plugins.searching.marks import highlighted
from plugins.searching.query import any_of, expression, parse

DATABASE, VIEW = "papers", "search"
KEY = "carrel.search"  # in a request's scope: what its search was read as
MATCHES = "q match :search"
EXCLUDES = "id not in (select rowid from papers_fts where papers_fts match :search)"
NOTHING = "0"
HIGHEST = "select coalesce(max(id), 0) from papers"
MOST_SCANNED = 200_000  # papers that a search without a word to look for goes through


class Search:
    """The search of one request."""

    def __init__(self, text, expand):
        self.text, self.expand = text, expand
        self.query = parse(text)
        self.expansions = ()
        self.papers = 0  # of the corpus, at most
        self.order = None  # where it is not the one that was asked for

    @classmethod
    async def of(cls, datasette, request):
        """The search that a request asks for, read once."""
        if KEY not in request.scope:
            search = cls((request.args.get("_q") or "").strip(), request.args.get("_expand") != "off")
            database = datasette.get_database(DATABASE)
            search.expansions = await expansions_of(database, search.query)
            search.papers = (await database.execute(HIGHEST)).single_value()
            request.scope[KEY] = search
        return request.scope[KEY]

    @property
    def lacks_words(self):
        """Whether the search only takes papers away, from too many to go through."""
        return self.papers > MOST_SCANNED and bool(self.query.excluded) and not self.query.groups

    @property
    def used(self):
        """The expansions, unless the request is for the words as typed."""
        return self.expansions if self.expand else ()

    @property
    def expression(self):
        """What the index is asked for, as FTS5 writes it."""
        return expression(self.query, self.used)

    def description(self):
        """The search in words, which JSON has as well."""
        also = [term.words for expansion in self.used for term in expansion.terms]
        return "search matches " + " or ".join(f'"{words}"' for words in [self.text, *also])

    def condition(self):
        """Where clauses and their values. A query of nothing but signs finds nothing."""
        if self.query.groups:
            return [MATCHES], {"search": self.expression}
        if self.query.excluded and not self.lacks_words:
            return [EXCLUDES], {"search": any_of(self.query.excluded)}
        return [NOTHING], {}


@hookimpl
def filters_from_request(request, database, table, datasette):
    """The rows of the view that the query in `_q` finds. Without one, plugins/search_address.py leads elsewhere."""
    if (database, table) != (DATABASE, VIEW):
        return None

    async def found():
        search = await Search.of(datasette, request)
        ranking.current.set(search if search.query.groups else None)
        return FilterArguments(*search.condition(), [search.description()])

    return found


@hookimpl
def extra_template_vars(request, datasette):
    search = request and request.scope.get(KEY)
    if not isinstance(search, Search):
        return {}

    async def variables():
        database = datasette.get_database(DATABASE)
        notes = {"did_you_mean": [], "parts": []}
        found = await counted(database, search.expression, FEW + 1) if search.query.groups else None
        if found is not None and found <= FEW:
            notes = await advice(database, search.text, search.query, found)
        return {"search": page_variables(search, notes, Links(datasette, request))}

    return variables


def page_variables(search, notes, links):
    """What the page says of a search beside its results, as the head of this file describes it."""
    known = [text for text, papers in notes["parts"] if papers]
    any_part = " OR ".join(known) if len(known) > 1 else None
    return {
        "query": search.text,
        "ignored": search.query.ignored,
        "lacks_words": search.lacks_words,
        "order": search.order,
        "expansions": [{"typed": one.typed, "also": [term.words for term in one.terms]} for one in search.used],
        "off_url": links.to(_expand="off") if search.used else None,
        "on_url": links.to(_expand=None) if search.expansions and not search.expand else None,
        "did_you_mean": [links.search(*found) for found in notes["did_you_mean"]],
        "parts": [links.search(*found) for found in notes["parts"]],
        "any": links.search(any_part) if any_part else None,
    }


class Links:
    """Addresses of other searches, with all else that the request asks for."""

    def __init__(self, datasette, request):
        self.datasette, self.request = datasette, request

    def to(self, **changed):
        """The first page of this search with other parameters; None takes one away."""
        return self.datasette.urls.path(path_with_replaced_args(self.request, {"_next": None} | changed))

    def search(self, text, papers=None):
        """Another search, and how many papers it finds."""
        return {"text": text, "papers": papers, "url": self.to(_q=text)}


@hookimpl(tryfirst=True)
def render_cell(row, value, column, table, database, datasette):
    """Titles lead to their papers; titles and snippets show the words that were found."""
    if (database, table) != (DATABASE, VIEW) or column not in ("title", "snippet"):
        return None
    names = row.keys()
    marked = highlighted((row[f"marked_{column}"] if f"marked_{column}" in names else value) or "")
    if column == "title" and "key" in names:
        return Markup('<a href="{}">{}</a>').format(paper_path(datasette, row["key"]), marked)
    return marked or None

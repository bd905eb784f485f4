"""How fast the portal counts, searches and answers, at 100 thousand and a million papers, with its peers beside it.

    python -m benchmarks.serve FOLDER [--sizes 100000 1000000] [--port 9100]

FOLDER keeps the made-up databases (see benchmarks/made_up.py) from one run to the next. Prints a table in Markdown:
what was measured, its bar, and what the peer took in the same run. Times of counting are the best of several; times of
pages are medians over HTTP, of a server as the Procfile starts it. Peers of counts are SQL joins with `group by` on the
same file; peers of pages are Datasette alone, without Carrel's plugins.
"""

import argparse
import http.client
import itertools
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import numpy as np

from benchmarks.made_up import made_up
from ingest import facet_index
from ingest.facets import FACETS
from plugins.faceting.counting import Corpus, Tally
from plugins.faceting.parameters import Choice

ROOT = Path(__file__).parent.parent
COUNTED = ("task", "dataset", "method")
SHARES = (0.01, 0.1, 0.5)
CLIENTS = 16
PEER_COUNTS = """
    select {singular}_id, count(*) from paper_{singular}s join {singular}s on {singular}s.id = {singular}_id
    {where}
    group by {singular}_id
"""
ARRAY = """
    (select json_group_array(slug) from made.paper_{0} join made.{0} on {0}.id = {1}_id where paper_id = papers.id)
"""
ARRAYS = f"""
    create table papers (id integer primary key, title text, year integer, tasks text, datasets text, methods text);
    insert into papers
    select id, title, year, {", ".join(ARRAY.format(f"{name}s", name) for name in COUNTED)} from made.papers;
"""
BARS = {  # milliseconds, requests a second, megabytes, percent of the file
    100_000: {
        "no filter": 2,
        "filter": 5,
        "hits": 5,
        "browse": 40,
        "rare": 40,
        "common": 150,
        "rate": 60,
        "memory": 10,
        "size": 3,
    },
    1_000_000: {
        "no filter": 10,
        "filter": 30,
        "hits": 40,
        "browse": 80,
        "rare": 60,
        "common": 1000,
        "rate": 25,
        "memory": 60,
        "size": 3,
    },
}


class Table:
    """Rows of what was measured, printed as they come."""

    def __init__(self):
        print("| what | papers | bar | measured | met | peer | ratio |\n|---|---|---|---|---|---|---|", flush=True)

    def row(self, what, papers, unit, value, bar=None, peer=None, faster=None):
        """A row; `bar` is the most that is allowed, or the least where the unit is a rate."""
        rate = unit == "/s"
        met = "" if bar is None else "yes" if (value >= bar if rate else value <= bar) else "no"
        ratio = "" if peer is None else f"{(value / peer if rate else peer / value):,.1f}"
        if faster and peer is not None:
            met = "yes" if met == "yes" and peer / value >= faster else "no"
            ratio += f" (bar {faster})"
        shown = [f"{number:,.3g} {unit}" if number is not None else "" for number in (bar, value, peer)]
        print(f"| {what} | {papers:,} | {shown[0]} | {shown[1]} | {met} | {shown[2]} | {ratio} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--port", type=int, default=9100)
    arguments = parser.parse_args()
    table = Table()
    for size in arguments.sizes:
        path = made_up(arguments.folder, size)
        bars = BARS.get(size, {})
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)) as connection:
            filters, words = counting(table, connection, size, bars)
            storage(table, connection, path, size, bars)
        pages(table, path, size, bars, filters, words, arguments.port)


def counting(table, connection, size, bars):
    """Counts of all values of tasks, datasets and methods; returns the filters and words of each share."""
    corpus = Corpus(facet_index.read(connection), None)
    mine, _ = best(lambda: counts_of(Tally(corpus, {})))
    peer, _ = best(lambda: peer_counts(connection, ""), 1)
    table.row("counts, no filter", size, "ms", mine, bars.get("no filter"), peer, 100)
    filters = {share: filter_of(corpus, share) for share in SHARES}
    for share, (choices, where) in filters.items():
        mine, kept = best(lambda choices=choices: counts_of(Tally(corpus, choices)))
        peer, _ = best(lambda where=where: peer_counts(connection, f"where paper_id in ({where})"), 1)
        what = f"counts, filters that keep {share:.0%} ({kept / size:.1%})"
        table.row(what, size, "ms", mine, bars.get("filter"), peer, 30)
    words = {share: word_of(connection, share * size) for share in SHARES}
    for share, word in words.items():
        sql = "select group_concat(id) from (select id from search where q match ?)"
        fetch, ids = best(lambda sql=sql, word=word: hits(connection, sql, word), 3)
        mine, kept = best(lambda ids=ids: counts_of(Tally(corpus, {}, corpus.set_of(ids))))
        where = f"where paper_id in (select rowid from papers_fts where papers_fts match '{word}')"
        peer, _ = best(lambda where=where: peer_counts(connection, where), 1)
        what = f"counts, hits of a search that keeps {share:.0%} ({kept / size:.1%})"
        table.row(what, size, "ms", mine, bars.get("hits"), peer, 20)
        table.row(f"fetching these hits ({word})", size, "ms", fetch)
    words["rare"] = word_of(connection, 1)
    return filters, words


def counts_of(tally):
    for name in COUNTED:
        tally.counts(FACETS[name])
    return tally.count


def peer_counts(connection, where):
    for singular in COUNTED:
        connection.execute(PEER_COUNTS.format(singular=singular, where=where)).fetchall()


def hits(connection, sql, word):
    return np.fromstring(connection.execute(sql, [word]).fetchone()[0], np.int64, sep=",")


def filter_of(corpus, share):
    """Years, or a venue, that keep about this share of the papers; and the same as SQL."""
    wanted = share * corpus.papers
    if share < 0.05:
        venues = corpus.facets["venue"]
        slug = venues.slugs[int(np.argmin(abs(venues.totals - wanted)))]
        return {"venue": (Choice((slug,)),)}, f"select id from papers where venue = '{slug}'"
    years = corpus.facets["year"]
    kept = int(np.argmin(abs(np.cumsum(years.totals) - wanted))) + 1
    slugs = [years.slugs[number] for number in range(kept)]
    return {"year": (Choice(tuple(slugs)),)}, f"select id from papers where year in ({', '.join(slugs)})"


def word_of(connection, papers):
    """The word whose search finds about so many papers."""
    connection.execute("create virtual table if not exists temp.words using fts5vocab('main', 'papers_fts', 'row')")
    plain = "select term from temp.words where term glob '[a-z][a-z][a-z][a-z]*' order by abs(doc - ?), term limit 50"
    terms = [term for (term,) in connection.execute(plain, [papers])]
    return min(terms, key=lambda term: abs(found(connection, term) - papers))


def found(connection, word):
    """How many papers have a word; a stem may be none."""
    [papers] = connection.execute("select count(*) from papers_fts where papers_fts match ?", [word]).fetchone()
    return papers or float("inf")


def storage(table, connection, path, size, bars):
    """Memory of the index, in a process of its own, and its share of the file."""
    grown = subprocess.run([sys.executable, "-c", MEMORY, path], cwd=ROOT, capture_output=True, text=True, check=True)
    table.row("memory added by the facet index", size, "MB", float(grown.stdout), bars.get("memory"))
    columns = "length(names) + length(ends) + length(postings)"
    [stored] = connection.execute(f"select sum({columns}) from facet_index").fetchone()
    table.row("size of the index in the file", size, "%", 100 * stored / path.stat().st_size, bars.get("size"))


MEMORY = """
import gc, sys
from plugins.faceting import corpus, counting
def resident():
    gc.collect()
    return int(next(line for line in open("/proc/self/status") if line.startswith("RssAnon")).split()[1]) / 1e3
before = resident()
kept = corpus.read(sys.argv[1])
print(resident() - before)
"""


def pages(table, path, size, bars, filters, words, port):
    """Pages over HTTP, the portal's first, then those of Datasette alone."""
    browse = "/papers/papers"
    made = f"{browse}?{ANEW}"  # the portal keeps pages by their addresses, and makes one with a new address anew
    some = [f"{browse}?_method=method-{number}&{ANEW}" for number in range(1, 400)]
    mine = {}
    with server(portal_command(path, port), port, {"DB": str(path)}):
        mine["browse"], mine["kept"] = median_of(port, made), median_of(port, browse)
        for share, (choices, _) in filters.items():
            [(name, [choice])] = choices.items()
            mine[share] = median_of(port, f"{browse}?_{name}={quote(choice.text)}&{ANEW}")
        mine["rate"], mine["made"] = requests_a_second(port, [browse]), requests_a_second(port, [made])
        mine["some"] = requests_a_second(port, some)
        for what, share in {"rare": "rare", "common": 0.5}.items():
            mine[what] = median_of(port, f"/papers/search?_q={quote(words[share])}&{ANEW}")
        mine["paper"] = median_of(port, f"/paper/{quote(key_of_most_named(path))}?{ANEW}")
    stock = {}
    with server(stock_command(path, port), port):
        facets = "_facet=year&_facet=venue"
        stock["rate"] = requests_a_second(port, [f"{browse}?{facets}"])
        for what, share in {"rare": "rare", "common": 0.5}.items():
            stock[what] = median_of(port, f"{browse}?_search={quote(words[share])}&{facets}", 5)
    slow, counted = json_arrays(path, port)
    table.row(
        f"browse page, made anew (peer: JSON-array facets, {counted})",
        size,
        "ms",
        mine["browse"],
        bars.get("browse"),
        slow,
    )
    table.row("browse page, kept", size, "ms", mine["kept"], bars.get("browse"), slow)
    for share in SHARES:
        table.row(f"browse page, filter that keeps {share:.0%}", size, "ms", mine[share], bars.get("browse"))
    table.row(f"search page, rare word ({words['rare']})", size, "ms", mine["rare"], bars.get("rare"), stock["rare"])
    table.row(
        f"search page, common word ({words[0.5]})", size, "ms", mine["common"], bars.get("common"), stock["common"]
    )
    table.row("paper page, of a paper whose method is named most, made anew", size, "ms", mine["paper"])
    table.row("browse page, kept, 16 clients", size, "/s", mine["rate"], bars.get("rate"), stock["rate"])
    table.row("browse page, made anew, 16 clients", size, "/s", mine["made"], bars.get("rate"), stock["rate"])
    table.row(
        "browse page, each with another filter, 16 clients", size, "/s", mine["some"], bars.get("rate"), stock["rate"]
    )


def key_of_most_named(path):
    """The paper with the longest lineage: one that introduces what most papers name."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(
            """
            select papers.key
            from methods join paper_methods on paper_methods.method_id = methods.id
              join papers on papers.id = paper_methods.paper_id
            where paper_methods.role = 'introduced'
            order by methods.papers desc, papers.id
            limit 1
            """
        ).fetchone()[0]


ANEW = "NUMBER"  # in an address: each request gets a number of its own, in a parameter that says nothing
numbers = itertools.count()


def json_arrays(path, port):
    """Datasette's own facets of many values: milliseconds of a page, and how many facets its time limit let through."""
    facets = "&".join(f"_facet_array={name}s" for name in COUNTED)
    with server(stock_command(arrays_of(path), port), port):
        answer = json.loads(get(port, f"/arrays/papers.json?{facets}&_size=1"))
        return median_of(port, f"/arrays/papers?{facets}", 3), f"{len(answer['facet_results'])} of 3 counted"


def portal_command(path, port):
    """As the Procfile says."""
    line = (ROOT / "Procfile").read_text().partition("web: ")[2].strip()
    return ["sh", "-c", line.replace("${PORT:-8001}", str(port))]


def stock_command(path, port):
    """Datasette alone, with counts beside the database and without suggestions, which would slow it down."""
    counts = path.parent / "inspect-data.json"
    command = ["datasette", "serve", "-i", str(path), "--port", str(port)]
    return [*command, "--inspect-file", str(counts), "--setting", "suggest_facets", "off"]


def arrays_of(path):
    """The papers with their labels as JSON arrays, as Datasette's own facets of many values want them."""
    arrays = path.with_name("arrays.db")
    if not arrays.exists():
        partial = arrays.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        with closing(sqlite3.connect(partial)) as connection:
            connection.execute("attach ? as made", [str(path)])
            connection.executescript(ARRAYS)
        shutil.move(partial, arrays)
    return arrays


@contextmanager
def server(command, port, variables=None):
    """A server that answers; stopped in the end."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | (variables or {})
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        for _ in range(300):
            try:
                get(port, "/-/versions.json")
                break
            except OSError:
                time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait()


def get(port, url, connection=None):
    url = url.replace(ANEW, f"_nl={next(numbers)}")
    connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", url)
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise RefusedError(f"{url}: {response.status}")
    return body


class RefusedError(Exception):
    """The server gave no page."""


def median_of(port, url, times=15):
    """Milliseconds of a page, once it was warm; infinite where the server refuses it."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
        try:
            get(port, url, connection)
            return statistics.median(best(lambda: get(port, url, connection), 1)[0] for _ in range(times))
        except RefusedError as error:
            print(error, file=sys.stderr)
            return float("inf")


def requests_a_second(port, urls, seconds=10):
    """Answers to several clients at once, each asking for one page after the other."""
    deadline = time.monotonic() + seconds

    def client(first):
        answers = 0
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
            while time.monotonic() < deadline:
                try:
                    get(port, urls[(first + answers * CLIENTS) % len(urls)], connection)
                    answers += 1
                except RefusedError:
                    continue
        return answers

    with ThreadPoolExecutor(CLIENTS) as clients:
        return sum(clients.map(client, range(CLIENTS))) / seconds


def best(function, times=7):
    """Milliseconds of the fastest call, and what it returned."""
    fastest = float("inf")
    for _ in range(times):
        started = time.perf_counter()
        result = function()
        fastest = min(fastest, (time.perf_counter() - started) * 1000)
    return fastest, result


if __name__ == "__main__":
    main()

"""Hostile requests against a real server: is each answered or refused in time, does memory stay, are others still served?

    python benchmarks/hostile.py PAPERS.db [--port 9300] [--only WORDS]

The server is started as the Procfile says. First each request is made alone, then ten at a time while a visitor reads
the home page, a paper and the browse page. Bars: 2 s for a hostile request, 1 s for a visitor's page in the meantime,
150 MB for the growth of the server's memory over what it takes after a visit of every kind of page.
"""

import argparse
import itertools
import json
import os
import random
import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import datasette

ROOT = Path(__file__).parent.parent
ANSWER_SECONDS, VISIT_SECONDS, GROWTH_MEGABYTES = 2.0, 1.0, 150
PATIENCE = 120
LONG = "with long as materialized (select substr(replace(hex(key || title || abstract), '0', 'aa'),"
LONG += " 1, 1000) as t from papers limit 1), wide as materialized (select t||t||t||t||t||t||t||t||t||t||t||t||t||t||t||t as t"
LONG += " from long), huge as materialized (select t||t||t||substr(t, 1, 14000) as t from wide) "
COUNTING = "with recursive c(n) as (select 1 union all select n + 1 from c) "


def sql(text, path="/papers.json", **parameters):
    return path, {"sql": text, **parameters}


def doubling(start, times):
    """A text that doubles with each level of a nest of replace()."""
    for _ in range(times):
        start = f"replace({start}, 'a', 'aa')"
    return start


# What each does is in its name; paths are those of Datasette 0.65, redirects lead to those of 1.0.
HOSTILE = {
    # values that fill memory
    "zeroblob": sql("select zeroblob(500000000)"),
    "hex of zeroblob": sql("select length(hex(zeroblob(499000000)))"),
    "a thousand zeroblobs": sql(COUNTING + "select zeroblob(1000000) from c limit 1000"),
    "printf of width": sql("select length(printf('%.900000000c', 'x'))"),
    "format of width": sql("select length(format('%900000000d', 1))"),
    "randomblob": sql(COUNTING + "select hex(randomblob(30000)) from c limit 1000"),
    "nest of replace": sql(f"select {doubling(repr('a'), 30)}"),
    "nest of replace, many rows": sql(f"select {doubling(repr('a'), 15)} from papers", "/papers"),
    "replace a letter by an abstract": sql(
        "select replace(replace(abstract, 'e', abstract), 'a', abstract) from papers"
    ),
    "group_concat of all": sql("select group_concat(abstract) from papers"),
    "group_concat of a cross join": sql("select group_concat(a.abstract || b.title) from papers a, papers b"),
    "json_group_array of all": sql("select json_group_array(abstract) from papers"),
    "json_group_object of all": sql("select json_group_object(key, abstract) from papers"),
    "window of group_concat": sql("select group_concat(title) over (order by id) from papers"),
    "quote and hex of long texts": sql(LONG + "select hex(quote(t)) from huge, papers"),
    "rows as long as they may be": sql(LONG + "select t from huge, papers"),
    "rows as long, with quotes to escape": sql(LONG + "select replace(t, 'a', char(1)) from wide, papers"),
    "rows as long, in HTML": sql(LONG + "select replace(t, 'a', '<') from wide, papers", "/papers"),
    "many long columns": sql(LONG + "select " + ", ".join(f"t as c{n}" for n in range(50)) + " from huge, papers"),
    "two thousand columns": sql("select " + ", ".join(f"{n} as c{n}" for n in range(2000)) + " from papers"),
    "fifty columns, in HTML": sql("select " + ", ".join(f"{n} as c{n}" for n in range(50)) + " from papers", "/papers"),
    "blobs": sql(LONG + "select cast(t as blob), cast(t as blob), cast(t as blob) from huge, papers"),
    "emoji": sql(LONG + "select replace(t, 'a', char(128512)) from wide, papers"),
    # rows without end
    "recursion without end": sql(COUNTING + "select count(*) from c"),
    "recursion that keeps its rows": sql(
        "with recursive c(n, t) as (select 1, 'a' union select n + 1, t || 'aaaaaaaa' from c) select max(n) from c"
    ),
    "recursion times two": sql(
        "with recursive c(n) as (select 1 union all select n + 1 from c union all select n + 2 from c) select count(*) from c"
    ),
    "cross join": sql("select count(*) from papers a, papers b, papers c"),
    "cross join, sorted": sql("select a.title || b.title as t from papers a, papers b order by t desc limit 10"),
    "cross join, distinct": sql("select count(distinct a.key || b.key) from papers a, papers b"),
    "cross join, sorted by long texts": sql(
        "select a.abstract || b.abstract as t from papers a, papers b order by t limit 5"
    ),
    "cross join, grouped": sql(
        "select a.id * 60000 + b.id as g, count(*) from papers a, papers b group by g order by 2 limit 5"
    ),
    "union of all with all": sql(
        "select abstract from papers union select title || abstract from papers union select abstract || title from papers"
    ),
    "window over a cross join": sql("select row_number() over (order by a.title, b.title) from papers a, papers b"),
    "window with a frame": sql(
        "select sum(id) over (order by id rows between 50000 preceding and 50000 following) from papers"
    ),
    "correlated subquery": sql(
        "select count(*) from papers a where (select count(*) from papers b where b.title > a.title) > 5"
    ),
    "materialized twice": sql(
        "with a as materialized (select p.abstract t from papers p, papers q limit 5000000) select count(*) from a"
    ),
    "dbstat": sql("select sum(pgsize) from dbstat"),
    # work inside one function, which a time limit does not see
    "LIKE with many wildcards": sql("select count(*) from papers where abstract like '%" + "e%" * 60 + "zzz'"),
    "LIKE with many wildcards on long texts": sql(
        LONG + "select count(*) from huge, papers where t like '%" + "a%" * 40 + "b_c'"
    ),
    "GLOB with classes": sql(LONG + "select count(*) from huge, papers where t glob '*" + "[a-y]*" * 40 + "zq'"),
    "LIKE with a long pattern": sql(LONG + "select count(*) from huge, papers where t like '%' || t || '%' || t"),
    "LIKE of nearly equal": sql(
        LONG + "select count(*) from huge, papers where replace(t, '2', 'a') like '%" + "a" * 95 + "b'"
    ),
    "GLOB of nearly equal": sql(
        LONG + "select count(*) from huge, papers where replace(t, '2', 'a') glob '*" + "[a-y]" * 18 + "z'"
    ),
    "LIKE of underscores": sql(LONG + "select count(*) from huge, papers where t like '%" + "_" * 5000 + "%z'"),
    "trim with a long set": sql(LONG + "select count(trim(t, replace(t, 'a', 'b') || t)) from huge, papers"),
    "instr of nearly equal": sql(
        LONG
        + "select count(instr(replace(t, '2', 'a'), substr(replace(t, '2', 'a'), 1, length(t) / 2) || 'b')) from huge, papers"
    ),
    "replace of nearly equal": sql(
        LONG
        + "select count(replace(replace(t, '2', 'a'), substr(replace(t, '2', 'a'), 1, length(t) / 2) || 'b', '')) from huge, papers"
    ),
    "instr in a row": sql(
        LONG
        + ", nearly as materialized (select replace(t, '2', 'a') as u, substr(replace(t, '2', 'a'), 2) || 'b' as v from huge) select "
        + " + ".join(["instr(u, substr(v, 32000))"] * 150)
        + " from nearly"
    ),
    "json_patch of many keys": sql(
        "with o as materialized (select json_group_object(key, 1) as j from (select key from papers limit 1500)) select count(json_patch(j, j)) from o, papers"
    ),
    "json_patch of short keys": sql(
        "with o as materialized (select json_group_object(id, 1) as j, json_group_object(-id, 1) as k from (select id from papers limit 6000)) select count(json_patch(j, k)) from o, papers"
    ),
    "json_each of long arrays": sql(
        "with o as materialized (select json_group_array(1) as j from (select 1 from papers limit 20000)) select count(*) from papers, o, json_each(j)"
    ),
    "json_tree, deep": sql("select count(*) from papers, json_tree(replace(hex(substr(abstract, 1, 400)), '6', '[') )"),
    "json_extract, many": sql(
        "with o as materialized (select json_group_array(id) as j from (select id from papers limit 8000)) select "
        + " + ".join(f"json_extract(j, '$[{7000 + n}]')" for n in range(90))
        + " from o, papers"
    ),
    "round and powers": sql(COUNTING + "select sum(pow(n, 0.5) + sin(n) + exp(n % 100)) from c"),
    "char of many": sql(COUNTING + "select length(group_concat(char(n % 1000, n % 900, n % 800))) from c"),
    # nests and sizes of the statement itself
    "deep parentheses": sql("select " + "(" * 900 + "1" + ")" * 900),
    "deep selects": sql("select * from " * 80 + "papers"),
    "a sum of thousands": sql("select " + "+".join(["id"] * 3000) + " from papers"),
    "five hundred unions": sql(" union all ".join(["select * from papers"] * 400)),
    "a join of twenty unions": sql(
        "select count(*) from "
        + ", ".join(f"(select id from papers union all select paper_id from results) u{n}" for n in range(20))
    ),
    "a tree of unions": sql(
        "with "
        + ", ".join(
            f"v{n} as (select * from v{n - 1} union all select * from v{n - 1})"
            if n
            else "v0 as (select id from papers)"
            for n in range(20)
        )
        + " select count(*) from v19"
    ),
    "a join of sixty tables": sql("select count(*) from " + ", ".join(f"papers p{n}" for n in range(60))),
    "an IN list of thousands": sql("select * from papers where id in (" + ",".join(map(str, range(8000))) + ")"),
    "a case of thousands": sql(
        "select case id " + " ".join(f"when {n} then {n}" for n in range(2500)) + " end from papers"
    ),
    "a statement too long": sql("select 1 " + "/* " + "x" * 50_000 + " */"),
    "views on views": sql(
        "with "
        + ", ".join(
            f"v{n} as (select * from {'v' + str(n - 1) if n else 'papers'} a, {'v' + str(n - 1) if n else 'papers'} b)"
            for n in range(12)
        )
        + " select count(*) from v11"
    ),
    # full-text search
    "all prefixes": sql(
        "select count(*) from papers_fts where papers_fts match '"
        + " OR ".join(f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz")
        + "'"
    ),
    "prefixes, ranked": sql(
        "select rowid from papers_fts where papers_fts match 'a* OR s* OR t*' order by rank limit 10"
    ),
    "NEAR of prefixes": sql("select count(*) from papers_fts where papers_fts match 'NEAR(a* s* t* w*, 5000)'"),
    "hundreds of words": sql(
        "select count(*) from papers_fts where papers_fts match '" + " OR ".join(["the", "of", "we"] * 400) + "'"
    ),
    "nested NOT": sql("select count(*) from papers_fts where papers_fts match '" + "(the OR of) AND " * 150 + "we'"),
    "highlight and snippet of all": sql(
        "select highlight(papers_fts, 1, '<', '>'), snippet(papers_fts, 1, '<', '>', '', 64) from papers_fts where papers_fts match 'the' order by rank"
    ),
    "match for each row": sql(
        "select count(*) from papers p where p.id in (select rowid from papers_fts where papers_fts match substr(p.title, 1, 1) || '*')"
    ),
    "raw search mode": ("/papers/papers.json", {"_search": "a* OR e* OR s* OR t* OR i*", "_searchmode": "raw"}),
    "search for a paragraph": ("/papers/papers.json", {"_search": "the of we in and " * 300}),
    # Datasette's own parameters
    "where that never ends": (
        "/papers/papers.json",
        {"_where": "(select count(*) from papers a, papers b, papers c) > 0"},
    ),
    "where that makes memory": ("/papers/papers.json", {"_where": "length(zeroblob(900000000)) > 0"}),
    "where, in HTML, with facets": (
        "/papers/papers",
        {"_where": "abstract like '%" + "e%" * 20 + "'", "_facet": ["title", "abstract", "key"]},
    ),
    "facets of every column": (
        "/papers/papers.json",
        {
            "_facet": [
                "key",
                "title",
                "abstract",
                "url",
                "doi",
                "arxiv_id",
                "fingerprint",
                "published",
                "upvotes",
                "run",
            ]
        },
    ),
    "array and date facets": (
        "/papers/papers.json",
        {"_facet_array": ["title", "abstract", "url"], "_facet_date": ["title", "abstract"]},
    ),
    "sort by an abstract": ("/papers/papers", {"_sort": "abstract", "_size": "max"}),
    "streamed, sorted by an abstract": ("/papers/papers.csv", {"_sort": "abstract", "_stream": "1", "_size": "max"}),
    "streamed, of a where": (
        "/papers/papers.csv",
        {"_where": "abstract like '%e%a%'", "_stream": "1", "_sort_desc": "abstract"},
    ),
    "streamed cross join": (
        "/papers.csv",
        {"sql": "select a.title, b.abstract from papers a, papers b", "_stream": "1"},
    ),
    "through": (
        "/papers/papers.json",
        {
            "_through": json.dumps({"table": "paper_authors", "column": "position", "value": "1"}),
            "_facet": ["title", "abstract"],
        },
    ),
    "filters by pattern": (
        "/papers/papers",
        [("abstract__like", "%" + "e%" * 25)] * 1
        + [("abstract__glob", "*" + "[a-z]*" * 8)]
        + [("title__contains", "e%e%e%e%e")],
    ),
    "every row, all columns": ("/papers/papers.json", {"_size": "max", "_shape": "object"}),
    "every row of the widest table, in HTML": (
        "/papers/papers",
        {"_size": "max", "_facet": ["title", "abstract", "key"]},
    ),
    "a next that leads nowhere": ("/papers/papers.json", {"_next": "9" * 3000}),
    "the longest time limit": sql("select count(*) from papers a, papers b", _timelimit="999999999"),
    "thousands of parameters": ("/papers/papers.json", [("title__contains", "e")] * 1500),
    "a view of pairs": (
        "/papers/lineage",
        {"_sort": "introduced_by_title", "_facet": ["title", "name", "introduced_by_title"]},
    ),
    "a named query with a long value": ("/papers/search_with_code.json", {"words": "a " * 15_000}),
    "another full-text table": (
        "/papers/paper_authors.json",
        {"_fts_table": "papers_fts", "_fts_pk": "paper_id", "_search": "the"},
    ),
}
STREAMED_BYTES = 2_000_000
FIRST = {}  # megabytes of a process before the first hostile request


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database", type=Path)
    parser.add_argument("--port", type=int, default=9300)
    parser.add_argument("--only", help="requests whose name has these words", default="")
    parser.add_argument("--rounds", type=int, default=6, help="of ten requests at a time")
    arguments = parser.parse_args()
    hostile = {name: request for name, request in HOSTILE.items() if arguments.only in name}
    with server(arguments.database, arguments.port) as (process, address):
        visits = visited_pages(arguments.database, address)
        for _ in range(3):
            for page in visits.values():
                ask(page)
        alone = [one_alone(process.pid, address, name, hostile[name]) for name in hostile]
        together = [ten_at_once(process.pid, address, hostile, visits, seed) for seed in range(arguments.rounds)]
    sys.exit(report(alone, together))


@contextmanager
def server(database, port, *options):
    """The server of the Procfile over a database, with further options, and its address."""
    command = " ".join([(ROOT / "Procfile").read_text().removeprefix("web: ").strip(), *options])
    if datasette.__version__.startswith("1."):  # which reads much from its configuration that was metadata
        command = command.replace("-m metadata.yml", "-m metadata.yml -c metadata.yml")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "DB": str(database), "PORT": str(port), "HOST": "127.0.0.1"}
    process = subprocess.Popen(
        ["sh", "-c", command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            if process.poll() is None and ask(address)[0] == 200:
                break
            time.sleep(0.1)
        else:
            sys.exit(f"nothing answers at {address}")
        yield process, address
    finally:
        process.kill()
        process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def visited_pages(database, address):
    """What a visitor reads: the home page, a paper, the browse page."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        [key] = connection.execute("select key from papers order by id limit 1").fetchone()
    return {
        "home": f"{address}/",
        "a paper": f"{address}/paper/{quote(key)}",
        "browse": f"{address}/papers/papers",
    }


def ask(url):
    """Status, seconds and bytes of an answer, read up to a limit; 0 for a connection that broke."""
    started = time.monotonic()
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as response:
            return response.status, time.monotonic() - started, len(response.read(STREAMED_BYTES))
    except urllib.error.HTTPError as error:
        return error.code, time.monotonic() - started, len(error.read())
    except OSError:
        return 0, time.monotonic() - started, 0


def url_of(address, request):
    path, parameters = request
    return f"{address}{path}?{urlencode(parameters, doseq=True)}"


def memory(pid, name):
    """A figure of the process in megabytes: VmRSS is what it takes now, VmHWM the most since `forget_peak`."""
    return int(re.search(rf"{name}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def forget_peak(pid):
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def growth_since_start(pid):
    return memory(pid, "VmHWM") - FIRST[pid]


def one_alone(pid, address, name, request):
    FIRST.setdefault(pid, memory(pid, "VmRSS"))
    forget_peak(pid)
    status, seconds, size = ask(url_of(address, request))
    time.sleep(0.05)
    result = {"name": name, "status": status, "seconds": seconds, "bytes": size, "growth": growth_since_start(pid)}
    print(line_of(result), flush=True)
    return result


def other_page(url, number):
    """The browse page, with another filter each time, so that no page that was kept is asked for."""
    return f"{url}?year={2000 + number % 40}&_size={20 + number % 30}" if url.endswith("/papers/papers") else url


def ten_at_once(pid, address, hostile, visits, seed):
    """Ten hostile requests, each made again as soon as it is answered, for five seconds, and a visitor meanwhile."""
    random_choice = random.Random(seed)
    names = [random_choice.choice(sorted(hostile)) for _ in range(10)]
    forget_peak(pid)
    end = time.monotonic() + 5

    def insist(name):
        slowest = 0.0
        while time.monotonic() < end:
            slowest = max(slowest, ask(url_of(address, hostile[name]))[1])
        return slowest

    def visit():
        slowest = dict.fromkeys(visits, 0.0)
        time.sleep(0.2)
        for number in itertools.count():
            if time.monotonic() > end:
                break
            for name, url in visits.items():
                status, seconds, _ = ask(other_page(url, number))
                slowest[name] = max(slowest[name], seconds if status == 200 else PATIENCE)
            time.sleep(0.05)
        return slowest

    with ThreadPoolExecutor(11) as threads:
        visitor = threads.submit(visit)
        answers = dict(zip(names, threads.map(insist, names), strict=True))
    result = {"names": names, "answers": answers, "visits": visitor.result(), "growth": growth_since_start(pid)}
    worst = max(answers, key=answers.get)
    visited = ", ".join(f"{name} {seconds:.2f}" for name, seconds in result["visits"].items())
    print(
        f"ten at once: slowest {answers[worst]:.2f} s ({worst}); visits {visited}; +{result['growth']:.0f} MB",
        flush=True,
    )
    return result


def line_of(result):
    late = " LATE" * (result["seconds"] > ANSWER_SECONDS)
    broken = " BROKEN" * (result["status"] in (0, 500))
    grown = " GROWN" * (result["growth"] > GROWTH_MEGABYTES)
    return (
        f"{result['name']:42}{result['status']:>5}{result['seconds']:>8.2f} s{result['bytes'] / 1000:>9,.0f} kB"
        f"{result['growth']:>+7.0f} MB{late}{broken}{grown}"
    )


def report(alone, together):
    """The table of bars; the exit code says whether all were met."""
    slowest = max(alone, key=lambda result: result["seconds"])
    crowd = max(max(result["answers"].values()) for result in together)
    visits = {name: max(result["visits"][name] for result in together) for name in together[0]["visits"]}
    growth = max(result["growth"] for result in alone + together)
    bars = [
        (f"slowest of {len(alone)} alone: {slowest['name']}", slowest["seconds"], ANSWER_SECONDS, "s"),
        ("slowest of ten at once", crowd, ANSWER_SECONDS, "s"),
        *((f"{name} meanwhile", seconds, VISIT_SECONDS, "s") for name, seconds in visits.items()),
        ("growth of memory", growth, GROWTH_MEGABYTES, "MB"),
        ("server errors", sum(result["status"] in (0, 500) for result in alone), 0, ""),
    ]
    print(f"\n{'':60}{'measured':>10}{'bar':>8}")
    for name, measured, bar, unit in bars:
        print(f"{name:60}{measured:>10.2f}{bar:>8} {unit:3}{'met' if measured <= bar else 'MISSED'}")
    return int(any(measured > bar for _, measured, bar, _ in bars))


if __name__ == "__main__":
    main()

"""What a database says of its corpus: coverage, the most frequent values, and a sample to judge by hand.

    python benchmarks/corpus.py DATABASE [--sample 50] [--seed 1]

For each field: the papers that have it, its twenty most frequent values, and a random sample of values, each with its
role or rule and with the quote in its context, to be read and judged right or wrong.
"""

import argparse
import random
import sqlite3
from contextlib import closing

FIELDS = {
    "introduces": ("methods", "method", "found.role = 'introduced'"),
    "methods": ("methods", "method", "found.role <> 'introduced'"),
    "datasets": ("datasets", "dataset", "1"),
    "tasks": ("tasks", "task", "1"),
    "metrics": ("metrics", "metric", "1"),
    "modalities": ("modalities", "modality", "1"),
}
TEXT = "case found.field when 'title' then papers.title else papers.abstract end"
CONTEXT = 70  # characters on either side of a quote


def tagged(plural, singular, condition):
    role = "found.role" if plural in ("methods", "datasets") else "null"
    return f"""
        select {plural}.name as value, {role} as detail, found.rule, found.start, found."end", {TEXT} as text, key
        from paper_{plural} found
          join {plural} on {plural}.id = found.{singular}_id
          join papers on papers.id = found.paper_id
        where {condition}
        order by papers.id, {plural}.name
    """


QUERIES = {field: tagged(*names) for field, names in FIELDS.items()} | {
    "results": f"""
        select found.value || coalesce(' ' || found.unit, '') as value,
          found.kind || ', ' || coalesce(metrics.name, 'no metric')
            || ', ' || coalesce(datasets.name, 'no dataset') as detail,
          found.rule, found.start, found."end", {TEXT} as text, key
        from results found
          join papers on papers.id = found.paper_id
          left join metrics on metrics.id = found.metric_id
          left join datasets on datasets.id = found.dataset_id
        order by found.id
    """,
    "links": f"""
        select found.url as value, found.kind as detail, '' as rule, found.start, found."end", {TEXT} as text, key
        from links found join papers on papers.id = found.paper_id order by found.id
    """,
    "acronyms": f"""
        select found.short as value, found.long as detail, '' as rule, found.start, found."end", {TEXT} as text, key
        from acronyms found join papers on papers.id = found.paper_id order by found.id
    """,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database")
    parser.add_argument("--sample", type=int, default=50, help="values of each field to print")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with closing(sqlite3.connect(f"file:{arguments.database}?mode=ro", uri=True)) as db:
        db.row_factory = sqlite3.Row
        papers = db.execute("select count(*) from papers").fetchone()[0]
        print(f"{papers:,} papers")
        for field, sql in QUERIES.items():
            describe(db, field, sql, papers)
            sample(db, sql, arguments.sample, random.Random(f"{arguments.seed} {field}"))
        for row in db.execute("select contribution, count(*) as papers from papers group by 1 order by 2 desc"):
            print(f"contribution {row['contribution']}: {row['papers']:,}")


def describe(db, field, sql, papers):
    """Coverage and the most frequent values."""
    [(values, having)] = [tuple(row) for row in db.execute(f"select count(*), count(distinct key) from ({sql})")]
    print(f"\n== {field}: {values:,} values in {having:,} papers ({having / papers:.1%})")
    frequent = db.execute(f"select value, count(*) as n from ({sql}) group by value order by n desc, value limit 20")
    print(", ".join(f"{row['value']} {row['n']:,}" for row in frequent))


def sample(db, sql, size, chooser):
    """Values drawn at random with their context."""
    rows = db.execute(sql).fetchall()
    for row in chooser.sample(rows, min(size, len(rows))):
        before, after = row["text"][max(0, row["start"] - CONTEXT) : row["start"]], row["text"][row["end"] :][:CONTEXT]
        quote = f"{before}[{row['text'][row['start'] : row['end']]}]{after}"
        print(f"- {row['value']} ({', '.join(filter(None, [row['detail'], row['rule']]))}): {quote}")


if __name__ == "__main__":
    main()

"""Either form of an acronym finds the other, where the papers themselves define it and mostly agree.

A short form stands for a long one if, of the papers that hold the short form, enough define it, and if few meanings
account for most of those definitions. The figures were set on 53,000 abstracts of the ACL Anthology, so that DPR, LLM
and CL (continual, contrastive or curriculum learning) are expanded, IT, US and BERT are not.
"""

from collections import defaultdict
from itertools import islice

from datasette.database import QueryInterrupted

from ingest.meanings import long_form, short_form
from plugins.searching.query import Expansion, Term, fts
from plugins.searching.stems import stems

MOST_GROUPS = 16  # of a query that are looked at; a pasted abstract is no question of acronyms
LONGEST = 7  # words of a long form
MOST_FORMS = 3  # that stand for one
LEAST_SHARE = 0.2  # of the definitions of a short form that a meaning has
LEAST_AGREEMENT = 0.5  # of the definitions that the meanings taken have together
LEAST_DEFINED = 0.1  # of the papers with the short form that define it
MOST_STEMMED = 6  # long forms of a short one that are compared by stems
LIMIT_MS = 200
BY_SHORT = "select short, long, papers from meanings where short in ({holes}) order by papers desc, short, long"
BY_LONG = """
    select short, long, papers from meanings
    where short in (select short from meanings where long in ({holes}))
    order by papers desc, short, long
"""
HOLDING = "select count(*) from papers_fts where papers_fts match :words"


async def expansions_of(database, query):
    """The expansions of a query, those of several words first; none where looking them up takes too long."""
    groups = query.groups[:MOST_GROUPS]
    try:
        long_typed = await long_expansions(database, groups)
        covered = {position for expansion in long_typed for position in range(expansion.start, expansion.stop)}
        short_typed = await short_expansions(database, groups, covered)
    except QueryInterrupted:
        return ()
    return tuple(sorted((*long_typed, *short_typed), key=lambda expansion: expansion.start))


async def long_expansions(database, groups):
    """Runs of words that are the long form of something, the longest first, none overlapping another."""
    runs = {
        (start, stop): long_form(" ".join(group[0].words for group in groups[start:stop]))
        for start in range(len(groups))
        for stop in range(start + 1, min(start + LONGEST, len(groups)) + 1)
        if can_be_run(groups[start:stop])
    }
    runs = {place: words for place, words in runs.items() if " " in words}
    shorts = await shorts_of(database, set(runs.values()))
    found, covered = [], set()
    for (start, stop), words in sorted(runs.items(), key=lambda run: (run[0][0] - run[0][1], run[0])):
        if shorts.get(words) and covered.isdisjoint(range(start, stop)):
            covered.update(range(start, stop))
            column = groups[start][0].column
            typed = " ".join(group[0].words for group in groups[start:stop])
            found.append(Expansion(start, stop, typed, tuple(Term(short, column) for short in shorts[words])))
    return found


def can_be_run(groups):
    """Whether groups are whole words of one field, without alternatives."""
    return all(len(group) == 1 and not group[0].prefix and group[0].column == groups[0][0].column for group in groups)


async def short_expansions(database, groups, covered):
    """Short forms, each with its meanings."""
    typed = {
        (position, term): short_form(term.words)
        for position, group in enumerate(groups)
        for term in group
        if position not in covered and not term.prefix and " " not in term.words
    }
    longs = await longs_of(database, set(typed.values()))
    terms, words = defaultdict(list), defaultdict(list)
    for (position, term), short in typed.items():
        if longs.get(short):
            words[position].append(term.words)
            terms[position] += [Term(long, term.column) for long in longs[short]]
    return [Expansion(place, place + 1, " or ".join(words[place]), tuple(terms[place])) for place in terms]


async def longs_of(database, shorts):
    """The long forms of each short form, whatever its case; those of the case typed if there are any."""
    senses = await senses_of(database, BY_SHORT, sorted({form for short in shorts for form in spellings(short)}))
    found = {}
    for short in shorts:
        for form in spellings(short):
            found[short] = found.get(short) or await meant(database, senses, form)
    return found


def spellings(short):
    """A short form as typed, then as it would be in capitals: `dpr` and `llms` are DPR and LLM."""
    return [short, short.upper(), short_form(f"{short[:-1].upper()}{short[-1:]}")]


async def meant(database, senses, short):
    """The meanings of a short form that the papers agree on."""
    counts = senses.get(short, {})
    total = sum(counts.values())
    forms = [long for long, papers in counts.items() if papers >= LEAST_SHARE * total and " " in long][:MOST_FORMS]
    agreed = sum(counts[long] for long in forms)
    return forms if forms and agreed >= LEAST_AGREEMENT * total and await is_defined(database, short, total) else []


async def shorts_of(database, longs):
    """The short forms of each long form that mean it more often than anything else."""
    senses = await senses_of(database, BY_LONG, sorted(longs))
    found = defaultdict(list)
    for short, counts in senses.items():
        total = sum(counts.values())
        for long in longs:
            papers = counts.get(like(counts, long), 0)
            if papers > LEAST_AGREEMENT * total:
                found[long].append((-papers, short, total))
    return {long: await most_used(database, sorted(candidates)) for long, candidates in found.items()}


async def most_used(database, candidates):
    """The short forms that most papers define so: (minus papers, short form, papers with any meaning) each."""
    forms = [(short, total) for papers, short, total in candidates if papers <= LEAST_SHARE * candidates[0][0]]
    return [short for short, total in forms[:MOST_FORMS] if await is_defined(database, short, total)]


async def is_defined(database, short, definitions):
    """Whether a short form, where it stands, is an acronym and not a word such as "it"."""
    result = await database.execute(HOLDING, {"words": fts(Term(short))}, custom_time_limit=LIMIT_MS)
    return definitions >= LEAST_DEFINED * result.single_value()


async def senses_of(database, sql, forms):
    """Each short form with its long forms and the papers that define them, most frequent first."""
    senses = defaultdict(dict)
    if not forms or not await database.table_exists("meanings"):
        return senses
    holes = ", ".join(["?"] * len(forms))
    for row in await database.execute(sql.format(holes=holes), forms, custom_time_limit=LIMIT_MS):
        add_sense(senses[row["short"]], row["long"], row["papers"])
    return senses


def add_sense(counts, long, papers):
    """Count a long form with a more frequent one of the same stems."""
    same = like(counts, long) or long
    counts[same] = counts.get(same, 0) + papers


def like(counts, long):
    """The long form that is the same but for endings, among the most frequent: the others decide nothing."""
    if long in counts:
        return long
    return next((other for other in islice(counts, MOST_STEMMED) if stems(other) == stems(long)), None)

"""Choices as SQL, which says the same as the facet index and can be read, edited and run elsewhere.

Two forms, of which the cheaper is taken, by counts that are known. Where many papers are left, each paper of a page is
looked up as the page meets it (`exists`). Where few are, they are listed from the indexes alone (`in`), beginning with
the choice that leaves the fewest.
"""

FEW = 2000  # papers that are listed sooner than looked up, whatever else is asked for
PAGE = 50  # papers that a page has to meet


def conditions(choices, table, papers, left, alone):
    """Conditions on the rows of a table or view with the papers' `id`, and their parameters.

    `choices` are triples of a facet, a choice and how many papers it leaves at most, of so many `papers`; `left` is how
    many all of them leave, where that is known. `alone` says that nothing else narrows the page.
    """
    made = [Condition(*choice, number) for number, choice in enumerate(choices)]
    own = [one for one in made if one.is_column_of(table)]
    others = [one for one in made if one not in own]
    first = min((one for one in others if one.can_list), key=lambda one: one.papers, default=None)
    paper = f"{table}.id"
    if first and is_cheaper(first.papers, papers, left):
        behind = [one for one in others if one is not first]
        sql = [f"{'' if alone else '+'}{paper} in ({first.list(behind)})"]
    else:
        sql = [one.look_up(paper) for one in others]
    parameters = {name: value for one in made for name, value in one.parameters.items()}
    columns = [one.own_column(met=not is_cheaper(one.papers, papers, left)) for one in own]
    return [*columns, *sql], parameters


def is_cheaper(listed, papers, left):
    """Whether listing so many papers takes less than meeting papers until a page is full."""
    return listed <= FEW or (left is not None and listed * left < PAGE * papers)


class Condition:
    """One choice as a condition; `number` keeps its parameters apart."""

    def __init__(self, facet, choice, papers, number):
        self.facet, self.choice, self.papers = facet, choice, papers
        self.names = {value: f"facet_{number}_{place}" for place, value in enumerate(choice.values)}
        self.can_list = not (choice.negated or choice.none)

    @property
    def parameters(self):
        return {name: value for value, name in self.names.items()}

    def is_column_of(self, table):
        return any(source.table == table for source in self.facet.sources)

    def own_column(self, met):
        """The condition where the value is a column of the table itself.

        With `met` papers are met in the order of the page: the plus keeps SQLite from fetching and sorting all that
        have the value, half a second for a contribution of 370 thousand. Years are in the order of the page already.
        """
        [source] = self.facet.sources
        column = f"+{source.value}" if met and not self.facet.number else source.value
        parts = [f"{column} {equal([f':{name}' for name in self.names.values()])}"] if self.choice.values else []
        parts += [f"coalesce({source.value}, '') = ''"] if self.choice.none else []
        sql = either(parts)
        return f"({sql}) is not 1" if self.choice.negated else sql

    def list(self, behind):
        """A select of the papers that have one of the values and fit the conditions behind."""
        selects = []
        for source, match in self.matches():
            fits = [one.look_up(f"first.{source.paper}") for one in behind]
            where = conjunction(*source.conditions, match, *fits)
            selects.append(f"select {source.paper} from {source.table} as first where {where}")
        return " union all ".join(selects)

    def look_up(self, paper):
        """Whether a paper, given as SQL, has one of the values, or none."""
        parts = [self.exists(paper, self.matches())] if self.choice.values else []
        if self.choice.none:
            parts.append(f"not {self.exists(paper, [(source, '') for source in self.facet.sources])}")
        sql = either(parts)
        return f"not {sql}" if self.choice.negated else sql

    def exists(self, paper, matches):
        return either(
            [
                f"exists (select 1 from {source.table} as found"
                f" where {conjunction(f'found.{source.paper} = {paper}', *source.conditions, match)})"
                for source, match in matches
            ]
        )

    def matches(self):
        """The sources that may hold one of the values, each with the condition that a row does."""
        constants = {source.constant for source in self.facet.sources if source.constant}
        holes = [f":{name}" for value, name in self.names.items() if value not in constants]
        for source in self.facet.sources:
            if source.constant in self.names:
                # The parameter is named so that none is left over.
                yield source, f":{self.names[source.constant]} <> ''"
            elif not source.constant and holes:
                yield source, holds(source, holes)


def holds(source, holes):
    """The condition on a row of a source that it holds one of some values."""
    if not source.entity:
        return f"{source.value} {equal(holes)}"
    ids = f"(select id from {source.entity} where slug {equal(holes)})"
    return f"{source.value} {'=' if len(holes) == 1 else 'in'} {ids}"


def equal(holes):
    return f"= {holes[0]}" if len(holes) == 1 else f"in ({', '.join(holes)})"


def either(parts):
    return parts[0] if len(parts) == 1 else f"({' or '.join(parts)})"


def conjunction(*parts):
    return " and ".join(filter(None, parts)) or "1"

"""Choices as SQL, which says the same as the facet index and can be read, edited and run elsewhere."""

FEW = 2000  # papers: so many are fetched faster than they are looked for


class Condition:
    """One choice as a condition on the rows of a table or view with the papers' `id`, and its parameters.

    `number` keeps parameters apart. `papers` is how many papers the choice asks for: few are listed, many are looked up
    one by one as the page meets them. With `driver` the database may begin with the listed ones.
    """

    def __init__(self, facet, choice, table, number, papers, driver):
        self.facet, self.choice, self.table = facet, choice, table
        self.names = {value: f"facet_{number}_{place}" for place, value in enumerate(choice.values)}
        self.listed = papers <= FEW and not choice.negated
        self.driver = driver

    @property
    def sql(self):
        if any(source.table == self.table for source in self.facet.sources):
            return self.own_column()
        parts = [self.named()] if self.choice.values else []
        parts += [f"not {self.exists(lambda _: '')}"] if self.choice.none else []
        sql = either(parts)
        return f"not {sql}" if self.choice.negated else sql

    def own_column(self):
        """The condition where the value is a column of the table itself."""
        [source] = self.facet.sources
        parts = [f"{source.value} {equal([f':{name}' for name in self.names.values()])}"] if self.choice.values else []
        parts += [f"coalesce({source.value}, '') = ''"] if self.choice.none else []
        sql = either(parts)
        return f"({sql}) is not 1" if self.choice.negated else sql

    @property
    def parameters(self):
        return {name: value for value, name in self.names.items()}

    def named(self):
        """Whether a paper has one of the values."""
        if not self.listed:
            return self.exists(self.matching)
        selects = [
            f"select {source.paper} from {source.table} where {conjunction(*source.conditions, match)}"
            for source in self.facet.sources
            if (match := self.matching(source)) is not None
        ]
        return f"{'' if self.driver else '+'}{self.table}.id in ({' union all '.join(selects)})"

    def exists(self, matching):
        """Whether a paper has a row that matches in one of the facet's sources."""
        return either(
            [
                f"exists (select 1 from {source.table} as found"
                f" where {conjunction(f'found.{source.paper} = {self.table}.id', *source.conditions, match)})"
                for source in self.facet.sources
                if (match := matching(source)) is not None
            ]
        )

    def matching(self, source):
        """The condition on a row of a source that it holds one of the values; None where it cannot."""
        constants = {source.constant for source in self.facet.sources if source.constant}
        if source.constant:
            # The parameter is named so that none is left over.
            return f":{self.names[source.constant]} <> ''" if source.constant in self.choice.values else None
        holes = [f":{name}" for value, name in self.names.items() if value not in constants]
        if not holes:
            return None
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

"""What a page shows of its facets. See plugins/facets.py for what the parts mean.

They are objects and not dictionaries: templates read thousands of their attributes a page, at a fifth of the price.
"""

from dataclasses import dataclass

from ingest.facets import FACETS

from .counting import is_alternative, largest
from .parameters import Choice, Links


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet, with the links that choose it."""

    slug: str
    label: str
    count: int
    selected: str
    toggle_url: str
    or_url: str | None
    exclude_url: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """The papers of which no value of a facet is known, or any."""

    count: int | None
    selected: bool
    toggle_url: str


@dataclass(frozen=True, slots=True)
class RailFacet:
    """One facet of the rail."""

    name: str
    label: str
    parameter: str
    values: list[Value]
    none: Named
    any: Named
    distinct: int
    more_url: str | None


def links_of(selection, path=None):
    """Links from a selection's page, or another path, to its neighbours."""
    request, datasette = selection.request, selection.datasette
    route = request.scope.get("route_path") or request.path
    return Links(path or datasette.urls.path(route.split("?")[0]), request.query_string, selection.choices)


def rail_facet(selection, tally, facet, size, links):
    """One facet of the rail: its most frequent values in what was found, those that are chosen first."""
    counts, unnamed = tally.counts(facet)
    more = selection.datasette.urls.path(f"/papers/facet/{facet.name}")
    distinct = int((counts > 0).sum())
    shown = shown_values(selection, facet, largest(counts, size))
    return RailFacet(
        name=facet.name,
        label=facet.plural,
        parameter=facet.parameter,
        values=[rail_value(selection, facet, number, int(counts[number]), links) for number in shown],
        none=none_value(selection, facet, unnamed, links),
        any=any_value(selection, facet, tally.count - unnamed, links),
        distinct=distinct,
        more_url=links.same(more) if distinct > size else None,
    )


def shown_values(selection, facet, frequent):
    """The numbers of chosen values, then of frequent ones."""
    number = selection.corpus.facets[facet.name].number
    chosen = [number(slug) for choice in selection.choices.get(facet.name, ()) for slug in choice.values]
    return list(dict.fromkeys([*chosen, *frequent]))


def rail_value(selection, facet, number, count, links):
    """One value of a facet, with the links that choose it."""
    counts = selection.corpus.facets[facet.name]
    slug = counts.slugs[number]
    selected = state(selection.choices.get(facet.name, ()), slug)
    return Value(
        slug=slug,
        label=counts.labels[number],
        count=count,
        selected=selected,
        toggle_url=links.toggle(facet, slug),
        or_url=None if selected else links.either(facet, slug),
        exclude_url=None if selected == "not" else links.exclude(facet, slug),
    )


def state(chosen, slug):
    """How a value is chosen: and, or, not, or not at all."""
    for choice in chosen:
        if slug in choice.values:
            return "not" if choice.negated else "or" if choice.is_or else "and"
    return ""


def none_value(selection, facet, count, links):
    """The papers of which no value is known."""
    selected = any(choice.none and not choice.negated for choice in selection.choices.get(facet.name, ()))
    return Named(count, selected, links.none(facet))


def any_value(selection, facet, count, links):
    """The papers of which a value is known. Beside alternatives, which are left out of its counts, it has none."""
    choice, chosen = Choice(none=True, negated=True), selection.choices.get(facet.name, ())
    others = tuple(other for other in chosen if other != choice)
    return Named(
        count=None if any(is_alternative(facet, other) for other in chosen) else count,
        selected=choice in chosen,
        toggle_url=links.to(facet.name, others if choice in chosen else (*chosen, choice)),
    )


def chips(selection, links):
    """What is chosen, each with the link that gives it up."""
    return [
        {
            "facet": facet.name,
            "text": f"{facet.plural}: {selection.text(facet, choice)}",
            "remove_url": links.remove(facet, choice),
        }
        for facet, choice in selection.chosen
    ]


def rail(selection, tally):
    """The facets of a page: those that are declared, and those that are chosen; one without any value is left out."""
    links = links_of(selection)
    facets = [FACETS[name] for name in dict.fromkeys([*selection.declared, *selection.choices]) if name in FACETS]
    shown = [rail_facet(selection, tally, facet, selection.size, links) for facet in facets]
    return [facet for facet in shown if facet.values]

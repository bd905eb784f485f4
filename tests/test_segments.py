"""Texts cut where evidence starts and ends: nothing is lost, nothing is doubled, every span is covered."""

import sqlite3
from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from plugins.reading.quotation import quotation, start_in_window, window
from plugins.reading.segments import Span, cut

places = st.tuples(st.integers(0, 40), st.integers(0, 40))
texts = st.text(max_size=30)


def spans_of(pairs):
    return [Span(start, end, kind="task", anchor=f"e{number}") for number, (start, end) in enumerate(pairs)]


def leaves(pieces, around=()):
    """The plain texts in a row, each with the spans around it."""
    for piece in pieces:
        if piece.span is None:
            yield piece.text, around
        else:
            yield from leaves(piece.pieces, (*around, piece.span))


def starts(pieces):
    """The spans of the pieces that are the first of their span, in the order of the page."""
    for piece in pieces:
        if piece.span and piece.is_first:
            yield piece.span
        yield from starts(piece.pieces)


@given(texts, st.lists(places, max_size=8))
def test_the_pieces_spell_the_text(text, pairs):
    assert "".join(words for words, _ in leaves(cut(text, spans_of(pairs)))) == text


@given(texts, st.lists(places, max_size=8))
def test_every_character_is_in_the_spans_that_cover_it_and_in_no_other(text, pairs):
    spans = spans_of(pairs)
    place = 0
    for words, around in leaves(cut(text, spans)):
        for _ in words:
            assert set(around) == {span for span in spans if span.start <= place < span.end}
            assert len(around) == len(set(around))
            place += 1


@given(texts, st.lists(places, max_size=8))
def test_every_span_that_is_in_the_text_starts_once(text, pairs):
    spans = spans_of(pairs)
    inside = [span for span in spans if span.start < min(span.end, len(text))]
    assert sorted(span.anchor for span in starts(cut(text, spans))) == sorted(span.anchor for span in inside)


def test_a_span_inside_another_stays_whole():
    outer, inner = Span(0, 9, "acronym"), Span(5, 8, "method")
    [first, rest] = cut("name (AB) and", [inner, outer])
    assert first.span == outer
    assert [piece.span for piece in first.pieces] == [None, inner, None]
    assert rest.text == " and"


def test_spans_that_cross_are_split_where_they_must():
    pieces = cut("abcdef", [Span(0, 4, "task"), Span(2, 6, "method")])
    assert [(words, [span.kind for span in around]) for words, around in leaves(pieces)] == [
        ("ab", ["task"]),
        ("cd", ["task", "method"]),
        ("ef", ["method"]),
    ]
    assert [piece.is_first for piece in pieces] == [True, False]


@given(texts, places, st.integers(5, 50))
def test_a_quotation_is_of_the_text(text, place, room):
    start, end = min(place), min(max(place), len(text))
    shown = quotation(text, start, max(start, end), room)
    assert shown.quote == text[start : max(start, end)]
    assert text[:start].endswith(shown.before.removeprefix("…"))
    assert text[max(start, end) :].startswith(shown.after.removesuffix("…"))
    assert len(shown.before) <= room + 1
    assert len(shown.after) <= room + 1


def test_a_quotation_is_a_sentence_where_it_is_short():
    text = "We did it. It reaches 93.2 on CIFAR-10. Code is out."
    shown = quotation(text, text.index("93.2"), text.index("93.2") + 4)
    assert (shown.before, shown.quote, shown.after) == ("It reaches ", "93.2", " on CIFAR-10.")


@given(st.text(max_size=400), st.integers(0, 399), st.integers(0, 60))
def test_a_window_read_from_the_database_gives_the_same_quotation(text, start, length):
    text = text.replace("\0", " ")
    start = min(start, len(text))
    end = min(start + length, len(text))
    with closing(sqlite3.connect(":memory:")) as connection:
        sql = f"select {window(':text', ':start', ':end')}"
        [around] = connection.execute(sql, {"text": text, "start": start, "end": end}).fetchone()
    place = start_in_window(start)
    assert quotation(around, place, place + end - start) == quotation(text, start, end)

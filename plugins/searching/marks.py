"""Words that the search marks: private signs in the text, <mark> in the page, nothing where they are of no use."""

import re

from markupsafe import Markup, escape

START, END = "\x01", "\x02"  # as the view `search` writes them; cleaning leaves neither in a stored text
MARKED = re.compile(f"{START}([^{START}{END}]*){END}")


def highlighted(text):
    """A text as HTML with its marked words in <mark>. All else in it is shown as text, stray signs not at all."""
    parts = MARKED.split(text)
    pieces = (
        Markup("<mark>{}</mark>").format(part) if number % 2 else escape(without_marks(part))
        for number, part in enumerate(parts)
    )
    return Markup("").join(pieces)


def without_marks(text):
    """A text without the signs."""
    return text.replace(START, "").replace(END, "")

"""Folding: the form in which texts and spellings are compared, lower case with a space for each separator."""

import re

NO_SPACE = re.compile(r"[^\w ]|_")  # the separators but the plain space
ASCII_FOLD = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}


def folded(text: str) -> str:
    """The text in lower case with a space for each separator, and one at each end; no character moves."""
    if text.isascii():
        return f" {text.translate(ASCII_FOLD)} "
    lowered = text.lower()
    if len(lowered) != len(text):  # the Turkish capital I becomes two characters
        lowered = "".join(character.lower() if character.isascii() else character for character in text)
    return f" {NO_SPACE.sub(' ', lowered)} "


def squeezed(name: str) -> str:
    """The letters and digits of a name."""
    return "".join(filter(str.isalnum, name)).casefold()

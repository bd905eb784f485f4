"""Cleaning of titles and abstracts, done once, before anything is read out of them.

LaTeX markup, HTML entities, invisible characters and whitespace are resolved; every word stays as the
source has it. Offsets of evidence count characters of the text that this module returns.
"""

import html
import logging
import re
import unicodedata
from functools import lru_cache

from pylatexenc.latex2text import LatexNodes2Text

ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
ENTITY_ROUNDS = 3  # scraped pages escape what is escaped already
MARKUP_DEPTH = 8  # commands inside commands; a bound keeps hostile nesting linear

INVISIBLE = re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
# Joiners spell words of Persian and of Indian scripts and build emoji; elsewhere they are noise.
LONE_JOINER = re.compile(r"[\u200c\u200d](?:(?<![^\x00-\x7f].)|(?![^\x00-\x7f]))")
SURROGATE = re.compile(r"[\ud800-\udfff]")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

# Markup whose backslash is often lost on the way ("texttt{D}ual").
FONTS = (
    "textbf|textit|texttt|textsc|textrm|textsf|textsl|textmd|textup|textnormal|emph|underline"
    "|mathrm|mathbf|mathcal|mathbb|mathit|mathsf|mathtt|boldsymbol|operatorname"
)
FONT = re.compile(rf"(?:\\(?:text|mbox|{FONTS})|(?<![A-Za-z])(?:{FONTS}))\s*\{{([^{{}}]*)\}}")
FONT_SWITCH = re.compile(r"\{\s*\\(?:em|bf|it|tt|sc|sf|rm|sl|bfseries|itshape|ttfamily)\b\s*([^{}]*)\}")
HREF = re.compile(r"\\href\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
URL = re.compile(r"\\(?:url|nolinkurl|path)\s*\{([^{}\s]*)\}?")  # a cut abstract may not close it
FOOTNOTE = re.compile(r"\\footnote\s*\{([^{}]*)\}")
REFERENCE = re.compile(r"~?\\(?:cite[a-z]*|ref|eqref|autoref|label|footnotemark)\*?(?:\[[^\]]{0,99}\]){0,2}\{[^{}]*\}")
ENVIRONMENT = re.compile(r"\\(?:begin|end)\s*\{[^{}]*\}|\\(?:item|par|noindent|newline|xspace)\b|\\[\\ ]")
LETTER = r"(?:\{\s*\\?[A-Za-z]\s*\}|\\[ij](?![A-Za-z])|[A-Za-z])"
ACCENT = re.compile(rf"""\{{?(\\(?:["'`^~=.]|[uvHcdbrk](?=\s*\{{))\s*{LETTER})\}}?""")
ESCAPED = re.compile(r"\\([%$&#_{}])")
# As in Pandoc: no space inside the dollars and no digit behind unless all inside is symbols, so that prices
# stay prices.
MATH = re.compile(
    r"(?<![\\$])\$(?!\s)([^$\n]{1,300}?)(?<![\s\\])\$(?!\d)"
    r"|(?<![\\$])\$([^$\s\d]{1,30})\$"
    r"|\\\((.{1,300}?)\\\)"
)
COMMAND = re.compile(r"\\([A-Za-z]+)((?:\{[^{}]*\}){0,2})")
# A group whose command was lost: words only, so that sets and exponents keep their braces.
BARE_GROUP = re.compile(r"(?<![^\s(\[\"'])\{([A-Za-z][A-Za-z' -]{2,})\}")

logging.getLogger("pylatexenc").setLevel(logging.ERROR)  # half a command is no news to the user
latex = LatexNodes2Text(
    math_mode="text",
    keep_braced_groups=True,
    keep_braced_groups_minlen=2,
    strict_latex_spaces={"in-equations": False},
)


def clean(text: str) -> str:
    """One line of text without markup, entities, invisible characters or doubled spaces."""
    if "&" in text:
        text = resolve_entities(text)
    if not text.isascii():
        text = SURROGATE.sub("\ufffd", LONE_JOINER.sub("", INVISIBLE.sub("", text)))
    if "\\" in text or "{" in text or "$" in text:
        text = resolve_latex(text)
    if not text.isprintable():
        text = CONTROL.sub(" ", text)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def resolve_entities(text: str) -> str:
    """`&amp;lt;` and `&lt;` both become `<`; an ampersand that starts no entity stays."""
    for _ in range(ENTITY_ROUNDS):
        resolved = ENTITY.sub(lambda match: html.unescape(match[0]), text)
        if resolved == text:
            break
        text = resolved
    return text


def resolve_latex(text: str) -> str:
    """Text as LaTeX would print it: only markup is replaced, a plain `%`, `_` or `~` stays."""
    text = URL.sub(r"\1", HREF.sub(link_text, text))
    text = ENVIRONMENT.sub(" ", REFERENCE.sub("", text))
    text = ACCENT.sub(lambda match: to_text(match[1]), text)
    text = MATH.sub(formula, text)
    text = until_stable(FONT, r"\1", until_stable(FONT_SWITCH, r"\1", text))
    text = FOOTNOTE.sub(r" (\1)", text)
    text = COMMAND.sub(command, text)
    return BARE_GROUP.sub(r"\1", ESCAPED.sub(r"\1", text))


def link_text(match: re.Match[str]) -> str:
    """`\\href{address}{words}` as words and address, or the address alone where they agree."""
    address, words = match[1].strip(), match[2].strip()
    return address if not words or words in address else f"{words} ({address})"


def until_stable(pattern: re.Pattern[str], replacement: str, text: str) -> str:
    """Replace from the inside out, as commands nest."""
    for _ in range(MARKUP_DEPTH):
        text, count = pattern.subn(replacement, text)
        if not count:
            break
    return text


def formula(match: re.Match[str]) -> str:
    """A formula as text; what only stands between two dollars by chance stays."""
    inner = str(match[1] or match[2] or match[3])
    is_formula = re.search(r"[\\_^{}=<>+*/]", inner) or " " not in inner
    return to_text(until_stable(FONT, r"\1", inner)) if is_formula else match[0]


def command(match: re.Match[str]) -> str:
    """A command's text; of one that only its author knows, the argument or else the name."""
    name, arguments = match[1], match[2]
    return to_text(match[0]) or arguments.strip("{}") or name


@lru_cache(maxsize=4096)
def to_text(markup: str) -> str:
    """One accent, command or formula as Unicode text."""
    return unicodedata.normalize("NFC", str(latex.latex_to_text(markup))).strip()

"""Which way a text is written: `right_to_left` is a test of templates.

Only where a text has letters from right to left need a browser find out its direction, for which it reads all of it.
"""

import re

from datasette import hookimpl

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


@hookimpl
def prepare_jinja2_environment(env):
    env.tests["right_to_left"] = is_right_to_left


def is_right_to_left(text):
    """Whether a text has a letter of Hebrew, Arabic or another script that is written from right to left."""
    return bool(text) and not text.isascii() and RIGHT_TO_LEFT.search(text) is not None

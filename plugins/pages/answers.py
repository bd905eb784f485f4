"""Answers for programs: JSON and text that any site may read where the portal is served with --cors."""

import json

from datasette import Response


def text_answer(datasette, body, content_type):
    """A text in UTF-8."""
    headers = {"access-control-allow-origin": "*"} if datasette.cors else {}
    return Response(body, headers=headers, content_type=f"{content_type}; charset=utf-8")


def json_answer(datasette, value, content_type="application/json"):
    """A value as JSON, letters as they are."""
    return text_answer(datasette, json.dumps(value, ensure_ascii=False, indent=1), content_type)

"""`/opensearch.xml`: how browsers and reference managers take the portal for a search engine of their own."""

from datasette import Response, hookimpl
from markupsafe import Markup

from plugins.dress import instance_metadata

MOST_NAME, MOST_DESCRIPTION = 16, 1024  # characters, by OpenSearch 1.1
DESCRIPTION = Markup("""<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
  <ShortName>{name}</ShortName>
  <Description>{description}</Description>
  <InputEncoding>UTF-8</InputEncoding>
  <Url type="text/html" template="{search}?_q={{searchTerms}}"/>
  <Url type="application/json" template="{search}.json?_q={{searchTerms}}"/>
</OpenSearchDescription>
""")


@hookimpl
def register_routes():
    return [(r"^/opensearch\.xml$", description)]


async def description(datasette, request):
    """The description of the portal's search, with addresses as the request sees them."""
    portal = await instance_metadata(datasette)
    text = DESCRIPTION.format(
        name=(portal.get("title") or "Carrel")[:MOST_NAME],
        description=(portal.get("description") or "Papers")[:MOST_DESCRIPTION],
        search=datasette.absolute_url(request, datasette.urls.table("papers", "search")),
    )
    return Response(str(text), content_type="application/opensearchdescription+xml; charset=utf-8")

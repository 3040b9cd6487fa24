"""The API's own page works under the strict Content-Security-Policy: nothing inline, nothing foreign."""

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "documents"], transaction=True),
]


def test_the_documentation_opens_and_asks_only_this_server(page, live_server):
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(f"{live_server.url}/api/docs/")
    page.locator("#operations-v1-identify .opblock-summary-control").click()
    page.get_by_text("JPEG, PNG or WebP.").wait_for()

    assert complaints == []
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
    assert page.locator(".opblock").count() == 12

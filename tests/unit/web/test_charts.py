"""A chart on a page: drawn for eyes, told for ears, listed for everybody, with no inline style or script."""

from datetime import date

from django.template import Context, Template

from truther.web.plots import Plot, Series


def page(plot: Plot, csv: str = "/numbers.csv") -> str:
    template = Template("{% chart plot csv=csv %}")
    return template.render(Context({"plot": plot, "csv": csv}))


def votes(*values: float | None) -> Plot:
    days = [date(2026, 3, 13 + number) for number in range(len(values))]
    return Plot(
        name="votes",
        title="Votes <per> day",
        places=days,
        series=[Series("Votes", values)],
        headline="34 today",
    )


def test_a_chart_is_drawn_told_and_listed():
    html = page(votes(12, 1034))

    assert 'aria-labelledby="title-votes desc-votes"' in html
    assert "Votes: last 1,034, least 12, most 1,034." in html
    assert "<title>Sat 14 March: 1,034</title>" in html
    assert html.index('<th scope="row">Sat 14 March') < html.index('<th scope="row">Fri 13 March')
    assert 'href="/numbers.csv"' in html
    assert "34 today" in html


def test_a_chart_obeys_the_policy_of_the_page():
    html = page(votes(1, 2))

    assert not [word for word in ("style=", "<script", "<style", "onclick", "javascript:") if word in html]
    assert "Votes &lt;per&gt; day" in html


def test_a_chart_without_numbers_says_so():
    assert "No numbers yet." in page(votes())
    assert "<svg" not in page(votes(None))
    assert "<svg" in page(votes(0))

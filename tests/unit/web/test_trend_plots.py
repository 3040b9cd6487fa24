"""Which numbers are drawn: shares over seven days, and nothing where nobody measured."""

from datetime import date, timedelta

from truther.models import DaySum, ModelRun
from truther.web import trend_plots

TODAY = date(2026, 3, 14)


def days(count: int, **last: int) -> list[DaySum]:
    """So many days up to Pi Day, and the days that lead in to them; the last one did something."""
    first = TODAY - timedelta(days=count + trend_plots.LEAD - 1)
    rows = [DaySum(day=first + timedelta(days=step)) for step in range(count + trend_plots.LEAD)]
    for name, value in last.items():
        setattr(rows[-1], name, value)
    return rows


def test_only_the_days_asked_for_are_drawn():
    plots = trend_plots.of_days(days(14, votes=3))

    assert {len(plot.places) for plot in plots.values()} == {14}
    assert plots["votes"].rows[-1] == (TODAY, (3,))
    assert plots["votes"].headline == "3"


def test_a_share_pools_seven_days():
    rows = days(14, right=1, compared=10)
    rows[-7].right, rows[-7].compared = 9, 10
    rows[-8].right, rows[-8].compared = 0, 99

    plot = trend_plots.of_days(rows)["agreement"]

    assert plot.rows[-1][1] == (0.5,)
    assert plot.rows[-2][1] == (9 / 109,)
    assert plot.rows[0][1] == (None,)
    assert plot.headline == "50%"


def test_a_week_without_anything_settled_has_no_share():
    plot = trend_plots.of_days(days(14))["not-dress"]

    assert plot.empty
    assert plot.headline == ""


def test_the_backlog_is_said_as_it_was_measured_last():
    rows = days(14)
    rows[-3].open, rows[-3].waiting, rows[-3].contested = 40, 1000, 3

    plot = trend_plots.of_days(rows)["backlog"]

    assert plot.headline == "1,040"
    assert plot.rows[-1][1] == (None, None, None)


def test_models_are_placed_by_night_oldest_first():
    sheet = {"top3": 0.9, "colour_top3": 0.5}
    runs = [
        ModelRun(id="2026-03-13", gate={"promoted": False, "challenger": {"top3": 0.8}, "champion": sheet}),
        ModelRun(id="by-hand", gate={"promoted": True, "challenger": sheet, "champion": {}}),
        ModelRun(id="v0", gate={}),
    ]

    plot = trend_plots.top3(runs)

    assert plot.rows == [("by-hand", (0.9, None, 0.5)), (date(2026, 3, 13), (0.8, 0.9, None))]
    assert plot.headline == "90%"

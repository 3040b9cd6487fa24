"""Which figures of the quality page are drawn, and how."""

from collections.abc import Sequence

from truther.models.quality import Calibration, Week
from truther.web.plots import Plot, Series


def reliability(calibration: Calibration) -> Plot:
    """What the model claimed of its first guess, and how often that was right."""
    error = calibration.error
    return Plot(
        name="reliability",
        title="Sure and right",
        places=[f"{100 * each.low:.0f}–{100 * each.high:.0f}%" for each in calibration.bins],
        series=[
            Series("Right", [each.share.value for each in calibration.bins]),
            Series("Claimed", [each.mean for each in calibration.bins]),
        ],
        kind="line",
        share=True,
        places_are="Claim",
        headline="" if error is None else f"{100 * error:.1f}% apart",
        note="The closer the two lines, the better the model knows what it does not know.",
    )


def weekly(weeks: Sequence[Week]) -> Plot:
    """Agreement of votes and measured accuracy of golden records, week by week."""
    return Plot(
        name="weeks",
        title="Agreement and accuracy",
        places=[week.monday for week in weeks],
        series=[
            Series("Agreement of votes", [week.agreement.value for week in weeks]),
            Series("Measured accuracy", [week.accuracy.share.value for week in weeks]),
        ],
        kind="line",
        share=True,
        places_are="Week from",
        note="Accuracy is that of the audits drawn in the week, as far as they are decided.",
    )

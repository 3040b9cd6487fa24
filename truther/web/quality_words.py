"""What to do about each figure of the quality page, in a sentence; people decide, nothing does by itself."""

from collections.abc import Mapping, Sequence

from truther.models.quality import Anchoring, Arms, Calibration, Crowd, Measured, Week

FEW_AUDITS = 30  # below, the interval is too wide to tell good from bad
LIKELY_CHANCE = 0.01
MISCALIBRATED = 0.05
WHY = {
    "split": "People disagree",
    "none": "None of our styles",
    "cant_tell": "Nobody can tell",
    "expert": "An expert could not tell",
}
ABOUT = {
    "split": "Most are disagreements: if the same styles meet again and again, their shots are too alike.",
    "none": "Most show none of our styles: look whether the catalogue lacks dresses that are out there.",
    "cant_tell": "In most nobody can tell: drop hashtags that bring many such pictures, they cost votes.",
    "expert": "Most wait for another expert, since one could not tell.",
}


def of_accuracy(measured: Measured) -> str:
    """Say what the audits ask for."""
    every, voted = measured.overall, measured.voted
    if not every.share.n and not every.disputed:
        return "Wait: each night draws a few settled photos, and others look at each of them again."
    if every.share.n + every.disputed < FEW_AUDITS:
        return f"Wait: from about {FEW_AUDITS} closed audits on the interval says something."
    if voted.claim is not None and voted.interval.high < voted.claim:
        return "The votes claim more than they hold: ask for more agreement in Rules, and look at its price."
    if every.disputed:
        return f"Judge the {every.disputed} disputed under Contested: until then the interval is wider."
    return "Nothing: what is measured is no worse than what the votes claim."


def of_calibration(calibration: Calibration) -> str:
    """Say what the reliability of the model asks for."""
    if calibration.error is None:
        return "Wait until photos with a guess are settled."
    if calibration.error <= MISCALIBRATED:
        return "Nothing: the model is about as sure as it is right."
    claim = sum(each.mean * each.share.n for each in calibration.bins)
    right = sum(each.share.right for each in calibration.bins)
    surer = "surer than it is right" if claim > right else "right more often than it is sure"
    return f"The model is {surer}: see under Models what the next candidate measures."


def of_contested(counts: Mapping[str, int]) -> str:
    """Say what the contested photos ask for."""
    if not counts:
        return "Nothing: no photo waits for an expert."
    return ABOUT.get(max(counts, key=lambda why: (counts[why], why)), "Judge them under Contested.")


def of_anchoring(anchoring: Anchoring) -> str:
    """Say what the pull of places and guesses asks for."""
    if not anchoring.n:
        return "Wait for answers that name one of three styles."
    if anchoring.even.p < LIKELY_CHANCE:
        return "Places are chosen unevenly: look at the people below, then whether a screen hides a style."
    if anchoring.wrong_first.n and anchoring.wrong_first.interval.low > 0.5:
        return (
            "Slips favour the model’s first guess. It is the likeliest look-alike, so some is expected; "
            "if it grows while measured accuracy falls, ask for one more vote."
        )
    return "Nothing: places are as even as chance, and slips do not favour the first guess."


def of_weeks(weeks: Sequence[Week]) -> str:
    """Say what the course of the weeks asks for."""
    if not weeks:
        return "Wait: the first night writes the first week."
    if weeks[-1].mended:
        return "Tallies had drifted this week and were mended: look under Nights which, and in the log why."
    before = [week for week in weeks[:-1] if week.agreement.n]
    if before and weeks[-1].agreement.n and _fell(before[-1], weeks[-1]):
        return "Agreement fell by more than chance: look at who is new, and at the newest styles."
    return "Nothing: agreement holds, and what is stored is what the votes say."


def of_people(crowd: Crowd) -> str:
    """Say what odd answers ask for."""
    if not crowd.people:
        return "Wait: nobody has enough answers yet."
    if not crowd.marked:
        return "Nothing: nobody’s answers look like chance."
    return "Look at ten photos together with each of them. A sign is no proof, and nothing happens by itself."


def of_arms(arms: Arms) -> str:
    """Say what the test of dosed dullness asks for."""
    if arms.longer is None:
        return "Wait: each arm needs sittings first."
    if arms.longer.interval.low > 0:
        return "Dosed sittings are longer: set TRUTHER_DOSED_SESSIONS to 1 when you have seen enough."
    if arms.longer.interval.high < 0:
        return "Dosed sittings are shorter: set TRUTHER_DOSED_SESSIONS to 0 when you have seen enough."
    return "Wait: the interval holds both longer and shorter."


def _fell(before: Week, now: Week) -> bool:
    """Whether the intervals of two weeks lie apart; stricter than a test of their difference."""
    return now.agreement.interval.high < before.agreement.interval.low

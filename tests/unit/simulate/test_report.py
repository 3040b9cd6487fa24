"""How shares are written."""

from truther.simulate.report import share_of


def test_a_share_comes_with_its_interval_and_its_number():
    assert share_of({"count": 95, "of": 100}) == ".950 [.888, .978] (n 100)"


def test_of_nothing_nothing_is_said():
    assert share_of({"count": 0, "of": 0}) == "- (n 0)"


def test_all_is_written_in_full():
    assert share_of({"count": 20, "of": 20}) == "1.000 [.839, 1.000] (n 20)"

"""How shares are written."""

from truther.simulate.report import share_of


def test_a_share_comes_with_its_interval_and_its_number():
    assert share_of({"right": 95, "n": 100}) == ".950 [.888, .978] (n 100)"


def test_of_nothing_nothing_is_said():
    assert share_of({"right": 0, "n": 0}) == "- (n 0)"


def test_all_is_written_in_full():
    assert share_of({"right": 20, "n": 20}) == "1.000 [.839, 1.000] (n 20)"


def test_an_interval_that_was_published_is_written_as_it_was():
    assert share_of({"right": 9, "n": 10}, [0.5, 1.0]) == ".900 [.500, 1.000] (n 10)"

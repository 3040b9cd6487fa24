"""A bar shows what is done, and nothing where nobody looks."""

from recsys.progress import bar


def test_a_bar_tells_how_far_the_work_is(capsys):
    with bar("fitting", shown=True) as progress:
        progress(0, 4)
        progress(4, 4)

    assert "fitting: 100%" in capsys.readouterr().err


def test_nothing_is_drawn_where_stderr_is_no_terminal(capsys):
    with bar("fitting") as progress:
        progress(1, 2)

    assert capsys.readouterr().err == ""

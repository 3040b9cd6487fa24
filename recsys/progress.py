"""Progress bars for whoever waits at a terminal; nothing is drawn where nobody does."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

Progress = Callable[[int, int], None]  # (done, of how many)


@contextmanager
def bar(title: str, *, shown: bool | None = None) -> Iterator[Progress]:
    """Draw on stderr what is done; the block hands the given function on as `progress`.

    Args:
        shown: None draws only where stderr is a terminal.
    """
    hidden = not (sys.stderr.isatty() if shown is None else shown)
    with tqdm(desc=title, disable=hidden, dynamic_ncols=True, file=sys.stderr) as drawn:

        def tell(done: int, of: int) -> None:
            drawn.total = of
            drawn.update(done - drawn.n)
            if done == of:
                drawn.refresh()  # tqdm draws at most every tenth of a second, and could miss the end

        yield tell

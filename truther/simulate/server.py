"""The real web process over the throw-away folder that the settings name."""

from collections.abc import Iterator
from contextlib import contextmanager

from truther.config import config
from truther.engine import parts
from truther.engine.alone import running


@contextmanager
def served() -> Iterator[str]:
    """Run the web process while the body runs; yields its address.

    Raises:
        PartAway: it did not answer in time.
    """
    (config.data_dir / "static").mkdir(exist_ok=True)  # WhiteNoise warns of a missing one
    [web] = parts.build(config, ("web",))
    with running(web):
        yield f"http://{config.host}:{config.port}"

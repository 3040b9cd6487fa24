"""The doctor: what is configured, reachable and missing, one finding per thing."""

from truther.config import Config
from truther.doctor import databases, deepdress, machine
from truther.doctor.findings import Finding, Health

__all__ = ["Finding", "Health", "examine"]


def examine(config: Config) -> list[Finding]:
    """Look at everything; nothing is changed, and nothing is waited for longer than a few seconds."""
    return [
        machine.settings(config),
        *databases.accounts(config),
        *databases.documents(config),
        machine.broker(config),
        machine.workers(config),
        machine.disk(config),
        deepdress.champion(config),
        deepdress.index(config),
        deepdress.process(config),
        machine.clock_ticks(config),
        machine.instagram(config),
    ]

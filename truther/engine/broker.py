"""The embedded broker: a Kombu transport over files in one folder, for `disk://`.

A message is written under another name and renamed when whole, moved into its consumer's own folder
while it is worked on, and deleted when it is acknowledged. A consumer holds a lock for as long as it
lives, which the kernel drops when it dies: whoever finds a folder without a living owner puts its
messages back. So a message is delivered at least once. See docs/adr/0002-embedded-broker.md.
"""

import json
import time
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, virtual

from truther.engine.messages import Store

POLL_SECONDS = 0.05  # also the pause between two tasks of one child: an idle look costs 0.02 ms


def register() -> None:
    """Let Celery and Kombu understand the address `disk://`."""
    TRANSPORT_ALIASES["disk"] = "truther.engine.broker:Transport"


class QoS(virtual.QoS):  # type: ignore[misc]  # Kombu ships no types
    """Remember what is being worked on, and delete its file when it is done."""

    channel: "Channel"

    def ack(self, delivery_tag: str) -> None:
        """Forget a message that was worked on."""
        self.channel.finish(delivery_tag)
        super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Forget a message, or put it back."""
        super().reject(delivery_tag, requeue=requeue)
        self.channel.finish(delivery_tag)


class Channel(virtual.Channel):  # type: ignore[misc]
    """One conversation with the store."""

    QoS = QoS

    def __init__(self, connection: Any, **options: Any) -> None:
        super().__init__(connection, **options)
        self.store: Store = connection.store
        self._paths: dict[str, Path] = {}

    def finish(self, delivery_tag: str) -> None:
        """Delete the file of a message that this channel holds; a second call does nothing."""
        path = self._paths.pop(delivery_tag, None)
        if path is not None:
            path.unlink(missing_ok=True)

    def basic_consume(
        self, queue: str, no_ack: bool, callback: Any, consumer_tag: Any, **options: Any
    ) -> str:
        """Consume from a queue; whoever does not acknowledge would have every message again."""
        if no_ack:
            raise ValueError("the embedded broker delivers only to consumers that acknowledge")
        return super().basic_consume(queue, no_ack, callback, consumer_tag, **options)

    def _put(self, queue: str, message: dict[str, Any], **options: Any) -> None:
        name = f"{time.time_ns():020d}-{message['properties']['delivery_tag']}.json"
        try:
            self.store.put(queue, name, json.dumps(message).encode())
        except OSError as error:  # Celery retries what the transport calls a channel error
            raise ChannelError(f"the embedded broker could not keep a message: {error}") from error

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        path, message = self.store.take(queue)
        self._paths[message["properties"]["delivery_tag"]] = path
        return message

    def _restore(self, message: Any) -> None:
        path = self._paths.pop(message.delivery_tag, None)
        if path is not None:
            self.store.give_back(path)

    def _size(self, queue: str) -> int:
        return self.store.size(queue)

    def _purge(self, queue: str) -> int:
        return self.store.purge(queue)


class Transport(virtual.Transport):  # type: ignore[misc]
    """What Kombu needs to know of the broker; `transport_options["folder"]` says where it lies."""

    Channel = Channel
    driver_type = driver_name = "disk"
    polling_interval = POLL_SECONDS

    def __init__(self, client: Any, **options: Any) -> None:
        super().__init__(client, **options)
        self.store = Store(Path(client.transport_options["folder"]))

    def close_connection(self, connection: Any) -> None:
        """Give back what is held and stop being a consumer."""
        super().close_connection(connection)
        self.store.leave()

    def driver_version(self) -> str:
        """Return the version of the folder's layout."""
        return "1"

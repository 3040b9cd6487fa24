"""The engine room: the broker on disk, the clock, the processes `manage.py serve` keeps alive."""

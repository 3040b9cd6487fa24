"""A load test: many people at once against the real server, on a database of any size."""

"""A simulation: people with known habits play through the real HTTP API in simulated time."""

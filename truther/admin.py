"""Where Django looks for an app's admin; ours belongs to the web."""

from truther.web import admin, seats  # noqa: F401

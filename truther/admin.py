"""Where Django looks for an app's admin; ours belongs to the web."""

from truther.web import admin, admin_rentals, seats  # noqa: F401

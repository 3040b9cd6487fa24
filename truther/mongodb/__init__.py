"""django-mongodb-backend with a guard rail: what would differ silently from SQLite is refused or mended here."""

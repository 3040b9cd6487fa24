"""django-mongodb-backend with a guard rail: what would silently differ from SQLite is refused or mended."""

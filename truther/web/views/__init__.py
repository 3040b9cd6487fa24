"""The pages, a file per family: each view parses, makes one call and renders."""

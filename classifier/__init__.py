"""DeepDress: a library of image models that knows no Django and no database."""

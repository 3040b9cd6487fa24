"""Truther: the Django project in which people verify what DeepDress saw."""

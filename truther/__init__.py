"""Truther: the Django project in which people verify what DeepDress saw."""

from truther.celery import app as celery_app

__all__ = ["celery_app"]  # shared tasks find their app in every process

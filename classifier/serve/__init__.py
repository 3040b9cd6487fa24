"""The model process; `classifier.serve.app:app` is what a WSGI server runs."""

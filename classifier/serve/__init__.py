"""The model process; `classifier.serve.app:app` is what an ASGI server runs."""

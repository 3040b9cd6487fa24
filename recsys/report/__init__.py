"""An evaluation as one HTML page that needs nothing else."""

from recsys.report.page import page

__all__ = ["page"]

"""A lecture instrument that shows logistic regression while it trains."""

__version__ = "0.1.0"

"""Addresses of the web: what they mean, whose they are, and which of them may be asked."""

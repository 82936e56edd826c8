"""Pairs of pages: what an outlet edited, and what only looks like it."""

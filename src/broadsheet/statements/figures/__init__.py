"""Figures: every quantity a news text states, in Chinese and English, made comparable."""

from __future__ import annotations

from ._reading import find_figures as find_figures

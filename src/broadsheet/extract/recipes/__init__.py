"""Recipes as TOML files, one per outlet; ``recipebook`` reads them."""

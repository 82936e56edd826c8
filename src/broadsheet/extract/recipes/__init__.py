"""Recipes as TOML files, one per outlet; ``services.ingest.recipe_book`` reads them."""

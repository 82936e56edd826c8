"""Publishes an archive: as commits on git hosts, and in the other forms that readers take it in."""

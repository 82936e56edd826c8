"""A page in a format: HTML, JSON, Atom, Markdown, plain text."""

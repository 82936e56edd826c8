"""Which texts tell of one happening (``grouping``), and what each of them says of it (``comparison``)."""

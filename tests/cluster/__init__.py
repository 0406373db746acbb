"""Several daemons on one PostgreSQL, as real programs: they share, die, pause, are cut off, and write nothing twice."""

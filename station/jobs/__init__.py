"""Background work: a thin room over PostgreSQL's own job engine; jobs are known by name."""

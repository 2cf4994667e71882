"""The command line: run, init, migrate, worker, backup, restore, trail. Imported by app.py alone."""

"""The demo company: whom it employs, sells to and what it keeps on its shelves.

Pure lists and generators; sandbox/seed.py writes them into a database.
"""

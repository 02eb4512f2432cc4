"""The catalogue, in an SQLite file."""

import os
import sqlite3
from contextlib import closing, contextmanager

TABLES = """
create table if not exists ranking (genre_id integer, rank integer, item_code text, price integer,
    primary key (genre_id, rank));
create table if not exists item (item_code text primary key, name text, price integer, genre_id integer,
    is_active integer);
create table if not exists item_tag (item_code text, tag_id integer, primary key (item_code, tag_id));
create table if not exists genre (genre_id integer primary key, name text);
create table if not exists tag (tag_id integer primary key, name text);
"""


@contextmanager
def catalogue():
    """A connection; all that is written comes about together, or not at all."""
    with closing(sqlite3.connect(os.environ["DATABASE_URL"].removeprefix("sqlite:"), timeout=30)) as database:
        database.executescript(TABLES)
        with database:
            yield database


def column(database, query):
    return [value for (value,) in database.execute(query)]

-- The same for PostgreSQL and SQLite. jobnet keeps content_hash, saved_at and run_id for every row that it saves.
create table target_genre (
    genre_id integer primary key,
    enabled boolean not null default true
);

create table stg_ranking (
    genre_id integer not null,
    rank integer not null,
    item_code text not null,
    item_price integer,
    content_hash text not null,
    saved_at timestamptz not null,
    run_id text not null,
    primary key (genre_id, rank)
);

create table stg_item (
    item_code text primary key,
    item_name text not null,
    item_price integer,
    shop_code text not null,
    genre_id integer not null,
    is_active boolean,
    content_hash text not null,
    saved_at timestamptz not null,
    run_id text not null
);

create table stg_item_tag (
    item_code text not null,
    tag_id integer not null,
    content_hash text not null,
    saved_at timestamptz not null,
    run_id text not null,
    primary key (item_code, tag_id)
);

create table stg_genre (
    genre_id integer primary key,
    name text not null,
    level integer not null,
    content_hash text not null,
    saved_at timestamptz not null,
    run_id text not null
);

create table stg_tag (
    tag_id integer primary key,
    name text not null,
    parent_tag_id integer,
    content_hash text not null,
    saved_at timestamptz not null,
    run_id text not null
);

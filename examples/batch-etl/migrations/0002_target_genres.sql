-- The genres whose rankings are collected.
insert into target_genre (genre_id) values (100101), (100102), (100103), (100201), (100202), (100203);

-- An item is active once this net's run saw it in a ranking, whether its row there changed or not. Run without `ranking`,
-- this continues the last run in which that succeeded: :run_id is that run.
update stg_item set is_active = true
where is_active is not true
  and item_code in (
      select ranking.item_code from stg_ranking as ranking
      join stg_ranking_seen as seen on seen.genre_id = ranking.genre_id and seen.rank = ranking.rank
      where seen.run_id = :run_id
  );

-- It is not any more once it stands in no ranking that is collected. A ranking whose pages failed keeps its rows, so that
-- nothing becomes inactive because it could not be asked for.
update stg_item set is_active = false
where is_active is not false
  and item_code not in (
      select ranking.item_code from stg_ranking as ranking
      join target_genre as genre on genre.genre_id = ranking.genre_id
      where genre.enabled
  );

-- Usage events are kept for 90 days before the run began.
DELETE FROM usage_events
WHERE created_at < TIMESTAMP_SUB(:job_start_at, INTERVAL 90 DAY);

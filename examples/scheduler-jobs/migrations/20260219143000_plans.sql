-- What the plans allow; -1 is without a limit.
create table plans (
    plan text not null primary key,
    daily_limit integer not null,
    monthly_limit integer not null
);
insert into plans (plan, daily_limit, monthly_limit) values
    ('starter', 100, 3000),
    ('scale', 1000, 30000),
    ('enterprise', -1, -1);

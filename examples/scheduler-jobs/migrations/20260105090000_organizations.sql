-- Who the platform's customers are.
create table organization_settings (
    org_slug text not null primary key,
    display_name text not null,
    plan text not null default 'starter'
);
create table organization_members (
    org_slug text not null references organization_settings (org_slug),
    email text not null,
    role text not null default 'member',
    primary key (org_slug, email)
);

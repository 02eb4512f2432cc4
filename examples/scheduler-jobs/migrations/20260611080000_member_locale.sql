alter table organization_members add column locale text not null default 'en';
create index organization_members_by_email on organization_members (email);

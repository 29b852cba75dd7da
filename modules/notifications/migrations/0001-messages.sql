create table notifications.message (
  id text primary key,
  -- The event that it tells of, and what that was about: each is told once.
  kind text not null,
  about text not null,
  recipient text not null,
  recipient_key text not null,
  subject text not null,
  text_body text not null,
  html_body text not null,
  status text not null check (status in ('queued', 'sent', 'kept', 'failed')),
  tries int not null default 0,
  -- When it is sent, or, while somebody sends it, when the next one may.
  due_at timestamptz not null,
  error text,
  created_at timestamptz not null,
  sent_at timestamptz,
  unique (kind, about)
);
create index message_due_at on notifications.message (due_at) where status = 'queued';
create index message_recipient on notifications.message (recipient_key, kind, created_at);
create index message_with_bodies on notifications.message (created_at) where text_body <> '' and status <> 'queued';

alter table accounts.staff add column last_used_at timestamptz, add column revoked_at timestamptz;

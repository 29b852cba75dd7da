-- All rules are read together, by processes that keep them while `version` stays the same. Each change of a rule, or of
-- a customer's terms, raises it in its transaction.
create table pricing.setting (
  is_only boolean primary key default true check (is_only),
  version bigint not null,
  tax jsonb not null
);
insert into pricing.setting (version, tax)
values (1, '{"home": null, "rounding": "total", "shipping": {"by": "goods"}}');

-- A rule as its schema in schemas.ts describes it.
create table pricing.rule (
  kind text not null check (kind in ('taxZone', 'shippingZone', 'shippingMethod', 'promotion')),
  id text collate "C" not null,
  definition jsonb not null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (kind, id)
);

-- Two zones of one kind cannot have the same area. `key` is that of rules/area.ts.
create table pricing.area (
  kind text not null check (kind in ('taxZone', 'shippingZone')),
  key text collate "C" not null,
  zone_id text collate "C" not null,
  primary key (kind, key),
  foreign key (kind, zone_id) references pricing.rule (kind, id) on delete cascade
);
create index area_zone on pricing.area (kind, zone_id);

-- Codes of promotions. A code that anyone may use is also in the promotion's definition.
create table pricing.promotion_code (
  code text collate "C" primary key,
  promotion_id text collate "C" not null,
  is_single_use boolean not null,
  -- the order that used a single-use code
  order_id text collate "C",
  created_at timestamptz not null
);
create index promotion_code_promotion on pricing.promotion_code (promotion_id, code);

-- How many orders use a promotion that has a limit. The row serialises orders that use it.
create table pricing.promotion_use (
  promotion_id text collate "C" primary key,
  uses integer not null check (uses >= 0)
) with (fillfactor = 70, autovacuum_analyze_scale_factor = 1);

-- Which orders use which promotions.
create table pricing.redemption (
  order_id text collate "C" not null,
  promotion_id text collate "C" not null,
  customer_id text collate "C",
  -- email address in lower case
  email text collate "C" not null,
  -- whether promotion_use counts it
  is_counted boolean not null,
  redeemed_at timestamptz not null,
  primary key (order_id, promotion_id)
) with (autovacuum_analyze_scale_factor = 1);
create index redemption_email on pricing.redemption (promotion_id, email);
create index redemption_customer on pricing.redemption (promotion_id, customer_id) where customer_id is not null;

-- Each order that was placed, for promotions of first orders. A cancelled order stays, so that a late redemption of it
-- fails; it does not count as an order.
create table pricing.buyer_order (
  order_id text collate "C" primary key,
  customer_id text collate "C",
  email text collate "C" not null,
  is_cancelled boolean not null,
  placed_at timestamptz not null
) with (autovacuum_analyze_scale_factor = 1);
create index buyer_order_email on pricing.buyer_order (email) where not is_cancelled;
create index buyer_order_customer on pricing.buyer_order (customer_id) where customer_id is not null and not is_cancelled;

create table pricing.customer_terms (
  customer_id text collate "C" primary key,
  groups text[] not null,
  tax_exempt boolean not null,
  vat_number text,
  changed_at timestamptz not null
);

-- Nothing searches these. Statistics of them would make ANALYZE slow, and meanwhile no table gets rid of dead rows.
alter table pricing.setting alter column tax set statistics 0;
alter table pricing.rule alter column definition set statistics 0;

-- A customer has one open cart at most. Where there were several, the one that was changed last takes over the lines of
-- the others; what has expired is left behind.

-- long lock: the few carts of customers who have several; the index covers open carts of customers only
create temporary table several on commit drop as
select id, kept, expired
from (
  select
    id,
    first_value(id) over customers as kept,
    count(*) over (partition by customer_id) as carts,
    expires_at <= now() as expired
  from cart.cart
  where customer_id is not null and status = 'open' and merged_into is null
  window customers as (partition by customer_id order by expires_at <= now(), changed_at desc, id desc)
) as open_cart
where carts > 1;

-- One line for each variant, as the cart says that was changed last; its quantities add up to what a line holds.
with line as (
  select
    several.kept, item.value as said, item.value ->> 'variantId' as variant_id,
    (item.value ->> 'quantity')::int as quantity,
    several.id = several.kept as is_kept, cart.changed_at, item.ordinality
  from several join cart.cart using (id), jsonb_array_elements(cart.lines) with ordinality as item
  where not several.expired
),
merged as (
  select
    kept, variant_id,
    (array_agg(said order by is_kept desc, changed_at desc))[1]
      || jsonb_build_object('quantity', least(sum(quantity), 999)) as said,
    min(array[case when is_kept then 0 else 1 end, ordinality]) as place
  from line
  group by kept, variant_id
)
update cart.cart
set lines = joined.lines, version = version + 1
from (select kept, jsonb_agg(said order by place, variant_id) as lines from merged group by kept) as joined
where cart.id = joined.kept;

update cart.cart
set merged_into = several.kept, lines = '[]', version = version + 1
from several
where cart.id = several.id and several.id <> several.kept;

create unique index cart_open on cart.cart (customer_id)
where customer_id is not null and status = 'open' and merged_into is null;
drop index cart.cart_customer;

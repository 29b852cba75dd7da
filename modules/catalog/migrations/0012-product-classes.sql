-- Which taxes and shipping rules of pricing apply to a product. null: no shipping class.
alter table catalog.product
  add column tax_class text not null default 'standard',
  add column shipping_class text;

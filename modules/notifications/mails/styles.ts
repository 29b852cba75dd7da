// The storefront's colours (assets/shop.css). Styles are in attributes, because many mail clients ignore style sheets.
const ink = 'color:#17221c'
const quiet = 'color:#545e51'
const font = 'font-family:Georgia,Cambria,serif'
const rule = 'border-top:1px solid #d9d0bd'

export const styles = {
  page: `margin:0;padding:24px 12px;background:#f6f2e9;${ink};font-family:Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5`,
  // URLs are wider than the screen of a phone. Not all mail clients support `overflow-wrap`.
  card: 'max-width:560px;margin:0 auto;padding:32px 28px;background:#fffcf5;border:1px solid #d9d0bd;border-radius:8px;overflow-wrap:anywhere;word-break:break-word',
  shop: `margin:0 0 24px;${font};font-size:20px;font-weight:bold;color:#1f4635`,
  title: `margin:0 0 16px;${font};font-size:26px;line-height:1.25;font-weight:normal;${ink}`,
  subtitle: `margin:28px 0 8px;font-size:15px;font-weight:bold;${ink}`,
  paragraph: 'margin:0 0 16px',
  note: `margin:20px 0 0;font-size:14px;${quiet}`,
  button:
    'display:inline-block;margin:20px 0 8px;padding:12px 22px;border-radius:6px;background:#1f4635;color:#fbf7ee;text-decoration:none;font-weight:bold',
  link: 'color:#1f4635',
  table: 'width:100%;border-collapse:collapse;margin:20px 0 0',
  cell: `padding:10px 8px 10px 0;vertical-align:top;text-align:left;font-weight:normal;${rule}`,
  amount: `padding:10px 0;vertical-align:top;text-align:right;font-weight:normal;white-space:nowrap;${rule}`,
  total: `padding:10px 8px 10px 0;text-align:left;font-weight:bold;${rule}`,
  totalAmount: `padding:10px 0;text-align:right;white-space:nowrap;font-weight:bold;${rule}`,
  small: `font-size:14px;${quiet}`,
  address: 'margin:0;font-style:normal',
}

// title: Left in the cart
// title zh: 弃购商品
// question: Which products are put in carts lately and then not bought by the same customer?
// question zh: 哪些商品最近被加购，但同一顾客没有购买？
// parameter: since: time = latest CARTED - 180 days | Put in a cart from here on. | 加购起始时间。
// parameter: least_carts: integer 1..1000000 = 5 | Customers who put it in a cart, at least. | 最少加购人数。
// parameter: limit: integer 1..1000 = 20 | Products shown. | 显示的商品数。
// column: product: Product | Id of the product. | 商品编号。
// column: name: string | Its name. | 商品名称。
// column: price: number | Its price. | 价格。
// column: in_stock: boolean | It can be bought now. | 是否有货。
// column: carters: integer | Customers who put it in a cart. | 加购人数。
// column: left: integer | Those who never bought it. | 其中未购买的人数。
// column: left_share: number | Their share. | 未购买比例。
// picture: bar name left_share
// example: P0023 | Nomad Stainless Steel Dumbbells by Mosswater (orange) | 49.5 | true | 6 | 1 | 0.1667
// example: P0002 | Miravel Canvas Boots Kelso | 157.5 | true | 8 | 0 | 0

MATCH (u:User)-[x:CARTED]->(p:Product)
WHERE x.at >= $since
WITH DISTINCT u, p
WITH u, p, CASE WHEN EXISTS { MATCH (u)-[:PURCHASED]->(p) } THEN 0 ELSE 1 END AS gone
WITH p, count(u.id) AS carters, sum(gone) AS left_there
WHERE carters >= $least_carts
RETURN p.id AS product, p.name AS name, p.price AS price, p.in_stock AS in_stock, carters, left_there AS left,
       1.0 * left_there / carters AS left_share
ORDER BY left_share DESC, carters DESC, product
LIMIT $limit

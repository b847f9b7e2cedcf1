// title: Products nobody buys
// title zh: 无人购买的商品
// question: Which products that are in stock had the fewest buyers in a period, and were they looked at at all?
// question zh: 哪些有货商品在一段时间内买家最少？有人看过吗？
// parameter: since: time = latest PURCHASED - 365 days | Purchases and views from here on. | 起始时间。
// parameter: most_buyers: integer 0..1000000 = 0 | Buyers a product may have had. | 买家数上限。
// parameter: limit: integer 1..1000 = 20 | Products shown. | 显示的商品数。
// column: product: Product | Id of the product. | 商品编号。
// column: name: string | Its name. | 商品名称。
// column: price: number | Its price. | 价格。
// column: released: time | When it came into the shop. | 上架时间。
// column: buyers: integer | Customers who bought it. | 购买人数。
// column: viewers: integer | Customers who looked at it. | 浏览人数。
// column: similar_sold: integer | Buyers of products that can stand in for it. | 可替代商品的购买人数。
// picture: table
// example: P0028 | Vesper Rain Jacket by Tarnell | 180 | 2025-06-11 | 0 | 0 | 0
// example: P0094 | Ember Recycled Polyester Yoga Mat by Wrenfield, Beige | 55.99 | 2025-07-01 | 0 | 0 | 23

MATCH (p:Product)
WHERE p.in_catalogue AND coalesce(p.in_stock, true)
WITH p, COUNT { MATCH (p)<-[x:PURCHASED]-(:User) WHERE x.at >= $since OR x.at IS NULL } AS buyers
WHERE buyers <= $most_buyers
WITH p, buyers, COUNT { MATCH (p)<-[x:VIEWED|CLICKED]-(:User) WHERE x.at >= $since OR x.at IS NULL } AS viewers
ORDER BY buyers, viewers DESC, p.id
LIMIT $limit
OPTIONAL MATCH (p)-[:SUBSTITUTES]-(q:Product)<-[:PURCHASED]-(u:User)
WITH p, buyers, viewers, count(DISTINCT u) AS similar_sold
RETURN p.id AS product, p.name AS name, p.price AS price, p.released AS released, buyers, viewers, similar_sold
ORDER BY buyers, viewers DESC, product

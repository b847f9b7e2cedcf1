// title: Wanted but out of stock
// title zh: 缺货但有人要
// question: Which products that cannot be bought now did customers look at, put in a cart or buy lately?
// question zh: 哪些缺货商品最近还有人浏览、加购或购买？
// parameter: since: time = latest VIEWED - 90 days | What customers did from here on. | 起始时间。
// parameter: limit: integer 1..1000 = 20 | Products shown. | 显示的商品数。
// column: product: Product | Id of the product. | 商品编号。
// column: name: string | Its name. | 商品名称。
// column: price: number | Its price. | 价格。
// column: customers: integer | Customers who did any of it. | 相关顾客数。
// column: events: integer | What they did, counted. | 行为次数。
// picture: bar name customers
// example: P0019 | Qinghe Works Iona Saucepan | 118 | 7 | 16
// example: P0054 | Lochan Recycled Polyester Gilet by Ilvessa, White | 50.99 | 7 | 11

MATCH (p:Product)
WHERE p.in_stock = false
MATCH (u:User)-[x:VIEWED|CLICKED|CARTED|PURCHASED]->(p)
WHERE x.at >= $since
WITH p, count(DISTINCT u) AS customers, count(*) AS events
RETURN p.id AS product, p.name AS name, p.price AS price, customers, events
ORDER BY customers DESC, events DESC, product
LIMIT $limit

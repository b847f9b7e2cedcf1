// title: Stand-ins for what is out of stock
// title zh: 缺货商品的替代
// question: Which products in stock can stand in for wanted ones that are not?
// question zh: 哪些有货商品可以替代缺货的热门商品？
// parameter: limit: integer 1..1000 = 30 | Pairs shown. | 显示的商品对数。
// column: product: Product | Id of the product out of stock. | 缺货商品编号。
// column: name: string | Its name. | 商品名称。
// column: buyers: integer | Customers who bought it. | 购买人数。
// column: stand_in: Product | Id of a product in stock. | 替代商品编号。
// column: stand_in_name: string | Its name. | 替代商品名称。
// column: stand_in_buyers: integer | Customers who bought that. | 替代商品购买人数。
// picture: table
// example: P0040 | Bay Bamboo Floor Lamp by Brightwater Mill | 8 | P0088 | Cork Kelso Floor Lamp | 10
// example: P0040 | Bay Bamboo Floor Lamp by Brightwater Mill | 8 | P0016 | Castelune Linen Floor Lamp Zephyr | 4

MATCH (p:Product)
WHERE p.in_stock = false
OPTIONAL MATCH (p)<-[:PURCHASED]-(u:User)
WITH p, count(DISTINCT u) AS buyers
MATCH (p)-[:SUBSTITUTES]-(q:Product)
WHERE q.in_stock AND q.id <> p.id
WITH DISTINCT p, buyers, q
OPTIONAL MATCH (q)<-[:PURCHASED]-(v:User)
WITH p, buyers, q, count(DISTINCT v) AS stand_in_buyers
RETURN p.id AS product, p.name AS name, buyers, q.id AS stand_in, q.name AS stand_in_name, stand_in_buyers
ORDER BY buyers DESC, product, stand_in_buyers DESC, stand_in
LIMIT $limit

// title: Best sellers that little goes with
// title zh: 搭配商品少的畅销品
// question: Which products sell well and have the fewest products that go with them?
// question zh: 哪些畅销商品的搭配商品最少？
// parameter: among: integer 1..10000 = 200 | Best sellers that are looked at. | 参与比较的畅销商品数。
// parameter: limit: integer 1..1000 = 20 | Products shown. | 显示的商品数。
// column: product: Product | Id of the product. | 商品编号。
// column: name: string | Its name. | 商品名称。
// column: buyers: integer | Customers who bought it. | 购买人数。
// column: complements: integer | Products that go with it. | 搭配商品数。
// column: substitutes: integer | Products that can stand in for it. | 替代品数。
// picture: table
// example: P0047 | Quillby Juniper Rubber Dumbbells in Olive | 17 | 1 | 0
// example: P0010 | Sable Nylon Daypack by Marlowick (blue) | 10 | 1 | 1

MATCH (p:Product)<-[:PURCHASED]-(u:User)
WITH p, count(DISTINCT u) AS buyers
ORDER BY buyers DESC, p.id
LIMIT $among
OPTIONAL MATCH (p)-[:COMPLEMENTS]-(c:Product)
WITH p, buyers, count(DISTINCT c) AS complements
OPTIONAL MATCH (p)-[:SUBSTITUTES]-(q:Product)
WITH p, buyers, complements, count(DISTINCT q) AS substitutes
RETURN p.id AS product, p.name AS name, buyers, complements, substitutes
ORDER BY complements, buyers DESC, product
LIMIT $limit

// title: Bought after this product
// title zh: 之后购买的商品
// question: What do customers buy after they bought a product, rather than before?
// question zh: 顾客买了某商品之后（而非之前）还会买什么？
// parameter: product: Product, such as P0026 | The product. | 商品。
// parameter: limit: integer 1..1000 = 20 | Products shown. | 显示的商品数。
// column: product: Product | Id of the later product. | 之后购买的商品编号。
// column: name: string | Its name. | 商品名称。
// column: after: integer | Customers who bought it later. | 之后购买的人数。
// column: before: integer | Customers who had bought it earlier. | 之前购买的人数。
// column: after_share: number | Share of those who bought it later. | 之后购买的比例。
// picture: bar name after
// example: P0082 | Fjellvik Summit Canvas Daypack in Pink | 3 | 0 | 1
// example: P0070 | Ashgrove & Sons Galway Yoga Mat, Beige | 3 | 2 | 0.6

MATCH (p:Product {id: $product})<-[x:PURCHASED]-(u:User)-[y:PURCHASED]->(q:Product)
WHERE q.id <> p.id AND x.at IS NOT NULL AND y.at IS NOT NULL
WITH q, sum(CASE WHEN y.at > x.at THEN 1 ELSE 0 END) AS later, sum(CASE WHEN y.at < x.at THEN 1 ELSE 0 END) AS earlier
WHERE later > 0
RETURN q.id AS product, q.name AS name, later AS after, earlier AS before, 1.0 * later / (later + earlier) AS after_share
ORDER BY after DESC, after_share DESC, product
LIMIT $limit

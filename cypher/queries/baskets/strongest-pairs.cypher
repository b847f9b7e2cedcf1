// title: Pairs that are bought by the same customers
// title zh: 常被一起购买的商品对
// question: Which pairs among the best sellers are bought by the same customers, more than chance would have it?
// question zh: 畅销商品中，哪些商品对常被同一顾客购买，超过随机水平？
// parameter: among: integer 2..1000 = 50 | Best sellers that are compared. | 参与比较的畅销商品数。
// parameter: least_customers: integer 1..1000000 = 5 | Customers who bought both, at least. | 同时购买的最少人数。
// parameter: limit: integer 1..1000 = 20 | Pairs shown. | 显示的商品对数。
// column: one: Product | Id of one product. | 商品一编号。
// column: one_name: string | Its name. | 名称。
// column: other: Product | Id of the other. | 商品二编号。
// column: other_name: string | Its name. | 名称。
// column: customers: integer | Customers who bought both. | 同时购买的人数。
// column: support: number | Share of all buyers. | 支持度。
// column: confidence: number | Of the buyers of the rarer one, the share that bought both. | 置信度（较少者）。
// column: lift: number | How many times as often as by chance. | 提升度。
// picture: graph one other customers
// example: P0032 | Delta Crossbody Bag by Mosswater, Blue | P0056 | Yarrow Crossbody Bag by Ovelo in Grey | 5 | 0.04167 | 0.5 | 5
// example: P0011 | Lumarc Bay Hiking Backpack Prairie, Red | P0082 | Fjellvik Summit Canvas Daypack in Pink | 5 | 0.04167 | 0.4545 | 4.545

MATCH (b:User)
WHERE EXISTS { MATCH (b)-[:PURCHASED]->(:Product) }
WITH count(b.id) AS everybody
MATCH (s:Product)<-[:PURCHASED]-(t:User)
WITH everybody, s.id AS id, count(DISTINCT t) AS bought
ORDER BY bought DESC, id
LIMIT $among
WITH everybody, collect(id) AS sellers
UNWIND sellers AS seller
MATCH (p:Product {id: seller})<-[:PURCHASED]-(u:User)-[:PURCHASED]->(q:Product)
WHERE q.id > p.id AND q.id IN sellers
WITH everybody, p.id AS one, q.id AS other, count(DISTINCT u) AS customers
WHERE customers >= $least_customers
MATCH (p:Product {id: one})<-[:PURCHASED]-(v:User)
WITH everybody, one, p.name AS one_name, other, customers, count(DISTINCT v) AS one_bought
MATCH (q:Product {id: other})<-[:PURCHASED]-(w:User)
WITH everybody, one, one_name, other, q.name AS other_name, customers, one_bought, count(DISTINCT w) AS other_bought
RETURN one, one_name, other, other_name, customers,
       1.0 * customers / everybody AS support,
       1.0 * customers / CASE WHEN one_bought < other_bought THEN one_bought ELSE other_bought END AS confidence,
       1.0 * customers * everybody / (one_bought * other_bought) AS lift
ORDER BY lift DESC, one, other
LIMIT $limit

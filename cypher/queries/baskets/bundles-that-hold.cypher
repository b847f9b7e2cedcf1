// title: Are bundles bought together?
// title zh: 组合商品是否真的一起购买
// question: How many customers bought both products of the pairs that are shown as bought together?
// question zh: 标为“一起购买”的商品对，有多少顾客两件都买了？
// parameter: among: integer 1..10000 = 500 | Pairs that are looked at, those that sell best first. | 参与比较的商品对数，畅销在前。
// parameter: limit: integer 1..1000 = 30 | Pairs shown, those with the fewest customers first. | 显示的商品对数，人数少的在前。
// column: product: Product | Id of the product. | 商品编号。
// column: name: string | Its name. | 名称。
// column: with_product: Product | Id of the product it is shown with. | 组合商品编号。
// column: with_name: string | Its name. | 名称。
// column: both: integer | Customers who bought both. | 两件都买的人数。
// column: fewer: integer | Purchases of the one that sells less. | 销量较少者的购买次数。
// picture: table
// example: P0073 | Kestrelo Canvas Running Shoes Ridge in Brown | P0063 | Dune Desk Lamp by Sundrift | 0 | 9
// example: P0015 | Brightwater Mill Harbour Walnut Desk Lamp | P0005 | Juniper Recycled Polyester Winter Coat by Tidewick, Orange | 0 | 8

MATCH (p:Product)-[:BOUGHT_TOGETHER]->(q:Product)
WHERE p.in_catalogue AND q.in_catalogue
WITH p, q, COUNT { MATCH (p)<-[:PURCHASED]-() } AS p_bought, COUNT { MATCH (q)<-[:PURCHASED]-() } AS q_bought
WITH p, q, CASE WHEN p_bought < q_bought THEN p_bought ELSE q_bought END AS fewer
ORDER BY fewer DESC, p.id, q.id
LIMIT $among
OPTIONAL MATCH (p)<-[:PURCHASED]-(w:User)-[:PURCHASED]->(q)
WITH p, q, fewer, count(DISTINCT w) AS both
RETURN p.id AS product, p.name AS name, q.id AS with_product, q.name AS with_name, both, fewer
ORDER BY both, fewer DESC, product, with_product
LIMIT $limit

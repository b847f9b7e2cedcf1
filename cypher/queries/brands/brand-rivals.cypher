// title: A brand's rivals
// title zh: 品牌的竞争者
// question: Which other brands do a brand's customers buy, and which offer substitutes for its products?
// question zh: 某品牌的顾客还买哪些品牌？哪些品牌提供替代品？
// parameter: brand: Brand, such as Kestrelo | The brand. | 品牌。
// parameter: limit: integer 1..1000 = 20 | Brands shown. | 显示的品牌数。
// column: brand: Brand | Id of the other brand. | 另一品牌编号。
// column: customers: integer | Customers who buy both. | 两个品牌都买的人数。
// column: confidence: number | Share of the brand's customers. | 占该品牌顾客的比例。
// column: lift: number | How many times as often as by chance. | 提升度。
// column: substitutes: integer | Products of the brand for which the other has a substitute. | 另一品牌可替代的商品数。
// picture: bar brand customers
// example: Fjellvik | 14 | 0.6087 | 1.826 | 0
// example: Miravel | 13 | 0.5652 | 1.413 | 1

MATCH (b:User)
WHERE EXISTS { MATCH (b)-[:PURCHASED]->(:Product) }
WITH count(b.id) AS everybody
MATCH (:Brand {id: $brand})<-[:HAS_BRAND]-(:Product)<-[:PURCHASED]-(u:User)
WITH everybody, collect(DISTINCT u) AS customers_here
WITH everybody, customers_here, size(customers_here) AS here
UNWIND customers_here AS u
MATCH (u)-[:PURCHASED]->(:Product)-[:HAS_BRAND]->(o:Brand)
WHERE o.id <> $brand
WITH everybody, here, o, count(DISTINCT u) AS customers
ORDER BY customers DESC, o.id
LIMIT $limit
MATCH (o)<-[:HAS_BRAND]-(:Product)<-[:PURCHASED]-(v:User)
WITH everybody, here, o, customers, count(DISTINCT v) AS there
OPTIONAL MATCH (o)<-[:HAS_BRAND]-(:Product)-[:SUBSTITUTES]-(p:Product)-[:HAS_BRAND]->(mine:Brand)
WHERE mine.id = $brand
WITH o.id AS brand, customers, everybody, here, there, count(DISTINCT p) AS substitutes
RETURN brand, customers, 1.0 * customers / here AS confidence, 1.0 * customers * everybody / (here * there) AS lift, substitutes
ORDER BY customers DESC, brand

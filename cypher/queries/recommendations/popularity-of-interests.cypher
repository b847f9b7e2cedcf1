// title: Do inferred interests favour the popular?
// title zh: 推断的兴趣是否偏向热门
// question: Are customers said to like popular things more than they buy them?
// question zh: 推断的兴趣是否比实际购买更偏向热门？
// parameter: limit: integer 1..1000 = 30 | Things shown. | 显示的条数。
// column: thing: string | Id of the brand, category or attribute. | 品牌、分类或属性编号。
// column: interested: integer | Customers who are probably interested. | 可能感兴趣的顾客数。
// column: interests_share: number | Share of all inferred interests. | 占全部推断兴趣的比例。
// column: buyers: integer | Customers who bought it. | 购买人数。
// column: buyers_per_interested: number | Buyers for each interested customer: few where interest goes beyond sales. | 购买人数与感兴趣人数之比。
// picture: bar thing interests_share
// example: waterproof=no | 39 | 0.1096 | 95 | 2.436
// example: pattern=plain | 29 | 0.08146 | 83 | 2.862

MATCH (:User)-[a:INTERESTED_IN]->(:Brand|Category|Attribute)
WITH count(a) AS all_interests
MATCH (u:User)-[:INTERESTED_IN]->(x:Brand|Category|Attribute)
WITH all_interests, x, count(DISTINCT u) AS interested
ORDER BY interested DESC, x.id
LIMIT $limit
OPTIONAL MATCH (x)<-[:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE]-(:Product)<-[:PURCHASED]-(v:User)
WITH all_interests, x.id AS thing, interested, count(DISTINCT v) AS buyers
RETURN thing, interested, 1.0 * interested / all_interests AS interests_share, buyers,
       1.0 * buyers / interested AS buyers_per_interested
ORDER BY interested DESC, thing
